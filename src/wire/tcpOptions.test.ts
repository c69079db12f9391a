import { describe, expect, it } from 'vitest';
import { spanOf, viewOf } from './bytes.ts';
import type { TcpOption } from './frame.ts';
import { syn } from './frame.testing.ts';
import { emitTcpOptions, parseTcpOptions, printTcpOptions, tcpOptionsLength } from './tcpOptions.ts';

function emit(options: readonly TcpOption[]): Uint8Array {
  const bytes = new Uint8Array(tcpOptionsLength(options));
  emitTcpOptions(viewOf(bytes), 0, options);
  return bytes;
}

function parse(...bytes: number[]) {
  return parseTcpOptions(spanOf(Uint8Array.from(bytes)));
}

describe('TCP options', () => {
  it('that are no multiple of 4 are padded with end, and parse with it', () => {
    const padded = emit([{ kind: 'window-scale', shift: 7 }]);
    expect(padded).toEqual(Uint8Array.of(3, 3, 7, 0));
    expect(parse(...padded)).toEqual({
      ok: true,
      value: [{ kind: 'window-scale', shift: 7 }, { kind: 'end' }],
    });
  });

  it('of kinds we do not know keep their bytes', () => {
    const sack: TcpOption = { kind: 'other', type: 5, bytes: Uint8Array.of(0, 0, 0, 1, 0, 0, 0, 2) };
    const options: TcpOption[] = [{ kind: 'nop' }, { kind: 'nop' }, sack];
    expect(parse(...emit(options))).toEqual({ ok: true, value: options });
  });

  it.each([
    [[2, 5, 0, 0, 0], 'tcp option mss has length 5, not 4'],
    [[8, 2], 'tcp option timestamps has length 2, not 10'],
    [[3, 2], 'tcp option window-scale has length 2, not 3'],
    [[254, 1], 'tcp option 254 has length 1, less than 2'],
    [[254, 0], 'tcp option 254 has length 0, less than 2'],
    [[1, 2], 'tcp option 2 cut off: 1 of 2 bytes'],
    [[2, 4, 5], 'tcp option 2 cut off: 3 of 4 bytes'],
    [[0, 1], 'tcp option 1 after the end of the options'],
  ])('%j are refused', (bytes, reason) => {
    expect(parse(...bytes)).toMatchObject({ ok: false, error: { layer: 'tcp', reason } });
  });

  it('are printed as tcpdump does', () => {
    expect(printTcpOptions(spanOf(emit(syn.options)))).toBe('mss 1410,sackOK,TS val 1 ecr 0,nop,wscale 7');
  });
});
