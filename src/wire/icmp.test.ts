import { describe, expect, it } from 'vitest';
import { spanOf, viewOf } from './bytes.ts';
import { addBytes, checksumOf } from './checksum.ts';
import type { IcmpEcho, IcmpError } from './frame.ts';
import { emitIcmp, parseIcmp, printIcmpName } from './icmp.ts';

function emit(icmp: IcmpEcho | IcmpError, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  emitIcmp(viewOf(bytes), 0, icmp);
  return bytes;
}

/** A message of 8 bytes with a right checksum. */
function message(type: number, code: number): Uint8Array {
  const bytes = Uint8Array.of(type, code, 0, 0, 1, 2, 3, 4);
  viewOf(bytes).setUint16(2, checksumOf(addBytes(0, viewOf(bytes), 0, 8)));
  return bytes;
}

describe('an ICMP message', () => {
  it('of echo is type 8, checksum, id, sequence number, data', () => {
    const request: IcmpEcho = {
      kind: 'icmp-echo',
      reply: false,
      id: 1,
      seq: 2,
      data: Uint8Array.of(7, 9, 1),
    };
    // 0800 + 0001 + 0002 + 0709 + 0100 = 100c, complemented eff3
    expect(emit(request, 11)).toEqual(Uint8Array.of(8, 0, 0xef, 0xf3, 0, 1, 0, 2, 7, 9, 1));
    expect(parseIcmp(spanOf(emit(request, 11)))).toEqual({ ok: true, value: request });
  });

  it('of echo reply is type 0', () => {
    const reply: IcmpEcho = { kind: 'icmp-echo', reply: true, id: 1, seq: 2, data: new Uint8Array() };
    expect(emit(reply, 8)).toEqual(Uint8Array.of(0, 0, 0xff, 0xfc, 0, 1, 0, 2));
  });

  it('of frag needed has the MTU in the last half of its second word', () => {
    const error: IcmpError = { kind: 'icmp-error', type: 3, code: 4, rest: 1450, quote: new Uint8Array() };
    expect(emit(error, 8).slice(4)).toEqual(Uint8Array.of(0, 0, 0x05, 0xaa));
    expect(parseIcmp(spanOf(emit(error, 8)))).toEqual({ ok: true, value: error });
  });

  it.each([
    ['a timestamp request', message(13, 0)],
    ['an echo with a code', message(8, 1)],
  ])('that is %s stays bytes', (_name, bytes) => {
    expect(parseIcmp(spanOf(bytes))).toEqual({ ok: true, value: { kind: 'bytes', bytes } });
  });

  it('of 7 bytes is cut off', () => {
    const error = { layer: 'icmp', offset: 7, reason: 'icmp header cut off: 7 of 8 bytes' };
    expect(parseIcmp(spanOf(message(8, 0).subarray(0, 7)))).toEqual({ ok: false, error });
  });

  it('with a wrong checksum is refused', () => {
    const bytes = message(8, 0);
    bytes[7] = 5;
    expect(parseIcmp(spanOf(bytes))).toMatchObject({ ok: false, error: { layer: 'icmp', offset: 2 } });
  });

  it('has the names of our captures', () => {
    expect(printIcmpName(11, 0)).toBe('ttl-exceeded');
    expect(printIcmpName(3, 1)).toBe('host-unreach');
    expect(printIcmpName(3, 7)).toBe('type=3 code=7');
  });
});
