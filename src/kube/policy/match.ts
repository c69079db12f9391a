/**
 * What NetworkPolicy v1 means, to the letter. Every condition that does not hold is a `Miss` with its place in the policy, so
 * that the sentence of a refusal comes from the very comparison that refused.
 *
 *     connection allowed = egress of the source AND ingress of the destination
 *     a direction        = nobody isolates the pod, OR a rule of one of those that do admits it
 *     a rule             = one of the peers AND one of the ports
 *
 * Left out: protocols beyond TCP, UDP and SCTP, of which the API says nothing; addresses before or after NAT: whoever asks
 * says which ones the policy gets to see.
 * @see kubernetes/api networking/v1/types.go; kubernetes/website concepts/services-networking/network-policies
 */
import { contains, type Cidr, type Ipv4 } from '../../wire/address.ts';
import type {
  Direction,
  IpBlockPeer,
  LabelSelector,
  NetworkPolicy,
  Peer,
  PodPeer,
  PolicyPort,
  PolicyRule,
  Protocol,
} from './networkPolicy.ts';
import { labelsOfNamespace, type Labels, type NamespaceLabels, type Subject } from './subject.ts';

/** The first condition of a peer or a port that does not hold; `path` is relative to the peer or port. */
export type Miss = { readonly path: string } & (
  | {
      readonly miss: 'label';
      readonly whose: 'pod' | 'namespace';
      readonly key: string;
      readonly operator: 'Equals' | 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
      readonly values: readonly string[];
      /** undefined: it has no such label */
      readonly has: string | undefined;
    }
  /** a podSelector alone looks in the policy's own namespace */
  | { readonly miss: 'namespace'; readonly wanted: string; readonly is: string }
  /** selectors find pods only */
  | { readonly miss: 'no-pod' }
  | { readonly miss: 'no-address' }
  | { readonly miss: 'cidr'; readonly cidr: Cidr; readonly ip: Ipv4 }
  | { readonly miss: 'except'; readonly cidr: Cidr; readonly ip: Ipv4 }
  | { readonly miss: 'ipv6'; readonly text: string }
  | { readonly miss: 'protocol'; readonly wanted: Protocol; readonly is: Protocol }
  | { readonly miss: 'port'; readonly first: number; readonly last: number; readonly is: number }
  /** the destination has no port of that name and protocol, or it is another number */
  | {
      readonly miss: 'port-name';
      readonly name: string;
      readonly numbers: readonly number[];
      readonly is: number;
    }
);

/** The first requirement that the labels do not meet; matchLabels first, in the order of their keys. */
export function selectorMiss(
  selector: LabelSelector,
  labels: Labels,
  whose: 'pod' | 'namespace',
): Miss | undefined {
  for (const key of Object.keys(selector.matchLabels)) {
    const value = selector.matchLabels[key] ?? '';
    const has = valueOf(labels, key);
    if (has !== value)
      return { miss: 'label', whose, key, operator: 'Equals', values: [value], has, path: labelPath(key) };
  }
  for (let i = 0; i < selector.matchExpressions.length; i++) {
    const requirement = selector.matchExpressions[i];
    if (!requirement) continue;
    const { key, operator, values } = requirement;
    const has = valueOf(labels, key);
    if (!meets(operator, values, has))
      return { miss: 'label', whose, key, operator, values, has, path: `.matchExpressions[${i}]` };
  }
  return undefined;
}

function valueOf(labels: Labels, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}

function labelPath(key: string): string {
  return /^[\w-]+$/.test(key) ? `.matchLabels.${key}` : `.matchLabels["${key}"]`;
}

/** NotIn also holds where the label is missing. @see apimachinery pkg/labels/selector.go Requirement.Matches */
function meets(
  operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist',
  values: readonly string[],
  has: string | undefined,
): boolean {
  switch (operator) {
    case 'In':
      return has !== undefined && values.includes(has);
    case 'NotIn':
      return has === undefined || !values.includes(has);
    case 'Exists':
      return has !== undefined;
    case 'DoesNotExist':
      return has === undefined;
  }
}

export function matchesSelector(selector: LabelSelector, labels: Labels): boolean {
  return selectorMiss(selector, labels, 'pod') === undefined;
}

/** Is the subject a pod that `spec.podSelector` selects? */
export function selects(policy: NetworkPolicy, { pod }: Subject): boolean {
  return pod?.namespace === policy.namespace && matchesSelector(policy.podSelector, pod.labels);
}

/** Does the policy isolate the subject in this direction? */
export function isolates(policy: NetworkPolicy, direction: Direction, subject: Subject): boolean {
  return policy.isolates[direction] && selects(policy, subject);
}

/** Why the subject is none of this peer's; undefined: it is one. `ip` is the address that the policy sees of it. */
export function peerMiss(
  peer: Peer,
  { policy, namespaces }: { readonly policy: NetworkPolicy; readonly namespaces: NamespaceLabels },
  { subject, ip }: { readonly subject: Subject; readonly ip: Ipv4 | undefined },
): Miss | undefined {
  return peer.kind === 'ipBlock'
    ? blockMiss(peer, ip)
    : podsMiss(peer, policy.namespace, namespaces, subject);
}

function podsMiss(
  { podSelector, namespaceSelector }: PodPeer,
  own: string,
  namespaces: NamespaceLabels,
  { pod }: Subject,
): Miss | undefined {
  if (!pod) return { miss: 'no-pod', path: '' };
  if (namespaceSelector) {
    const labels = labelsOfNamespace(namespaces, pod.namespace);
    const miss = selectorMiss(namespaceSelector, labels, 'namespace');
    if (miss) return { ...miss, path: `.namespaceSelector${miss.path}` };
  } else if (pod.namespace !== own) {
    return { miss: 'namespace', wanted: own, is: pod.namespace, path: '' };
  }
  const miss = podSelector ? selectorMiss(podSelector, pod.labels, 'pod') : undefined;
  return miss && { ...miss, path: `.podSelector${miss.path}` };
}

function blockMiss({ cidr, except, text }: IpBlockPeer, ip: Ipv4 | undefined): Miss | undefined {
  if (cidr === undefined) return { miss: 'ipv6', text, path: '.ipBlock.cidr' };
  if (ip === undefined) return { miss: 'no-address', path: '.ipBlock.cidr' };
  if (!contains(cidr, ip)) return { miss: 'cidr', cidr, ip, path: '.ipBlock.cidr' };
  const at = except.findIndex((block) => contains(block, ip));
  const block = except[at];
  return block && { miss: 'except', cidr: block, ip, path: `.ipBlock.except[${at}]` };
}

/** The port of the connection: always the destination's. */
export interface PortQuestion {
  readonly protocol: Protocol;
  readonly port: number;
}

/** Why this entry of `ports` does not admit the port; named ports are looked up on the destination, whoever writes the policy. */
export function portMiss(
  entry: PolicyPort,
  { protocol, port }: PortQuestion,
  destination: Subject,
): Miss | undefined {
  if (entry.protocol !== protocol)
    return { miss: 'protocol', wanted: entry.protocol, is: protocol, path: '.protocol' };
  if (entry.port === undefined) return undefined;
  if (typeof entry.port === 'number') {
    const last = entry.endPort ?? entry.port;
    if (port >= entry.port && port <= last) return undefined;
    return { miss: 'port', first: entry.port, last, is: port, path: '.port' };
  }
  const numbers = numbersOf(entry.port, protocol, destination);
  if (numbers.includes(port)) return undefined;
  return { miss: 'port-name', name: entry.port, numbers, is: port, path: '.port' };
}

/** The container ports of that name and protocol. */
export function numbersOf(name: string, protocol: Protocol, { pod }: Subject): readonly number[] {
  return (pod?.ports ?? []).flatMap((p) => (p.name === name && p.protocol === protocol ? [p.port] : []));
}

/** A connection as policies see it. */
export interface Connection extends PortQuestion {
  readonly from: Subject;
  readonly to: Subject;
}

/** The one whom the direction protects, and the one it is asked about, with the addresses that the policy sees. */
export function sidesOf(
  { from, to }: Connection,
  direction: Direction,
): {
  readonly self: Subject;
  readonly other: Subject;
  readonly selfIp: Ipv4 | undefined;
  readonly otherIp: Ipv4 | undefined;
} {
  const [source, destination] = [from.ip, to.reachedAt ?? to.ip];
  return direction === 'ingress'
    ? { self: to, other: from, selfIp: destination, otherIp: source }
    : { self: from, other: to, selfIp: source, otherIp: destination };
}

/** A condition that does not hold, and the place of its peer or port in the list. */
export interface PlacedMiss {
  readonly at: number;
  readonly miss: Miss;
}

export interface RuleMisses {
  /** why each peer is not it, until one is; empty: no peers are listed, or the first fits */
  readonly peers: readonly PlacedMiss[];
  readonly peerFits: boolean;
  readonly ports: readonly PlacedMiss[];
  readonly portFits: boolean;
}

/** Looks at every peer and port of a rule. Paths are relative to the peer or port. */
export function missesOf(
  rule: PolicyRule,
  direction: Direction,
  given: { readonly policy: NetworkPolicy; readonly namespaces: NamespaceLabels },
  connection: Connection,
): RuleMisses {
  const { other, otherIp } = sidesOf(connection, direction);
  const peers = untilOneFits(rule.peers, (peer) => peerMiss(peer, given, { subject: other, ip: otherIp }));
  const ports = untilOneFits(rule.ports, (entry) => portMiss(entry, connection, connection.to));
  return { peers: peers.misses, peerFits: peers.fits, ports: ports.misses, portFits: ports.fits };
}

/** An empty list fits. */
function untilOneFits<T>(
  list: readonly T[],
  missOf: (one: T) => Miss | undefined,
): { readonly misses: readonly PlacedMiss[]; readonly fits: boolean } {
  const misses: PlacedMiss[] = [];
  for (const [at, one] of list.entries()) {
    const miss = missOf(one);
    if (!miss) return { misses, fits: true };
    misses.push({ at, miss });
  }
  return { misses, fits: list.length === 0 };
}

export function admits(
  rule: PolicyRule,
  direction: Direction,
  given: { readonly policy: NetworkPolicy; readonly namespaces: NamespaceLabels },
  connection: Connection,
): boolean {
  const { self, other, selfIp, otherIp } = sidesOf(connection, direction);
  return (
    (rule.self === undefined ||
      rule.self.some((peer) => peerMiss(peer, given, { subject: self, ip: selfIp }) === undefined)) &&
    (rule.peers.length === 0 ||
      rule.peers.some((peer) => peerMiss(peer, given, { subject: other, ip: otherIp }) === undefined)) &&
    (rule.ports.length === 0 ||
      rule.ports.some((entry) => portMiss(entry, connection, connection.to) === undefined))
  );
}

/** Why no policy is asked at all. */
export type Exempt = 'loopback' | 'own-node';

/** Where controllers read the API differently. */
export interface Reading {
  /** a pod may always talk to its own node; kube-router asks the egress policies there, too, but for NodePorts */
  readonly toOwnNode: 'always' | 'node-ports';
}

/** The API's own words. */
export const SPEC: Reading = { toOwnNode: 'always' };

/** The default range of the API server. */
export const NODE_PORTS = { first: 30000, last: 32767 } as const;

/** A pod cannot block itself, and its own node may always talk to it. */
export function exemptOf({ from, to, port }: Connection, { toOwnNode }: Reading = SPEC): Exempt | undefined {
  if (from.id === to.id) return 'loopback';
  if (from.node === undefined || from.node !== to.node) return undefined;
  if (from.isNode) return 'own-node';
  const isFree = toOwnNode === 'always' || (port >= NODE_PORTS.first && port <= NODE_PORTS.last);
  return to.isNode && isFree ? 'own-node' : undefined;
}

export interface Verdicts {
  readonly ingress: boolean;
  readonly egress: boolean;
  /** both */
  readonly allowed: boolean;
}

export interface Policies {
  readonly policies: readonly NetworkPolicy[];
  readonly namespaces: NamespaceLabels;
  readonly reading?: Reading;
}

/** May this connection be opened? Replies to it may always come back. */
export function judge({ policies, namespaces, reading = SPEC }: Policies, connection: Connection): Verdicts {
  if (exemptOf(connection, reading) !== undefined) return { ingress: true, egress: true, allowed: true };
  const passes = (direction: Direction): boolean => {
    const { self } = sidesOf(connection, direction);
    let isolated = false;
    for (const policy of policies) {
      if (!isolates(policy, direction, self)) continue;
      isolated = true;
      if (policy[direction].some((rule) => admits(rule, direction, { policy, namespaces }, connection)))
        return true;
    }
    return !isolated;
  };
  const [ingress, egress] = [passes('ingress'), passes('egress')];
  return { ingress, egress, allowed: ingress && egress };
}
