import { expect, test } from 'vitest';
import { splitStream, toEditorText } from './split.ts';

const texts = (text: string) => splitStream(text).map((piece) => piece.text);

test('documents are what stands between markers, without the blank lines around them', () => {
  expect(texts('a: 1\n---\n\nb: 2\n\n---\nc: 3\n')).toEqual(['a: 1', 'b: 2', 'c: 3']);
});

test('a stretch of comments, blank lines or directives is no document', () => {
  expect(texts('# head\n---\n%YAML 1.2\n---\na: 1\n---\n\n---\n# tail\n')).toEqual(['a: 1']);
  expect(texts('')).toEqual([]);
  expect(texts('---\n---\n...\n')).toEqual([]);
});

test('a comment above its document belongs to it', () => {
  expect(texts('# two nodes\na: 1\n---\n# the second\nb: 2')).toEqual([
    '# two nodes\na: 1',
    '# the second\nb: 2',
  ]);
});

test('three dashes inside a line, or indented, are no marker', () => {
  expect(texts('a: x---y\nb: |\n  ---\n  text\nc: ----\n')).toHaveLength(1);
  expect(texts('a: 1\n----\n')).toHaveLength(1);
});

test('three dots end a document too', () => {
  expect(texts('a: 1\n...\nb: 2\n...\n')).toEqual(['a: 1', 'b: 2']);
});

test('content behind the marker is a document with its real column', () => {
  const [piece] = splitStream('--- {kind: Pod}\n');
  expect(piece).toEqual({ text: '{kind: Pod}', from: 4, to: 15, column: 5 });
});

test('the indentation of the first line stays', () => {
  expect(texts('---\n  a: 1\n  b: 2\n')).toEqual(['  a: 1\n  b: 2']);
});

test('offsets point into the text', () => {
  const text = '\n\na: 1\n---\nb: 2\n';
  for (const { text: piece, from, to } of splitStream(text)) expect(text.slice(from, to)).toBe(piece);
});

test('CRLF, lone CR and a byte order mark become what an editor holds', () => {
  expect(toEditorText('\ufeffa: 1\r\nb: 2\rc: 3\n')).toBe('a: 1\nb: 2\nc: 3\n');
});

test('a million markers are no documents', () => {
  expect(splitStream('...\n'.repeat(1_000_000))).toEqual([]);
  expect(splitStream(`${'---\n'.repeat(1_000_000)}a: 1`)).toHaveLength(1);
});
