import { describe, expect, it } from 'vitest';
import { ipv4 } from './address.ts';
import { spanOf, viewOf } from './bytes.ts';
import { emitUdp, parseUdp, type UdpHeader } from './udp.ts';

const ENDS = { src: ipv4('10.0.0.1'), dst: ipv4('10.0.0.2') };
const HEADER: UdpHeader = { sport: 1, dport: 2, checksum: 'computed' };

function datagram(header: UdpHeader, payload: readonly number[]): Uint8Array {
  const bytes = Uint8Array.of(0, 0, 0, 0, 0, 0, 0xde, 0xad, ...payload);
  emitUdp(viewOf(bytes), 0, header, { ...ENDS, length: bytes.length });
  return bytes;
}

function reasonOf(bytes: Uint8Array): string {
  const parsed = parseUdp(spanOf(bytes), ENDS);
  return parsed.ok ? 'it parses' : parsed.error.reason;
}

describe('the UDP header', () => {
  it('is emitted with length and checksum', () => {
    // 0a00 0001 0a00 0002 + 0011 + 000a + 0001 0002 000a + abcd = c000 - 2, complemented
    expect(datagram(HEADER, [0xab, 0xcd])).toEqual(Uint8Array.of(0, 1, 0, 2, 0, 10, 0x40, 0x07, 0xab, 0xcd));
  });

  it('of a datagram whose checksum computes to zero says all ones', () => {
    // the checksum above is 0x4007; adding that to the payload leaves zero
    expect(datagram(HEADER, [0xab + 0x40, 0xcd + 0x07])).toEqual(
      Uint8Array.of(0, 1, 0, 2, 0, 10, 0xff, 0xff, 0xab + 0x40, 0xcd + 0x07),
    );
    expect(reasonOf(datagram(HEADER, [0xeb, 0xd4]))).toBe('it parses');
  });

  it('without a checksum says zero and is not verified', () => {
    const bytes = datagram({ ...HEADER, checksum: 'none' }, [1, 2]);
    expect(bytes.slice(6, 8)).toEqual(Uint8Array.of(0, 0));
    bytes[9] = 3;
    expect(parseUdp(spanOf(bytes), ENDS)).toMatchObject({
      ok: true,
      value: { header: { checksum: 'none' } },
    });
  });

  it('covers the addresses with its checksum', () => {
    const elsewhere = { ...ENDS, dst: ipv4('10.0.0.3') };
    expect(parseUdp(spanOf(datagram(HEADER, [1])), elsewhere)).toMatchObject({
      error: { layer: 'udp', offset: 6 },
    });
  });

  it.each([
    [7, 'udp length is 7, less than its header of 8 bytes'],
    [9, 'udp length is 9, but the packet holds 10 bytes'],
    [11, 'udp datagram cut off: 10 of 11 bytes'],
  ])('with length %i in a packet of 10 bytes is refused', (length, reason) => {
    const bytes = datagram(HEADER, [1, 2]);
    bytes[5] = length;
    expect(reasonOf(bytes)).toBe(reason);
  });

  it('of 5 bytes is cut off', () => {
    expect(reasonOf(new Uint8Array(5))).toBe('udp header cut off: 5 of 8 bytes');
  });
});
