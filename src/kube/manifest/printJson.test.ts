import fc from 'fast-check';
import { dump } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { generateDump } from '../../scenario/generate.ts';
import { must } from '../../lib/assert.ts';
import { parseDocument } from './parse.ts';
import { createJsonPrinter, STYLE } from './printJson.ts';

const theirs = (value: unknown): string => dump(value, STYLE).trimEnd();

/** Texts that are more than themselves in one version of YAML or another, and others. */
const word = fc.oneof(
  fc.constantFrom(
    'yes',
    'No',
    'on',
    'OFF',
    'y',
    'true',
    'False',
    'null',
    'Null',
    'NaN',
    '.inf',
    '~',
    '<<',
    '=',
    '-',
  ),
  fc.constantFrom(
    '1',
    '0x1f',
    '0o7',
    '1e3',
    '2026-01-12',
    '2026-01-12T08:15:00Z',
    '12:30',
    '1_000',
    '+1',
    '.5',
  ),
  fc.constantFrom(
    '',
    ' ',
    'a ',
    ' a',
    'a: b',
    'a:',
    'a #b',
    '#a',
    'a\nb',
    'a\n',
    '\t',
    "it's",
    '"a"',
    '- a',
    '? a',
  ),
  fc.constantFrom(
    'kubernetes.io/name',
    'node1',
    'Running',
    'ä',
    '😀',
    '*a',
    '&a',
    '!a',
    '%a',
    '@a',
    '`a',
    '{a}',
    '[a]',
  ),
  fc.string({ maxLength: 8 }),
);
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    word,
    fc.constantFrom(null, true, false, 0, 80, -1, 1.5, 1e21, -0),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(word, tie('value'), { maxKeys: 4 }),
  ),
}));

describe('the printer of JSON', () => {
  it('writes what js-yaml writes: made-up values, one after the other', () => {
    const print = createJsonPrinter();
    fc.assert(
      // without parts that are shared, as JSON.parse makes them
      fc.property(
        value.map((made): unknown => JSON.parse(JSON.stringify(made))),
        (made) => {
          expect(print(made)).toBe(theirs(made));
        },
      ),
      { numRuns: 3_000, seed: 11 },
    );
  });

  it('writes what js-yaml writes: objects as kubectl prints them', () => {
    const print = createJsonPrinter();
    const text = generateDump({ nodes: 2, pods: 6, seed: 3, style: 'stream', managedFields: true });
    for (const each of text.split('\n---\n')) {
      const parsed = parseDocument(each, () => '');
      const object: unknown = must(parsed.ok ? parsed.value : undefined, each);
      expect(print(object)).toBe(theirs(object));
    }
  });
});
