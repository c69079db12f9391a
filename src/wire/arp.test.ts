import { describe, expect, it } from 'vitest';
import { ipv4, mac } from './address.ts';
import { ARP_LENGTH, emitArp, parseArp } from './arp.ts';
import { spanOf, viewOf } from './bytes.ts';
import type { ArpPacket } from './frame.ts';

const REPLY: ArpPacket = {
  kind: 'arp',
  op: 'reply',
  sha: mac('0a:58:0a:f4:01:01'),
  spa: ipv4('10.244.1.1'),
  tha: mac('0a:58:0a:f4:01:02'),
  tpa: ipv4('10.244.1.2'),
};

// prettier-ignore
const BYTES = Uint8Array.of(
  0, 1, 8, 0, 6, 4, 0, 2,
  0x0a, 0x58, 0x0a, 0xf4, 0x01, 0x01, 10, 244, 1, 1,
  0x0a, 0x58, 0x0a, 0xf4, 0x01, 0x02, 10, 244, 1, 2,
);

describe('the ARP packet', () => {
  it('is emitted as RFC 826 lays it out', () => {
    const bytes = new Uint8Array(ARP_LENGTH);
    emitArp(viewOf(bytes), 0, REPLY);
    expect(bytes).toEqual(BYTES);
  });

  it('is parsed back', () => {
    expect(parseArp(spanOf(BYTES))).toEqual({ ok: true, value: REPLY });
  });

  it.each([
    [0, 0, 'arp hardware type is 2305, not 1 (Ethernet)'],
    [2, 2, 'arp protocol type is 2304, not 2048 (IPv4)'],
    [4, 4, 'arp address lengths are 9 and 4, not 6 and 4'],
    [5, 4, 'arp address lengths are 6 and 9, not 6 and 4'],
    [7, 6, 'arp operation is 9, not 1 (request) or 2 (reply)'],
  ])('with a 9 in byte %i is an error at offset %i', (at, offset, reason) => {
    const bytes = BYTES.slice();
    bytes[at] = 9;
    expect(parseArp(spanOf(bytes))).toEqual({ ok: false, error: { layer: 'arp', offset, reason } });
  });
});
