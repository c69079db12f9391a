/** Random clusters and policies, from few words, so that they meet. */
import { addressAt, cidr, ipv4, printCidr, type Cidr } from '../../wire/address.ts';
import { createRandom, nextInRange, type Random } from '../../lib/random.ts';
import type { ContainerPort } from '../cluster.ts';
import {
  NAMESPACE_NAME_LABEL,
  PROTOCOLS,
  type LabelSelector,
  type NetworkPolicy,
  type Peer,
  type PolicyPort,
  type PolicyRule,
  type Requirement,
} from './networkPolicy.ts';
import type { NamespaceLabels, SelectablePod, Subject } from './subject.ts';

const KEYS = ['app', 'tier', 'env'];
const VALUES = ['a', 'b', 'c'];
const PORT_NAMES = ['http', 'dns'];
const NUMBERS = [53, 80, 81, 443, 8080];

export class Chance {
  readonly #random: Random;
  constructor(seed: number) {
    this.#random = createRandom(seed);
  }
  /** 0 to n - 1 */
  below(n: number): number {
    return nextInRange(this.#random, 0, n - 1);
  }
  pick<T>(list: readonly [T, ...T[]] | readonly T[]): T {
    const value = list[this.below(list.length)];
    if (value === undefined) throw new Error('nothing to pick from');
    return value;
  }
  often(percent: number): boolean {
    return this.below(100) < percent;
  }
  list<T>(most: number, make: () => T): readonly T[] {
    return Array.from({ length: this.below(most + 1) }, make);
  }
  some<T>(list: readonly T[], percent: number): readonly T[] {
    return list.filter(() => this.often(percent));
  }
}

function labels(chance: Chance): Record<string, string> {
  return Object.fromEntries(chance.some(KEYS, 70).map((key) => [key, chance.pick(VALUES)]));
}

export function randomPorts(chance: Chance): readonly ContainerPort[] {
  return chance.list(3, () => ({
    port: chance.pick(NUMBERS),
    protocol: chance.pick(PROTOCOLS),
    ...(chance.often(70) ? { name: chance.pick(PORT_NAMES) } : {}),
  }));
}

export function randomNamespaces(chance: Chance, count: number): NamespaceLabels {
  return new Map(
    Array.from({ length: count }, (_, i) => {
      const name = `n${i}`;
      return [name, { ...labels(chance), [NAMESPACE_NAME_LABEL]: name }];
    }),
  );
}

export function randomPod(chance: Chance, name: string, namespaces: NamespaceLabels): SelectablePod {
  return {
    namespace: chance.pick([...namespaces.keys()]),
    name,
    labels: labels(chance),
    ports: randomPorts(chance),
  };
}

export interface RandomSubjects {
  readonly pods: number;
  readonly nodes: number;
  readonly outside: number;
}

export function randomSubjects(
  chance: Chance,
  namespaces: NamespaceLabels,
  counts: RandomSubjects,
): readonly Subject[] {
  const nodes = Array.from({ length: counts.nodes }, (_, i): Subject => ({
    id: `node/node${i}`,
    ip: addressAt(ipv4('10.244.0.0'), i << 8),
    reachedAt: addressAt(ipv4('192.168.0.11'), i),
    node: `node${i}`,
    isNode: true,
  }));
  const pods = Array.from({ length: counts.pods }, (_, i): Subject => {
    const pod = randomPod(chance, `p${i}`, namespaces);
    const node = chance.below(counts.nodes);
    return {
      id: `pod/${pod.namespace}/${pod.name}`,
      pod,
      ...(chance.often(95) ? { ip: addressAt(ipv4('10.244.0.2'), (node << 8) + i) } : {}),
      node: `node${node}`,
      isNode: false,
    };
  });
  const outside = Array.from({ length: counts.outside }, (_, i): Subject => {
    const ip = addressAt(ipv4('203.0.113.50'), i);
    return { id: `client/client${i}`, ip, isNode: false };
  });
  return [...pods, ...nodes, ...outside];
}

function requirement(chance: Chance, keys: readonly string[], values: readonly string[]): Requirement {
  const operator = chance.pick(['In', 'NotIn', 'Exists', 'DoesNotExist'] as const);
  const hasValues = operator === 'In' || operator === 'NotIn';
  const some = chance.some(values, 40);
  return {
    key: chance.pick(keys),
    operator,
    values: hasValues ? (some.length > 0 ? some : values.slice(0, 1)) : [],
  };
}

export function randomSelector(chance: Chance, names?: readonly string[]): LabelSelector {
  const matchLabels: Record<string, string> = {};
  for (const key of chance.some(KEYS, 25)) matchLabels[key] = chance.pick(VALUES);
  if (names && chance.often(25)) matchLabels[NAMESPACE_NAME_LABEL] = chance.pick(names);
  return { matchLabels, matchExpressions: chance.often(30) ? [requirement(chance, KEYS, VALUES)] : [] };
}

const BLOCKS: readonly (readonly [string, ...string[]])[] = [
  ['0.0.0.0/0'],
  ['0.0.0.0/0', '10.244.1.0/24', '203.0.113.0/24'],
  ['10.244.0.0/16'],
  ['10.244.0.0/16', '10.244.1.0/24'],
  ['10.244.0.0/16', '10.244.0.0/30', '10.244.1.4/30'],
  ['10.244.1.0/24'],
  ['192.168.0.0/24', '192.168.0.12/32'],
  ['203.0.113.50/32'],
];

export function block(outer: string, ...except: readonly string[]): Peer {
  const outerCidr: Cidr = cidr(outer);
  return { kind: 'ipBlock', cidr: outerCidr, except: except.map(cidr), text: printCidr(outerCidr) };
}

function peer(chance: Chance, namespaces: readonly string[]): Peer {
  if (chance.often(25)) return block(...chance.pick(BLOCKS));
  const [byPod, byNamespace] = chance.pick([
    [true, false],
    [false, true],
    [true, true],
  ] as const);
  return {
    kind: 'pods',
    ...(byPod ? { podSelector: randomSelector(chance) } : {}),
    ...(byNamespace ? { namespaceSelector: randomSelector(chance, namespaces) } : {}),
  };
}

function port(chance: Chance): PolicyPort {
  const protocol = chance.pick(PROTOCOLS);
  switch (chance.below(4)) {
    case 0:
      return { protocol };
    case 1:
      return { protocol, port: chance.pick(PORT_NAMES) };
    case 2: {
      const first = chance.pick(NUMBERS);
      return { protocol, port: first, endPort: first + chance.below(500) };
    }
    default:
      return { protocol, port: chance.pick(NUMBERS) };
  }
}

export function randomPolicy(chance: Chance, name: string, namespaces: NamespaceLabels): NetworkPolicy {
  const names = [...namespaces.keys()];
  const namespace = chance.pick(names);
  const rule = (): PolicyRule => ({
    peers: chance.often(20) ? [] : chance.list(3, () => peer(chance, names)),
    ports: chance.often(40) ? [] : chance.list(3, () => port(chance)),
  });
  const [ingress, egress] = [chance.list(2, rule), chance.list(2, rule)];
  const types = chance.pick([
    null,
    { ingress: true, egress: false },
    { ingress: false, egress: true },
    { ingress: true, egress: true },
  ]);
  return {
    namespace,
    name,
    podSelector: randomSelector(chance),
    isolates: types ?? { ingress: true, egress: egress.length > 0 },
    typesWritten: types !== null,
    ingress,
    egress,
    ref: { kind: 'NetworkPolicy', namespace, name, path: '' },
  };
}
