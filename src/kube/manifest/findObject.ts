/** The document of one object in a text. */
import { parseDocument } from './parse.ts';
import { splitStream, type Piece } from './split.ts';

export interface ObjectName {
  readonly kind: string;
  /** '' for what lives in none; an object that names none is in `default` */
  readonly namespace: string;
  readonly name: string;
}

/** Undefined where there is none, or none that can be read. Only documents that speak of that kind are parsed. */
export function findObject(text: string, wanted: ObjectName): Piece | undefined {
  const mention = new RegExp(`\\bkind["']?\\s*:\\s*["']?${wanted.kind}\\b`);
  return splitStream(text).find((piece) => mention.test(piece.text) && isIt(piece.text, wanted));
}

function isIt(text: string, { kind, namespace, name }: ObjectName): boolean {
  if (!text.includes(name)) return false;
  const parsed = parseDocument(text, () => kind);
  const value = parsed.ok ? parsed.value : undefined;
  if (typeof value !== 'object' || value === null || !('kind' in value) || value.kind !== kind) return false;
  if (!('metadata' in value) || typeof value.metadata !== 'object' || value.metadata === null) return false;
  const { metadata } = value;
  if (!('name' in metadata) || String(metadata.name) !== name) return false;
  if (namespace === '') return true;
  return (('namespace' in metadata ? metadata.namespace : undefined) ?? 'default') === namespace;
}
