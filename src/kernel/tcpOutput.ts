/**
 * The sending half of TCP: building a segment, sending it, and keeping what takes sequence space until it is acknowledged.
 * @see net/ipv4/tcp_output.c, tcp_timer.c
 */
import type { Ipv4 } from '../wire/address.ts';
import { PROTOCOL, type Packet, type TcpFlags, type TcpOption, type TcpSegment } from '../wire/frame.ts';
import { originate, step, type Kernel, type Parentage } from './context.ts';
import { nextGeneration, nextIpId, sysctl, update, withEntry, withoutEntry } from './netns.ts';
import type { ConnectError, TcpSocket, Unacked } from './socketTypes.ts';

const SECOND = 1_000_000_000;
const MS = 1_000_000;
/** tcp_syn_linear_timeouts: this many retransmissions of a SYN come a second apart, before the time doubles */
const LINEAR_TIMEOUTS = 4;
export const DATA_RETRIES = 15;
const MIN_RTO = 200 * MS;
const MAX_RTO = 120 * SECOND;
export const TIME_WAIT = 60 * SECOND;
export const NO_DATA = new Uint8Array(0);
export const NO_FLAGS: TcpFlags = { fin: false, syn: false, rst: false, psh: false, ack: false, urg: false };

/** The TCP socket of this number, undefined when it is gone or another kind. */
export function tcpSocket(k: Kernel, id: number): TcpSocket | undefined {
  const socket = k.ns.state.sockets.get(id);
  return socket?.kind === 'tcp' ? socket : undefined;
}

export function put(k: Kernel, socket: TcpSocket): TcpSocket {
  update(k.ns, { sockets: withEntry(k.ns.state.sockets, socket.id, socket) });
  return socket;
}

export function close(k: Kernel, socket: TcpSocket): void {
  update(k.ns, { sockets: withoutEntry(k.ns.state.sockets, socket.id) });
}

function timestamps(k: Kernel, echo: number): TcpOption[] {
  const value = Math.floor(k.now / MS) >>> 0;
  return [{ kind: 'timestamps', value, echo }];
}

function optionsOf(k: Kernel, socket: TcpSocket, flags: TcpFlags): readonly TcpOption[] {
  const stamp = timestamps(k, socket.peerTimestamp);
  if (!flags.syn) return [{ kind: 'nop' }, { kind: 'nop' }, ...stamp];
  return [
    { kind: 'mss', mss: socket.mss },
    { kind: 'sack-permitted' },
    ...stamp,
    { kind: 'nop' },
    { kind: 'window-scale', shift: 7 },
  ];
}

export interface Outgoing {
  readonly flags: Partial<TcpFlags>;
  readonly seq: number;
  readonly data: Uint8Array;
}

/** Builds and sends one segment of `socket`. @returns the errno when there is no way to the peer */
export function transmit(k: Kernel, socket: TcpSocket, out: Outgoing, from: Parentage): ConnectError | 'ok' {
  const route = k.path.routeOutput(k, { dst: socket.remote, src: socket.local });
  if ('errno' in route) return route.errno;
  const flags = { ...NO_FLAGS, ...out.flags };
  const segment: TcpSegment = {
    kind: 'tcp',
    sport: socket.lport,
    dport: socket.rport,
    seq: out.seq,
    ack: flags.ack ? socket.rcvNxt : 0,
    flags,
    window: flags.rst ? 0 : 64240,
    options: optionsOf(k, socket, flags),
    data: out.data,
  };
  // a SYN-ACK and a reset carry identification 0 (nothing to put together: DF is set)
  const id = (flags.syn && flags.ack) || (flags.rst && !flags.ack) ? 0 : nextIpId(k.ns);
  const ttl = socket.ttl === undefined ? {} : { ttl: socket.ttl };
  const skb = originate(k, tcpPacket(k, { src: socket.local, dst: socket.remote, id, ...ttl }, segment), {
    ...from,
    by: 'tcp',
    hash: socket.hash,
  });
  step(k, skb, route.step);
  k.path.localOut(k, skb, route);
  return 'ok';
}

export function tcpPacket(
  k: Kernel,
  header: { src: Ipv4; dst: Ipv4; id: number; ttl?: number },
  segment: TcpSegment,
): Packet {
  return {
    kind: 'ipv4',
    ttl: sysctl(k.ns, 'net.ipv4.ip_default_ttl'),
    ...header,
    tos: 0,
    df: true,
    mf: false,
    offset: 0,
    protocol: PROTOCOL.tcp,
    payload: segment,
  };
}

export function parentage(socket: TcpSocket, cause: Parentage['cause']): Parentage {
  return { parent: socket.hop, cause, exchange: socket.exchange };
}

/** Sends what takes sequence space, and keeps it until it is acknowledged. */
export function sendReliably(
  k: Kernel,
  socket: TcpSocket,
  { flags, data }: Omit<Outgoing, 'seq'>,
  cause: Parentage['cause'],
): ConnectError | 'ok' {
  const length = data.length + (flags.syn || flags.fin ? 1 : 0);
  const unacked: Unacked = { seq: socket.sndNxt, length, flags, data };
  const next = put(k, {
    ...socket,
    sndNxt: (socket.sndNxt + length) >>> 0,
    unacked: [...socket.unacked, unacked],
    generation: nextGeneration(k.ns),
  });
  const sent = transmit(k, next, unacked, parentage(socket, cause));
  if (sent === 'ok') arm(k, next);
  return sent;
}

export function arm(k: Kernel, socket: TcpSocket): void {
  const syn = socket.state === 'syn-sent' || socket.state === 'syn-received';
  const doubled = syn ? Math.max(0, socket.retries - (LINEAR_TIMEOUTS - 1)) : socket.retries;
  const after = Math.min((syn ? SECOND : MIN_RTO) * 2 ** doubled, MAX_RTO);
  k.emit({ kind: 'timer', after, timer: { timer: 'tcp', socket: socket.id, generation: socket.generation } });
}
