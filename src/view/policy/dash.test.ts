import { expect, it } from 'vitest';
import { toggleDash } from './dash.ts';

const OR = `  ingress:
  - from:
    - namespaceSelector:
        matchLabels:
          user: alice
    - podSelector:
        matchLabels:
          role: client
`;
const AND = OR.replace('    - podSelector', '      podSelector');

const at = (text: string, word: string) => toggleDash(text, text.indexOf(word));

it('two items become one, and one becomes two', () => {
  expect(at(OR, 'podSelector')).toEqual({ text: AND, now: 'and' });
  expect(at(AND, 'podSelector')).toEqual({ text: OR, now: 'or' });
});

it('the first selector of a list has no dash to toggle, nor has any other line', () => {
  expect(at(OR, 'namespaceSelector')).toBeUndefined();
  expect(at(OR, 'role')).toBeUndefined();
  expect(at('spec:\n  podSelector: {}\n', 'podSelector')).toBeUndefined();
});
