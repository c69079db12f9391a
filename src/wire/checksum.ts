/** The Internet checksum: the ones-complement sum of 16-bit words. @see RFC 1071 */
import type { Ipv4 } from './address.ts';

/** Adds the bytes `from` .. `to` to `sum`, an odd last byte padded with zero. The sum is not folded yet. */
export function addBytes(sum: number, view: DataView, from: number, to: number): number {
  let total = sum;
  let at = from;
  for (; at + 1 < to; at += 2) total += view.getUint16(at);
  if (at < to) total += view.getUint8(at) << 8;
  return total;
}

/** The addresses that TCP and UDP checksums cover although they stand in the IP header. */
export interface Ends {
  readonly src: Ipv4;
  readonly dst: Ipv4;
}

/** What TCP and UDP add before their own bytes; `length` is that of header and data. @see RFC 793 §3.1, RFC 768 */
export function pseudoHeader({ src, dst }: Ends, protocol: number, length: number): number {
  return (src >>> 16) + (src & 0xffff) + (dst >>> 16) + (dst & 0xffff) + protocol + length;
}

/** The checksum to write for a sum: folded to 16 bits and complemented. A correct header sums to 0. */
export function checksumOf(sum: number): number {
  let folded = sum;
  while (folded > 0xffff) folded = (folded & 0xffff) + Math.floor(folded / 0x10000);
  return 0xffff - folded;
}
