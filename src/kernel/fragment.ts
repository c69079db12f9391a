/** Cutting and putting together IPv4 packets. @see RFC 791 §3.2, net/ipv4/ip_output.c ip_do_fragment, ip_fragment.c */
import { printIpv4 } from '../wire/address.ts';
import { emitSegment, parseSegment } from '../wire/codec.ts';
import type { Packet } from '../wire/frame.ts';

/** bytes of an IPv4 header without options */
export const HEADER = 20;

/**
 * The pieces of `packet` for a link of so many bytes (every piece but the last carries a multiple of 8 bytes), or of the sizes
 * given, which are those of its payload.
 */
export function fragment(packet: Packet, cut: number | readonly number[]): readonly Packet[] {
  const bytes = emitSegment(packet);
  const sizes = typeof cut === 'number' ? equalSizes(bytes.length, (cut - HEADER) & ~7) : cut;
  let at = 0;
  return sizes.map((size) => {
    const from = at;
    at += size;
    return {
      ...packet,
      offset: packet.offset + from,
      mf: packet.mf || at < bytes.length,
      payload: { kind: 'bytes', bytes: bytes.slice(from, at) },
    };
  });
}

function equalSizes(length: number, room: number): readonly number[] {
  return Array.from({ length: Math.ceil(length / room) }, (_, i) => Math.min(room, length - i * room));
}

/** What makes fragments belong together: RFC 791's identification, addresses and protocol. */
export function fragmentKey(packet: Packet): string {
  return `${printIpv4(packet.src)} ${printIpv4(packet.dst)} ${packet.id} ${packet.protocol}`;
}

/** The whole packet, or 'incomplete' while a piece is missing, or 'broken' when the bytes make no sense. */
export function reassemble(pieces: readonly Packet[]): Packet | 'incomplete' | 'broken' {
  const sorted = pieces.toSorted((a, b) => a.offset - b.offset);
  const first = sorted[0];
  const last = sorted.at(-1);
  if (!first || !last || last.mf || first.offset !== 0) return 'incomplete';
  const parts: Uint8Array[] = [];
  let end = 0;
  for (const piece of sorted) {
    if (piece.payload.kind !== 'bytes') return 'broken';
    if (piece.offset > end) return 'incomplete';
    const fresh = piece.payload.bytes.subarray(end - piece.offset);
    parts.push(fresh);
    end += fresh.length;
  }
  const bytes = new Uint8Array(end);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  const segment = parseSegment(first.protocol, first.src, first.dst, bytes);
  return segment.ok ? { ...first, mf: false, payload: segment.value } : 'broken';
}
