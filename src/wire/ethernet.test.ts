import { describe, expect, it } from 'vitest';
import { mac } from './address.ts';
import { spanOf, viewOf } from './bytes.ts';
import { emitEthernet, ETHERNET_LENGTH, parseEthernet, printEthertype } from './ethernet.ts';

const HEADER = { dst: mac('ff:ff:ff:ff:ff:ff'), src: mac('52:54:00:0a:b0:01'), ethertype: 0x0806 };
// prettier-ignore
const BYTES = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x52, 0x54, 0x00, 0x0a, 0xb0, 0x01, 0x08, 0x06);

describe('the Ethernet header', () => {
  it('is emitted as destination, source, ethertype', () => {
    const bytes = new Uint8Array(ETHERNET_LENGTH);
    emitEthernet(viewOf(bytes), 0, HEADER);
    expect(bytes).toEqual(BYTES);
  });

  it('is parsed with MACs in the spelling of ip link', () => {
    expect(parseEthernet(spanOf(BYTES))).toEqual({ ok: true, value: HEADER });
  });

  it('of 13 bytes is cut off', () => {
    const error = { layer: 'ethernet', offset: 13, reason: 'ethernet header cut off: 13 of 14 bytes' };
    expect(parseEthernet(spanOf(BYTES.subarray(0, 13)))).toEqual({ ok: false, error });
  });

  it('names its ethertypes as tcpdump does', () => {
    expect([0x0800, 0x0806, 0x86dd].map(printEthertype)).toEqual([
      'IPv4 (0x0800)',
      'ARP (0x0806)',
      'unknown (0x86dd)',
    ]);
  });
});
