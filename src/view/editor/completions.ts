/** What could be typed at a place of a NetworkPolicy: fields of the API, and the cluster's own labels, namespaces and ports. Pure. */
import type { Board } from '../../engine/protocol.ts';

export interface Offers {
  /** offset at which the word that is replaced begins */
  readonly from: number;
  readonly options: readonly string[];
}

/** What the cluster has to offer. */
export interface ClusterWords {
  readonly labels: ReadonlyMap<string, ReadonlySet<string>>;
  readonly namespaces: readonly string[];
  readonly ports: readonly string[];
}

const NAME_LABEL = 'kubernetes.io/metadata.name';

export function clusterWords({ nodes }: Board): ClusterWords {
  const labels = new Map<string, Set<string>>();
  const namespaces = new Set<string>(['default', 'kube-system']);
  const ports = new Set<string>();
  for (const { pods } of nodes)
    for (const pod of pods) {
      namespaces.add(pod.namespace);
      for (const port of pod.ports) ports.add(port.split('/')[0] ?? port);
      for (const [key, value] of Object.entries(pod.labels)) {
        const values = labels.get(key);
        if (values) values.add(value);
        else labels.set(key, new Set([value]));
      }
    }
  return {
    labels,
    namespaces: [...namespaces].toSorted(),
    ports: [...ports].toSorted((a, b) => Number(a) - Number(b)),
  };
}

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
  const [parent, above] = parents;
  const value = /^["']?([\w./-]+)["']?:\s+(\S*)$/.exec(rest);
  const offer = (typed: string, options: readonly string[]): Offers | undefined =>
    options.length === 0 ? undefined : { from: offset - typed.length, options };
  if (value) {
    const [, key = '', typed = ''] = value;
    if (parent === 'matchLabels') return offer(typed, valuesOf(key, words));
    if (parent === 'metadata' && key === 'namespace') return offer(typed, words.namespaces);
    if (parent === 'matchExpressions' && key === 'key')
      return offer(typed, [...words.labels.keys()].toSorted());
    if (key === 'port' || key === 'endPort') return offer(typed, words.ports);
    return offer(typed, VALUES[key] ?? []);
  }
  if (!/^\S*$/.test(rest)) return undefined;
  if (parent === 'policyTypes') return offer(rest, ['Ingress', 'Egress']);
  if (parent === 'matchLabels') {
    const keys = above === 'namespaceSelector' ? [NAME_LABEL] : [...words.labels.keys()].toSorted();
    return offer(
      rest,
      keys.map((key) => `${key}: `),
    );
  }
  return offer(rest, FIELDS[parent ?? ''] ?? []);
}

function valuesOf(key: string, { labels, namespaces }: ClusterWords): readonly string[] {
  return key === NAME_LABEL ? namespaces : [...(labels.get(key) ?? [])].toSorted();
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
