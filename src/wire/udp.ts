/** The UDP header. What the payload means is decided in codec.ts, by port. @see RFC 768 */
import { addBytes, checksumOf, pseudoHeader, type Ends } from './checksum.ts';
import { after, cutOff, failure, hex, type ParseError, type Span } from './bytes.ts';
import { asHex16, asUint16, type FieldSpec } from './field.ts';
import { PROTOCOL, type UdpDatagram } from './frame.ts';
import { ok, type Result } from '../lib/result.ts';

export const UDP_LENGTH = 8;

export type UdpHeader = Pick<UdpDatagram, 'sport' | 'dport' | 'checksum'>;

/** Header and the stretch of its payload. A length field shorter than the packet is refused: nobody here writes one. */
export function parseUdp(span: Span, ends: Ends): Result<{ header: UdpHeader; payload: Span }, ParseError> {
  const cut = cutOff('udp', span, UDP_LENGTH);
  if (cut) return cut;
  const { view, from, to } = span;
  const [have, length] = [to - from, view.getUint16(from + 4)];
  if (length < UDP_LENGTH)
    return failure('udp', from + 4, `udp length is ${length}, less than its header of 8 bytes`);
  if (length > have) return failure('udp', to, `udp datagram cut off: ${have} of ${length} bytes`);
  if (length < have)
    return failure('udp', from + 4, `udp length is ${length}, but the packet holds ${have} bytes`);
  const checksum = view.getUint16(from + 6);
  const pseudo = pseudoHeader(ends, PROTOCOL.udp, length);
  if (checksum !== 0 && checksumOf(addBytes(pseudo, view, from, to)) !== 0) {
    return failure('udp', from + 6, `udp checksum ${hex(checksum, 4)} is wrong`);
  }
  const header: UdpHeader = {
    sport: view.getUint16(from),
    dport: view.getUint16(from + 2),
    checksum: checksum === 0 ? 'none' : 'computed',
  };
  return ok({ header, payload: after(span, UDP_LENGTH) });
}

/** Writes the header before a payload that is already in place; `length` is that of both. */
export function emitUdp(
  view: DataView,
  at: number,
  header: UdpHeader,
  ends: Ends & { length: number },
): void {
  const { length } = ends;
  view.setUint16(at, header.sport);
  view.setUint16(at + 2, header.dport);
  view.setUint16(at + 4, length);
  view.setUint16(at + 6, 0);
  if (header.checksum === 'none') return;
  const checksum = checksumOf(addBytes(pseudoHeader(ends, PROTOCOL.udp, length), view, at, at + length));
  // RFC 768: "If the computed checksum is zero, it is transmitted as all ones"
  view.setUint16(at + 6, checksum === 0 ? 0xffff : checksum);
}

export const UDP_FIELDS: readonly FieldSpec[] = [
  { name: 'sport', size: 2, print: asUint16 },
  { name: 'dport', size: 2, print: asUint16 },
  { name: 'length', size: 2, print: asUint16 },
  { name: 'checksum', size: 2, print: asHex16 },
];
