import { expect, it } from 'vitest';
import { changedDocument } from './changedDocument.ts';

const text = 'a: 1\n---\nb: 2\n---\nc: 3\n';
const at = (id: string, from: number, to: number) => ({ id, kind: 'X', from, to, line: 1 });
const read = { text, documents: [at('a', 0, 4), at('b', 9, 13), at('c', 18, 22)] };
const changed = (now: string) => changedDocument(read, now);

it('the document that was edited is found, as it is now', () => {
  expect(changed(text.replace('b: 2', 'b: [2, 2]'))).toEqual({ id: 'b', text: 'b: [2, 2]' });
  expect(changed(text.replace('c: 3', ''))).toEqual({ id: 'c', text: '' });
});

it('a letter that is there twice is no more than typed once', () => {
  expect(changed(text.replace('b: 2', 'b: 22'))).toEqual({ id: 'b', text: 'b: 22' });
});

it('nothing is found where two documents differ, or what is between them, or nothing', () => {
  expect(changed(text.replace('a: 1', 'a: 2').replace('c: 3', 'c: 4'))).toBeUndefined();
  expect(changed(text.replace('\n---\nb', '\n---\n# more\n---\nb'))).toBeUndefined();
  expect(changed(text)).toBeUndefined();
});

it('an edit is found in a text of any length', () => {
  const long = Array.from({ length: 3000 }, (_, i) => `a: ${i}`).join('\n');
  const whole = `${long}\n---\nb: 2\n---\n${long}\n`;
  const from = whole.indexOf('b: 2');
  const documents = [
    at('a', 0, long.length),
    at('b', from, from + 4),
    at('c', from + 9, from + 9 + long.length),
  ];
  const edited = (find: string, replace: string) =>
    changedDocument({ text: whole, documents }, whole.replace(find, replace))?.id;
  expect([edited('b: 2', 'b: 3'), edited('a: 2900', 'a: 29001'), edited('b: 2', '')]).toEqual([
    'b',
    'a',
    'b',
  ]);
});
