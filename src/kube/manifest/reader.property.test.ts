import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sliceList } from './list.ts';
import { board, NODE1, NODE2, pod, stream } from './manifest.testing.ts';
import { parseDocument } from './parse.ts';
import { createReader } from './reader.ts';
import { itemsOf } from './values.ts';

const indent = (text: string) => `- ${text.split('\n').join('\n  ')}`;
const documents = [
  NODE1,
  NODE2,
  pod('web', {
    on: 'node1',
    ip: '10.244.1.2',
    spec: ['containers:', '- name: c', '  ports:', '  - containerPort: 80'],
  }),
  pod('db', { on: 'node2' }),
  'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c\ndata:\n  a: |\n    one\n\n    # no comment\n    - two\n  # a comment\n  b: >-\n    x\n     y\n  c: "long\n    text"',
  board('segments:', '- { name: a, cidr: 192.168.0.0/24 }', 'clients: [{ name: me, ip: 203.0.113.9 }]'),
];
const texts = [
  stream(...documents),
  ['apiVersion: v1', 'items:', ...documents.map(indent), 'kind: List', ''].join('\n'),
];

/** What people and accidents do to a text: pieces lost, moved, doubled, strange signs put in. */
const wounded = fc
  .record({
    text: fc.constantFrom(...texts),
    cuts: fc.array(
      fc.record({
        at: fc.nat(9_999),
        length: fc.oneof(fc.nat(3), fc.nat(40)),
        put: fc.oneof(
          fc.constantFrom(
            '',
            ' ',
            '\n',
            '\t',
            ': ',
            '- ',
            '---\n',
            '...\n',
            '"',
            "'",
            '[',
            '{',
            '&a ',
            '*a',
            '|',
            '<<: *a',
            '# ',
            '\r\n',
            '\0',
            'null',
          ),
          fc.string({ maxLength: 5 }),
        ),
      }),
      { minLength: 1, maxLength: 2 },
    ),
  })
  .map(({ text, cuts }) =>
    cuts.reduce((current, { at, length, put }) => {
      const from = Math.floor((at / 10_000) * current.length);
      return current.slice(0, from) + put + current.slice(from + length);
    }, text),
  );

test('no text makes the reader throw, and what it says stands inside the text', () => {
  const reader = createReader();
  fc.assert(
    fc.property(wounded, (input) => {
      const { cluster, text, changed, documents: found, diagnostics } = reader.read(input);
      expect(cluster === undefined).toBe(diagnostics.some(({ severity }) => severity === 'error'));
      expect(changed).toBe(text !== input);
      for (const { range } of diagnostics) {
        const before = text.slice(0, range.from).split('\n');
        expect(range.from).toBeLessThanOrEqual(range.to);
        expect(range.to).toBeLessThanOrEqual(text.length);
        expect([range.line, range.column]).toEqual([before.length, (before.at(-1) ?? '').length + 1]);
      }
      for (const { from, to, line } of found) {
        expect(to).toBeGreaterThan(from);
        expect(line).toBe(text.slice(0, from).split('\n').length);
      }
    }),
    { seed: 1, numRuns: 800 },
  );
});

test('reading the normalised text again changes nothing and says the same', () => {
  fc.assert(
    fc.property(wounded, (input) => {
      const first = createReader().read(input);
      expect(createReader().read(first.text)).toEqual({ ...first, changed: false });
    }),
    { seed: 2, numRuns: 200 },
  );
});

test('a reader that has seen other texts reads as a new one does', () => {
  const reader = createReader();
  fc.assert(
    fc.property(wounded, (input) => {
      expect(reader.read(input)).toEqual(createReader().read(input));
    }),
    { seed: 3, numRuns: 200 },
  );
});

test('the slices of a List are its items, whatever the text went through', () => {
  let compared = 0;
  fc.assert(
    fc.property(wounded, (input) => {
      if (/^(?:---|\.\.\.)/m.test(input) || input.includes('\r')) return; // a stream, which is split before
      const list = parseDocument(input, () => '');
      const slices = (sliceList(input.trimEnd()) ?? []).map((slice) => parseDocument(slice, () => ''));
      if (!list.ok || slices.length === 0 || slices.some(({ ok }) => !ok)) return;
      compared++;
      expect({ items: slices.map((slice) => slice.ok && slice.value) }).toEqual({
        items: itemsOf(list.value),
      });
    }),
    { seed: 4, numRuns: 800 },
  );
  expect(compared).toBeGreaterThan(100);
});
