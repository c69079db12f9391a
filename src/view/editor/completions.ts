/** What could be typed at a place of a NetworkPolicy: fields of the API, and the cluster's own labels, namespaces and ports. Pure. */
import type { ClusterWords } from '../../engine/protocol.ts';

export interface Offers {
  /** offset at which the word that is replaced begins */
  readonly from: number;
  readonly options: readonly string[];
}

const NAME_LABEL = 'kubernetes.io/metadata.name';

const FIELDS: Readonly<Record<string, readonly string[]>> = {
  spec: ['podSelector:', 'policyTypes:', 'ingress:', 'egress:'],
  podSelector: ['matchLabels:', 'matchExpressions:'],
  namespaceSelector: ['matchLabels:', 'matchExpressions:'],
  ingress: ['from:', 'ports:'],
  egress: ['to:', 'ports:'],
  from: ['podSelector:', 'namespaceSelector:', 'ipBlock:'],
  to: ['podSelector:', 'namespaceSelector:', 'ipBlock:'],
  ports: ['port:', 'protocol:', 'endPort:'],
  ipBlock: ['cidr:', 'except:'],
  matchExpressions: ['key:', 'operator:', 'values:'],
};
const VALUES: Readonly<Record<string, readonly string[]>> = {
  protocol: ['TCP', 'UDP', 'SCTP'],
  operator: ['In', 'NotIn', 'Exists', 'DoesNotExist'],
};

/** What could follow at `offset`; nothing outside of a NetworkPolicy. */
export function offersAt(text: string, offset: number, words: ClusterWords): Offers | undefined {
  const start = text.lastIndexOf('\n---', offset - 1) + 1;
  const end = text.indexOf('\n---', offset);
  const document = text.slice(start, end < 0 ? undefined : end);
  if (!/^kind:\s*NetworkPolicy\s*$/m.test(document)) return undefined;
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  const line = text.slice(lineStart, offset);
  const [, indent = '', dashes = '', rest = ''] = /^(\s*)((?:-\s+)*)(.*)$/.exec(line) ?? [];
  const parents = parentsOf(text.slice(start, lineStart), indent.length + dashes.length);
  const [parent] = parents;
  const value = /^["']?([\w./-]+)["']?:\s+(\S*)$/.exec(rest);
  const offer = (typed: string, options: readonly string[]): Offers | undefined =>
    options.length === 0 ? undefined : { from: offset - typed.length, options };
  if (value) {
    const [, key = '', typed = ''] = value;
    const labels = labelsFor(parents, words);
    if (parent === 'matchLabels') return offer(typed, labels[key] ?? []);
    if (parent === 'metadata' && key === 'namespace') return offer(typed, words.namespaces);
    if (parent === 'matchExpressions' && key === 'key') return offer(typed, Object.keys(labels));
    if (key === 'port') return offer(typed, words.ports);
    if (key === 'endPort')
      return offer(
        typed,
        words.ports.filter((port) => /^\d+$/.test(port)),
      );
    return offer(typed, VALUES[key] ?? []);
  }
  if (!/^\S*$/.test(rest)) return undefined;
  if (parent === 'policyTypes') return offer(rest, ['Ingress', 'Egress']);
  if (parent === 'values')
    return offer(rest, labelsFor(parents, words)[keyBefore(text.slice(start, lineStart))] ?? []);
  if (parent === 'matchLabels')
    return offer(
      rest,
      Object.keys(labelsFor(parents, words)).map((key) => `${key}: `),
    );
  return offer(rest, FIELDS[parent ?? ''] ?? []);
}

/** Of pods, or in a namespaceSelector those of namespaces; each of these has its name as a label. */
function labelsFor(parents: readonly string[], words: ClusterWords): ClusterWords['labels'] {
  const selector = parents.find((key) => key === 'podSelector' || key === 'namespaceSelector');
  return selector === 'namespaceSelector'
    ? { [NAME_LABEL]: words.namespaces, ...words.namespaceLabels }
    : words.labels;
}

/** The `key` of the expression whose values come next. */
function keyBefore(before: string): string {
  return [...before.matchAll(/\bkey:\s*["']?([\w./-]+)/g)].at(-1)?.[1] ?? '';
}

/** The keys that a place with this indentation is in, the nearest first. */
function parentsOf(before: string, column: number): readonly string[] {
  const parents: string[] = [];
  let inner = column;
  for (const line of before.split('\n').toReversed()) {
    const [, lead, key] = /^(\s*(?:-\s+)*)([\w./-]+):\s*$/.exec(line) ?? [];
    if (lead === undefined || key === undefined || lead.length >= inner) continue;
    parents.push(key);
    // a list may stand as far to the left as its own key
    const dash = lead.indexOf('-');
    inner = dash < 0 ? lead.length : dash + 1;
  }
  return parents;
}
