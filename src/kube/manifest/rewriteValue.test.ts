import { dump } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { createRandom, nextInRange } from '../../lib/random.ts';
import type { Path } from './diagnostic.ts';
import { rewriteValue, valueAt, valueOf } from './rewriteValue.ts';
import type { Json } from './yamlText.ts';

const POLICY = `kind: NetworkPolicy
metadata: { name: p }
spec: # what it does
  podSelector:
    matchLabels: { app: web }   # the shop's front
  ingress:
  # from the office
  - from:
    - namespaceSelector:
        matchLabels:
          user: "alice" # she asked for it
      podSelector: {}
    - ipBlock: { cidr: 10.0.0.0/8, except: [10.1.0.0/16] }
    ports:
    - port: 80 # web
  # anybody
  - ports: [{ port: 443 }]
`;

/** [what, path, value, text to find, text instead] */
const ROWS: readonly (readonly [string, Path, Json | undefined, string, string])[] = [
  ['a number of its own', ['spec', 'ingress', 0, 'ports', 0, 'port'], 8080, 'port: 80 #', 'port: 8080 #'],
  [
    'a label, with its comment kept',
    ['spec', 'ingress', 0, 'from', 0, 'namespaceSelector', 'matchLabels'],
    { user: 'bob', tier: 'x' },
    'user: "alice" # she asked for it\n',
    'user: bob # she asked for it\n          tier: x\n',
  ],
  [
    'a label in braces',
    ['spec', 'podSelector', 'matchLabels'],
    { app: 'web', tier: 'front' },
    '{ app: web }',
    '{ app: web, tier: front }',
  ],
  [
    'one item more',
    ['spec', 'ingress', 0, 'ports'],
    [{ port: 80 }, { port: 'dns', protocol: 'UDP' }],
    '- port: 80 # web\n',
    '- port: 80 # web\n    - port: dns\n      protocol: UDP\n',
  ],
  [
    'one item more in brackets',
    ['spec', 'ingress', 1, 'ports'],
    [{ port: 443 }, { port: 80 }],
    '[{ port: 443 }]',
    '[{ port: 443 }, { port: 80 }]',
  ],
  [
    'an item before the others',
    ['spec', 'ingress', 0, 'from'],
    [
      { podSelector: { matchLabels: { role: 'client' } } },
      { namespaceSelector: { matchLabels: { user: 'alice' } }, podSelector: {} },
      { ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } },
    ],
    '    - namespaceSelector:',
    '    - podSelector:\n        matchLabels:\n          role: client\n    - namespaceSelector:',
  ],
  [
    'an empty selector that gets something',
    ['spec', 'ingress', 0, 'from', 0, 'podSelector'],
    { matchLabels: { role: 'client' } },
    'podSelector: {}\n',
    'podSelector:\n        matchLabels:\n          role: client\n',
  ],
  [
    'a field less',
    ['spec', 'ingress', 0, 'from', 0, 'podSelector'],
    undefined,
    '      podSelector: {}\n',
    '',
  ],
  [
    'the first field of an item less: the next one moves behind the dash',
    ['spec', 'ingress', 0, 'from', 0, 'namespaceSelector'],
    undefined,
    'namespaceSelector:\n        matchLabels:\n          user: "alice" # she asked for it\n      podSelector: {}',
    'podSelector: {}',
  ],
  [
    'an item less',
    ['spec', 'ingress', 0, 'from', 1],
    undefined,
    '    - ipBlock: { cidr: 10.0.0.0/8, except: [10.1.0.0/16] }\n',
    '',
  ],
  [
    'a block of addresses less',
    ['spec', 'ingress', 0, 'from', 1, 'ipBlock', 'except'],
    undefined,
    ', except: [10.1.0.0/16]',
    '',
  ],
  [
    'a field that was not there',
    ['spec', 'policyTypes'],
    ['Ingress', 'Egress'],
    '  - ports: [{ port: 443 }]\n',
    '  - ports: [{ port: 443 }]\n  policyTypes:\n  - Ingress\n  - Egress\n',
  ],
  ['a whole rule less', ['spec', 'ingress', 1], undefined, '  - ports: [{ port: 443 }]\n', ''],
  ['nothing, where it is so already', ['spec', 'podSelector', 'matchLabels', 'app'], 'web', '', ''],
];

describe('a value is written into the text, and what stands around it stays as it was typed', () => {
  it.each(ROWS)('%s', (...[, path, value, from, to]) => {
    expect(rewriteValue(POLICY, path, value)).toBe(POLICY.replace(from, to));
  });

  it('in the style of lists that the text has', () => {
    const text = 'spec:\n  ingress:\n    - from: []\n';
    expect(rewriteValue(text, ['spec', 'ingress', 0, 'from'], [{ podSelector: {} }])).toBe(
      'spec:\n  ingress:\n    - from:\n        - podSelector: {}\n',
    );
  });

  it('keys that are missing on the way are added, and a comment of an empty field stays with it', () => {
    expect(rewriteValue('kind: Pod\nmetadata: # who\n', ['metadata', 'labels', 'a'], 'yes')).toBe(
      'kind: Pod\nmetadata: # who\n  labels:\n    a: "yes"\n',
    );
  });

  it('what an alias repeats is written out, so that the other place keeps what it had', () => {
    const text = 'a: &x { k: 1 }\nb: *x\n';
    const written = rewriteValue(text, ['a', 'k'], 2);
    expect(written === undefined || valueAt(valueOf(written), ['b', 'k']) === 1).toBe(true);
  });

  it('broken text stays as it is', () => {
    expect(rewriteValue('a: [', ['a'], 1)).toBeUndefined();
    expect(rewriteValue('a: text', ['a', 'b'], 1)).toBeUndefined();
  });
});

describe('what comes of an edit is read back as the value that was asked for', () => {
  const random = createRandom(7);
  const below = (n: number): number => nextInRange(random, 0, n - 1);
  const pick = <T>(from: readonly [T, ...T[]]): T => from[below(from.length)] ?? from[0];
  const scalar = (): Json =>
    pick<Json>(['web', 'yes', '10.0.0.0/8', 80, '080', '', 'a: b', '# no', null, true, '-']);
  const value = (depth: number): Json => {
    const kind = depth === 0 ? 0 : below(3);
    if (kind === 0) return scalar();
    if (kind === 1) return Array.from({ length: below(4) }, () => value(depth - 1));
    const keys = ['a', 'b', 'from', 'x/y'].filter(() => below(2) === 0);
    return Object.fromEntries(keys.map((key) => [key, value(depth - 1)]));
  };
  const changed = (old: Json, depth: number): Json => {
    if (depth === 0 || below(4) === 0) return value(2);
    if (Array.isArray(old)) {
      const items = old.flatMap((item: Json) =>
        below(4) === 0 ? [] : below(3) === 0 ? [changed(item, depth - 1)] : [item],
      );
      return below(3) === 0 ? [...items, value(1)] : items;
    }
    if (typeof old !== 'object' || old === null) return scalar();
    const entries = Object.entries(old).flatMap(([key, inner]: [string, Json]) =>
      below(5) === 0 ? [] : [[key, below(2) === 0 ? changed(inner, depth - 1) : inner] as const],
    );
    return Object.fromEntries(below(3) === 0 ? [...entries, ['new', value(1)]] : entries);
  };
  const commented = (text: string): string =>
    text
      .split('\n')
      .map((line, i) => (line === '' ? line : below(3) === 0 ? `${line} # c${i}` : line))
      .join('\n');

  it.each([
    ['block style', { flowLevel: -1 }],
    ['flow style inside', { flowLevel: 3 }],
    ['indented lists', { seqNoIndent: false }],
  ] as const)('%s', (_, options) => {
    for (let round = 0; round < 300; round++) {
      const before: Json = { spec: { k: value(3), list: [value(2), value(2)] } };
      const text = commented(dump(before, options));
      const start = valueOf(text);
      const after = changed(valueAt(start, ['spec']) ?? null, 3);
      const written = rewriteValue(text, ['spec'], after);
      expect(written, text).toBeDefined();
      expect(valueAt(valueOf(written ?? ''), ['spec'])).toEqual(after);
    }
  });
});
