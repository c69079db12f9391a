/**
 * What is probably not meant: a policy that the API server takes and that does something else than its writer thinks. Each finding is
 * a warning at its field; nothing here changes what the policy does.
 */
import { message, type Message } from '../../lib/message.ts';
import { nearestOf } from '../../lib/nearest.ts';
import { contains, printIpv4, type Cidr } from '../../wire/address.ts';
import type { Cluster } from '../cluster.ts';
import { forEachBit, type Bits } from './bits.ts';
import { judge, numbersOf, type Policies } from './match.ts';
import {
  DIRECTIONS,
  PEERS_FIELD,
  type Direction,
  type LabelSelector,
  type NetworkPolicy,
  type Peer,
  type PolicyPort,
} from './networkPolicy.ts';
import { PeerBits } from './peerBits.ts';
import { requirementsOf } from './sentence.ts';
import { namespaceLabels, subjectOfPod, type Subject } from './subject.ts';

export type FieldPath = readonly (string | number)[];

export interface Lint {
  readonly policy: NetworkPolicy;
  readonly path: FieldPath;
  readonly severity: 'warning' | 'info';
  readonly message: Message;
}

interface Context {
  readonly cluster: Cluster;
  readonly pods: readonly Subject[];
  readonly bits: PeerBits;
  readonly policies: Policies;
}

type PodsPeer = Extract<Peer, { readonly kind: 'pods' }>;

type Say = (path: FieldPath, said: Message, severity?: Lint['severity']) => void;

export function lintPolicies(cluster: Cluster): readonly Lint[] {
  if (cluster.policies.length === 0) return [];
  const pods = cluster.pods.map((pod) => subjectOfPod(cluster, pod)).filter(({ pod }) => pod !== undefined);
  const namespaces = namespaceLabels(cluster);
  const context: Context = {
    cluster,
    pods,
    bits: new PeerBits(pods, namespaces),
    policies: { policies: cluster.policies, namespaces },
  };
  return cluster.policies.flatMap((policy) => {
    const found: Lint[] = [];
    const say: Say = (path, said, severity = 'warning') =>
      found.push({ policy, path, severity, message: said });
    const targets = podsIn(context, context.bits.selected(policy));
    lintTypes(policy, say);
    lintTargets(policy, targets, context, say);
    for (const direction of DIRECTIONS)
      if (policy.isolates[direction]) lintRules({ policy, targets, direction }, context, say);
    if (policy.isolates.egress) lintDns(policy, targets, context, say);
    return found;
  });
}

function podsIn({ pods }: Context, bits: Bits): readonly Subject[] {
  const found: Subject[] = [];
  forEachBit(bits, (i) => {
    const pod = pods[i];
    if (pod) found.push(pod);
  });
  return found;
}

/** Rules that policyTypes makes void, and an empty list that was meant to deny. */
function lintTypes({ isolates, typesWritten, written, ...policy }: NetworkPolicy, say: Say): void {
  for (const direction of DIRECTIONS) {
    if (isolates[direction]) continue;
    if (policy[direction].length > 0) say(['spec', direction], message('lint.ignored-rules', { direction }));
    else if (written?.[direction] === true && !typesWritten)
      say(['spec', direction], message('lint.empty-egress', {}));
  }
}

function lintTargets(policy: NetworkPolicy, targets: readonly Subject[], context: Context, say: Say): void {
  const { namespace, podSelector } = policy;
  // that the namespace is not there is said already
  if (targets.length > 0 || !context.policies.namespaces.has(namespace)) return;
  const selector = requirementsOf(podSelector).join(', ');
  const hint = nearestLabel(podSelector, context, namespace);
  if (selector === '') say(['spec', 'podSelector'], message('lint.no-pods', { namespace }), 'info');
  else if (hint === undefined)
    say(['spec', 'podSelector'], message('lint.selects-nothing', { selector, namespace }));
  else
    say(
      ['spec', 'podSelector'],
      message('lint.selects-nothing.nearest', { selector, namespace, nearest: hint }),
    );
}

/** A label that some pod has and that is spelled nearly like one that is asked for. */
function nearestLabel(
  { matchLabels }: LabelSelector,
  { pods }: Context,
  namespace?: string,
): string | undefined {
  const own = pods.filter(({ pod }) => namespace === undefined || pod?.namespace === namespace);
  for (const [key, value] of Object.entries(matchLabels)) {
    const keys = new Set(own.flatMap(({ pod }) => Object.keys(pod?.labels ?? {})));
    if (!keys.has(key)) {
      const nearest = nearestOf(key, [...keys]);
      if (nearest !== undefined) return nearest;
      continue;
    }
    const values = new Set(own.flatMap(({ pod }) => pod?.labels[key] ?? []));
    if (values.has(value)) continue;
    const nearest = nearestOf(value, [...values]);
    if (nearest !== undefined) return `${key}=${nearest}`;
  }
  return undefined;
}

interface Part {
  readonly policy: NetworkPolicy;
  readonly targets: readonly Subject[];
  readonly direction: Direction;
}

function lintRules(part: Part, context: Context, say: Say): void {
  const { policy, direction } = part;
  policy[direction].forEach((rule, i) => {
    const at: FieldPath = ['spec', direction, i];
    const list = PEERS_FIELD[direction];
    if (rule.peers.length === 0 && rule.ports.length === 0) say(at, message('lint.anything', { direction }));
    rule.peers.forEach((peer, j) => {
      const next = rule.peers[j + 1];
      if (next && isLoneDash(peer, next)) say([...at, list, j + 1], message('lint.lone-dash', {}));
      if (peer.kind === 'ipBlock')
        lintBlock(peer, { ...part, path: [...at, list, j, 'ipBlock', 'cidr'] }, context, say);
      else {
        if (isEveryPod(peer)) say([...at, list, j, 'namespaceSelector'], message('lint.every-pod', {}));
        lintPods(peer, { ...part, path: [...at, list, j] }, context, say);
      }
    });
    const bearers =
      direction === 'ingress'
        ? part.targets
        : rule.peers.length === 0
          ? context.pods
          : rule.peers.flatMap((peer) => podsIn(context, context.bits.peer(peer, policy, direction)));
    rule.ports.forEach((port, j) => {
      lintPort(port, { bearers, path: [...at, 'ports', j, 'port'] }, context, say);
    });
  });
}

/** One item names pods, its neighbour namespaces: often the dash between them is one too many. */
function isLoneDash(a: Peer, b: Peer): boolean {
  if (a.kind !== 'pods' || b.kind !== 'pods') return false;
  const [onlyNamespace, onlyPods] = [
    (peer: typeof a): boolean => peer.namespaceSelector !== undefined && peer.podSelector === undefined,
    (peer: typeof a): boolean => peer.podSelector !== undefined && peer.namespaceSelector === undefined,
  ];
  return (onlyNamespace(a) && onlyPods(b)) || (onlyPods(a) && onlyNamespace(b));
}

/** `{}` asks for nothing: of a namespaceSelector, without anything that a pod must have, that is the whole cluster. */
function isEveryPod({ namespaceSelector, podSelector }: PodsPeer): boolean {
  return (
    namespaceSelector !== undefined && isEmpty(namespaceSelector) && (!podSelector || isEmpty(podSelector))
  );
}

const isEmpty = (selector: LabelSelector): boolean => requirementsOf(selector).length === 0;

function lintPods(
  peer: PodsPeer,
  { policy, direction, path }: Part & { readonly path: FieldPath },
  context: Context,
  say: Say,
): void {
  if (podsIn(context, context.bits.peer(peer, policy, direction)).length > 0) return;
  const { podSelector, namespaceSelector } = peer;
  const pods = podSelector ? requirementsOf(podSelector).join(', ') : '';
  const namespaces = namespaceSelector ? requirementsOf(namespaceSelector).join(', ') : policy.namespace;
  const nearest =
    podSelector && nearestLabel(podSelector, context, namespaceSelector ? undefined : policy.namespace);
  const params = { selector: [pods, namespaces].filter((text) => text !== '').join(' @ ') || '{}' };
  if (nearest === undefined) say(path, message('lint.peer-nobody', params));
  else say(path, message('lint.peer-nobody.nearest', { ...params, nearest }));
}

const isInside = (inner: Cidr, outer: Cidr): boolean =>
  inner.bits >= outer.bits && contains(outer, inner.address);

function lintBlock(
  { cidr, text }: Extract<Peer, { readonly kind: 'ipBlock' }>,
  { targets, direction, path }: Part & { readonly path: FieldPath },
  { cluster }: Context,
  say: Say,
): void {
  if (cidr === undefined) {
    say(path, message('lint.ipv6-block', { cidr: text }));
    return;
  }
  if (isInside(cidr, cluster.serviceCIDR)) {
    say(path, message('lint.cluster-ip', { cidr: text }));
    return;
  }
  if (direction === 'egress') return;
  const client = cluster.clients.find(({ ip }) => contains(cidr, ip));
  if (!client || cidr.bits === 0) return;
  // a Service that hides who asks, in front of a selected pod
  const hiding = cluster.services.find(
    (service) =>
      (service.type === 'NodePort' || service.type === 'LoadBalancer') &&
      service.externalTrafficPolicy === 'Cluster' &&
      targets.some(({ pod }) => pod !== undefined && isBehind(service, pod)),
  );
  if (hiding)
    say(
      path,
      message('lint.snat', { client: printIpv4(client.ip), service: `${hiding.namespace}/${hiding.name}` }),
    );
}

type Service = Cluster['services'][number];

function isBehind(
  { namespace, selector }: Service,
  pod: { readonly namespace: string; readonly labels: Readonly<Record<string, string>> },
): boolean {
  const entries = Object.entries(selector ?? {});
  return (
    namespace === pod.namespace &&
    entries.length > 0 &&
    entries.every(([key, value]) => pod.labels[key] === value)
  );
}

/** A port that only a Service has, or a name that no pod has. */
function lintPort(
  entry: PolicyPort,
  { bearers, path }: { readonly bearers: readonly Subject[]; readonly path: FieldPath },
  { cluster }: Context,
  say: Say,
): void {
  const { port, protocol, endPort } = entry;
  if (port === undefined || endPort !== undefined || bearers.length === 0) return;
  if (typeof port === 'string') {
    if (bearers.some((subject) => numbersOf(port, protocol, subject).length > 0)) return;
    const names = bearers.flatMap(({ pod }) => pod?.ports.flatMap(({ name }) => name ?? []) ?? []);
    const nearest = nearestOf(port, names);
    if (nearest !== undefined && nearest !== port)
      say(path, message('lint.port-name.nearest', { name: port, protocol, nearest }));
    else say(path, message('lint.port-name', { name: port, protocol }));
    if (cluster.policyController === 'kube-router')
      say(path, message('lint.port-name.kube-router', { name: port }));
    return;
  }
  const listens = (subject: Subject): boolean =>
    subject.pod?.ports.some((own) => own.port === port && own.protocol === protocol) === true;
  if (bearers.some(listens)) return;
  for (const service of cluster.services)
    for (const own of service.ports) {
      if (own.port !== port || own.protocol !== protocol || own.targetPort === port) continue;
      if (!bearers.some(({ pod }) => pod !== undefined && isBehind(service, pod))) continue;
      const name = `${service.namespace}/${service.name}`;
      say(path, message('lint.service-port', { service: name, port, target: String(own.targetPort) }));
      return;
    }
}

const DNS_LABEL = 'k8s-app';
const DNS_VALUE = 'kube-dns';
const DNS = { protocol: 'UDP', port: 53 } as const;

/** Egress is let out somewhere, but not to the name servers: every name will fail. A policy that lets nothing out is meant so. */
function lintDns(
  policy: NetworkPolicy,
  targets: readonly Subject[],
  { pods, policies }: Context,
  say: Say,
): void {
  const [from] = targets;
  if (!from || policy.egress.length === 0) return;
  const servers = pods.filter(({ pod }) => pod?.labels[DNS_LABEL] === DNS_VALUE);
  const [some] = servers.length > 0 ? servers : [];
  const asked = some ?? {
    id: 'dns',
    isNode: false,
    pod: { namespace: 'kube-system', name: 'dns', labels: { [DNS_LABEL]: DNS_VALUE }, ports: [] },
  };
  if (judge(policies, { from, to: asked, ...DNS }).egress) return;
  say(['spec', 'egress'], message('lint.no-dns', { pod: from.id.replace('pod/', '') }));
}
