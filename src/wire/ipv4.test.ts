import { describe, expect, it } from 'vitest';
import { ipv4 } from './address.ts';
import { spanOf, viewOf } from './bytes.ts';
import { addBytes, checksumOf } from './checksum.ts';
import { fieldsOf } from './field.ts';
import { emitIpv4, IPV4_FIELDS, IPV4_LENGTH, parseIpv4, printProtocol, type Ipv4Header } from './ipv4.ts';

const HEADER: Ipv4Header = {
  tos: 0,
  length: 115,
  id: 0,
  df: true,
  mf: false,
  offset: 0,
  ttl: 64,
  protocol: 17,
  src: ipv4('192.168.0.1'),
  dst: ipv4('192.168.0.199'),
};
// the example of https://en.wikipedia.org/wiki/Internet_checksum, whose checksum is b861
// prettier-ignore
const BYTES = Uint8Array.of(
  0x45, 0x00, 0x00, 0x73, 0x00, 0x00, 0x40, 0x00, 0x40, 0x11, 0xb8, 0x61,
  0xc0, 0xa8, 0x00, 0x01, 0xc0, 0xa8, 0x00, 0xc7,
);

/** The example with some bytes replaced, its checksum made right again, and room for the payload. */
function changed(bytes: Readonly<Record<number, number>>): Uint8Array {
  const header = new Uint8Array(115);
  header.set(BYTES);
  for (const [at, value] of Object.entries(bytes)) header[Number(at)] = value;
  const view = viewOf(header);
  view.setUint16(10, 0);
  view.setUint16(10, checksumOf(addBytes(0, view, 0, IPV4_LENGTH)));
  return header;
}

function reasonOf(bytes: Uint8Array): string {
  const parsed = parseIpv4(spanOf(bytes));
  return parsed.ok ? 'it parses' : parsed.error.reason;
}

function flagsOf(header: Ipv4Header): string | undefined {
  const bytes = new Uint8Array(IPV4_LENGTH);
  emitIpv4(viewOf(bytes), 0, header);
  return fieldsOf(IPV4_FIELDS, viewOf(bytes), 0, IPV4_LENGTH).find(({ name }) => name === 'flags')?.value;
}

describe('the IPv4 header', () => {
  it('is emitted with its checksum', () => {
    const bytes = new Uint8Array(IPV4_LENGTH);
    emitIpv4(viewOf(bytes), 0, HEADER);
    expect(bytes).toEqual(BYTES);
  });

  it('is parsed with the length it states', () => {
    expect(parseIpv4(spanOf(changed({})))).toEqual({ ok: true, value: HEADER });
  });

  it('keeps a fragment offset in bytes', () => {
    expect(parseIpv4(spanOf(changed({ 6: 0x20, 7: 178 })))).toMatchObject({
      value: { df: false, mf: true, offset: 1424 },
    });
  });

  it.each([
    ['of version 6', { 0: 0x65 }, 'ipv4 version is 6, not 4'],
    ['of 16 bytes', { 0: 0x44 }, 'ipv4 header length is 16, less than 20 bytes'],
    ['with options', { 0: 0x46 }, 'ipv4 options are not supported: header length is 24 bytes'],
    ['with a short total length', { 3: 19 }, 'ipv4 total length is 19, less than its header of 20 bytes'],
    ['with a long total length', { 3: 116 }, 'ipv4 packet cut off: 115 of 116 bytes'],
    ['with the reserved flag', { 6: 0x80 }, 'ipv4 reserved flag is set'],
  ])('%s is refused', (_name, bytes, reason) => {
    expect(reasonOf(changed(bytes))).toBe(reason);
  });

  it('of 12 bytes is cut off', () => {
    expect(reasonOf(BYTES.subarray(0, 12))).toBe('ipv4 header cut off: 12 of 20 bytes');
  });

  it('with a wrong checksum is refused, at the checksum', () => {
    const bytes = changed({});
    bytes[8] = 63;
    const error = { layer: 'ipv4', offset: 10, reason: 'ipv4 header checksum 0xb861 is wrong' };
    expect(parseIpv4(spanOf(bytes))).toEqual({ ok: false, error });
  });

  it('prints flags and offset as tcpdump does', () => {
    expect(flagsOf(HEADER)).toBe('[DF]');
    expect(flagsOf({ ...HEADER, df: false })).toBe('[none]');
    expect(flagsOf({ ...HEADER, df: false, mf: true })).toBe('[+], offset 0');
    expect(flagsOf({ ...HEADER, df: false, offset: 1424 })).toBe('[none], offset 1424');
  });

  it('names protocols as tcpdump does', () => {
    expect([1, 6, 17, 132, 2].map(printProtocol)).toEqual([
      'ICMP (1)',
      'TCP (6)',
      'UDP (17)',
      'SCTP (132)',
      'unknown (2)',
    ]);
  });
});
