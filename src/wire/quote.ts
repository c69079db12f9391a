/**
 * The beginning of a packet inside an ICMP error: the IP header and what fits of the rest, by which the sender (and
 * conntrack) knows which packet was meant. Linux quotes up to 576 bytes in all. @see RFC 1812 §4.3.2.3, net/ipv4/icmp.c
 */
import type { Ipv4 } from './address.ts';
import { cutOff, failure, spanOf, type ParseError, type Span } from './bytes.ts';
import { emitPacket } from './codec.ts';
import { PROTOCOL, type Packet } from './frame.ts';
import { ICMP_TYPE } from './icmp.ts';
import { IPV4_LENGTH, readIpv4Header, type Ipv4Header } from './ipv4.ts';
import { ok, type Result } from '../lib/result.ts';

/** What a quote still tells; ports and ids are there when the quote reaches that far. */
export interface Quoted {
  readonly src: Ipv4;
  readonly dst: Ipv4;
  readonly protocol: number;
  readonly ttl: number;
  readonly df: boolean;
  readonly mf: boolean;
  readonly id: number;
  /** total length of the packet that was quoted, not of the quote */
  readonly length: number;
  /** fragment offset in bytes; ports and ids are only in the fragment at 0 */
  readonly offset: number;
  readonly sport?: number;
  readonly dport?: number;
  /** of an echo request or reply */
  readonly icmpType?: number;
  readonly icmpId?: number;
  readonly icmpSeq?: number;
}

/** The first `room` bytes of the emitted packet (all of it when it is shorter), its header as it is. */
export function quoteOf(packet: Packet, room: number): Uint8Array {
  return emitPacket(packet).slice(0, room);
}

/** Reads a quote cut anywhere after the IP header. The header's checksum is not verified: NAT may have rewritten it. */
export function readQuote(bytes: Uint8Array): Result<Quoted, ParseError> {
  const span = spanOf(bytes);
  const cut = cutOff('quoted ipv4', span, IPV4_LENGTH);
  if (cut) return cut;
  const first = span.view.getUint8(0);
  if (first !== 0x45) {
    return failure('quoted ipv4', 0, `quoted ipv4 header begins with ${first}, not 69 (version 4, 20 bytes)`);
  }
  const header = readIpv4Header(span.view, 0);
  const { src, dst, protocol, ttl, df, mf, id, length, offset } = header;
  return ok({ src, dst, protocol, ttl, df, mf, id, length, offset, ...readEnds(header, span) });
}

function readEnds({ protocol, offset }: Ipv4Header, { view, to }: Span): Partial<Quoted> {
  const at = IPV4_LENGTH;
  if (offset !== 0) return {};
  const hasPorts = protocol === PROTOCOL.tcp || protocol === PROTOCOL.udp || protocol === PROTOCOL.sctp;
  if (hasPorts && to >= at + 4) return { sport: view.getUint16(at), dport: view.getUint16(at + 2) };
  if (protocol !== PROTOCOL.icmp || to < at + 8) return {};
  const type = view.getUint8(at);
  if (type !== ICMP_TYPE.echo && type !== ICMP_TYPE.echoReply) return {};
  return { icmpType: type, icmpId: view.getUint16(at + 4), icmpSeq: view.getUint16(at + 6) };
}

/** What NAT changes inside a quote. */
export interface QuoteChange {
  readonly src?: Ipv4;
  readonly dst?: Ipv4;
  readonly sport?: number;
  readonly dport?: number;
  readonly icmpId?: number;
}

const TCP_LENGTH = 20;

/**
 * A copy of a quote with other addresses or ports, checksums brought up to date as far as the quote holds them (a TCP checksum
 * lies beyond the eight bytes that are certain). Fields beyond its end are left out. @see net/netfilter/nf_nat_proto.c
 */
export function rewriteQuote(quote: Uint8Array, change: QuoteChange): Uint8Array {
  const bytes = quote.slice();
  const view = new DataView(bytes.buffer);
  const put = (at: number, value: number, sums: readonly number[]): void => {
    if (at + 2 > bytes.length) return;
    const old = view.getUint16(at);
    view.setUint16(at, value);
    for (const sum of sums) {
      if (sum + 2 <= bytes.length) view.setUint16(sum, replaceInSum(view.getUint16(sum), old, value));
    }
  };
  const at = IPV4_LENGTH;
  const protocol = view.getUint8(9);
  const segment = segmentSum(view, protocol, at);
  const address = (offset: number, value: number | undefined): void => {
    if (value === undefined) return;
    put(offset, value >>> 16, [10, ...segment]);
    put(offset + 2, value & 0xffff, [10, ...segment]);
  };
  address(12, change.src);
  address(16, change.dst);
  if (protocol === PROTOCOL.icmp) {
    if (change.icmpId !== undefined) put(at + 4, change.icmpId, [at + 2]);
  } else {
    if (change.sport !== undefined) put(at, change.sport, segment);
    if (change.dport !== undefined) put(at + 2, change.dport, segment);
  }
  return bytes;
}

/** Where the checksum over pseudo header and segment stands, if the quote holds it and it is in use. */
function segmentSum(view: DataView, protocol: number, at: number): readonly number[] {
  if (protocol === PROTOCOL.tcp) return view.byteLength >= at + TCP_LENGTH ? [at + 16] : [];
  if (protocol !== PROTOCOL.udp || view.byteLength < at + 8) return [];
  return view.getUint16(at + 6) === 0 ? [] : [at + 6];
}

/** RFC 1624: the checksum after one 16-bit word changed. */
function replaceInSum(sum: number, old: number, value: number): number {
  let total = (~sum & 0xffff) + (~old & 0xffff) + value;
  total = (total & 0xffff) + (total >>> 16);
  total = (total & 0xffff) + (total >>> 16);
  return ~total & 0xffff;
}
