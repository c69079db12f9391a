import { describe, expect, it } from 'vitest';
import { decodeText, tooBig } from './textFile.ts';

const bytes = (...values: number[]) => Uint8Array.from(values).buffer;

describe('text files', () => {
  it('reads UTF-8, with and without a byte order mark', () => {
    expect(decodeText(new TextEncoder().encode('kind: 节点').buffer)).toBe('kind: 节点');
    expect(decodeText(bytes(0xef, 0xbb, 0xbf, 0x61))).toBe('a');
    expect(decodeText(bytes())).toBe('');
    expect(decodeText(bytes(0x61))).toBe('a');
  });

  it("reads the UTF-16 that PowerShell's > writes", () => {
    expect(decodeText(bytes(0xff, 0xfe, 0x61, 0, 0x62, 0))).toBe('ab');
    expect(decodeText(bytes(0xfe, 0xff, 0, 0x61, 0, 0x62))).toBe('ab');
  });

  it('says how large a file is and how large it may be', () => {
    expect(tooBig(130 * 1024 * 1024).message).toEqual({
      id: 'manifest.too-big',
      params: { megabytes: 130, limit: 120 },
    });
  });
});
