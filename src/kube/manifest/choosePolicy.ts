/** The choice of a Service's externalTrafficPolicy as an edit of its document. */
import { parseDocument } from './parse.ts';
import { setField } from './setField.ts';
import { splitStream, toEditorText, type Piece } from './split.ts';

export interface PolicyChoice {
  readonly namespace: string;
  readonly name: string;
  readonly policy: 'Cluster' | 'Local';
}

/** Undefined where no document of that Service can be written into. A List has been split before it is on a board. */
export function choosePolicy(given: string, { policy, ...service }: PolicyChoice): string | undefined {
  const text = toEditorText(given);
  const piece = splitStream(text).find((one) => isService(one, service));
  if (!piece) return undefined;
  const changed = setField(piece.text, ['spec', 'externalTrafficPolicy'], policy);
  return changed === undefined ? undefined : text.slice(0, piece.from) + changed + text.slice(piece.to);
}

/** Only a document that speaks of Services is parsed. */
function isService({ text }: Piece, { namespace, name }: Omit<PolicyChoice, 'policy'>): boolean {
  if (!/\bkind["']?\s*:\s*["']?Service\b/.test(text)) return false;
  const parsed = parseDocument(text, () => 'Service');
  const value = parsed.ok ? parsed.value : undefined;
  if (typeof value !== 'object' || value === null || !('kind' in value) || value.kind !== 'Service')
    return false;
  if (!('metadata' in value) || typeof value.metadata !== 'object' || value.metadata === null) return false;
  const { metadata } = value;
  const own = 'namespace' in metadata ? metadata.namespace : undefined;
  return 'name' in metadata && metadata.name === name && (own ?? 'default') === namespace;
}
