import { expect, it } from 'vitest';
import { printPath } from './diagnostic.ts';
import { parsePath, pathAt } from './pathAt.ts';

const TEXT = `kind: NetworkPolicy
spec:
  podSelector: {}
  ingress:
  - from:
    - namespaceSelector: { matchLabels: { team: ops } }
      podSelector:
        matchLabels:
          app.kubernetes.io/name: web
    ports:
    - port: 80
`;

const at = (word: string, by = 0) => printPath(pathAt(TEXT, TEXT.indexOf(word) + by));

it.each([
  ['podSelector: {}', 'spec.podSelector'],
  ['team: ops', 'spec.ingress[0].from[0].namespaceSelector.matchLabels.team'],
  ['web', 'spec.ingress[0].from[0].podSelector.matchLabels["app.kubernetes.io/name"]'],
  ['80', 'spec.ingress[0].ports[0].port'],
])('the field at %s is found', (word, path) => {
  expect(at(word)).toBe(path);
});

it('a dash belongs to its item, and an empty line to what stands above it', () => {
  expect(at('- namespaceSelector')).toBe('spec.ingress[0].from[0].namespaceSelector');
  expect(printPath(pathAt(TEXT, TEXT.length))).toBe('spec.ingress[0].ports[0].port');
});

it('broken text has no fields', () => {
  expect(pathAt('spec: {', 4)).toEqual([]);
});

it('a printed path is read again', () => {
  const path = ['spec', 'ingress', 0, 'from', 12, 'matchLabels', 'a.b/c'];
  expect(parsePath(printPath(path))).toEqual(path);
});
