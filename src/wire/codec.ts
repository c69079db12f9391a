/**
 * Frames to bytes and back, by the headers of the sibling files. The law: `parseFrame(emitFrame(f))` equals `f`.
 *
 * It holds for frames in canonical form:
 *  - the length of TCP options is a multiple of 4 (see tcpOptions.ts);
 *  - `Bytes` stand only where parsing keeps bytes: in fragments, under protocols other than ICMP, TCP and UDP, under ICMP
 *    messages that icmp.ts leaves whole, and as UDP payload. On the ports of VXLAN and of flannel's udp backend bytes stay
 *    bytes when they are no VXLAN packet, or no IPv4 packet of exactly that length.
 * And backwards: what parses is emitted as the same bytes, but for link padding after the packet, which is dropped. Headers
 * with anything that the types cannot hold (IP options, ECN bits in TCP, reserved bits) are errors.
 */
import { ARP_LENGTH, emitArp, parseArp } from './arp.ts';
import { after, copyOf, spanOf, writeBytes, type ParseError, type Span } from './bytes.ts';
import type { Ends } from './checksum.ts';
import { emitEthernet, ETHERNET_LENGTH, ETHERTYPE, parseEthernet } from './ethernet.ts';
import {
  PORT,
  PROTOCOL,
  type EthernetFrame,
  type Frame,
  type Packet,
  type Segment,
  type UdpDatagram,
} from './frame.ts';
import { emitIcmp, ICMP_LENGTH, parseIcmp } from './icmp.ts';
import { emitIpv4, IPV4_LENGTH, isFragment, parseIpv4 } from './ipv4.ts';
import { emitTcp, parseTcp, tcpHeaderLength } from './tcp.ts';
import { emitUdp, parseUdp, UDP_LENGTH } from './udp.ts';
import { emitVxlan, parseVxlan, VXLAN_LENGTH } from './vxlan.ts';
import type { Ipv4 } from './address.ts';
import { assert, assertUnreachable } from '../lib/assert.ts';
import { ok, type Result } from '../lib/result.ts';

export type { ParseError } from './bytes.ts';

/** What the first byte of a capture is: an Ethernet header, or an IP header (a TUN device). */
export type Link = 'ethernet' | 'raw';

/** Bytes of `emitFrame(frame)`, counted without emitting: cheap enough to ask at every hop. */
export function frameLength(frame: Frame): number {
  if (frame.kind === 'raw') return packetLength(frame.payload);
  const { payload } = frame;
  switch (payload.kind) {
    case 'arp':
      return ETHERNET_LENGTH + ARP_LENGTH;
    case 'ipv4':
      return ETHERNET_LENGTH + packetLength(payload);
    case 'other':
      return ETHERNET_LENGTH + payload.bytes.length;
    default:
      return assertUnreachable(payload);
  }
}

/** The total length of the IPv4 header: what is compared with an MTU. */
export function packetLength(packet: Packet): number {
  return IPV4_LENGTH + segmentLength(packet.payload);
}

/** Bytes of the layer-4 header and all it carries. */
export function segmentLength(segment: Segment): number {
  switch (segment.kind) {
    case 'bytes':
      return segment.bytes.length;
    case 'icmp-echo':
      return ICMP_LENGTH + segment.data.length;
    case 'icmp-error':
      return ICMP_LENGTH + segment.quote.length;
    case 'tcp':
      return tcpHeaderLength(segment) + segment.data.length;
    case 'udp':
      return UDP_LENGTH + udpPayloadLength(segment.payload);
    default:
      return assertUnreachable(segment);
  }
}

function udpPayloadLength(payload: UdpDatagram['payload']): number {
  switch (payload.kind) {
    case 'bytes':
      return payload.bytes.length;
    case 'ipv4':
      return packetLength(payload);
    case 'vxlan':
      return VXLAN_LENGTH + frameLength(payload.inner);
    default:
      return assertUnreachable(payload);
  }
}

/** The frame as it is on the wire, with all lengths and checksums; without Ethernet padding. */
export function emitFrame(frame: Frame): Uint8Array {
  return emitted(frameLength(frame), (view) => writeFrame(view, 0, frame));
}

/** The packet without a link header. */
export function emitPacket(packet: Packet): Uint8Array {
  return emitted(packetLength(packet), (view) => writePacket(view, 0, packet));
}

/** What follows the packet's IPv4 header: the bytes that fragmentation cuts up. */
export function emitSegment(packet: Packet): Uint8Array {
  return emitted(segmentLength(packet.payload), (view) => writeSegment(view, 0, packet.payload, packet));
}

function emitted(length: number, write: (view: DataView) => void): Uint8Array {
  const bytes = new Uint8Array(length);
  write(new DataView(bytes.buffer));
  return bytes;
}

function writeFrame(view: DataView, at: number, frame: Frame): void {
  if (frame.kind === 'raw') return writePacket(view, at, frame.payload);
  const { dst, src, payload } = frame;
  const ethertype = payload.kind === 'other' ? payload.ethertype : ETHERTYPE[payload.kind];
  emitEthernet(view, at, { dst, src, ethertype });
  const inside = at + ETHERNET_LENGTH;
  if (payload.kind === 'ipv4') writePacket(view, inside, payload);
  else if (payload.kind === 'arp') emitArp(view, inside, payload);
  else writeBytes(view, inside, payload.bytes);
}

function writePacket(view: DataView, at: number, packet: Packet): void {
  assert(
    !isFragment(packet) || packet.payload.kind === 'bytes',
    `a fragment carries bytes, not ${packet.payload.kind}`,
  );
  emitIpv4(view, at, { ...packet, length: packetLength(packet) });
  writeSegment(view, at + IPV4_LENGTH, packet.payload, packet);
}

function writeSegment(view: DataView, at: number, segment: Segment, ends: Ends): void {
  switch (segment.kind) {
    case 'bytes':
      return writeBytes(view, at, segment.bytes);
    case 'icmp-echo':
    case 'icmp-error':
      return emitIcmp(view, at, segment);
    case 'tcp':
      return emitTcp(view, at, segment, ends);
    case 'udp':
      // the payload first: the checksum covers it
      writeUdpPayload(view, at + UDP_LENGTH, segment.payload);
      return emitUdp(view, at, segment, { src: ends.src, dst: ends.dst, length: segmentLength(segment) });
    default:
      return assertUnreachable(segment);
  }
}

function writeUdpPayload(view: DataView, at: number, payload: UdpDatagram['payload']): void {
  switch (payload.kind) {
    case 'bytes':
      return writeBytes(view, at, payload.bytes);
    case 'ipv4':
      return writePacket(view, at, payload);
    case 'vxlan':
      emitVxlan(view, at, payload.vni);
      return writeFrame(view, at + VXLAN_LENGTH, payload.inner);
    default:
      return assertUnreachable(payload);
  }
}

/** Takes a whole frame apart and verifies every checksum. Never throws; the first thing wrong is the error. */
export function parseFrame(bytes: Uint8Array, { link }: { link: Link }): Result<Frame, ParseError> {
  const span = spanOf(bytes);
  if (link === 'ethernet') return readFrame(span);
  const packet = readPacket(span);
  return packet.ok ? ok({ kind: 'raw', payload: packet.value }) : packet;
}

/** Bytes after the packet's total length are ignored. */
export function parsePacket(bytes: Uint8Array): Result<Packet, ParseError> {
  return readPacket(spanOf(bytes));
}

/** The layer-4 bytes of a packet that was put together from fragments; offsets in errors count from them. */
export function parseSegment(
  protocol: number,
  src: Ipv4,
  dst: Ipv4,
  bytes: Uint8Array,
): Result<Segment, ParseError> {
  return readSegment(protocol, { src, dst }, spanOf(bytes));
}

function readFrame(span: Span): Result<EthernetFrame, ParseError> {
  const header = parseEthernet(span);
  if (!header.ok) return header;
  const { dst, src, ethertype } = header.value;
  const inside = after(span, ETHERNET_LENGTH);
  const payload =
    ethertype === ETHERTYPE.ipv4
      ? readPacket(inside)
      : ethertype === ETHERTYPE.arp
        ? parseArp(inside)
        : ok({ kind: 'other' as const, ethertype, bytes: copyOf(inside) });
  return payload.ok ? ok({ kind: 'ethernet', dst, src, payload: payload.value }) : payload;
}

function readPacket(span: Span): Result<Packet, ParseError> {
  const parsed = parseIpv4(span);
  if (!parsed.ok) return parsed;
  const { length, ...header } = parsed.value;
  const inside: Span = { view: span.view, from: span.from + IPV4_LENGTH, to: span.from + length };
  const payload = isFragment(header)
    ? ok({ kind: 'bytes' as const, bytes: copyOf(inside) })
    : readSegment(header.protocol, header, inside);
  return payload.ok ? ok({ kind: 'ipv4', ...header, payload: payload.value }) : payload;
}

function readSegment(protocol: number, ends: Ends, span: Span): Result<Segment, ParseError> {
  switch (protocol) {
    case PROTOCOL.icmp:
      return parseIcmp(span);
    case PROTOCOL.tcp:
      return parseTcp(span, ends);
    case PROTOCOL.udp:
      return readUdp(span, ends);
    default:
      return ok({ kind: 'bytes', bytes: copyOf(span) });
  }
}

function readUdp(span: Span, ends: Ends): Result<UdpDatagram, ParseError> {
  const parsed = parseUdp(span, ends);
  if (!parsed.ok) return parsed;
  const { header, payload } = parsed.value;
  return ok({ kind: 'udp', ...header, payload: readUdpPayload(header, payload) });
}

/** A tunnel's payload by port; anything that does not parse as one stays bytes. */
function readUdpPayload(
  { sport, dport }: Pick<UdpDatagram, 'sport' | 'dport'>,
  span: Span,
): UdpDatagram['payload'] {
  if (isVxlanPort(dport) || isVxlanPort(sport)) {
    const vni = parseVxlan(span);
    const inner = vni.ok ? readFrame(after(span, VXLAN_LENGTH)) : vni;
    if (vni.ok && inner.ok) return { kind: 'vxlan', vni: vni.value, inner: inner.value };
  }
  if (dport === PORT.flannelUdp) {
    const packet = readPacket(span);
    if (packet.ok && packetLength(packet.value) === span.to - span.from) return packet.value;
  }
  return { kind: 'bytes', bytes: copyOf(span) };
}

function isVxlanPort(port: number): boolean {
  return port === PORT.vxlan || port === PORT.vxlanIana;
}
