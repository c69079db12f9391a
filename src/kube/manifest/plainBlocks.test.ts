import fc from 'fast-check';
import { CORE_SCHEMA, load, mergeTag } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { generateDump } from '../../scenario/generate.ts';
import { readPlainBlocks, type KnownKeys } from './plainBlocks.ts';
import { validateDocument } from './validate.ts';
import { partOf, wantedOf, type Wanted } from './wanted.ts';

const parser = (text: string): unknown => {
  try {
    return load(`${text}\n`, { schema: CORE_SCHEMA.withTags(mergeTag) });
  } catch {
    return 'refused';
  }
};
const dump = generateDump({ nodes: 1, pods: 1, seed: 1, style: 'stream', managedFields: false });
const lines = dump.split('\n---\n').map((text) => text.trimEnd().split('\n'));

const word = fc.oneof(
  fc.constantFrom(
    'true',
    'Null',
    '~',
    '~a',
    'yes',
    '1',
    '-1',
    '+',
    '1e3',
    '0x1f',
    '0o7',
    '.5',
    '.inf',
    '10.244.1.2/24',
    '5d4f6c',
    '3e-4f',
    '100m',
    '{}',
    '[]',
    '[a]',
    '{a: b}',
    '""',
    "''",
    '"a"',
    '"a\\n"',
    '"a" b',
    "'it''s'",
    "'x",
    'a: b',
    'a:',
    ':a',
    'a:b',
    'a #b',
    'a#b',
    '#a',
    '- a',
    '-a',
    '-',
    '?',
    '? a',
    '|',
    '>-',
    '&a b',
    '*a',
    '!!str a',
    '@a',
    '`a',
    '%a',
    ', a',
    '<<',
    '=',
    'a  b',
    'ä',
    'a ',
    '---',
    '...',
    '2026-01-12T08:15:00Z',
    '12345678901234567890',
    'constructor',
    '__proto__',
  ),
  fc.string({ maxLength: 6 }),
);
/** Lines of a block, by what they are: words mostly plain, so that whole texts are often of the shape in question. */
type Block = readonly string[];
const common = fc.constantFrom('a', 'b c', '80', '"80"', 'true', '10.244.1.2', '100m', '{}', 'x/y:z');
const scalar = fc.oneof({ weight: 6, arbitrary: common }, { weight: 1, arbitrary: word });
const key = fc.oneof(
  { weight: 30, arbitrary: fc.constantFrom('a', 'b', 'c/d.e-f', 'g', 'h') },
  { weight: 1, arbitrary: fc.constantFrom('1', 'true', '"a"', 'constructor', 'a ', '<<', '') },
);
const deeper = (lines: Block, by: number): Block => lines.map((text) => ' '.repeat(by) + text);
const { block } = fc.letrec<{ block: Block; entry: Block; item: Block }>((tie) => ({
  entry: fc.oneof(
    { weight: 3, arbitrary: fc.tuple(key, scalar).map(([name, text]): Block => [`${name}: ${text}`]) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(key, fc.constantFrom(1, 2, 2, 2, 4), tie('block'))
        .map(([name, by, lines]): Block => [`${name}:`, ...deeper(lines, by)]),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(key, fc.constantFrom(0, 0, 2), fc.array(tie('item'), { maxLength: 3 }))
        .map(([name, by, items]): Block => [`${name}:`, ...deeper(items.flat(), by)]),
    },
  ),
  item: fc.oneof(
    scalar.map((text): Block => [`- ${text}`]),
    tie('block').map(([first = '', ...rest]): Block => [`- ${first}`, ...deeper(rest, 2)]),
  ),
  block: fc.array(tie('entry'), { minLength: 1, maxLength: 3 }).map((entries): Block => entries.flat()),
}));

/** of all texts of this file, as in a dump */
const keys: KnownKeys = [];

/** The wanted part of a value. */
function pruned(value: unknown, wanted: Wanted): unknown {
  if (wanted === 'all' || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value))
    return wanted.items === undefined ? value : value.map((item) => pruned(item, wanted.items ?? 'all'));
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, part]) => {
      const below = partOf(wanted, name);
      return below === undefined ? [] : [[name, pruned(part, below)]];
    }),
  );
}

describe('the reader of plain blocks', () => {
  it('reads whole objects as kubectl prints them, as the parser does', () => {
    for (const text of lines.map((each) => each.join('\n'))) {
      const value = readPlainBlocks(text);
      expect(value).toBeDefined();
      expect(value).toStrictEqual(parser(text));
    }
  });

  it('answers what the parser answers, or leaves the text to it: made-up blocks', () => {
    let answered = 0;
    fc.assert(
      fc.property(block, (lines) => {
        const text = lines.join('\n');
        const said = parser(text);
        const read = readPlainBlocks(text, keys);
        if (read !== undefined) answered++;
        expect(read ?? said).toStrictEqual(said);
      }),
      { numRuns: 2_000, seed: 7 },
    );
    // otherwise the above says little
    expect(answered).toBeGreaterThan(500);
  });

  it('answers what the parser answers, or leaves the text to it: an object with lines lost, moved and put in', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...lines),
        fc.array(
          fc.record({
            at: fc.nat(200),
            lost: fc.nat(2),
            put: fc.oneof(
              block.map(([first = '']) => first),
              word,
              fc.constant(''),
            ),
            inside: fc.boolean(),
          }),
          { minLength: 1, maxLength: 3 },
        ),
        (object, edits) => {
          const edited = [...object];
          for (const { at, lost, put, inside } of edits) {
            const i = at % edited.length;
            const old = edited[i] ?? '';
            const half = old.length - (at % 7);
            edited.splice(i, lost, inside ? old.slice(0, half) + put + old.slice(half) : put);
          }
          const text = edited.join('\n');
          const said = parser(text);
          expect(readPlainBlocks(text, keys) ?? said).toStrictEqual(said);
        },
      ),
      { numRuns: 600, seed: 8 },
    );
  });

  describe('where not everything is wanted', () => {
    /** at every depth: of a mapping `a`, `g` and `kind`, the rest is passed over */
    const some: Wanted = {
      fields: new Map<string, Wanted>([
        ['a', 'all'],
        ['kind', 'all'],
      ]),
    };
    const nested: Wanted = {
      fields: new Map<string, Wanted>([
        ['a', some],
        ['g', { items: some }],
        ['kind', 'all'],
      ]),
    };

    it('leaves out what nobody looks at, and leaves the same texts to the parser', () => {
      let answered = 0;
      fc.assert(
        fc.property(block, (lines) => {
          const text = ['kind: x', ...lines].join('\n');
          const whole = readPlainBlocks(text);
          const part = readPlainBlocks(text, [], () => nested);
          if (whole !== undefined) answered++;
          expect(part).toStrictEqual(pruned(whole, nested));
        }),
        { numRuns: 2_000, seed: 9 },
      );
      expect(answered).toBeGreaterThan(500);
    });

    const texts = lines.map((each) => each.join('\n'));

    it('of a dump, the schemas see the same', () => {
      for (const text of texts) {
        const [whole, part] = [readPlainBlocks(text), readPlainBlocks(text, [], wantedOf)];
        expect(validateDocument(part, text, '#1')).toStrictEqual(validateDocument(whole, text, '#1'));
      }
    });

    it('of nodes and pods, most is not made', () => {
      const objects = texts.filter((text) => /^kind: (Node|Pod)$/m.test(text));
      expect(objects.length).toBeGreaterThan(1);
      for (const text of objects) {
        const [whole, part] = [readPlainBlocks(text), readPlainBlocks(text, [], wantedOf)];
        expect(JSON.stringify(part).length).toBeLessThan(JSON.stringify(whole).length / 2);
      }
    });
  });

  it.each([
    'a: 1\na: 2',
    'a: |\n  b',
    'a: &x 1',
    'a: b\n  c',
    'a:\tb',
    'a: "b',
    '# a\na: 1',
    '__proto__: 1',
    '- a',
    '',
  ])('leaves %j to the parser', (text) => {
    expect(readPlainBlocks(text)).toBeUndefined();
  });
});
