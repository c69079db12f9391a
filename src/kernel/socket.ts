/** ICMP echo and UDP sockets, listeners, and the dispatch of what is delivered locally. @see net/ipv4/ping.c, udp.c */
import type { Ipv4 } from '../wire/address.ts';
import { emitPacket, packetLength } from '../wire/codec.ts';
import { PROTOCOL, type Bytes, type IcmpEcho, type Packet, type UdpDatagram } from '../wire/frame.ts';
import { ICMP_TYPE } from '../wire/icmp.ts';
import { device, drop, originate, step, type Kernel, type Parentage } from './context.ts';
import { echoReply, icmpSend, pathMtu, readError, type SocketError } from './icmp.ts';
import { heedRedirect } from './redirect.ts';
import { nextIpId, sysctl, update, withEntry, withoutEntry } from './netns.ts';
import { packetOf, type Skb } from './skb.ts';
import type { Socket } from './socketTypes.ts';
import { tcpError, tcpReceive } from './tcp.ts';

type NewSocket = Socket extends infer S
  ? S extends { readonly kind: 'ping' | 'udp' | 'listen' }
    ? Omit<S, 'id'>
    : never
  : never;

/** Opens a socket; two servers may not share a port (EADDRINUSE is our own bug here, so the newer one simply wins). */
export function openSocket(k: Kernel, socket: NewSocket): number {
  const id = k.ns.state.nextSocket;
  update(k.ns, { nextSocket: id + 1, sockets: withEntry(k.ns.state.sockets, id, { ...socket, id }) });
  return id;
}

export function closeSocket(k: Kernel, id: number): void {
  update(k.ns, { sockets: withoutEntry(k.ns.state.sockets, id) });
}

/** What sendto(2) answers when it does not send. */
export type SendError =
  | { readonly errno: 'ENETUNREACH' | 'EHOSTUNREACH' | 'EACCES' | 'EINVAL' | 'EPERM' }
  | { readonly errno: 'EMSGSIZE'; readonly mtu: number };

export interface Datagram {
  readonly dst: Ipv4;
  readonly src?: Ipv4;
  readonly ttl?: number;
  /** IP_MTU_DISCOVER: `do` refuses what does not fit, `want` sets DF on what fits and cuts the rest, `dont` never sets it */
  readonly discover: 'do' | 'want' | 'dont';
}

function send(
  k: Kernel,
  to: Datagram,
  segment: { readonly protocol: number; readonly payload: IcmpEcho | UdpDatagram },
  from: Parentage & { readonly by: string },
): SendError | 'sent' {
  const route = k.path.routeOutput(k, { dst: to.dst, ...(to.src === undefined ? {} : { src: to.src }) });
  if ('errno' in route) return { errno: route.errno };
  const mtu = pathMtu(k, to.dst, device(k, route.dev).mtu);
  const whole: Packet = {
    kind: 'ipv4',
    tos: 0,
    id: nextIpId(k.ns),
    df: false,
    mf: false,
    offset: 0,
    ttl: to.ttl ?? sysctl(k.ns, 'net.ipv4.ip_default_ttl'),
    protocol: segment.protocol,
    src: route.src,
    dst: to.dst,
    payload: segment.payload,
  };
  const fits = packetLength(whole) <= mtu;
  if (to.discover === 'do' && !fits) return { errno: 'EMSGSIZE', mtu };
  const packet = { ...whole, df: fits && to.discover !== 'dont' };
  const skb = originate(k, packet, from);
  step(k, skb, route.step);
  return k.path.localOut(k, skb, route) ? 'sent' : { errno: 'EPERM' };
}

/** Sends an echo request from a ping socket. */
export function sendEcho(
  k: Kernel,
  echo: Omit<IcmpEcho, 'kind' | 'reply'>,
  to: Datagram,
  from: Parentage,
): SendError | 'sent' {
  const payload: IcmpEcho = { kind: 'icmp-echo', reply: false, ...echo };
  return send(k, to, { protocol: PROTOCOL.icmp, payload }, { ...from, by: 'ping' });
}

/** Sends a datagram; `payload` may be an IP packet (flannel's udp backend). */
export function sendDatagram(
  k: Kernel,
  ports: { readonly sport: number; readonly dport: number; readonly payload: Bytes | Packet },
  to: Datagram,
  from: Parentage & { readonly by: string },
): SendError | 'sent' {
  return send(
    k,
    to,
    { protocol: PROTOCOL.udp, payload: { kind: 'udp', checksum: 'computed', ...ports } },
    from,
  );
}

/** ip_local_deliver_finish: hands a whole packet to its protocol. `decap` takes what is for a VXLAN device. */
export function deliverLocally(k: Kernel, skb: Skb, decap: (skb: Skb, udp: UdpDatagram) => boolean): void {
  const segment = packetOf(skb.frame).payload;
  switch (segment.kind) {
    case 'icmp-echo':
      receiveEcho(k, skb, segment);
      return;
    case 'icmp-error': {
      const error = readError(k, skb, segment);
      step(k, skb, { kind: 'deliver', to: 'icmp' });
      if (!error) return;
      // a redirect is no failure
      if (error.type === ICMP_TYPE.redirect) {
        if (isOurs(k, error)) heedRedirect(k, skb, error);
        return;
      }
      if (error.quoted.protocol === PROTOCOL.tcp && tcpError(k, error, skb.hop)) return;
      const { from, type, code, mtu, quoted } = error;
      for (const socket of k.ns.state.sockets.values()) {
        const mine =
          (socket.kind === 'ping' && quoted.protocol === PROTOCOL.icmp && socket.icmpId === quoted.icmpId) ||
          (socket.kind === 'udp' && quoted.protocol === PROTOCOL.udp && socket.port === quoted.sport);
        if (!mine) continue;
        const event = {
          event: 'icmp-error' as const,
          socket: socket.id,
          from,
          type,
          code,
          mtu,
          hop: skb.hop,
        };
        k.emit({ kind: 'wake', owner: socket.owner, event });
      }
      return;
    }
    case 'udp':
      if (!decap(skb, segment)) receiveDatagram(k, skb, segment);
      return;
    case 'tcp':
      tcpReceive(k, skb, segment);
      return;
    case 'bytes':
      // nobody here speaks this protocol
      icmpSend(k, skb, { type: 3, code: 2, rest: 0 });
      drop(k, skb, 'UNHANDLED_PROTO', 'ip_protocol_deliver_rcu');
  }
}

/** Does somebody here still know the packet that an error is about? The kernel itself does, of its echo replies. */
function isOurs(k: Kernel, { quoted }: SocketError): boolean {
  const { protocol, icmpType, icmpId, sport, dport, dst } = quoted;
  if (protocol === PROTOCOL.icmp && icmpType === ICMP_TYPE.echoReply) return true;
  return [...k.ns.state.sockets.values()].some((socket) => {
    if (socket.kind === 'ping') return protocol === PROTOCOL.icmp && socket.icmpId === icmpId;
    if (socket.kind === 'udp') return protocol === PROTOCOL.udp && socket.port === sport;
    if (socket.kind !== 'tcp' || protocol !== PROTOCOL.tcp || socket.state === 'syn-received') return false;
    return socket.lport === sport && socket.rport === dport && socket.remote === dst;
  });
}

function receiveEcho(k: Kernel, skb: Skb, echo: IcmpEcho): void {
  if (!echo.reply) {
    step(k, skb, { kind: 'deliver', to: 'icmp' });
    echoReply(k, skb, echo);
    return;
  }
  const packet = packetOf(skb.frame);
  for (const socket of k.ns.state.sockets.values()) {
    if (socket.kind !== 'ping' || socket.icmpId !== echo.id) continue;
    step(k, skb, { kind: 'deliver', to: 'ping' });
    const { src: from, ttl } = packet;
    const bytes = packetLength(packet) - 20;
    const event = {
      event: 'echo-reply' as const,
      socket: socket.id,
      from,
      seq: echo.seq,
      ttl,
      bytes,
      hop: skb.hop,
    };
    k.emit({ kind: 'wake', owner: socket.owner, event });
    return;
  }
  drop(k, skb, 'NO_SOCKET', 'ping_rcv');
}

function receiveDatagram(k: Kernel, skb: Skb, udp: UdpDatagram): void {
  const packet = packetOf(skb.frame);
  for (const socket of k.ns.state.sockets.values()) {
    if (socket.kind !== 'udp' || socket.port !== udp.dport || (socket.ip !== 0 && socket.ip !== packet.dst))
      continue;
    const { peer } = socket;
    if (peer !== undefined && (peer.ip !== packet.src || peer.port !== udp.sport)) continue;
    step(k, skb, { kind: 'deliver', to: `udp ${udp.dport}` });
    const payload = payloadBytes(udp);
    k.emit({
      kind: 'wake',
      owner: socket.owner,
      event: {
        event: 'datagram',
        socket: socket.id,
        from: packet.src,
        sport: udp.sport,
        to: packet.dst,
        payload,
        frame: skb.frame,
        hop: skb.hop,
      },
    });
    return;
  }
  icmpSend(k, skb, { type: 3, code: 3, rest: 0 });
  drop(k, skb, 'NO_SOCKET', '__udp4_lib_rcv');
}

function payloadBytes({ payload }: UdpDatagram): Uint8Array {
  if (payload.kind === 'bytes') return payload.bytes;
  return payload.kind === 'ipv4' ? emitPacket(payload) : new Uint8Array(0);
}
