/**
 * What the kernel code of one namespace works with during one event: the tables, the clock, the recorder, and what it asks of
 * the world (effects). Functions of `path.ts` that other modules need are reached through `k.path`, so that the path imports
 * them and not the other way round.
 */
import type { Random } from '../lib/random.ts';
import { must } from '../lib/assert.ts';
import { BROADCAST_MAC, isGroupMac, ZERO_MAC, type Ipv4 } from '../wire/address.ts';
import type { EthernetFrame, Frame, Packet } from '../wire/frame.ts';
import type { SkbCt } from './conntrack/types.ts';
import type { Device, FarEnd } from './device/index.ts';
import type { Trial } from './netfilter/probe.ts';
import type { NetNs } from './netns.ts';
import { BY_KERNEL } from './origin.ts';
import type { Recorder } from './record.ts';
import type {
  DropReason,
  HopCause,
  HopIndex,
  IfName,
  PktType,
  Row,
  SimTime,
  StepKind,
  TableChange,
} from './recorder.ts';
import { newSkb, type Skb } from './skb.ts';
import type { SocketEvent } from './socketTypes.ts';

/** A kernel timer; void when the generation of what it belongs to has moved on. */
export type KernelTimer =
  | { readonly timer: 'neigh'; readonly key: string; readonly generation: number }
  | { readonly timer: 'tcp'; readonly socket: number; readonly generation: number }
  | { readonly timer: 'fragments'; readonly key: string; readonly generation: number };

/** What an sk_buff keeps beside its bytes on the way to another device. A wire carries none of it. */
export interface Carried {
  /** the flow label that the sender's socket gave it */
  readonly hash?: number;
  /** only inside the same namespace: tunnels and loopback */
  readonly mark?: number;
  /** over loopback only */
  readonly ct?: SkbCt;
}

/** What a namespace asks of the world. */
export type Effect =
  /** a frame leaves by a pair or a cable */
  | ({
      readonly kind: 'transmit';
      readonly to: FarEnd;
      readonly frame: Frame;
      readonly hop: HopIndex;
      readonly medium: 'veth' | 'cable' | 'loopback';
    } & Carried)
  /** the same packet goes on in this namespace, after other packets that are already waiting (NET_RX softirq) */
  | ({
      readonly kind: 'softirq';
      readonly dev: IfName;
      readonly frame: Frame;
      readonly hop: HopIndex;
    } & Carried)
  | { readonly kind: 'timer'; readonly after: number; readonly timer: KernelTimer }
  /** a process that holds a socket or a TUN has something to read */
  | { readonly kind: 'wake'; readonly owner: string; readonly event: SocketEvent };

/** How a packet leaves, as decided by the output route. */
export interface OutputRoute {
  readonly result: 'unicast' | 'local' | 'broadcast';
  readonly dev: IfName;
  readonly nexthop: Ipv4;
  readonly src: Ipv4;
  readonly step: StepKind;
}

export interface OutputFlow {
  readonly dst: Ipv4;
  readonly src?: Ipv4;
  readonly oif?: IfName;
}

export interface PathOps {
  /** dev_queue_xmit; false when the device lost it, which only the maker of fragments minds (NET_XMIT_DROP) */
  xmit(k: Kernel, dev: IfName, skb: Skb): boolean;
  /** ip_route_output: how a packet made here leaves, or the errno that its maker gets */
  routeOutput(
    k: Kernel,
    flow: OutputFlow,
  ):
    | OutputRoute
    | { readonly errno: 'ENETUNREACH' | 'EHOSTUNREACH' | 'EACCES' | 'EINVAL'; readonly step: StepKind };
  /** ip_local_out: OUTPUT, POSTROUTING, neighbour, transmit; false when a hook refused it, which its maker hears as EPERM */
  localOut(k: Kernel, skb: Skb, route: OutputRoute): boolean;
  /** fib_validate_source: whether a packet from `src` may come in by `iif` */
  accepts(k: Kernel, src: Ipv4, iif: IfName): boolean;
  /** what came in by a device and is not (or no longer) on a bridge goes to ARP or IP */
  protocolReceive(k: Kernel, skb: Skb): void;
}

export interface Kernel {
  readonly ns: NetNs;
  readonly now: SimTime;
  readonly recorder: Recorder;
  readonly random: Random;
  readonly path: PathOps;
  emit(effect: Effect): void;
  /** the device at the other end of a pair */
  farEnd(to: FarEnd): Device | undefined;
  /** nesting of dev_queue_xmit; Linux gives up at 8 */
  depth: number;
  /** ICMP is sending at this moment; what goes wrong with its message is not told by another (icmp_xmit_lock) */
  icmpBusy?: boolean;
  /** hears of every rule before it is tried, one by one: for those who ask why one did not match */
  readonly onTrial?: ((trial: Trial) => void) | undefined;
}

/** Where a packet comes from, for the hop it starts. */
export interface Parentage {
  readonly parent: HopIndex;
  readonly cause: HopCause;
  readonly exchange: number;
}

const NOTHING_MORE = {};

/** Records what happened to `skb`; `before` is the frame as it was, when this step changed it. */
export function step(
  k: Kernel,
  skb: Skb,
  kind: StepKind,
  extra: { readonly before?: Frame; readonly changes?: readonly TableChange[] } = NOTHING_MORE,
): void {
  const { before, changes } = extra;
  k.recorder.step({ ns: k.ns.id, at: k.now, hop: skb.hop, frame: skb.frame, kind, before, changes });
}

/** The packet ends here: recorded, and nothing more happens to it. */
export function drop(k: Kernel, skb: Skb, reason: DropReason, where: string): void {
  step(k, skb, { kind: 'drop', reason, where });
}

/** The same, because of a row of a table. */
export function dropBy(
  k: Kernel,
  skb: Skb,
  row: Row,
  { reason, where }: { reason: DropReason; where: string },
): void {
  step(k, skb, { kind: 'drop', reason, where, row });
}

/** A new hop in this namespace. */
export function newHop(k: Kernel, from: Parentage): HopIndex {
  return k.recorder.hop({ parent: from.parent, cause: from.cause, ns: k.ns.id, exchange: from.exchange });
}

/** The parentage of something that `skb` brings about. */
export function causedBy(k: Kernel, skb: Skb, cause: HopCause): Parentage {
  return { parent: skb.hop, cause, exchange: k.recorder.exchangeOf(skb.hop) };
}

/** Where a packet comes from and who makes it; `hash` is the flow label of its socket. */
export interface Maker extends Parentage {
  readonly by: string;
  readonly hash?: number;
  /** what the frame is addressed with, for what is put on a device directly */
  readonly link?: Pick<EthernetFrame, 'src' | 'dst'>;
}

/** A packet that is made here, with its hop and its `originate` step; a link layer only when the maker gives one. */
export function originate(k: Kernel, packet: Packet, from: Maker): Skb {
  const { by, hash, link } = from;
  const frame: Frame = link
    ? { kind: 'ethernet', ...link, payload: packet }
    : { kind: 'raw', payload: packet };
  const skb = newSkb({ frame, hop: newHop(k, from), hash });
  step(k, skb, { kind: 'originate', by });
  return skb;
}

export function device(k: Kernel, name: IfName): Device {
  return must(k.ns.state.devices.get(name), `device ${name} in ${k.ns.id}`);
}

/** A change of a table that the kernel made by itself. */
export function kernelChange(
  k: Kernel,
  table: TableChange['table'],
  op: TableChange['op'],
  line: string,
): TableChange {
  return { ns: k.ns.id, table, op, line, origin: BY_KERNEL };
}

/** One of several copies of a packet: a hop of its own. */
export function copyOf(k: Kernel, skb: Skb): Skb {
  return { ...skb, hop: newHop(k, causedBy(k, skb, 'fan-out')) };
}

/** eth_type_trans */
export function pktTypeOn(into: Device, frame: Frame): PktType {
  if (frame.kind === 'raw') return 'host';
  if (frame.dst === BROADCAST_MAC) return 'broadcast';
  if (isGroupMac(frame.dst)) return 'multicast';
  return frame.dst === (into.mac ?? ZERO_MAC) ? 'host' : 'otherhost';
}
