/**
 * The rules of one node, chain by chain.
 *
 *     FORWARD -> KUBE-ROUTER-FORWARD --(a local pod's address)--> KUBE-POD-FW-x -> COMMON   replies and ICMP pass
 *                     |                                               |-> from the node itself: passes
 *                     |                                               |-> DEFAULT, KUBE-NWPLCY-x: mark 0x10000 = some rule admits it
 *                     |                                               `-> no mark: REJECT; else mark 0x20000
 *                     `-> KUBE-NWPLCY-TAIL: mark 0x20000 passes
 * @see kube-router pkg/controllers/netpol/npc_iptables.go, pod.go, policy.go (facts/dataplane.md 5.3)
 */
import { printCidr, printIpv4, type Cidr, type Ipv4 } from '../../../wire/address.ts';
import type { ObjectRef } from '../../../kernel/origin.ts';
import { comment, type RuleLine } from '../../kubeProxy/lines.ts';
import type { Direction, NetworkPolicy, PolicyPort, Protocol } from '../networkPolicy.ts';
import type { Subject } from '../subject.ts';
import {
  BUILT_INS,
  COMMON_CHAIN,
  DEFAULT_CHAIN,
  namedPortSet,
  peerSet,
  podChain,
  policyChain,
  ruleId,
  TAIL_CHAIN,
  targetSet,
  TOP,
  type BuiltIn,
} from './names.ts';
import type { ResolvedPolicy, ResolvedRule } from './resolved.ts';

export interface Chain {
  readonly name: string;
  readonly rules: readonly RuleLine[];
  /** whom the chain as a whole is for */
  readonly for: ObjectRef | undefined;
}

const ADMITTED = '0x10000/0x10000';
const PASSED = '0x20000/0x20000';
const NODE_PORTS = '30000:32767';
const MOST_COMMENT = 120;

function chain(name: string, rules: readonly string[], whom?: ObjectRef): Chain {
  return { name, for: whom, rules: rules.map((rule) => ({ chain: name, rule, for: whom })) };
}

/** `namespace/name kind`, cut at the end. */
function idComment(
  { namespace, name }: { readonly namespace: string; readonly name: string },
  kind: string,
): string {
  return comment(`${namespace}/${name} ${kind}`.slice(0, MOST_COMMENT));
}

/** Chains that are the same on every node. */
export function sharedChains(): readonly Chain[] {
  const icmp = (type: string, what: string): string =>
    `-p icmp ${comment(`allow icmp ${what}`)} -m icmp --icmp-type ${type} -j ACCEPT`;
  return [
    chain(DEFAULT_CHAIN, [
      `${comment('rule to mark traffic matching a network policy')} -j MARK --set-xmark ${ADMITTED}`,
    ]),
    chain(COMMON_CHAIN, [
      `${comment('rule to drop invalid state for pod')} -m conntrack --ctstate INVALID -j DROP`,
      `${comment('rule for stateful firewall for pod')} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT`,
      icmp('echo-request', 'echo requests'),
      icmp('destination-unreachable', 'destination unreachable messages'),
      icmp('time-exceeded', 'time exceeded messages'),
    ]),
    chain(TAIL_CHAIN, [`${comment('accept netpol-ok')} -m mark --mark ${PASSED} -j ACCEPT`]),
  ];
}

/** The jump from a built-in chain, without `-I CHAIN 1`. Its id is made of the words before it was there. */
export function jumpOf(builtIn: BuiltIn): string {
  const id = ruleId(builtIn, ['-m', 'comment', '--comment', 'kube-router netpol', '-j', TOP[builtIn]]);
  return `${comment(`kube-router netpol - ${id}`)} -j ${TOP[builtIn]}`;
}

/** The three top chains: whom to let by at once, then a jump for each address of a local pod, then the end. */
export function topChains(pods: readonly Subject[], serviceCIDR: Cidr): readonly Chain[] {
  const rules: Record<BuiltIn, RuleLine[]> = { INPUT: [], FORWARD: [], OUTPUT: [] };
  const add = (to: BuiltIn, rule: string, whom?: ObjectRef): void => {
    rules[to].push({ chain: TOP[to], rule, for: whom });
  };
  for (const rule of exceptions(serviceCIDR)) add('INPUT', rule);
  for (const { pod, ip } of pods) {
    if (!pod || ip === undefined) continue;
    const to = `-j ${podChain(pod)}`;
    const whom = podRef(pod);
    const address = printIpv4(ip);
    const into = `-d ${address}/32 ${idComment(pod, 'in')}`;
    const out = `-s ${address}/32 ${idComment(pod, 'out')}`;
    add('FORWARD', `${into} ${to}`, whom);
    add('OUTPUT', `${into} ${to}`, whom);
    add('FORWARD', `${into} -m physdev --physdev-is-bridged ${to}`, whom);
    for (const builtIn of BUILT_INS) add(builtIn, `${out} ${to}`, whom);
    add('FORWARD', `${out} -m physdev --physdev-is-bridged ${to}`, whom);
  }
  const end = 'rule to explicitly handle traffic for network policies ACCEPT/REJECT decision';
  for (const builtIn of BUILT_INS) add(builtIn, `${comment(end)} -j ${TAIL_CHAIN}`);
  return BUILT_INS.map((builtIn) => ({ name: TOP[builtIn], rules: rules[builtIn], for: undefined }));
}

/** Services are none of its business: what is not yet translated returns at once. */
function exceptions(serviceCIDR: Cidr): readonly string[] {
  const service = 'allow traffic to primary/secondary cluster IP range';
  const range = printCidr(serviceCIDR);
  const id = ruleId(TOP.INPUT, ['-m', 'comment', '--comment', service, '-d', range, '-j', 'RETURN']);
  const ports = (['tcp', 'udp', 'sctp'] as const).map((protocol) => {
    const what = `allow LOCAL ${protocol.toUpperCase()} traffic to node ports`;
    const words = [
      '-p',
      protocol,
      '-m',
      'comment',
      '--comment',
      what,
      '-m',
      'addrtype',
      '--dst-type',
      'LOCAL',
    ];
    const portsId = ruleId(TOP.INPUT, [...words, '-m', 'multiport', '--dports', NODE_PORTS, '-j', 'RETURN']);
    const said = comment(`${what} - ${portsId}`);
    return `-p ${protocol} ${said} -m addrtype --dst-type LOCAL -m multiport --dports ${NODE_PORTS} -j RETURN`;
  });
  return [`-d ${range} ${comment(`${service} - ${id}`)} -j RETURN`, ...ports];
}

function podRef({ namespace, name }: { readonly namespace: string; readonly name: string }): ObjectRef {
  return { kind: 'Pod', namespace, name, path: '' };
}

function at({ ref }: NetworkPolicy, path: string): ObjectRef {
  return { ...ref, path };
}

/** The chain of one local pod. `policies` select it. */
export function podFirewall(
  { namespace, name }: { readonly namespace: string; readonly name: string },
  ip: Ipv4,
  policies: readonly NetworkPolicy[],
): Chain {
  const own = podChain({ namespace, name });
  const whom = podRef({ namespace, name });
  const [into, out] = [`-d ${printIpv4(ip)}/32`, `-s ${printIpv4(ip)}/32`];
  const line = (rule: string, object: ObjectRef = whom): RuleLine => ({ chain: own, rule, for: object });
  const isolated = (direction: Direction): boolean => policies.some(({ isolates }) => isolates[direction]);
  // which of several is guilty of a refusal cannot be said: none of them admits it
  const [only, ...more] = policies;
  const guilty = only && more.length === 0 ? at(only, 'spec.podSelector') : whom;
  const jumps = policies.toReversed().flatMap((policy): RuleLine[] => {
    const { ingress, egress } = policy.isolates;
    if (!ingress && !egress) return [];
    const way = ingress && egress ? '' : `${ingress ? into : out} `;
    return [
      line(`${way}${idComment(policy, 'policy')} -j ${policyChain(policy)}`, at(policy, 'spec.podSelector')),
    ];
  });
  const id = { namespace, name };
  const unmarked = `-m mark ! --mark ${ADMITTED}`;
  return {
    name: own,
    for: whom,
    rules: [
      line(`${comment('common netpol rules')} -j ${COMMON_CHAIN}`),
      line(`${into} ${comment('from local node')} -m addrtype --src-type LOCAL -j ACCEPT`),
      ...(isolated('egress') ? [] : [line(`${out} ${comment('default egress netpol')} -j ${DEFAULT_CHAIN}`)]),
      ...(isolated('ingress')
        ? []
        : [line(`${into} ${comment('default ingress netpol')} -j ${DEFAULT_CHAIN}`)]),
      ...jumps,
      line(
        `${idComment(id, 'log-drop')} ${unmarked} -m limit --limit 10/minute --limit-burst 10 -j NFLOG --nflog-group 100`,
        guilty,
      ),
      line(`${idComment(id, 'reject')} ${unmarked} -j REJECT`, guilty),
      line(`${comment('clear netpol mark')} -j MARK --set-mark 0/0x10000`),
      line(`${comment('set netpol-ok mark')} -j MARK --set-mark ${PASSED}`),
    ],
  };
}

/** The chain of a policy, and the sets that its rules name: two rules for each way a packet can be admitted. */
export function policyRules({ policy, ingress, egress }: ResolvedPolicy): Chain {
  const name = policyChain(policy);
  const rules: RuleLine[] = [];
  for (const direction of ['ingress', 'egress'] as const) {
    if (!policy.isolates[direction]) continue;
    for (const rule of direction === 'ingress' ? ingress : egress)
      for (const { kind, match } of matchesOf(policy, rule, direction)) {
        const words = `${match.join(' ')} ${idComment(policy, kind)}`.trim();
        const whom = at(policy, `spec.${direction}[${rule.at}]`);
        rules.push({ chain: name, rule: `${words} -j MARK --set-xmark ${ADMITTED}`, for: whom });
        rules.push({ chain: name, rule: `${words} -m mark --mark ${ADMITTED} -j RETURN`, for: whom });
      }
  }
  return { name, rules, for: at(policy, '') };
}

interface Admission {
  readonly kind: string;
  readonly match: readonly string[];
}

function matchesOf(policy: NetworkPolicy, rule: ResolvedRule, direction: Direction): readonly Admission[] {
  const { at: index, anyone, pods, blocks, anyPort, ports, named } = rule;
  const ways: Admission[] = [];
  const target = targetSet(policy, direction);
  const sets = (peers: string | undefined, destinations?: string): readonly string[] => {
    const [src, dst] =
      direction === 'ingress' ? [peers, destinations ?? target] : [target, destinations ?? peers];
    return [
      ...(src === undefined ? [] : [`-m set --match-set ${src} src`]),
      ...(dst === undefined ? [] : [`-m set --match-set ${dst} dst`]),
    ];
  };
  const numeric = (kind: string, peers: string | undefined): void => {
    for (const port of ports)
      ways.push({ kind, match: [...protocolOf(port), ...sets(peers), ...dportOf(port)] });
  };
  const byName = (kind: string, peers: string | undefined, withSet: boolean): void => {
    named.forEach(({ protocol, port }, number) => {
      const destinations = withSet ? namedPortSet(policy, { direction, rule: index, number }) : undefined;
      const match = [
        ...protocolOf({ protocol }),
        ...sets(peers, destinations),
        ...dportOf({ protocol, port }),
      ];
      ways.push({ kind: `${kind} np`, match });
    });
  };
  if (pods.length > 0) {
    const peers = peerSet(policy, { direction, rule: index, kind: 'pod' });
    const kind = `${direction} pods`;
    numeric(kind, peers);
    byName(kind, peers, true);
    if (ports.length === 0 && named.length === 0) ways.push({ kind, match: sets(peers) });
  }
  if (anyone) {
    const kind = `${direction} any`;
    if (anyPort) ways.push({ kind, match: sets(undefined) });
    else {
      numeric(kind, undefined);
      byName(kind, undefined, direction === 'ingress');
    }
  }
  if (blocks.length > 0) {
    const peers = peerSet(policy, { direction, rule: index, kind: 'ipblock' });
    const kind = `${direction} cidr`;
    if (anyPort) ways.push({ kind, match: sets(peers) });
    else {
      numeric(kind, peers);
      if (direction === 'ingress') byName(kind, peers, true);
    }
  }
  return ways;
}

function protocolOf({ protocol }: { readonly protocol: Protocol }): readonly string[] {
  return [`-p ${protocol.toLowerCase()}`];
}

function dportOf({ protocol, port, endPort }: PolicyPort): readonly string[] {
  if (port === undefined) return [];
  const range = endPort === undefined ? String(port) : `${port}:${endPort}`;
  return [`-m ${protocol.toLowerCase()} --dport ${range}`];
}
