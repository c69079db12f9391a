import { expect, it } from 'vitest';
import { onceFor, remembering } from './memo.ts';

it('asks once for each object, and again for another that looks the same', () => {
  let asked = 0;
  const answer = onceFor(({ n }: { readonly n: number }) => `${n} ${++asked}`);
  const one = { n: 1 };
  expect([answer(one), answer(one), answer({ n: 1 })]).toEqual(['1 1', '1 1', '1 2']);
});

it('keeps the answers to so many texts, and none where the question fails', () => {
  let asked = 0;
  const answer = remembering(2, (text) => {
    if (text === '') throw new Error('nothing');
    return `${text}${++asked}`;
  });
  expect(['a', 'b', 'a', 'c', 'a'].map(answer)).toEqual(['a1', 'b2', 'a1', 'c3', 'a4']);
  expect(() => answer('')).toThrow('nothing');
  expect(() => answer('')).toThrow('nothing');
});
