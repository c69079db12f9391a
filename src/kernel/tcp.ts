/**
 * TCP, as much as a person recognises: three-way handshake, data, close, reset, retransmission of whatever is not
 * acknowledged. Every received byte is acknowledged at once (Linux is in quick-ack mode at the start of a connection).
 * Left out: congestion control, windows (one segment a write), out-of-order queues, SACK recovery, keepalive.
 * @see RFC 9293; net/ipv4/tcp_input.c, tcp_output.c, tcp_timer.c
 */
import { must } from '../lib/assert.ts';
import { nextUint32 } from '../lib/random.ts';
import type { Ipv4 } from '../wire/address.ts';
import type { TcpSegment } from '../wire/frame.ts';
import { causedBy, device, drop, originate, step, type Kernel } from './context.ts';
import type { SocketError } from './icmp.ts';
import { pathMtu } from './icmp.ts';
import { nextGeneration, update } from './netns.ts';
import type { HopIndex } from './recorder.ts';
import { packetOf, type Skb } from './skb.ts';
import type { ConnectError, TcpSocket } from './socketTypes.ts';
import {
  put,
  close,
  transmit,
  tcpPacket,
  parentage,
  sendReliably,
  arm,
  tcpSocket,
  NO_DATA,
  NO_FLAGS,
} from './tcpOutput.ts';
import { fail, startTimeWait } from './tcpTimer.ts';

export interface Dial {
  readonly owner: string;
  readonly dst: Ipv4;
  readonly dport: number;
  readonly sport: number;
  readonly exchange: number;
  readonly parent: HopIndex;
  /** IP_TTL */
  readonly ttl?: number;
}

/** connect(2): sends the SYN. @returns the socket's number, or the errno that connect(2) gives at once */
export function tcpConnect(
  k: Kernel,
  dial: Dial,
): { readonly socket: number } | { readonly errno: ConnectError } {
  const route = k.path.routeOutput(k, { dst: dial.dst });
  if ('errno' in route) return { errno: route.errno };
  const id = k.ns.state.nextSocket;
  update(k.ns, { nextSocket: id + 1 });
  const iss = nextUint32(k.random);
  const socket = put(k, {
    kind: 'tcp',
    id,
    owner: dial.owner,
    local: route.src,
    lport: dial.sport,
    remote: dial.dst,
    rport: dial.dport,
    state: 'syn-sent',
    sndNxt: iss,
    sndUna: iss,
    rcvNxt: 0,
    unacked: [],
    retries: 0,
    generation: 0,
    hash: nextUint32(k.random),
    mss: pathMtu(k, dial.dst, device(k, route.dev).mtu) - 40,
    peerTimestamp: 0,
    exchange: dial.exchange,
    hop: dial.parent,
    ...(dial.ttl === undefined ? {} : { ttl: dial.ttl }),
  });
  sendReliably(k, socket, { flags: { syn: true }, data: NO_DATA }, 'send');
  return { socket: id };
}

/** write(2) on a connected socket; one write is one segment (asserted to fit by the caller's small texts). */
export function tcpSend(k: Kernel, id: number, data: Uint8Array): void {
  const socket = tcpSocket(k, id);
  if (!socket || (socket.state !== 'established' && socket.state !== 'close-wait')) return;
  for (let at = 0; at < data.length; at += socket.mss - 12) {
    const now = must(tcpSocket(k, id), 'socket went away while sending');
    sendReliably(
      k,
      now,
      { flags: { psh: true, ack: true }, data: data.slice(at, at + socket.mss - 12) },
      'reply',
    );
  }
}

/** close(2). */
export function tcpClose(k: Kernel, id: number): void {
  const socket = tcpSocket(k, id);
  if (!socket) return;
  if (socket.state === 'established' || socket.state === 'syn-received') {
    sendReliably(
      k,
      { ...socket, state: 'fin-wait-1' },
      { flags: { fin: true, ack: true }, data: NO_DATA },
      'reply',
    );
  } else if (socket.state === 'close-wait') {
    sendReliably(
      k,
      { ...socket, state: 'last-ack' },
      { flags: { fin: true, ack: true }, data: NO_DATA },
      'reply',
    );
  } else if (socket.state === 'syn-sent') {
    close(k, socket);
  }
}

/** close(2) with SO_LINGER 0: a reset goes out and the socket is gone. */
export function tcpAbort(k: Kernel, id: number): void {
  const socket = tcpSocket(k, id);
  if (!socket) return;
  close(k, socket);
  if (socket.state === 'syn-sent') return;
  transmit(
    k,
    socket,
    { flags: { rst: true, ack: true }, seq: socket.sndNxt, data: NO_DATA },
    parentage(socket, 'reply'),
  );
}

/** tcp_v4_err: an ICMP error about a connection that is being opened ends it; later ones are only news about the path. */
export function tcpError(k: Kernel, error: SocketError, hop: HopIndex): boolean {
  const { quoted } = error;
  const socket = findSocket(k, {
    local: quoted.src,
    lport: quoted.sport,
    remote: quoted.dst,
    rport: quoted.dport,
  });
  if (!socket) return false;
  if (error.type === 3 && error.code === 4) {
    put(k, { ...socket, mss: Math.min(socket.mss, error.mtu - 40) });
    return true;
  }
  if (socket.state === 'syn-sent') fail(k, socket, errnoOf(error), hop);
  return true;
}

/** icmp_err_convert */
function errnoOf({ type, code }: SocketError): ConnectError {
  if (type !== 3) return 'EHOSTUNREACH';
  if (code === 2 || code === 3) return 'ECONNREFUSED';
  if (code === 0 || code === 6 || code === 9) return 'ENETUNREACH';
  return 'EHOSTUNREACH';
}

interface FourTuple {
  readonly local: Ipv4;
  readonly lport: number | undefined;
  readonly remote: Ipv4;
  readonly rport: number | undefined;
}

function findSocket(k: Kernel, { local, lport, remote, rport }: FourTuple): TcpSocket | undefined {
  for (const socket of k.ns.state.sockets.values()) {
    if (socket.kind !== 'tcp' || socket.lport !== lport || socket.rport !== rport) continue;
    if (socket.local === local && socket.remote === remote) return socket;
  }
  return undefined;
}

/** A segment for this host. @see tcp_v4_rcv */
export function tcpReceive(k: Kernel, skb: Skb, segment: TcpSegment): void {
  const packet = packetOf(skb.frame);
  const socket = findSocket(k, {
    local: packet.dst,
    lport: segment.dport,
    remote: packet.src,
    rport: segment.sport,
  });
  if (socket) {
    step(k, skb, { kind: 'deliver', to: `tcp ${segment.dport}` });
    receiveOn(k, stamped(socket, segment, skb.hop), segment, skb.hop);
    return;
  }
  for (const listener of k.ns.state.sockets.values()) {
    if (listener.kind !== 'listen' || listener.port !== segment.dport) continue;
    if ((listener.ip !== 0 && listener.ip !== packet.dst) || !segment.flags.syn || segment.flags.ack)
      continue;
    step(k, skb, { kind: 'deliver', to: `tcp ${segment.dport}` });
    accept(k, skb, segment, listener);
    return;
  }
  if (!segment.flags.rst) reset(k, skb, segment);
  drop(k, skb, 'NO_SOCKET', 'tcp_v4_rcv');
}

function stamped(socket: TcpSocket, segment: TcpSegment, hop: HopIndex): TcpSocket {
  const stamp = segment.options.find((option) => option.kind === 'timestamps');
  return { ...socket, hop, peerTimestamp: stamp?.value ?? socket.peerTimestamp };
}

/** tcp_v4_send_reset: nobody listens. */
function reset(k: Kernel, skb: Skb, segment: TcpSegment): void {
  const packet = packetOf(skb.frame);
  const route = k.path.routeOutput(k, { dst: packet.src, src: packet.dst });
  if ('errno' in route) return;
  const taken = segment.data.length + (segment.flags.syn ? 1 : 0) + (segment.flags.fin ? 1 : 0);
  const answer: TcpSegment = {
    kind: 'tcp',
    sport: segment.dport,
    dport: segment.sport,
    seq: segment.flags.ack ? segment.ack : 0,
    ack: segment.flags.ack ? 0 : (segment.seq + taken) >>> 0,
    flags: { ...NO_FLAGS, rst: true, ack: !segment.flags.ack },
    window: 0,
    options: [],
    data: NO_DATA,
  };
  const made = tcpPacket(k, { src: packet.dst, dst: packet.src, id: 0 }, answer);
  const out = originate(k, made, { ...causedBy(k, skb, 'error'), by: 'tcp' });
  step(k, out, route.step);
  k.path.localOut(k, out, route);
}

function accept(
  k: Kernel,
  skb: Skb,
  segment: TcpSegment,
  listener: { readonly id: number; readonly owner: string },
): void {
  const packet = packetOf(skb.frame);
  const route = k.path.routeOutput(k, { dst: packet.src, src: packet.dst });
  if ('errno' in route) return;
  const id = k.ns.state.nextSocket;
  update(k.ns, { nextSocket: id + 1 });
  const iss = nextUint32(k.random);
  const offered = segment.options.find((option) => option.kind === 'mss');
  const socket: TcpSocket = {
    kind: 'tcp',
    id,
    owner: listener.owner,
    local: packet.dst,
    lport: segment.dport,
    remote: packet.src,
    rport: segment.sport,
    state: 'syn-received',
    sndNxt: iss,
    sndUna: iss,
    rcvNxt: (segment.seq + 1) >>> 0,
    unacked: [],
    retries: 0,
    generation: 0,
    hash: nextUint32(k.random),
    mss: Math.min(device(k, route.dev).mtu - 40, offered?.mss ?? 536),
    peerTimestamp: 0,
    listener: listener.id,
    exchange: k.recorder.exchangeOf(skb.hop),
    hop: skb.hop,
  };
  sendReliably(
    k,
    stamped(socket, segment, skb.hop),
    { flags: { syn: true, ack: true }, data: NO_DATA },
    'reply',
  );
}

function before(a: number, b: number): boolean {
  return ((a - b) | 0) < 0;
}

function acknowledge(k: Kernel, socket: TcpSocket): void {
  transmit(
    k,
    socket,
    { flags: { ack: true }, seq: socket.sndNxt, data: NO_DATA },
    parentage(socket, 'reply'),
  );
}

/** tcp_rcv_state_process: what a segment does to a connection. */
function receiveOn(k: Kernel, found: TcpSocket, segment: TcpSegment, hop: HopIndex): void {
  const { flags } = segment;
  const wake = (event: Parameters<typeof k.emit>[0] & { kind: 'wake' }): void => k.emit(event);
  const { owner, id } = found;
  if (flags.rst) {
    fail(k, found, found.state === 'syn-sent' ? 'ECONNREFUSED' : 'ECONNRESET', hop);
    return;
  }
  if (found.state === 'syn-sent') {
    if (!flags.syn || !flags.ack || segment.ack !== found.sndNxt) return;
    const offered = segment.options.find((option) => option.kind === 'mss');
    const mss = Math.min(found.mss, offered?.mss ?? 536);
    const open = put(k, {
      ...acked(found, segment.ack),
      state: 'established',
      rcvNxt: (segment.seq + 1) >>> 0,
      mss,
    });
    acknowledge(k, open);
    wake({ kind: 'wake', owner, event: { event: 'connected', socket: id, hop } });
    return;
  }
  let socket = flags.ack ? acked(found, segment.ack) : found;
  if (socket.state === 'syn-received' && socket.unacked.length === 0) {
    socket = { ...socket, state: 'established' };
    wake({
      kind: 'wake',
      owner,
      event: { event: 'accepted', socket: id, from: socket.remote, port: socket.rport, hop },
    });
  }
  if (socket.unacked.length === 0) socket = afterOwnFin(k, socket);
  if (socket.unacked.length !== found.unacked.length)
    socket = { ...socket, retries: 0, generation: nextGeneration(k.ns) };
  put(k, socket);
  if (socket.unacked.length !== found.unacked.length && socket.unacked.length > 0) arm(k, socket);
  const taken = segment.data.length + (flags.fin ? 1 : 0);
  if (taken === 0) {
    if (socket.state === 'time-wait' && found.state === 'last-ack') close(k, socket);
    return;
  }
  if (segment.seq !== socket.rcvNxt) {
    // something we have already (our ACK was lost) or cannot use yet: say where we are
    if (before(segment.seq, socket.rcvNxt)) acknowledge(k, socket);
    return;
  }
  socket = put(k, { ...socket, rcvNxt: (socket.rcvNxt + taken) >>> 0 });
  if (flags.fin)
    socket = put(k, { ...socket, state: afterPeerFin(socket.state), generation: nextGeneration(k.ns) });
  acknowledge(k, socket);
  if (socket.state === 'time-wait') startTimeWait(k, socket);
  if (segment.data.length > 0)
    wake({ kind: 'wake', owner, event: { event: 'data', socket: id, data: segment.data, hop } });
  if (flags.fin) wake({ kind: 'wake', owner, event: { event: 'end', socket: id, hop } });
}

function acked(socket: TcpSocket, ack: number): TcpSocket {
  const unacked = socket.unacked.filter((segment) => before(ack, (segment.seq + segment.length) >>> 0));
  return { ...socket, unacked, sndUna: before(socket.sndUna, ack) ? ack : socket.sndUna };
}

function afterOwnFin(k: Kernel, socket: TcpSocket): TcpSocket {
  if (socket.state === 'fin-wait-1') return { ...socket, state: 'fin-wait-2' };
  if (socket.state === 'closing') {
    startTimeWait(k, socket);
    return { ...socket, state: 'time-wait' };
  }
  if (socket.state === 'last-ack') return { ...socket, state: 'time-wait' };
  return socket;
}

function afterPeerFin(state: TcpSocket['state']): TcpSocket['state'] {
  if (state === 'established' || state === 'syn-received') return 'close-wait';
  if (state === 'fin-wait-1') return 'closing';
  return 'time-wait';
}
