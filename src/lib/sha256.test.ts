import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { sha256 } from './sha256.ts';

it('is what node:crypto says, for every length around the edges of a block', () => {
  for (let length = 0; length < 200; length++) {
    const text = 'é'.repeat(length % 3) + 'x'.repeat(length);
    expect(Buffer.from(sha256(text)).toString('hex'), text).toBe(
      createHash('sha256').update(text).digest('hex'),
    );
  }
});
