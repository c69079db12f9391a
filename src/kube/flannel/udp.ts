/**
 * The udp backend: a TUN device whose other end is flanneld. The kernel routes the whole pod network into `flannel0`; flanneld
 * reads the packet, looks the node up in its own table, and sends it in a UDP datagram; the other flanneld writes it back.
 * Both take one off the TTL, silently discarding at zero. @see flannel pkg/backend/udp/proxy_amd64.c
 */
import { contains, printCidr, printIpv4, type Ipv4 } from '../../wire/address.ts';
import { emitPacket, packetLength, parsePacket } from '../../wire/codec.ts';
import { PORT, PROTOCOL, type Frame, type Packet } from '../../wire/frame.ts';
import { quoteOf } from '../../wire/quote.ts';
import type { Kernel } from '../../kernel/context.ts';
import type { TableOp } from '../../kernel/op.ts';
import type { HopIndex, IfName, StepKind } from '../../kernel/recorder.ts';
import { openSocket, sendDatagram } from '../../kernel/socket.ts';
import type { SocketEvent } from '../../kernel/socketTypes.ts';
import type { Sys } from '../../sim/process.ts';
import { overlayAddress, type FlannelBackend, type Own } from './backend.ts';
import { because, POD_CIDR, type Lease } from './lease.ts';

export const FLANNEL0 = 'flannel0' as IfName;
/** IP and UDP: there is no inner Ethernet header */
export const UDP_OVERHEAD = 28;
/** the TTL of the ICMP message that the proxy makes itself */
const PROXY_TTL = 8;

export const udp: FlannelBackend = {
  type: 'udp',
  encapOverhead: UDP_OVERHEAD,
  // it never looks at the type
  takes: 'any',
  ignored: () => '',
  heard: ({ subnet }) => `Subnet added: ${printCidr(subnet)}`,
  gone: ({ subnet }) => `Subnet removed: ${printCidr(subnet)}`,
  // leases only touch its own table
  remote: () => ({ add: [], remove: [] }),
};

/** Makes the TUN with its address and the one route for the whole network, binds nodeIP:8285, and takes hold of both. */
export function startProxy(sys: Sys<unknown>, own: Own, { subnet }: Lease): void {
  const { node, config, ifaceIP, ifaceMtu } = own;
  const origin = because(node, POD_CIDR);
  const route = {
    type: 'unicast' as const,
    dst: config.network,
    dev: FLANNEL0,
    onlink: false,
    // flanneld asks for a route of universal scope, though it has no gateway
    scope: 'global' as const,
    metric: 0,
  };
  const ops: readonly TableOp[] = [
    { op: 'link-add', name: FLANNEL0, options: {}, link: { type: 'tun' } },
    { op: 'addr-add', dev: FLANNEL0, address: overlayAddress(subnet), broadcast: false },
    { op: 'link-set', name: FLANNEL0, change: { set: 'mtu', mtu: ifaceMtu - UDP_OVERHEAD } },
    { op: 'link-set', name: FLANNEL0, change: { set: 'up' } },
    { op: 'route-add', route },
  ];
  const [make, ...configure] = ops;
  if (make) sys.op(sys.ns, make, origin);
  sys.attachTun(FLANNEL0, true);
  for (const op of configure) sys.op(sys.ns, op, origin);
  openSocket(sys.kernel(), { kind: 'udp', owner: sys.pid, ip: ifaceIP, port: PORT.flannelUdp });
}

/** What the proxy goes by: its own lease and address, and the leases that it has heard of. */
export interface ProxyTable {
  readonly ifaceIP: Ipv4;
  /** how many bytes it reads at a time: the MTU that it gave to flannel0 when it started */
  readonly buffer: number;
  readonly own: Lease;
  readonly remotes: readonly Lease[];
}

/** A packet in the proxy's hands: the frame it was read as, and the hop it belongs to. */
interface Held {
  readonly frame: Frame;
  readonly packet: Packet;
  readonly hop: HopIndex;
}

function note(k: Kernel, { frame, hop }: Held, kind: StepKind, before?: Frame): void {
  k.recorder.step({ ns: k.ns.id, at: k.now, hop, frame, kind, before });
}

/** One off the TTL, as a frame of its own. */
function decremented({ packet, hop }: Held): Held {
  const next = { ...packet, ttl: packet.ttl - 1 };
  return { frame: { kind: 'raw', payload: next }, packet: next, hop };
}

/** What flanneld does with what it reads from the TUN or from its socket. */
export function proxy(sys: Sys<unknown>, event: SocketEvent, table: ProxyTable): void {
  const k = sys.kernel();
  if (event.event === 'tun' && event.frame.payload.kind === 'ipv4') {
    tunToUdp(sys, k, { frame: event.frame, packet: event.frame.payload, hop: event.hop }, table);
  }
  if (event.event !== 'datagram') return;
  const packet = parsePacket(event.payload);
  if (packet.ok) udpToTun(sys, k, { frame: event.frame, packet: packet.value, hop: event.hop });
  else cutShort(k, event);
}

/** It writes what it got to the TUN, and ip_rcv sees that the header speaks of more bytes than there are. */
function cutShort(k: Kernel, { frame, hop }: Extract<SocketEvent, { readonly event: 'datagram' }>): void {
  const at = { ns: k.ns.id, at: k.now, hop, frame };
  k.recorder.step({ ...at, kind: { kind: 'process', process: 'flanneld', action: 'udp-to-tun' } });
  k.recorder.step({ ...at, kind: { kind: 'drop', reason: 'PKT_TOO_SMALL', where: 'ip_rcv_core' } });
}

function tunToUdp(sys: Sys<unknown>, k: Kernel, held: Held, table: ProxyTable): void {
  const { packet, hop } = held;
  const lease = table.remotes.find((remote) => contains(remote.subnet, packet.dst));
  if (!lease) {
    note(k, held, { kind: 'process', process: 'flanneld', action: 'no-lease' });
    note(k, held, { kind: 'drop', reason: 'PROCESS_DISCARD', where: 'flanneld tun_to_udp' });
    netUnreachable(sys, packet, hop, table.own.subnet.address);
    return;
  }
  const row = {
    table: 'route' as const,
    line: `${printCidr(lease.subnet)} -> ${printIpv4(lease.publicIP)}:${PORT.flannelUdp}`,
    origin: because(lease.node, POD_CIDR),
  };
  const next = decremented(held);
  note(k, next, { kind: 'process', process: 'flanneld', action: 'tun-to-udp', row }, held.frame);
  if (next.packet.ttl <= 0) {
    note(k, next, { kind: 'drop', reason: 'PROCESS_DISCARD', where: 'flanneld tun_to_udp' });
    return;
  }
  // somebody raised the MTU of flannel0: read(2) fills the buffer and forgets the rest
  const fits = packetLength(next.packet) <= table.buffer;
  const payload = fits
    ? next.packet
    : { kind: 'bytes' as const, bytes: emitPacket(next.packet).slice(0, table.buffer) };
  const ports = { sport: PORT.flannelUdp, dport: PORT.flannelUdp, payload };
  const from = {
    parent: hop,
    cause: 'process' as const,
    exchange: k.recorder.exchangeOf(hop),
    by: 'flanneld',
  };
  sendDatagram(k, ports, { dst: lease.publicIP, src: table.ifaceIP, discover: 'want' }, from);
}

function udpToTun(sys: Sys<unknown>, k: Kernel, held: Held): void {
  const next = decremented(held);
  note(k, next, { kind: 'process', process: 'flanneld', action: 'udp-to-tun' }, held.frame);
  if (next.packet.ttl <= 0) {
    note(k, next, { kind: 'drop', reason: 'PROCESS_DISCARD', where: 'flanneld udp_to_tun' });
    return;
  }
  sys.writeTun(FLANNEL0, next.frame, held.hop);
}

/** The proxy's own ICMP: never about ICMP, never about later fragments, and the kernel discards it as martian. */
function netUnreachable(sys: Sys<unknown>, about: Packet, hop: HopIndex, src: Ipv4): void {
  if (about.protocol === PROTOCOL.icmp || about.offset > 0) return;
  const packet: Packet = {
    kind: 'ipv4',
    tos: 0,
    id: 0,
    df: false,
    mf: false,
    offset: 0,
    ttl: PROXY_TTL,
    protocol: PROTOCOL.icmp,
    src,
    dst: about.src,
    payload: { kind: 'icmp-error', type: 3, code: 0, rest: 0, quote: quoteOf(about, 28) },
  };
  sys.writeTun(FLANNEL0, { kind: 'raw', payload: packet }, hop);
}
