/**
 * One Linux network namespace: a set of tables. Every table is immutable and replaced as a whole when it changes (copy on
 * write), so a snapshot is a handful of references. Only `kernel` writes `state`; everybody else reads.
 *
 * Tables change in two ways: by `apply(ns, op)` (somebody gave a command) and by packets (ARP, learned fdb entries, sockets),
 * which is recorded on the step that did it.
 */
import { ZERO_MAC, type Cidr, type Ipv4, type Mac } from '../wire/address.ts';
import type { Packet } from '../wire/frame.ts';
import { NO_CONNTRACK, type ConntrackTable } from './conntrack/types.ts';
import type { Device } from './device/index.ts';
import type { IpSet } from './netfilter/ipset.ts';
import { NO_MEMORY, type RuleMemory } from './netfilter/probe.ts';
import type { Counter, Ruleset } from './netfilter/rule.ts';
import { BY_KERNEL, type Origin } from './origin.ts';
import type { IfName, NetNsId, SimTime } from './recorder.ts';
import type { Skb } from './skb.ts';
import type { Socket } from './socketTypes.ts';

export interface Address {
  readonly dev: IfName;
  readonly ip: Ipv4;
  readonly bits: number;
  readonly scope: 'global' | 'link' | 'host';
  readonly broadcast?: Ipv4;
  readonly origin: Origin;
}

export type RouteType = 'unicast' | 'local' | 'broadcast' | 'blackhole' | 'unreachable' | 'prohibit';

export interface Route {
  readonly table: 'local' | 'main';
  readonly type: RouteType;
  readonly dst: Cidr;
  readonly via?: Ipv4;
  readonly dev?: IfName;
  readonly onlink: boolean;
  readonly scope: 'global' | 'link' | 'host';
  readonly src?: Ipv4;
  readonly metric: number;
  readonly proto: 'kernel' | 'boot' | 'static';
  readonly origin: Origin;
}

/** NUD states, as `ip neigh` prints them. */
export type NeighState = 'permanent' | 'reachable' | 'stale' | 'delay' | 'probe' | 'incomplete' | 'failed';

export interface Neigh {
  readonly dev: IfName;
  readonly ip: Ipv4;
  readonly state: NeighState;
  readonly lladdr?: Mac;
  /** when the state was entered; REACHABLE turns STALE some time after */
  readonly since: SimTime;
  readonly probes: number;
  /** changes with every transition; a timer of an older generation is void */
  readonly generation: number;
  /** packets that wait for the answer (unres_qlen) */
  readonly queue: readonly Skb[];
  readonly origin: Origin;
}

/** `bridge fdb`: for a bridge MAC -> port; for a vxlan device MAC -> remote VTEPs. */
export interface FdbEntry {
  readonly dev: IfName;
  readonly mac: Mac;
  /** bridge: the port; 'self' means the bridge itself */
  readonly port?: IfName;
  /** vxlan: the remote VTEP */
  readonly dst?: Ipv4;
  readonly state: 'permanent' | 'static' | 'learned';
  readonly updated: SimTime;
  readonly origin: Origin;
}

export interface Fragments {
  readonly pieces: readonly Packet[];
  readonly skbs: readonly Skb[];
  readonly generation: number;
}

export interface PathMtu {
  readonly mtu: number;
  readonly expires: SimTime;
}

/** inet_peer: a machine that this one sends ICMP errors to. One account for several limits, as in Linux. */
export interface Peer {
  /** nanoseconds of credit */
  readonly tokens: number;
  /** when the credit was counted last, or the last redirect sent */
  readonly last: number;
  /** how many redirects it was sent */
  readonly redirects: number;
}

/** A route exception that an ICMP redirect made. */
export interface RedirectedTo {
  readonly gateway: Ipv4;
  /** the gateway that it stands in for */
  readonly instead: Ipv4;
  readonly expires: SimTime;
}

export interface NetNsState {
  readonly devices: ReadonlyMap<IfName, Device>;
  readonly addresses: readonly Address[];
  readonly routes: readonly Route[];
  readonly neighs: ReadonlyMap<string, Neigh>;
  readonly fdb: ReadonlyMap<string, readonly FdbEntry[]>;
  readonly sysctl: ReadonlyMap<string, string>;
  readonly sockets: ReadonlyMap<number, Socket>;
  readonly fragments: ReadonlyMap<string, Fragments>;
  readonly pathMtu: ReadonlyMap<Ipv4, PathMtu>;
  /** what is owed to whom in ICMP errors and redirects (peer.ts) */
  readonly peers: ReadonlyMap<Ipv4, Peer>;
  /** destinations for which a redirect named another gateway (redirect.ts) */
  readonly redirected: ReadonlyMap<Ipv4, RedirectedTo>;
  /** conntrack's hooks are registered here (some rule needs them), so fragments are put together in PREROUTING and OUTPUT */
  readonly conntrackHooks: boolean;
  /** iptables' tables */
  readonly rules: Ruleset;
  readonly ipsets: ReadonlyMap<string, IpSet>;
  /** by the id of a rule, or of a base chain for its policy; what was never hit is not in it */
  readonly counters: ReadonlyMap<number, Counter>;
  readonly ruleMemory: RuleMemory;
  readonly conntrack: ConntrackTable;
  /** ids of rules, chains and conntrack entries */
  readonly nextRuleId: number;
  readonly nextConntrackId: number;
  readonly nextIfIndex: number;
  readonly nextSocket: number;
  readonly ipId: number;
  readonly generation: number;
}

export interface NetNs {
  readonly id: NetNsId;
  state: NetNsState;
}

const NEW_SYSCTL: ReadonlyMap<string, string> = new Map([
  ['net.ipv4.ip_forward', '0'],
  ['net.ipv4.conf.all.rp_filter', '0'],
  ['net.ipv4.conf.all.accept_local', '0'],
  ['net.ipv4.conf.all.route_localnet', '0'],
  ['net.ipv4.conf.all.send_redirects', '1'],
  ['net.ipv4.conf.all.accept_redirects', '1'],
  ['net.ipv4.conf.default.rp_filter', '0'],
  ['net.ipv4.tcp_syn_retries', '6'],
  ['net.ipv4.tcp_synack_retries', '5'],
  ['net.ipv4.icmp_ratelimit', '1000'],
  ['net.ipv4.icmp_ratemask', '6168'],
  ['net.ipv4.ip_default_ttl', '64'],
  // per namespace since Linux 5.3; on by default where br_netfilter is loaded
  ['net.bridge.bridge-nf-call-iptables', '1'],
]);

/** A fresh namespace: `lo` up with 127.0.0.1/8, as a container runtime leaves it. @see net/core/net_namespace.c */
export function createNetNs(id: NetNsId, options: { readonly conntrackHooks?: boolean } = {}): NetNs {
  const lo = 'lo' as IfName;
  const loopback = 0x7f000001 as Ipv4;
  const origin = BY_KERNEL;
  const from = { dev: lo, src: loopback, origin };
  return {
    id,
    state: {
      devices: new Map<IfName, Device>([
        [
          lo,
          {
            kind: 'loopback',
            name: lo,
            index: 1,
            mac: ZERO_MAC,
            mtu: 65536,
            up: true,
            carrier: true,
            hairpin: false,
            origin,
          },
        ],
      ]),
      addresses: [{ dev: lo, ip: loopback, bits: 8, scope: 'host', origin }],
      routes: [
        localRoute('local', { address: loopback, bits: 32 }, from),
        localRoute('local', { address: 0x7f000000 as Ipv4, bits: 8 }, from),
        localRoute('broadcast', { address: 0x7fffffff as Ipv4, bits: 32 }, from),
      ],
      neighs: new Map(),
      fdb: new Map(),
      sysctl: NEW_SYSCTL,
      sockets: new Map(),
      fragments: new Map(),
      pathMtu: new Map(),
      peers: new Map(),
      redirected: new Map(),
      conntrackHooks: options.conntrackHooks ?? false,
      rules: {},
      ipsets: new Map(),
      counters: new Map(),
      ruleMemory: NO_MEMORY,
      conntrack: NO_CONNTRACK,
      nextRuleId: 1,
      nextConntrackId: 1,
      nextIfIndex: 2,
      nextSocket: 1,
      ipId: 0,
      generation: 0,
    },
  };
}

/** A row of the local table, which the kernel keeps for every address. @see net/ipv4/fib_frontend.c fib_add_ifaddr */
export function localRoute(
  type: 'local' | 'broadcast',
  dst: Cidr,
  { dev, src, origin }: { readonly dev: IfName; readonly src: Ipv4; readonly origin: Origin },
): Route {
  const scope = type === 'local' ? 'host' : 'link';
  return { table: 'local', type, dst, dev, onlink: false, scope, src, metric: 0, proto: 'kernel', origin };
}

/** Replaces some tables of the namespace; the rest stay the same objects. */
export function update(ns: NetNs, tables: Partial<NetNsState>): void {
  ns.state = Object.assign(copyOf(ns.state), tables);
}

/** Written out, for V8 takes fifteen times as long to spread so many fields; every packet does this many times. */
function copyOf(state: NetNsState): NetNsState {
  return {
    devices: state.devices,
    addresses: state.addresses,
    routes: state.routes,
    neighs: state.neighs,
    fdb: state.fdb,
    sysctl: state.sysctl,
    sockets: state.sockets,
    fragments: state.fragments,
    pathMtu: state.pathMtu,
    peers: state.peers,
    redirected: state.redirected,
    conntrackHooks: state.conntrackHooks,
    rules: state.rules,
    ipsets: state.ipsets,
    counters: state.counters,
    ruleMemory: state.ruleMemory,
    conntrack: state.conntrack,
    nextRuleId: state.nextRuleId,
    nextConntrackId: state.nextConntrackId,
    nextIfIndex: state.nextIfIndex,
    nextSocket: state.nextSocket,
    ipId: state.ipId,
    generation: state.generation,
  };
}

/** A copy of `map` with one entry set. */
export function withEntry<K, V>(map: ReadonlyMap<K, V>, key: K, value: V): ReadonlyMap<K, V> {
  return new Map(map).set(key, value);
}

/** A copy of `map` without one key. */
export function withoutEntry<K, V>(map: ReadonlyMap<K, V>, key: K): ReadonlyMap<K, V> {
  const copy = new Map(map);
  copy.delete(key);
  return copy;
}

/** The number a sysctl holds, 0 when it was never set. */
export function sysctl(ns: NetNs, name: string): number {
  return Number(ns.state.sysctl.get(name) ?? '0');
}

/** The larger of `conf.all` and `conf.DEV`, as the kernel combines rp_filter (IN_DEV_MAXCONF) and the on/off flags (ORCONF). */
export function devSysctl(
  ns: NetNs,
  dev: IfName,
  name: 'rp_filter' | 'accept_local' | 'route_localnet',
): number {
  return Math.max(sysctl(ns, `net.ipv4.conf.all.${name}`), sysctl(ns, `net.ipv4.conf.${dev}.${name}`));
}

/** IN_DEV_FORWARD: the device's own flag, or ip_forward. */
export function forwards(ns: NetNs, dev: IfName): boolean {
  const own = ns.state.sysctl.get(`net.ipv4.conf.${dev}.forwarding`);
  return Number(own ?? ns.state.sysctl.get('net.ipv4.ip_forward') ?? '0') !== 0;
}

/** The next value of the IP identification counter. Linux keys it by flow hash; here one counter a namespace. */
export function nextIpId(ns: NetNs): number {
  const ipId = (ns.state.ipId + 1) & 0xffff;
  update(ns, { ipId });
  return ipId;
}

export function nextConntrackId(ns: NetNs): number {
  const id = ns.state.nextConntrackId;
  update(ns, { nextConntrackId: id + 1 });
  return id;
}

export function nextGeneration(ns: NetNs): number {
  const generation = ns.state.generation + 1;
  update(ns, { generation });
  return generation;
}
