/**
 * ICMP that the kernel makes and takes: errors about packets it could not deliver, echo replies, and errors that come in for
 * its own sockets. @see net/ipv4/icmp.c, RFC 792, RFC 1122 §3.2.2, RFC 1812 §4.3
 */
import type { Ipv4 } from '../wire/address.ts';
import { isMulticast } from '../wire/address.ts';
import { PROTOCOL, type IcmpEcho, type IcmpError, type Packet, type Segment } from '../wire/frame.ts';
import { quoteOf, readQuote, type Quoted } from '../wire/quote.ts';
import { attached } from './conntrack/track.ts';
import { causedBy, device, originate, step, type Kernel, type OutputRoute } from './context.ts';
import { isLocal, lookup } from './fib.ts';
import { nextIpId, sysctl, update, withEntry } from './netns.ts';
import { pay } from './peer.ts';
import type { SimTime } from './recorder.ts';
import { packetOf, type Skb } from './skb.ts';

/** The errors that the kernel makes: type, code and second word of RFC 792. */
export interface ErrorKind {
  readonly type: 3 | 5 | 11;
  readonly code: number;
  readonly rest: number;
}

/** a whole error message is at most this long (RFC 1812 §4.3.2.3) */
const ERROR_LENGTH = 576;
const HEADERS = 28;
/** XRLIM_BURST_FACTOR */
const BURST = 6;
const SECOND = 1_000_000_000;
/** ip_rt_error_burst; one error costs ip_rt_error_cost, a second */
const ROUTE_ERROR_BURST = 5 * SECOND;
/** how long a path MTU is believed: ip_rt_mtu_expires */
const MTU_EXPIRES = 600_000_000_000;

function carriesIcmpError(packet: Packet): boolean {
  if (packet.protocol !== PROTOCOL.icmp) return false;
  const segment = packet.payload;
  if (segment.kind === 'icmp-error') return true;
  if (segment.kind !== 'bytes') return false;
  const type = segment.bytes[0];
  return type !== 0 && type !== 8;
}

/**
 * icmpv4_xrlim_allow: a token bucket for each target; path MTU news is never held back. Without a limit nothing is held back
 * either, but the bucket is then empty for the others who draw from it.
 */
function allowed(k: Kernel, target: Ipv4, kind: ErrorKind): boolean {
  if (kind.type === 3 && kind.code === 4) return true;
  const limit = sysctl(k.ns, 'net.ipv4.icmp_ratelimit');
  if (((1 << kind.type) & sysctl(k.ns, 'net.ipv4.icmp_ratemask')) === 0) return true;
  const route = lookup(k.ns, target);
  if (route !== 'miss' && route.dev !== undefined && device(k, route.dev).kind === 'loopback') return true;
  const cost = limit * 1_000_000;
  return pay(k, target, { most: BURST * cost, cost });
}

/**
 * ip_error: a packet that no route takes. It has a limit of its own before that of ICMP, out of the same tokens, so a sender
 * hears of it twice in a row, and of a steady stream (faster than one in two seconds) no more.
 */
export function routeError(k: Kernel, skb: Skb, kind: ErrorKind): void {
  const { src } = packetOf(skb.frame);
  if (pay(k, src, { most: ROUTE_ERROR_BURST, cost: SECOND })) icmpSend(k, skb, kind);
  else step(k, skb, { kind: 'unsent', to: src, why: 'limit' });
}

/** icmp_send: tells the sender of `skb` what went wrong, unless RFC 1122 forbids it. */
export function icmpSend(k: Kernel, skb: Skb, kind: ErrorKind): void {
  if (k.icmpBusy === true) return;
  const packet = packetOf(skb.frame);
  if (skb.pkttype !== 'host' || packet.offset > 0 || packet.src === 0) return;
  if (isMulticast(packet.dst) || packet.dst === 0xffffffff || carriesIcmpError(packet)) return;
  // the address that was dialled answers when it is ours; else the route back to the sender chooses
  const src = isLocal(k.ns, packet.dst) ? packet.dst : undefined;
  const flow = { dst: packet.src, ...(src === undefined ? {} : { src }) };
  const route = k.path.routeOutput(k, flow);
  if ('errno' in route || !allowed(k, packet.src, kind)) {
    // a redirect is advice, and nobody misses it
    if (kind.type !== 5)
      step(k, skb, { kind: 'unsent', to: packet.src, why: 'errno' in route ? 'no-route' : 'limit' });
    return;
  }
  const room = Math.min(device(k, route.dev).mtu, ERROR_LENGTH) - HEADERS;
  const error: IcmpError = { kind: 'icmp-error', ...kind, quote: quoteOf(packet, room) };
  // IPTOS_PREC_INTERNETCONTROL
  const made = icmpPacket(k, { src: route.src, dst: packet.src, tos: (packet.tos & 0x1e) | 0xc0 }, error);
  const answer = attached(k, originate(k, made, { ...causedBy(k, skb, 'error'), by: 'icmp' }), skb);
  step(k, answer, route.step);
  sendOut(k, answer, route);
}

function icmpPacket(k: Kernel, header: { src: Ipv4; dst: Ipv4; tos: number }, payload: Segment): Packet {
  return {
    kind: 'ipv4',
    ...header,
    id: nextIpId(k.ns),
    df: false,
    mf: false,
    offset: 0,
    ttl: sysctl(k.ns, 'net.ipv4.ip_default_ttl'),
    protocol: PROTOCOL.icmp,
    payload,
  };
}

/** icmp_echo and icmp_reply: the address that was asked answers, with an ID of its own and DF clear. */
export function echoReply(k: Kernel, skb: Skb, echo: IcmpEcho): void {
  const packet = packetOf(skb.frame);
  const route = k.path.routeOutput(k, { dst: packet.src, src: packet.dst });
  if ('errno' in route) return;
  const made = icmpPacket(k, { src: packet.dst, dst: packet.src, tos: packet.tos }, { ...echo, reply: true });
  const answer = originate(k, made, { ...causedBy(k, skb, 'reply'), by: 'icmp' });
  step(k, answer, route.step);
  sendOut(k, answer, route);
}

/** An ICMP error as the socket layer sees it. */
export interface SocketError {
  readonly from: Ipv4;
  readonly type: number;
  readonly code: number;
  /** of a fragmentation needed */
  readonly mtu: number;
  /** of a redirect */
  readonly gateway: Ipv4;
  readonly quoted: Quoted;
}

/** icmp_unreach and friends: takes a path MTU to heart, and says which flow of ours the error is about. */
export function readError(k: Kernel, skb: Skb, error: IcmpError): SocketError | undefined {
  const quoted = readQuote(error.quote);
  if (!quoted.ok) return undefined;
  const { type, code, rest } = error;
  if (type === 3 && code === 4) {
    const expires = (k.now + MTU_EXPIRES) as SimTime;
    // ip_rt_min_pmtu
    const entry = { mtu: Math.max(rest & 0xffff, 552), expires };
    update(k.ns, { pathMtu: withEntry(k.ns.state.pathMtu, quoted.value.dst, entry) });
  }
  const { src: from } = packetOf(skb.frame);
  return { from, type, code, mtu: rest & 0xffff, gateway: (rest >>> 0) as Ipv4, quoted: quoted.value };
}

/** The largest packet that `dst` may be sent: the device's MTU, or the path MTU learned and still believed. */
export function pathMtu(k: Kernel, dst: Ipv4, deviceMtu: number): number {
  const learned = k.ns.state.pathMtu.get(dst);
  return learned && learned.expires > k.now ? Math.min(learned.mtu, deviceMtu) : deviceMtu;
}

/** icmp_push_reply, while holding the lock of ICMP's own socket. */
function sendOut(k: Kernel, answer: Skb, route: OutputRoute): void {
  k.icmpBusy = true;
  k.path.localOut(k, answer, route);
  k.icmpBusy = false;
}
