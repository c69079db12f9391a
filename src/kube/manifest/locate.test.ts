import { expect, test } from 'vitest';
import type { Path } from './diagnostic.ts';
import { locate } from './locate.ts';

const text = `# a pod
kind: Pod
metadata: {name: web, "labels": {app: 'x y'}}
spec:
  containers:
  - name: one
    ports:
    - containerPort: 80
  -
    name: two
  empty:
`;

function marked(path: Path, of = text): string {
  const { from, to, line, column } = locate(of, path);
  const lineStart =
    of
      .split('\n')
      .slice(0, line - 1)
      .join('\n').length + (line > 1 ? 1 : 0);
  expect(lineStart + column - 1).toBe(from);
  return `${line}:${column} ${of.slice(from, to)}`;
}

test('a scalar is marked itself, in block and flow style, quoted or not', () => {
  expect(marked(['kind'])).toBe('2:7 Pod');
  expect(marked(['metadata', 'name'])).toBe('3:18 web');
  expect(marked(['metadata', 'labels', 'app'])).toBe('3:40 x y');
  expect(marked(['spec', 'containers', 0, 'ports', 0, 'containerPort'])).toBe('8:22 80');
  expect(marked(['spec', 'containers', 1, 'name'])).toBe('10:11 two');
});

test('a mapping or list is marked by its key', () => {
  expect(marked(['spec', 'containers'])).toBe('5:3 containers');
  expect(marked(['spec', 'empty'])).toBe('11:3 empty');
});

test('an item of a list is marked where it begins', () => {
  expect(marked(['spec', 'containers', 0])).toBe('6:5 n');
});

test('a missing field is marked at the deepest part that is there', () => {
  expect(marked(['spec', 'nodeName'])).toBe('4:1 spec');
  expect(marked(['spec', 'containers', 1, 'ports', 3])).toBe('10:5 n');
  expect(marked(['spec', 'containers', 7])).toBe('5:3 containers');
});

test('the document as a whole is marked at its kind, else at its first word', () => {
  expect(marked([])).toBe('2:7 Pod');
  expect(marked(['status'])).toBe('2:7 Pod');
  expect(marked([], '\n# note\n  a: 1\n')).toBe('3:3 a:');
});

test('an alias is marked where it is used', () => {
  expect(marked(['b', 'c'], 'a: &x {c: 1}\nb: *x\n')).toBe('2:4 *x');
});
