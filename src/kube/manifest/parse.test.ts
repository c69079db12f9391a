import { expect, test } from 'vitest';
import { findProtoKey, parseDocument } from './parse.ts';

function problemOf(text: string) {
  const parsed = parseDocument(text, () => '#1');
  if (parsed.ok) throw new Error(`parsed: ${JSON.stringify(parsed.value).slice(0, 200)}`);
  const { message, upstream, range } = parsed.error;
  return { id: message.id, params: message.params, upstream, at: range && `${range.line}:${range.column}` };
}

const POD =
  'kind: Pod\nmetadata:\n  name: web\n  labels:\n    app: web\nspec:\n  nodeName: node1\nstatus:\n  podIP: 10.0.0.2\n';

test.each([
  ['a line indented too far', '  name: web', '   name: web\n  x: y', 'manifest.syntax', 4],
  ['two values on a line', 'name: web', 'name: web: x', 'manifest.syntax', 3],
  ['a missing colon', 'name: web', 'name web', 'manifest.missing-colon', 3],
  ['a missing colon at the top', 'spec:', 'spec', 'manifest.missing-colon', 6],
  ['no blank behind the colon', 'name: web', 'name:web', 'manifest.missing-colon', 3],
  [
    'half a word, in the middle of typing',
    'nodeName: node1',
    'nodeN\n  nodeName: node1',
    'manifest.missing-colon',
    7,
  ],
  ['half a word at the end', 'podIP: 10.0.0.2', 'podIP: 10.0.0.2\n  pod', 'manifest.missing-colon', 10],
  ['an open quote', 'name: web', 'name: "web', 'manifest.not-closed', 3],
  ['an open bracket', 'name: web', 'name: [web', 'manifest.not-closed', 3],
  ['a tab', '  nodeName', '\tnodeName', 'manifest.tab', 7],
  ['a sign that YAML reserves', 'name: web', 'name: @web', 'manifest.syntax', 3],
] as const)('broken YAML is told at the line that is wrong: %s', (...row) => {
  const [, from, to, id, line] = row;
  const found = problemOf(POD.replace(from, to));
  expect(found).toMatchObject({ id, at: expect.stringMatching(new RegExp(`^${line}:`)) });
  expect(found.upstream).not.toBe('');
});

test('an error at the end of the text lies inside it', () => {
  const parsed = parseDocument('a: "never closed', () => '#1');
  expect(parsed.ok ? undefined : parsed.error.range).toMatchObject({ from: 0, to: 16, line: 1, column: 1 });
});

test('tabs, duplicate keys and unknown aliases have messages of their own', () => {
  expect(problemOf('a:\n\tb: 1')).toMatchObject({ id: 'manifest.tab', at: '2:1' });
  expect(problemOf('a: 1\nlabels: 2\nlabels: 3')).toMatchObject({
    id: 'manifest.duplicate-key',
    params: { document: '#1', key: 'labels' },
    at: '3:1',
  });
  expect(problemOf('a: *nobody')).toMatchObject({
    id: 'manifest.unknown-alias',
    params: { alias: 'nobody' },
  });
});

test('a tag is refused, not run', () => {
  expect(problemOf('a: !!js/function "function () {}"')).toMatchObject({ id: 'manifest.syntax' });
});

const levels = 'bcdefghi'.split('');
const bomb = ['a: &a [x,x,x,x,x,x,x,x,x]']
  .concat(levels.map((c, i) => `${c}: &${c} [${Array(9).fill(`*${'abcdefgh'[i]}`).join(',')}]`))
  .join('\n');

test.each([
  ['72 aliases that unfold into 400 million values', bomb],
  ['more aliases than anyone needs', `a: &a x\nb: [${Array(200).fill('*a').join(', ')}]`],
  ['a value that contains itself', 'a: &a\n  b: *a'],
])('an alias bomb is refused: %s', (_, text) => {
  expect(problemOf(text).id).toBe('manifest.too-many-aliases');
});

test('a few honest aliases and merge keys are fine', () => {
  const parsed = parseDocument('a: &a {x: 1}\nb:\n  <<: *a\n  y: 2\nc: *a', () => '#1');
  expect(parsed).toEqual({ ok: true, value: { a: { x: 1 }, b: { x: 1, y: 2 }, c: { x: 1 } } });
});

test.each([
  ['flow', '['.repeat(200_000)],
  ['block', '- '.repeat(200_000)],
  ['keys', '? '.repeat(200_000)],
])('a depth bomb is refused: %s', (_, text) => {
  expect(problemOf(text)).toMatchObject({ id: 'manifest.too-deep', params: { limit: 100 } });
});

test.each([
  ['an open quote', `a: "${'x'.repeat(3_000_000)}`],
  ['an open list', `[${'x, '.repeat(1_000_000)}`],
  ['blank lines', `a:${'\n'.repeat(3_000_000)}x`],
  ['zero bytes', '\0'.repeat(1000)],
  ['a small heap of quotes and brackets', '"{[\'&*!|>'.repeat(9_000)],
  ['a small heap of keys', `x: 1\n${'a b\n'.repeat(24_000)}`],
  [
    'a small staircase',
    Array.from({ length: 95 }, (_, i) => `${' '.repeat(i)}a${i}:`).join('\n') + '\n'.repeat(50_000) + 'x',
  ],
])('nonsense is refused in time: %s', (_, text) => {
  const started = performance.now();
  expect(problemOf(text).id).toMatch(/^manifest\./);
  expect(performance.now() - started).toBeLessThan(10_000);
});

test('a __proto__ key pollutes nothing and its place is found', () => {
  const parsed = parseDocument('a:\n- __proto__: {polluted: yes}', () => '#1');
  expect(parsed.ok && findProtoKey(parsed.value)).toEqual(['a', 0, '__proto__']);
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});

test('what kubectl quotes stays text, and dates are not dates', () => {
  const parsed = parseDocument('a: "1"\nb: 2026-01-12T08:15:00Z\nc: yes\nd: 0755', () => '#1');
  expect(parsed).toEqual({ ok: true, value: { a: '1', b: '2026-01-12T08:15:00Z', c: 'yes', d: 755 } });
});
