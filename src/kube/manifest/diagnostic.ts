/**
 * What the reader of a text is told, and where. A `Problem` stands inside one document and knows no offsets of the whole
 * text, so it can be cached with the document; `reader.ts` makes it a `Diagnostic`.
 */
import type { Message } from '../../lib/message.ts';

/** A place in a text: offsets in UTF-16 units, lines and columns from 1. */
export interface TextRange {
  readonly from: number;
  readonly to: number;
  readonly line: number;
  readonly column: number;
}

/** error: no board can be made of this text; warning: a board, but not what was meant; info: said, nothing to do. */
export type Severity = 'error' | 'warning' | 'info';

export interface Diagnostic {
  readonly severity: Severity;
  readonly message: Message;
  /** the component's own words, verbatim (YAML parser, flanneld, API server) */
  readonly upstream?: string;
  /** `kind/namespace/name` of the document, or '' when it has none yet */
  readonly document: string;
  readonly range: TextRange;
}

export interface DocumentSummary {
  readonly id: string;
  readonly kind: string;
  readonly from: number;
  readonly to: number;
  readonly line: number;
}

/** Field path inside a document: `['spec', 'podCIDRs', 0]`. */
export type Path = readonly (string | number)[];

export interface Problem {
  readonly severity: Severity;
  readonly message: Message;
  readonly upstream?: string;
  readonly path: Path;
  /** relative to the document's text; wins over `path` (broken YAML has no paths) */
  readonly range?: TextRange;
}

/** The command whose output makes a board; messages quote it. */
export const KUBECTL_COMMAND =
  'kubectl get nodes,namespaces,pods,services,endpointslices,networkpolicies,configmaps -A -o yaml';

/** `kind/namespace/name`; the namespace is empty for objects that live in none: `Node//node1`. */
export function documentId(kind: string, namespace: string, name: string): string {
  return `${kind}/${namespace}/${name}`;
}

/** A path in the spelling of kubectl explain, with indexes: `spec.containers[0].ports[1].containerPort`. */
export function printPath(path: Path): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    const part = /^[\w-]+$/.test(key) ? key : `["${key}"]`;
    return text === '' || part.startsWith('[') ? text + part : `${text}.${part}`;
  }, '');
}

/** At most 80 characters of what someone wrote, for a message. */
export function clip(text: string): string {
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
