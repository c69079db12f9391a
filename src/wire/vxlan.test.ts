import { describe, expect, it } from 'vitest';
import { spanOf, viewOf } from './bytes.ts';
import { emitVxlan, parseVxlan } from './vxlan.ts';

describe('the VXLAN header', () => {
  it('is the I flag and the vni', () => {
    const bytes = new Uint8Array(8);
    emitVxlan(viewOf(bytes), 0, 0xabcdef);
    expect(bytes).toEqual(Uint8Array.of(8, 0, 0, 0, 0xab, 0xcd, 0xef, 0));
    expect(parseVxlan(spanOf(bytes))).toEqual({ ok: true, value: 0xabcdef });
  });

  it.each([
    ['without the I flag', [0, 0, 0, 0, 0, 0, 1, 0], 'vxlan I flag is not set'],
    ['with a group policy', [0x88, 0, 0, 1, 0, 0, 1, 0], 'vxlan reserved bits are set: 0x88000001'],
    ['with a reserved byte', [8, 0, 0, 0, 0, 0, 1, 1], 'vxlan reserved byte is not zero'],
    ['of 7 bytes', [8, 0, 0, 0, 0, 0, 1], 'vxlan header cut off: 7 of 8 bytes'],
  ])('%s is refused', (_name, bytes, reason) => {
    expect(parseVxlan(spanOf(Uint8Array.from(bytes)))).toMatchObject({
      ok: false,
      error: { layer: 'vxlan', reason },
    });
  });
});
