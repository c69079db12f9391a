/**
 * Everything in which a simulated run and a run of the real kernel are allowed to differ, as one list. Whatever is not here is
 * compared as it is: result, every frame on every device in the order of its namespace, rules, conntrack. What may differ in the
 * reasons of drops is a list of its own, drops.ts.
 */
import { PORT } from '../../src/wire/frame.ts';
import { namedConnection, namedLayers, withoutDigits, type Drawn } from './drawn.ts';
import type { JsonConnection, JsonLayer, JsonRule, TraceJson } from '../../src/trace/json.ts';

/** A sysctl of every namespace of a run. */
export interface Setting {
  /** `*` stands for every device: set when all devices are there */
  readonly key: string;
  readonly value: string;
  /** `both`: the simulator has the same key and gets the same command */
  readonly where: 'kernel' | 'both';
  readonly reason: string;
}

export const SETTINGS: readonly Setting[] = [
  {
    key: 'net.ipv6.conf.all.disable_ipv6',
    value: '1',
    where: 'kernel',
    reason: 'IPv6 is not simulated; router solicitations and MLD reports would be frames of their own',
  },
  {
    key: 'net.ipv6.conf.default.disable_ipv6',
    value: '1',
    where: 'kernel',
    reason: 'the same, for devices that are made later',
  },
  {
    key: 'net.ipv4.ping_group_range',
    value: '0 0',
    where: 'kernel',
    reason: 'lets the runner open ping sockets, as ping(8) does',
  },
  {
    key: 'net.ipv4.tcp_synack_retries',
    value: '0',
    where: 'both',
    reason:
      'a SYN-ACK that got lost would be sent again a second later, in the middle of another probe; when that is differs',
  },
  {
    key: 'net.ipv4.neigh.*.retrans_time_ms',
    value: '50',
    where: 'both',
    reason: 'a neighbour that does not answer is given up after 0.15 s instead of 3 s: real time',
  },
  {
    key: 'net.ipv4.icmp_ratemask',
    value: '0',
    where: 'both',
    reason:
      'no ICMP error is counted by its type: the limit depends on the time between two probes, which is real in one run and simulated in the other',
  },
  {
    key: 'net.ipv4.conf.all.rp_filter',
    value: '0',
    where: 'kernel',
    reason:
      "a new namespace inherits it from the machine, whose distribution may set it; the simulator's begins with 0",
  },
  {
    key: 'net.ipv4.conf.default.rp_filter',
    value: '0',
    where: 'kernel',
    reason: 'the same, for devices that are made later',
  },
];

/** A command for the real kernel alone. */
export interface KernelOnly {
  /** right behind the command that makes a bridge, or after everything else in each namespace with rules */
  readonly when: 'bridge made' | 'rules stand';
  /** `name` is the bridge, or the namespace */
  readonly text: (name: string) => string;
  readonly reason: string;
}

export const KERNEL_ONLY: readonly KernelOnly[] = [
  {
    when: 'bridge made',
    text: (bridge) => `ip link set ${bridge} type bridge mcast_snooping 0`,
    reason: 'multicast snooping is not simulated; it makes the bridge join groups and send IGMP of its own',
  },
  {
    when: 'rules stand',
    text: () =>
      "iptables-restore --noflush <<'EOF'\n*raw\n-I PREROUTING -j TRACE\n-I OUTPUT -j TRACE\nCOMMIT\nEOF",
    reason: 'has the kernel tell every rule that matches',
  },
];

export const REFUSAL_REASON =
  "the rule trace needs iptables-legacy, the simulator speaks as iptables of nf_tables: of a rule that is not there the former says 'No chain/target/match' unless its target is a verdict (tried with 1.8.9), the latter always 'Bad rule'";

/** What iptables-legacy says where the simulator, given the same command, says `refused`. */
export function refusalOfLegacy(command: string, refused: string): string {
  const isVerdict = / -j (?:ACCEPT|DROP|RETURN|QUEUE)\b/.test(command) || !command.includes(' -j ');
  return isVerdict || refused !== 'iptables: Bad rule (does a matching rule exist in that chain?).'
    ? refused
    : 'iptables: No chain/target/match by that name.';
}

type Frame = TraceJson['frames'][string][number];

/** What is taken out of a frame, or the frame out of the list, on both sides. */
export interface FrameRule {
  readonly reason: string;
  /** undefined: the frame is left out */
  readonly apply: (frame: Frame) => Frame | undefined;
}

const has = (frame: Frame, name: string): boolean => frame.layers.some((layer) => name in layer);

function withLayers(frame: Frame, change: (layer: JsonLayer, index: number) => JsonLayer): Frame {
  return { ...frame, layers: frame.layers.map(change) };
}

export const FRAME_RULES: readonly FrameRule[] = [
  {
    reason:
      'the outer source port of VXLAN is a hash with a key that a kernel draws at boot (udp_flow_src_port)',
    apply: (frame) =>
      withLayers(frame, (layer, i) => {
        const udp = layer['udp'];
        return udp && frame.layers[i + 1]?.['vxlan'] ? { udp: { ...udp, sport: '*' } } : layer;
      }),
  },
  {
    reason: 'an unknown EtherType is shown by its addresses only, and nothing but IPv4 and ARP is simulated',
    apply: (frame) => (has(frame, 'ip') || has(frame, 'arp') ? frame : undefined),
  },
];

export const DRAWN_REASON =
  'a source port that `--random-fully` draws is drawn anew in every run: both sides call it by the connection that drew it (drawn.ts); a server that names it in its answer makes that as long as the port has digits';

/** The frames of a namespace after every rule. */
export function normalised(frames: readonly Frame[], drawn: Drawn): readonly Frame[] {
  return frames.flatMap((frame) => {
    let now: Frame | undefined = { ...frame, layers: namedLayers(withoutDigits(frame.layers, drawn), drawn) };
    for (const rule of FRAME_RULES) if (now) now = rule.apply(now);
    return now ? [now] : [];
  });
}

/** The source port of VXLAN and drawn ports (see above) are in the tuples of connections too. */
export function normalisedConnection({ orig, reply }: JsonConnection, drawn: Drawn): unknown {
  if (orig.proto !== 'udp' || orig.dport !== PORT.vxlan) return namedConnection({ orig, reply }, drawn);
  return { orig: { ...orig, sport: '*' }, reply: { ...reply, dport: '*' } };
}

/** When two traces differ, the simulator is asked again and told what the kernel had by chance. */
export const CHANCE_REASONS = [
  'what a kernel does can depend on the time between two probes (credit for ICMP errors, the pause between two redirects), which is real there: each probe is sent when the kernel sent it',
  'which endpoint `-m statistic --mode random` draws is chance: the one that the kernel went to is picked (picked.ts)',
] as const;

/** What is left out of the list of rules, or told otherwise. */
export const RULE_REASONS = [
  "the judge's own TRACE rules stand first in raw/PREROUTING and raw/OUTPUT: they are left out, the others count from behind them, and so does a raw table that only they make",
  "TRACE calls a rule without conditions that says ACCEPT, DROP or RETURN the end of its chain ('policy', 'return'), for it looks like one (net/ipv4/netfilter/ip_tables.c get_chainname_rulenum); its number tells it from the end, so only the number is compared",
] as const;

/** A rule as it is compared: table, chain, number. */
export type ComparedRule = readonly [table: string, chain: string, number: number];

export function comparedRules(rules: readonly JsonRule[]): readonly ComparedRule[] {
  return rules.map(([table, chain, , number]) => [table, chain, number]);
}

/** The kernel's rules of a namespace without the judge's own. `hasRaw`: the scenario has a raw table of its own there. */
export function withoutTrace(rules: readonly JsonRule[], hasRaw: boolean): readonly JsonRule[] {
  return rules.flatMap((rule): JsonRule[] => {
    const [table, chain, event, number] = rule;
    if (table !== 'raw') return [rule];
    if (!hasRaw) return [];
    const traced = chain === 'PREROUTING' || chain === 'OUTPUT';
    return [[table, chain, event, traced ? number - 1 : number]];
  });
}
