import { expect, it } from 'vitest';
import { addRequirement, requirementsIn } from './selectorText.ts';

it.each([
  ['role=client', { matchLabels: { role: 'client' } }],
  ['app.kubernetes.io/name == web', { matchLabels: { 'app.kubernetes.io/name': 'web' } }],
  ['env!=prod', { matchExpressions: [{ key: 'env', operator: 'NotIn', values: ['prod'] }] }],
  ['env in (a, b)', { matchExpressions: [{ key: 'env', operator: 'In', values: ['a', 'b'] }] }],
  ['env notin (a, b)', { matchExpressions: [{ key: 'env', operator: 'NotIn', values: ['a', 'b'] }] }],
  ['env', { matchExpressions: [{ key: 'env', operator: 'Exists' }] }],
  ['!env', { matchExpressions: [{ key: 'env', operator: 'DoesNotExist' }] }],
])('%s is a requirement, and is shown as it was typed', (typed, selector) => {
  expect(addRequirement({}, typed)).toEqual(selector);
  expect(requirementsIn(selector).map(({ text }) => text)).toEqual([typed.replace(' == ', '=')]);
});

it('several are parted by commas, but not by those between parentheses', () => {
  expect(addRequirement({ matchLabels: { app: 'web' } }, 'app=db, env in (a, b),!old')).toEqual({
    matchLabels: { app: 'db' },
    matchExpressions: [
      { key: 'env', operator: 'In', values: ['a', 'b'] },
      { key: 'old', operator: 'DoesNotExist' },
    ],
  });
});

it.each(['', '=x', 'a=b=c', 'a b', 'env in a', 'a=b,'])('%j is none', (typed) => {
  expect(addRequirement({}, typed)).toBeUndefined();
});

it('each knows the selector without it, and of one that is left with nothing no field is left', () => {
  const selector = { matchLabels: { a: '1', b: '2' }, matchExpressions: [{ key: 'c', operator: 'Exists' }] };
  expect(requirementsIn(selector).map(({ without }) => without)).toEqual([
    { matchLabels: { b: '2' }, matchExpressions: selector.matchExpressions },
    { matchLabels: { a: '1' }, matchExpressions: selector.matchExpressions },
    { matchLabels: selector.matchLabels },
  ]);
  expect(requirementsIn({ matchLabels: { a: '1' } })[0]?.without).toEqual({});
});
