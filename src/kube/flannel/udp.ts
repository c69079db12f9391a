/**
 * The udp backend: a TUN device whose other end is flanneld. The kernel routes the whole pod network into `flannel0`; flanneld
 * reads the packet, looks the node up in its own table, and sends it in a UDP datagram; the other flanneld writes it back.
 * Both take one off the TTL, silently discarding at zero. @see flannel pkg/backend/udp/proxy_amd64.c
 */
import { contains, printCidr, printIpv4, type Ipv4 } from '../../wire/address.ts';
import { parsePacket } from '../../wire/codec.ts';
import { PORT, PROTOCOL, type Frame, type Packet } from '../../wire/frame.ts';
import { quoteOf } from '../../wire/quote.ts';
import type { Kernel } from '../../kernel/context.ts';
import type { TableOp } from '../../kernel/op.ts';
import type { HopIndex, IfName, StepKind } from '../../kernel/recorder.ts';
import { openSocket, sendDatagram } from '../../kernel/socket.ts';
import type { SocketEvent } from '../../kernel/socketTypes.ts';
import type { Sys } from '../../sim/process.ts';
import { nodeNs } from '../ids.ts';
import type { Cluster } from '../cluster.ts';
import type { Wanted } from '../reconcile.ts';
import {
  because,
  encapOverhead,
  podMtu,
  POD_CIDR,
  type FlannelBackend,
  type Lease,
  type Plan,
} from './backend.ts';

export const FLANNEL0 = 'flannel0' as IfName;
/** the TTL of the ICMP message that the proxy makes itself */
const PROXY_TTL = 8;

export const udp: FlannelBackend = {
  type: 'udp',
  encapOverhead: encapOverhead('udp'),
  desired: ({ cluster, node, own }: Plan) => {
    const ns = nodeNs(node.name);
    const row = (what: string, op: TableOp): Wanted => ({
      key: `udp ${what}`,
      ns,
      op,
      ...(what === 'device' ? {} : { on: 'udp device' }),
      origin: because(own, POD_CIDR),
    });
    const address = { address: own.subnet.address, bits: 32 };
    const route = {
      type: 'unicast' as const,
      dst: cluster.flannel.network,
      dev: FLANNEL0,
      onlink: false,
      metric: 0,
    };
    return [
      {
        ...row('device', { op: 'link-add', name: FLANNEL0, options: {}, link: { type: 'tun' } }),
        undo: { op: 'link-del', name: FLANNEL0 },
      },
      row('mtu', { op: 'link-set', name: FLANNEL0, change: { set: 'mtu', mtu: podMtu(cluster, node) } }),
      row('up', { op: 'link-set', name: FLANNEL0, change: { set: 'up' } }),
      row('address', { op: 'addr-add', dev: FLANNEL0, address, broadcast: false }),
      row('route', { op: 'route-add', route }),
    ];
  },
};

/** Binds nodeIP:8285 and takes hold of the TUN. */
export function startProxy(sys: Sys<Cluster>, own: Lease): void {
  openSocket(sys.kernel(), { kind: 'udp', owner: sys.pid, ip: own.publicIP, port: PORT.flannelUdp });
  sys.attachTun(FLANNEL0, true);
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
export function proxy(sys: Sys<Cluster>, event: SocketEvent, plan: Plan): void {
  const k = sys.kernel();
  if (event.event === 'tun' && event.frame.payload.kind === 'ipv4') {
    tunToUdp(sys, k, { frame: event.frame, packet: event.frame.payload, hop: event.hop }, plan);
  }
  if (event.event !== 'datagram') return;
  const packet = parsePacket(event.payload);
  if (packet.ok) udpToTun(sys, k, { frame: event.frame, packet: packet.value, hop: event.hop });
}

function tunToUdp(sys: Sys<Cluster>, k: Kernel, held: Held, plan: Plan): void {
  const { packet, hop } = held;
  const lease = plan.remotes.find((remote) => contains(remote.subnet, packet.dst));
  if (!lease) {
    note(k, held, { kind: 'process', process: 'flanneld', action: 'no-lease' });
    note(k, held, { kind: 'drop', reason: 'PROCESS_DISCARD', where: 'flanneld tun_to_udp' });
    netUnreachable(sys, packet, hop, plan.own.subnet.address);
    return;
  }
  const row = {
    table: 'route' as const,
    line: `${printCidr(lease.subnet)} -> ${printIpv4(lease.publicIP)}:${PORT.flannelUdp}`,
    origin: because(lease, POD_CIDR),
  };
  const next = decremented(held);
  note(k, next, { kind: 'process', process: 'flanneld', action: 'tun-to-udp', row }, held.frame);
  if (next.packet.ttl <= 0) {
    note(k, next, { kind: 'drop', reason: 'PROCESS_DISCARD', where: 'flanneld tun_to_udp' });
    return;
  }
  const ports = { sport: PORT.flannelUdp, dport: PORT.flannelUdp, payload: next.packet };
  const from = {
    parent: hop,
    cause: 'process' as const,
    exchange: k.recorder.exchangeOf(hop),
    by: 'flanneld',
  };
  sendDatagram(k, ports, { dst: lease.publicIP, src: plan.own.publicIP, discover: 'want' }, from);
}

function udpToTun(sys: Sys<Cluster>, k: Kernel, held: Held): void {
  const next = decremented(held);
  note(k, next, { kind: 'process', process: 'flanneld', action: 'udp-to-tun' }, held.frame);
  if (next.packet.ttl <= 0) {
    note(k, next, { kind: 'drop', reason: 'PROCESS_DISCARD', where: 'flanneld udp_to_tun' });
    return;
  }
  sys.writeTun(FLANNEL0, next.frame, held.hop);
}

/** The proxy's own ICMP: never about ICMP, never about later fragments, and the kernel discards it as martian. */
function netUnreachable(sys: Sys<Cluster>, about: Packet, hop: HopIndex, src: Ipv4): void {
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
