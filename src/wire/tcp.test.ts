import { describe, expect, it } from 'vitest';
import { ipv4 } from './address.ts';
import { spanOf, viewOf } from './bytes.ts';
import { addBytes, checksumOf, pseudoHeader } from './checksum.ts';
import type { TcpSegment } from './frame.ts';
import { syn } from './frame.testing.ts';
import { emitTcp, parseTcp, printTcpFlags, tcpHeaderLength } from './tcp.ts';

const ENDS = { src: ipv4('10.244.1.2'), dst: ipv4('10.244.2.2') };

function emit(segment: TcpSegment): Uint8Array {
  const bytes = new Uint8Array(tcpHeaderLength(segment) + segment.data.length);
  emitTcp(viewOf(bytes), 0, segment, ENDS);
  return bytes;
}

/** The SYN with one byte replaced and its checksum made right again. */
function changed(at: number, value: number): Uint8Array {
  const bytes = emit(syn);
  bytes[at] = value;
  const view = viewOf(bytes);
  view.setUint16(16, 0);
  view.setUint16(16, checksumOf(addBytes(pseudoHeader(ENDS, 6, 40), view, 0, 40)));
  return bytes;
}

function reasonOf(bytes: Uint8Array): string {
  const parsed = parseTcp(spanOf(bytes), ENDS);
  return parsed.ok ? 'it parses' : parsed.error.reason;
}

describe('the TCP header', () => {
  it('of a SYN is 40 bytes with Linux’s options, without its checksum these', () => {
    const bytes = emit(syn);
    viewOf(bytes).setUint16(16, 0);
    // prettier-ignore
    expect(bytes).toEqual(Uint8Array.of(
      0x89, 0xc8, 0, 80, 0, 0, 3, 0xe8, 0, 0, 0, 0, 0xa0, 0x02, 0xfd, 0x5c, 0, 0, 0, 0,
      2, 4, 0x05, 0x82, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 3, 3, 7,
    ));
  });

  it('is parsed back, data included', () => {
    const segment: TcpSegment = { ...syn, data: Uint8Array.of(1, 2, 3) };
    expect(parseTcp(spanOf(emit(segment)), ENDS)).toEqual({ ok: true, value: segment });
  });

  it('keeps each of the six flags', () => {
    for (const name of ['fin', 'syn', 'rst', 'psh', 'ack', 'urg'] as const) {
      const none = { fin: false, syn: false, rst: false, psh: false, ack: false, urg: false };
      const segment: TcpSegment = { ...syn, flags: { ...none, [name]: true } };
      expect(parseTcp(spanOf(emit(segment)), ENDS)).toEqual({ ok: true, value: segment });
    }
  });

  it('covers the addresses with its checksum', () => {
    const elsewhere = { ...ENDS, src: ipv4('10.244.1.3') };
    expect(parseTcp(spanOf(emit(syn)), elsewhere)).toMatchObject({ error: { layer: 'tcp', offset: 16 } });
  });

  it.each([
    [12, 0x40, 'tcp data offset is 16, less than 20 bytes'],
    [12, 0xb0, 'tcp header cut off: 40 of 44 bytes'],
    [12, 0xa1, 'tcp ECN or reserved bits are set'],
    [13, 0xc2, 'tcp ECN or reserved bits are set'],
    [19, 1, 'tcp urgent pointer is not supported'],
  ])('with byte %i = %i is refused', (at, value, reason) => {
    expect(reasonOf(changed(at, value))).toBe(reason);
  });

  it('of 19 bytes is cut off', () => {
    expect(reasonOf(emit(syn).subarray(0, 19))).toBe('tcp header cut off: 19 of 20 bytes');
  });

  it('with more than 40 bytes of options is an assertion', () => {
    const options = [{ kind: 'other', type: 254, bytes: new Uint8Array(39) }] as const;
    expect(() => emit({ ...syn, options })).toThrow('tcp options of 44 bytes, at most 40');
  });

  it('prints flags in tcpdump’s letters, or the captures’', () => {
    expect(printTcpFlags(0x12, '.')).toBe('S.');
    expect(printTcpFlags(0x18, 'A')).toBe('PA');
    expect(printTcpFlags(0x11, 'A')).toBe('FA');
  });
});
