import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { sha512 } from './sha512.ts';

test('texts of every length around a block are hashed as node does', () => {
  for (const length of [0, 1, 55, 111, 112, 127, 128, 129, 240, 300]) {
    const text = 'aé✓'.repeat(length).slice(0, length);
    expect(sha512(text)).toBe(createHash('sha512').update(text).digest('hex'));
  }
});
