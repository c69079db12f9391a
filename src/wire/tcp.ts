/** The TCP header. Left out: ECN bits and the urgent pointer (refused, not lost). @see RFC 793 §3.1, RFC 7323 */
import { addBytes, checksumOf, pseudoHeader, type Ends } from './checksum.ts';
import { copyOf, cutOff, failure, hex, writeBytes, type ParseError, type Span } from './bytes.ts';
import { asHex16, asUint16, asUint32, type FieldSpec } from './field.ts';
import { PROTOCOL, type TcpFlags, type TcpSegment } from './frame.ts';
import { emitTcpOptions, parseTcpOptions, printTcpOptions, tcpOptionsLength } from './tcpOptions.ts';
import { assert } from '../lib/assert.ts';
import { ok, type Result } from '../lib/result.ts';

export const TCP_LENGTH = 20;
const MAX_OPTIONS_LENGTH = 40;

/** The flags byte, lowest bit first, in tcpdump's letters. */
const FLAGS: readonly (readonly [keyof TcpFlags, number, string])[] = [
  ['fin', 0x01, 'F'],
  ['syn', 0x02, 'S'],
  ['rst', 0x04, 'R'],
  ['psh', 0x08, 'P'],
  ['ack', 0x10, '.'],
  ['urg', 0x20, 'U'],
];

/** Header with its options, padded to a multiple of 4. */
export function tcpHeaderLength(tcp: TcpSegment): number {
  return TCP_LENGTH + tcpOptionsLength(tcp.options);
}

/** The span is the whole segment: data is all that follows the header. */
export function parseTcp(span: Span, ends: Ends): Result<TcpSegment, ParseError> {
  const cut = cutOff('tcp', span, TCP_LENGTH);
  if (cut) return cut;
  const { view, from, to } = span;
  const headerLength = (view.getUint8(from + 12) >> 4) * 4;
  if (headerLength < TCP_LENGTH) {
    return failure('tcp', from + 12, `tcp data offset is ${headerLength}, less than 20 bytes`);
  }
  const cutOptions = cutOff('tcp', span, headerLength);
  if (cutOptions) return cutOptions;
  const pseudo = pseudoHeader(ends, PROTOCOL.tcp, to - from);
  if (checksumOf(addBytes(pseudo, view, from, to)) !== 0) {
    return failure('tcp', from + 16, `tcp checksum ${hex(view.getUint16(from + 16), 4)} is wrong`);
  }
  if ((view.getUint16(from + 12) & 0x0fc0) !== 0)
    return failure('tcp', from + 12, 'tcp ECN or reserved bits are set');
  if (view.getUint16(from + 18) !== 0)
    return failure('tcp', from + 18, 'tcp urgent pointer is not supported');
  const options = parseTcpOptions({ view, from: from + TCP_LENGTH, to: from + headerLength });
  if (!options.ok) return options;
  return ok({
    kind: 'tcp',
    sport: view.getUint16(from),
    dport: view.getUint16(from + 2),
    seq: view.getUint32(from + 4),
    ack: view.getUint32(from + 8),
    flags: readFlags(view.getUint8(from + 13)),
    window: view.getUint16(from + 14),
    options: options.value,
    data: copyOf({ view, from: from + headerLength, to }),
  });
}

export function emitTcp(view: DataView, at: number, tcp: TcpSegment, ends: Ends): void {
  const headerLength = tcpHeaderLength(tcp);
  assert(
    headerLength <= TCP_LENGTH + MAX_OPTIONS_LENGTH,
    `tcp options of ${headerLength - TCP_LENGTH} bytes, at most 40`,
  );
  const length = headerLength + tcp.data.length;
  view.setUint16(at, tcp.sport);
  view.setUint16(at + 2, tcp.dport);
  view.setUint32(at + 4, tcp.seq);
  view.setUint32(at + 8, tcp.ack);
  view.setUint8(at + 12, (headerLength / 4) << 4);
  view.setUint8(at + 13, flagsByte(tcp.flags));
  view.setUint16(at + 14, tcp.window);
  view.setUint16(at + 16, 0);
  emitTcpOptions(view, at + TCP_LENGTH, tcp.options);
  writeBytes(view, at + headerLength, tcp.data);
  const pseudo = pseudoHeader(ends, PROTOCOL.tcp, length);
  view.setUint16(at + 16, checksumOf(addBytes(pseudo, view, at, at + length)));
}

function readFlags(byte: number): TcpFlags {
  return {
    fin: (byte & 0x01) !== 0,
    syn: (byte & 0x02) !== 0,
    rst: (byte & 0x04) !== 0,
    psh: (byte & 0x08) !== 0,
    ack: (byte & 0x10) !== 0,
    urg: (byte & 0x20) !== 0,
  };
}

function flagsByte(flags: TcpFlags): number {
  return FLAGS.reduce((byte, [name, bit]) => (flags[name] ? byte | bit : byte), 0);
}

/** Flags in tcpdump's letters and order, `S.`; `ackLetter` is 'A' in our one-line summaries, as in the captures. */
export function printTcpFlags(byte: number, ackLetter: '.' | 'A'): string {
  return FLAGS.map(([, bit, letter]) => ((byte & bit) === 0 ? '' : letter === '.' ? ackLetter : letter)).join(
    '',
  );
}

export const TCP_FIELDS: readonly FieldSpec[] = [
  { name: 'sport', size: 2, print: asUint16 },
  { name: 'dport', size: 2, print: asUint16 },
  { name: 'seq', size: 4, print: asUint32 },
  { name: 'ack', size: 4, print: asUint32 },
  { name: 'data offset', size: 1, print: (view, from) => `${(view.getUint8(from) >> 4) * 4}` },
  { name: 'flags', size: 1, print: (view, from) => `[${printTcpFlags(view.getUint8(from), '.') || 'none'}]` },
  { name: 'window', size: 2, print: asUint16 },
  { name: 'checksum', size: 2, print: asHex16 },
  { name: 'urgent pointer', size: 2, print: asUint16 },
  { name: 'options', size: 'rest', print: (view, from, to) => printTcpOptions({ view, from, to }) },
];
