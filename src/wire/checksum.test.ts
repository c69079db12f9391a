import { describe, expect, it } from 'vitest';
import { ipv4 } from './address.ts';
import { viewOf } from './bytes.ts';
import { addBytes, checksumOf, pseudoHeader } from './checksum.ts';

function checksum(...bytes: number[]): number {
  return checksumOf(addBytes(0, viewOf(Uint8Array.from(bytes)), 0, bytes.length));
}

describe('the Internet checksum', () => {
  it('of the example of RFC 1071 §3 is the complement of ddf2', () => {
    expect(checksum(0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7)).toBe(0xffff - 0xddf2);
  });

  it('of nothing is all ones', () => {
    expect(checksum()).toBe(0xffff);
  });

  it('pads an odd last byte with zero', () => {
    expect(checksum(0x12, 0x34, 0x56)).toBe(checksum(0x12, 0x34, 0x56, 0x00));
  });

  it('carries as often as it must', () => {
    expect(checksum(0xff, 0xff, 0xff, 0xff, 0x00, 0x01)).toBe(0xfffe);
  });

  it('of a header that holds its checksum is zero', () => {
    expect(checksum(0x12, 0x34, 0xed, 0xcb)).toBe(0);
  });

  it('of the largest packet does not overflow', () => {
    expect(checksum(...new Uint8Array(65534).fill(0xff))).toBe(0);
  });

  it('adds both addresses, the protocol and the length of a pseudo header', () => {
    const ends = { src: ipv4('1.2.3.4'), dst: ipv4('255.255.0.1') };
    expect(pseudoHeader(ends, 17, 8)).toBe(0x0102 + 0x0304 + 0xffff + 1 + 17 + 8);
  });
});
