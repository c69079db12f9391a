/**
 * The smallest edits after which a connection that is denied may be opened. Each candidate is applied to the cluster and asked
 * about again, as it is enforced; what else it would open is counted with the matrix.
 */
import { policyMessage, type PolicyMessage } from '../../lib/policyMessages.ts';
import type { ObjectRef } from '../../kernel/origin.ts';
import { printIpv4 } from '../../wire/address.ts';
import type { Cluster } from '../cluster.ts';
import { isolates, judge, missesOf, sidesOf, type Connection, type Miss } from './match.ts';
import { matrixOf, type Matrix } from './matrix.ts';
import { countOpened } from './matrixDiff.ts';
import { nextMatrix } from './nextMatrix.ts';
import {
  DIRECTIONS,
  NAMESPACE_NAME_LABEL,
  PEERS_FIELD,
  policyKey,
  type Direction,
  type LabelSelector,
  type NetworkPolicy,
  type Peer,
  type PolicyPort,
  type PolicyRule,
} from './networkPolicy.ts';
import { reachOf } from './reach.ts';
import type { Subject } from './subject.ts';

/** One change of one object. */
export interface Change {
  /** the field that gets something new */
  readonly ref: ObjectRef;
  readonly message: PolicyMessage;
  /** what is written there, as YAML */
  readonly yaml: string;
}

export interface Edit {
  readonly changes: readonly Change[];
  /** how many other pairs (of pods, at this port) it opens */
  readonly alsoOpens: number;
}

interface Candidate extends Change {
  /** lines of YAML; labels come first among equals, for nobody else's rule is touched */
  readonly cost: number;
  readonly apply: (cluster: Cluster) => Cluster;
}

const MOST_EDITS = 4;
/** candidates of a side that are tried together with those of the other */
const MOST_CANDIDATES = 12;

/** At most four, the smallest first. `ids` are those of `connection`'s ends. */
export function editsFor(cluster: Cluster, connection: Connection, before?: Matrix): readonly Edit[] {
  const denied = DIRECTIONS.toReversed().filter(
    (direction) => !judge(reachOf(cluster), connection)[direction],
  );
  const bySide = denied.map((direction) =>
    candidatesFor(cluster, connection, direction)
      .toSorted((a, b) => a.cost - b.cost)
      .slice(0, MOST_CANDIDATES),
  );
  const sets = bySide.reduce<readonly (readonly Candidate[])[]>(
    (some, side) => some.flatMap((chosen) => side.map((candidate) => [...chosen, candidate])),
    [[]],
  );
  if (denied.length === 0) return [];
  const matrix = before ?? matrixOf(reachOf(cluster));
  const edits: Edit[] = [];
  const cost = (set: readonly Candidate[]): number => set.reduce((sum, one) => sum + one.cost, 0);
  for (const set of sets.toSorted((a, b) => cost(a) - cost(b))) {
    if (edits.length === MOST_EDITS) break;
    const edited = set.reduce((so, { apply }) => apply(so), cluster);
    const input = reachOf(edited);
    if (!judge(input, again(connection, input.subjects)).allowed) continue;
    const opened = countOpened(matrix, nextMatrix(matrix, input), connection);
    edits.push({
      changes: set.map(({ ref, message, yaml }) => ({ ref, message, yaml })),
      alsoOpens: opened - 1,
    });
  }
  return edits;
}

/** The same connection between the subjects as they are after an edit. */
function again(connection: Connection, subjects: readonly Subject[]): Connection {
  const find = ({ id }: Subject, old: Subject): Subject =>
    subjects.find((subject) => subject.id === id) ?? old;
  return {
    ...connection,
    from: find(connection.from, connection.from),
    to: find(connection.to, connection.to),
  };
}

function candidatesFor(cluster: Cluster, connection: Connection, direction: Direction): readonly Candidate[] {
  const { self, other } = sidesOf(connection, direction);
  const namespaces = new Map(cluster.namespaces.map(({ name, labels }) => [name, labels]));
  const isolators = cluster.policies.filter((policy) => isolates(policy, direction, self));
  return isolators.flatMap((policy): Candidate[] => {
    const rules = policy[direction].flatMap((rule, at): Candidate[] => {
      const { peers, peerFits, portFits } = missesOf(rule, direction, { policy, namespaces }, connection);
      const place = { policy, direction, at };
      if (peerFits && !portFits) return [addPort(place, connection)];
      if (peerFits || !portFits) return [];
      return [...peers.flatMap(({ miss }) => labelFor(miss, other)), ...addPeer(place, other)];
    });
    return [...rules, ...addRule(policy, direction, connection)];
  });
}

interface Place {
  readonly policy: NetworkPolicy;
  readonly direction: Direction;
  readonly at: number;
}

/** The cluster with one policy changed. */
function withPolicy(cluster: Cluster, changed: NetworkPolicy): Cluster {
  const key = policyKey(changed);
  return {
    ...cluster,
    policies: cluster.policies.map((policy) => (policyKey(policy) === key ? changed : policy)),
  };
}

function withRule({ policy, direction, at }: Place, change: (rule: PolicyRule) => PolicyRule): NetworkPolicy {
  return { ...policy, [direction]: policy[direction].map((rule, i) => (i === at ? change(rule) : rule)) };
}

/** An edit of one rule, of the policy as it is after the edits before. */
function onRule(place: Place, change: (rule: PolicyRule) => PolicyRule): Candidate['apply'] {
  return (cluster) =>
    withPolicy(cluster, withRule({ ...place, policy: current(cluster, place.policy) }, change));
}

function portOf({ protocol, port }: Connection): PolicyPort {
  return { protocol, port };
}

const portYaml = ({ protocol, port }: Connection): string =>
  protocol === 'TCP' ? `- port: ${port}` : `- port: ${port}\n  protocol: ${protocol}`;

const lines = (text: string): number => text.split('\n').length;

function addPort(place: Place, connection: Connection): Candidate {
  const { policy, direction, at } = place;
  const rule = `spec.${direction}[${at}]`;
  const yaml = portYaml(connection);
  return {
    ref: { ...policy.ref, path: `${rule}.ports` },
    message: policyMessage('edit.add-port', {
      policy: policyKey(policy),
      rule,
      port: `${connection.protocol} ${connection.port}`,
    }),
    yaml,
    cost: lines(yaml),
    apply: onRule(place, (old) => ({ ...old, ports: [...old.ports, portOf(connection)] })),
  };
}

/** The policy as it is after the edits before. */
function current(cluster: Cluster, policy: NetworkPolicy): NetworkPolicy {
  return cluster.policies.find((one) => policyKey(one) === policyKey(policy)) ?? policy;
}

/** A label that makes the other side fit: only one it has not, for another value would make it somebody else to all that select it. */
function labelFor(miss: Miss, { pod }: Subject): readonly Candidate[] {
  if (miss.miss !== 'label' || miss.has !== undefined || !pod) return [];
  const { whose, key, operator, values } = miss;
  const [value] = values;
  if ((operator !== 'Equals' && operator !== 'In') || value === undefined || key === NAMESPACE_NAME_LABEL)
    return [];
  const label = `${key}=${value}`;
  const yaml = `${key}: ${value === '' || /^(true|false|null|~|[\d.+-].*)$/.test(value) ? JSON.stringify(value) : value}`;
  if (whose === 'namespace') {
    const namespace = pod.namespace;
    return [
      {
        ref: { kind: 'Namespace', namespace: '', name: namespace, path: 'metadata.labels' },
        message: policyMessage('edit.label-namespace', { namespace, label }),
        yaml,
        cost: 1.5,
        apply: (cluster) => ({
          ...cluster,
          namespaces: cluster.namespaces.map((one) =>
            one.name === namespace ? { ...one, labels: { ...one.labels, [key]: value } } : one,
          ),
        }),
      },
    ];
  }
  const { namespace, name } = pod;
  return [
    {
      ref: { kind: 'Pod', namespace, name, path: 'metadata.labels' },
      message: policyMessage('edit.label-pod', { pod: `${namespace}/${name}`, label }),
      yaml,
      cost: 1,
      apply: (cluster) => ({
        ...cluster,
        pods: cluster.pods.map((one) =>
          one.namespace === namespace && one.name === name
            ? { ...one, labels: { ...one.labels, [key]: value } }
            : one,
        ),
      }),
    },
  ];
}

interface PeerText {
  readonly peer: Peer;
  /** lines without the dash */
  readonly yaml: readonly string[];
  readonly words: string;
}

const equals = (key: string, value: string): LabelSelector => ({
  matchLabels: { [key]: value },
  matchExpressions: [],
});

/** Labels that say what a pod is; others (hashes, revisions) change with every rollout. */
const TELLING = [
  'app.kubernetes.io/name',
  'app',
  'k8s-app',
  'app.kubernetes.io/component',
  'component',
  'role',
  'name',
  'run',
];

/** The smallest peer that means the subject: a telling label of the pod, with its namespace where that is another; else its address. */
function peerOf({ pod, ip }: Subject, namespace: string): PeerText | undefined {
  if (!pod) {
    if (ip === undefined) return undefined;
    const cidr = `${printIpv4(ip)}/32`;
    const peer: Peer = { kind: 'ipBlock', cidr: { address: ip, bits: 32 }, except: [], text: cidr };
    return { peer, yaml: ['ipBlock:', `  cidr: ${cidr}`], words: cidr };
  }
  const keys = Object.keys(pod.labels);
  const key =
    TELLING.find((one) => keys.includes(one)) ?? keys.find((one) => !/hash|revision|generation/.test(one));
  const value = key === undefined ? undefined : pod.labels[key];
  const podSelector: LabelSelector =
    key === undefined || value === undefined ? { matchLabels: {}, matchExpressions: [] } : equals(key, value);
  const podYaml =
    key === undefined
      ? ['podSelector: {}']
      : ['podSelector:', '  matchLabels:', `    ${key}: ${JSON.stringify(value)}`];
  const words = key === undefined ? '{}' : `${key}=${value}`;
  if (pod.namespace === namespace) return { peer: { kind: 'pods', podSelector }, yaml: podYaml, words };
  const namespaceYaml = [
    'namespaceSelector:',
    '  matchLabels:',
    `    ${NAMESPACE_NAME_LABEL}: ${pod.namespace}`,
  ];
  return {
    peer: { kind: 'pods', podSelector, namespaceSelector: equals(NAMESPACE_NAME_LABEL, pod.namespace) },
    yaml: [...namespaceYaml, ...podYaml],
    words: `${pod.namespace}: ${words}`,
  };
}

const item = (yaml: readonly string[], indent = ''): string =>
  yaml.map((line, i) => `${indent}${i === 0 ? '- ' : '  '}${line}`).join('\n');

function addPeer(place: Place, other: Subject): readonly Candidate[] {
  const { policy, direction, at } = place;
  const found = peerOf(other, policy.namespace);
  if (!found) return [];
  const rule = `spec.${direction}[${at}]`;
  const yaml = item(found.yaml);
  return [
    {
      ref: { ...policy.ref, path: `${rule}.${PEERS_FIELD[direction]}` },
      message: policyMessage('edit.add-peer', { policy: policyKey(policy), rule, peer: found.words }),
      yaml,
      cost: lines(yaml),
      apply: onRule(place, (old) => ({ ...old, peers: [...old.peers, found.peer] })),
    },
  ];
}

function addRule(policy: NetworkPolicy, direction: Direction, connection: Connection): readonly Candidate[] {
  const { other } = sidesOf(connection, direction);
  const found = peerOf(other, policy.namespace);
  if (!found) return [];
  const yaml = [
    `- ${PEERS_FIELD[direction]}:`,
    item(found.yaml, '  '),
    '  ports:',
    ...portYaml(connection)
      .split('\n')
      .map((line) => `  ${line}`),
  ].join('\n');
  const rule: PolicyRule = { peers: [found.peer], ports: [portOf(connection)] };
  return [
    {
      ref: { ...policy.ref, path: `spec.${direction}` },
      message: policyMessage('edit.add-rule', {
        policy: policyKey(policy),
        direction,
        peer: found.words,
        port: `${connection.protocol} ${connection.port}`,
      }),
      yaml,
      cost: lines(yaml),
      apply: (cluster) => {
        const now = current(cluster, policy);
        return withPolicy(cluster, { ...now, [direction]: [...now[direction], rule] });
      },
    },
  ];
}
