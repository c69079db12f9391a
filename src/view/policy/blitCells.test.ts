import { expect, it } from 'vitest';
import { blitCells, type Blit } from './blitCells.ts';

/** Two by two cells of two pixels: a 1 and a 2 above a 3 and a 4, each stamp with its own second pixel. */
const four: Blit = {
  width: 6,
  height: 5,
  states: Uint8Array.from([0, 1, 2, 3]),
  count: 2,
  side: 2,
  stamps: [1, 2, 3, 4].map((n) => Uint32Array.from([n, n + 10, n, n])),
  left: 1,
  top: 1,
};

function picture(blit: Blit): readonly string[] {
  const out = new Uint32Array(blit.width * blit.height);
  blitCells(out, blit);
  return Array.from({ length: blit.height }, (_, y) =>
    [...out.subarray(y * blit.width, (y + 1) * blit.width)].join(' '),
  );
}

it('each cell stands in its row and column', () => {
  expect(picture(four)).toEqual([
    '0 0 0 0 0 0',
    '0 1 11 2 12 0',
    '0 1 1 2 2 0',
    '0 3 13 4 14 0',
    '0 3 3 4 4 0',
  ]);
});

it('of cells that are scrolled out of the picture only the part inside is written', () => {
  expect(picture({ ...four, width: 3, height: 2, left: -1, top: -1 })).toEqual(['1 2 2', '13 4 14']);
});

it('a picture beyond the last cell stays empty', () => {
  expect(picture({ ...four, width: 2, height: 1, left: -4, top: 0 })).toEqual(['0 0']);
});
