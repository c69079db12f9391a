import { expect, it } from 'vitest';
import { nearestOf } from './nearest.ts';

it.each([
  ['ruote', 'route'],
  ['fbd', 'fdb'],
  ['adr', 'addr'],
  ['ROUTE', 'route'],
])('%s was probably meant to be %s', (word, meant) => {
  expect(nearestOf(word, ['addr', 'route', 'fdb', 'link'])).toBe(meant);
});

it('names nothing when nothing is near', () => {
  expect(nearestOf('frobnicate', ['addr', 'route', 'fdb', 'link'])).toBeUndefined();
});
