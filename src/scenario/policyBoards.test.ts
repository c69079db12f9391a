/** What the boards about policies expect comes to pass, with the rules that kube-router writes for them. */
import { expect, it } from 'vitest';
import { Engine } from '../engine/engine.ts';
import { policyBoards } from './policyBoards.ts';

it.each(policyBoards)('$id expects what happens', ({ text }) => {
  const engine = new Engine();
  engine.handle('open', { text, revision: 1 });
  const results = engine.handle('expect', { atSeq: Number.MAX_SAFE_INTEGER });
  expect(results.length).toBeGreaterThan(1);
  expect(results.filter(({ holds }) => !holds)).toEqual([]);
});
