/** The IPv4 header. Left out: options (a header with options is refused, not silently shortened). @see RFC 791 §3.1 */
import { addBytes, checksumOf } from './checksum.ts';
import { cutOff, failure, hex, readIpv4, type ParseError, type Span } from './bytes.ts';
import { asHex16, asIpv4, asUint16, asUint8, type FieldSpec } from './field.ts';
import { PROTOCOL, type Packet } from './frame.ts';
import { assert } from '../lib/assert.ts';
import { ok, type Result } from '../lib/result.ts';

export const IPV4_LENGTH = 20;

/** The largest total length the header can state. */
export const IPV4_MAX_LENGTH = 0xffff;

/** A packet without its payload, with the total length the header states. */
export interface Ipv4Header extends Omit<Packet, 'kind' | 'payload'> {
  readonly length: number;
}

/** Reads and verifies a header; `length` fits in the span (what follows it is link padding). */
export function parseIpv4(span: Span): Result<Ipv4Header, ParseError> {
  const cut = cutOff('ipv4', span, IPV4_LENGTH);
  if (cut) return cut;
  const { view, from } = span;
  const version = view.getUint8(from) >> 4;
  if (version !== 4) return failure('ipv4', from, `ipv4 version is ${version}, not 4`);
  const headerLength = (view.getUint8(from) & 15) * 4;
  if (headerLength < IPV4_LENGTH) {
    return failure('ipv4', from, `ipv4 header length is ${headerLength}, less than 20 bytes`);
  }
  if (headerLength > IPV4_LENGTH) {
    return failure('ipv4', from, `ipv4 options are not supported: header length is ${headerLength} bytes`);
  }
  if (checksumOf(addBytes(0, view, from, from + IPV4_LENGTH)) !== 0) {
    return failure('ipv4', from + 10, `ipv4 header checksum ${hex(view.getUint16(from + 10), 4)} is wrong`);
  }
  const header = readIpv4Header(view, from);
  if (header.length < IPV4_LENGTH) {
    return failure(
      'ipv4',
      from + 2,
      `ipv4 total length is ${header.length}, less than its header of 20 bytes`,
    );
  }
  const have = span.to - from;
  if (header.length > have) {
    return failure('ipv4', span.to, `ipv4 packet cut off: ${have} of ${header.length} bytes`);
  }
  if (view.getUint8(from + 6) & 0x80) return failure('ipv4', from + 6, 'ipv4 reserved flag is set');
  return ok(header);
}

/** The header in the 20 bytes at `at`, unverified: a quote in an ICMP error may be of a rewritten packet. */
export function readIpv4Header(view: DataView, at: number): Ipv4Header {
  const fragment = view.getUint16(at + 6);
  return {
    tos: view.getUint8(at + 1),
    length: view.getUint16(at + 2),
    id: view.getUint16(at + 4),
    df: (fragment & 0x4000) !== 0,
    mf: (fragment & 0x2000) !== 0,
    offset: (fragment & 0x1fff) * 8,
    ttl: view.getUint8(at + 8),
    protocol: view.getUint8(at + 9),
    src: readIpv4(view, at + 12),
    dst: readIpv4(view, at + 16),
  };
}

export function emitIpv4(view: DataView, at: number, header: Ipv4Header): void {
  assert(header.offset % 8 === 0, `fragment offset ${header.offset} is not a multiple of 8`);
  assert(header.length <= IPV4_MAX_LENGTH, `an IPv4 packet of ${header.length} bytes is longer than 65535`);
  view.setUint8(at, 0x45);
  view.setUint8(at + 1, header.tos);
  view.setUint16(at + 2, header.length);
  view.setUint16(at + 4, header.id);
  view.setUint16(at + 6, (header.df ? 0x4000 : 0) | (header.mf ? 0x2000 : 0) | (header.offset / 8));
  view.setUint8(at + 8, header.ttl);
  view.setUint8(at + 9, header.protocol);
  view.setUint16(at + 10, 0);
  view.setUint32(at + 12, header.src);
  view.setUint32(at + 16, header.dst);
  view.setUint16(at + 10, checksumOf(addBytes(0, view, at, at + IPV4_LENGTH)));
}

/** A fragment, whose payload is bytes and not a segment. */
export function isFragment(packet: Pick<Packet, 'mf' | 'offset'>): boolean {
  return packet.mf || packet.offset > 0;
}

/** As `tcpdump -v` names it: `ICMP (1)`. */
export function printProtocol(protocol: number): string {
  for (const [name, number] of Object.entries(PROTOCOL)) {
    if (number === protocol) return `${name.toUpperCase()} (${protocol})`;
  }
  return `unknown (${protocol})`;
}

function printFlags(view: DataView, from: number): string {
  const word = view.getUint16(from);
  const flags = [...(word & 0x4000 ? ['DF'] : []), ...(word & 0x2000 ? ['+'] : [])];
  const inFragment = (word & 0x3fff) === 0 ? '' : `, offset ${(word & 0x1fff) * 8}`;
  return `[${flags.join(', ') || 'none'}]${inFragment}`;
}

export const IPV4_FIELDS: readonly FieldSpec[] = [
  {
    name: 'version',
    size: 1,
    print: (view, from) => `${view.getUint8(from) >> 4}, ihl ${view.getUint8(from) & 15}`,
  },
  { name: 'tos', size: 1, print: (view, from) => hex(view.getUint8(from), 1) },
  { name: 'length', size: 2, print: asUint16 },
  { name: 'id', size: 2, print: asUint16 },
  { name: 'flags', size: 2, print: printFlags },
  { name: 'ttl', size: 1, print: asUint8 },
  { name: 'protocol', size: 1, print: (view, from) => printProtocol(view.getUint8(from)) },
  { name: 'checksum', size: 2, print: asHex16 },
  { name: 'src', size: 4, print: asIpv4 },
  { name: 'dst', size: 4, print: asIpv4 },
];
