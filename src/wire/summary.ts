/** A frame on one line, in the style of the project's captures; IP ids and checksums are left out. */
import { printIpv4, type Ipv4 } from './address.ts';
import { viewOf } from './bytes.ts';
import { emitSegment, packetLength } from './codec.ts';
import { printEthertype } from './ethernet.ts';
import {
  PROTOCOL,
  type ArpPacket,
  type Frame,
  type IcmpError,
  type Packet,
  type UdpDatagram,
} from './frame.ts';
import { FRAG_NEEDED, ICMP_TYPE, printIcmpName } from './icmp.ts';
import { IPV4_LENGTH } from './ipv4.ts';
import { readQuote } from './quote.ts';
import { printTcpFlags } from './tcp.ts';
import { assertUnreachable } from '../lib/assert.ts';

const BAR = ' | ';

/** `MAC>MAC | 10.244.1.2>10.244.2.2 ttl=64 len=84 DF | ICMP echo-request id=9812 seq=1`; no MACs on a TUN device. */
export function summary(frame: Frame): string {
  if (frame.kind === 'raw') return packetSummary(frame.payload);
  const macs = `${frame.src}>${frame.dst}`;
  const { payload } = frame;
  switch (payload.kind) {
    case 'arp':
      return macs + BAR + arpSummary(payload);
    case 'ipv4':
      return macs + BAR + packetSummary(payload);
    case 'other':
      return `${macs}${BAR}ethertype ${printEthertype(payload.ethertype)} len=${payload.bytes.length}`;
    default:
      return assertUnreachable(payload);
  }
}

/** The same line from the IP header on. */
export function packetSummary(packet: Packet): string {
  return [ipSummary({ ...packet, length: packetLength(packet) }), ...segmentSummaries(packet)].join(BAR);
}

function arpSummary(arp: ArpPacket): string {
  return arp.op === 'request'
    ? `ARP who-has ${printIpv4(arp.tpa)} tell ${printIpv4(arp.spa)}`
    : `ARP ${printIpv4(arp.spa)} is-at ${arp.sha}`;
}

interface IpLine {
  readonly src: Ipv4;
  readonly dst: Ipv4;
  readonly ttl: number;
  readonly length: number;
  readonly df: boolean;
  readonly mf: boolean;
  readonly offset: number;
}

function ipSummary({ src, dst, ttl, length, df, mf, offset }: IpLine): string {
  const fragment = mf || offset > 0 ? ` off=${offset}${mf ? '+' : ''}` : '';
  return `${printIpv4(src)}>${printIpv4(dst)} ttl=${ttl} len=${length}${df ? ' DF' : ''}${fragment}`;
}

function segmentSummaries(packet: Packet): readonly string[] {
  const { payload } = packet;
  if (packet.offset > 0) return [];
  if (payload.kind === 'icmp-error') return [errorSummary(payload), quoteSummary(payload.quote)];
  const head = headSummary(packet.protocol, emitSegment(packet));
  return payload.kind === 'udp' ? [...head, ...tunnelSummaries(payload.payload)] : head;
}

function tunnelSummaries(payload: UdpDatagram['payload']): readonly string[] {
  if (payload.kind === 'vxlan') return [`VXLAN vni=${payload.vni}`, summary(payload.inner)];
  return payload.kind === 'ipv4' ? [packetSummary(payload)] : [];
}

function errorSummary({ type, code, rest }: IcmpError): string {
  const mtu = type === ICMP_TYPE.unreachable && code === FRAG_NEEDED ? ` mtu=${rest & 0xffff}` : '';
  return `ICMP ${printIcmpName(type, code)}${mtu}`;
}

/** `quoting(…)`: what an ICMP error says about the packet it is about, as far as the quote reaches. */
export function quoteSummary(quote: Uint8Array): string {
  const quoted = readQuote(quote);
  if (!quoted.ok) return `quoting(${quoted.error.reason})`;
  const head = quoted.value.offset > 0 ? [] : headSummary(quoted.value.protocol, quote.subarray(IPV4_LENGTH));
  return `quoting(${[ipSummary(quoted.value), ...head].join(BAR)})`;
}

/** The layer-4 header at the beginning of bytes that may be cut: quotes and first fragments have no more than that. */
function headSummary(protocol: number, bytes: Uint8Array): readonly string[] {
  const view = viewOf(bytes);
  const ports = bytes.length >= 4 ? `${view.getUint16(0)}>${view.getUint16(2)}` : '';
  switch (protocol) {
    case PROTOCOL.icmp:
      return bytes.length >= 8 ? [icmpHead(view)] : [];
    case PROTOCOL.tcp:
      if (bytes.length < 14) return ports === '' ? [] : [`TCP ${ports}`];
      return [`TCP ${ports} [${printTcpFlags(view.getUint8(13), 'A')}]`];
    case PROTOCOL.udp:
      return ports === '' ? [] : [`UDP ${ports}`];
    case PROTOCOL.sctp:
      return ports === '' ? [] : [`SCTP ${ports}`];
    default:
      return [`protocol=${protocol}`];
  }
}

function icmpHead(view: DataView): string {
  const type = view.getUint8(0);
  const echo = type === ICMP_TYPE.echo || type === ICMP_TYPE.echoReply;
  const ids = echo ? ` id=${view.getUint16(4)} seq=${view.getUint16(6)}` : '';
  return `ICMP ${printIcmpName(type, view.getUint8(1))}${ids}`;
}
