/** The test function of every spec: a board on a fresh visit, and no complaint of the browser at the end. */
import { expect, test as base } from '@playwright/test';
import { Board } from './board.ts';

export const test = base.extend<{ board: Board }>({
  board: [
    async ({ page }, provide) => {
      const board = new Board(page);
      await board.visit();
      await provide(board);
      expect(board.complaints, 'what the browser complained about').toEqual([]);
    },
    { auto: true },
  ],
});

export { expect } from '@playwright/test';
