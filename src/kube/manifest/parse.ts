/**
 * One document's text -> a plain value, or the one problem that stopped the parser. YAML 1.2 with `<<` merge keys, by
 * js-yaml: ten times faster than `yaml` on cluster dumps, and its errors carry offset and words (see README.md).
 * Never throws and never hangs on what strangers write: nesting and aliases are limited, tags run nothing.
 * Left out: kubectl reads YAML 1.1, where plain `yes` is a boolean; here it is text, and a field that wants a boolean says so.
 */
import { CORE_SCHEMA, load, mergeTag } from 'js-yaml';
import { err, ok, type Result } from '../../lib/result.ts';
import type { Path, Problem } from './diagnostic.ts';
import { MAX_ALIASES, MAX_DEPTH } from './limits.ts';
import { rangeAt } from './locate.ts';
import { readPlainBlocks, type KnownKeys } from './plainBlocks.ts';
import { wantedOf } from './wanted.ts';
import { toSyntaxProblem, tooManyAliases } from './syntax.ts';

const SCHEMA = CORE_SCHEMA.withTags(mergeTag);

/**
 * `name` is what messages call the document; asked for only when there is something to say. With `keys`, those of the texts before,
 * only what somebody will look at may be in the value (wanted.ts).
 */
export function parseDocument(text: string, name: () => string, keys?: KnownKeys): Result<unknown, Problem> {
  // The added line feed makes a text of its own: the values, which are slices of it, would else keep the whole dump alive
  const own = `${text}\n`;
  const plain = keys === undefined ? readPlainBlocks(own) : readPlainBlocks(own, keys, wantedOf);
  if (plain !== undefined) return ok(plain);
  try {
    const value = load(own, { schema: SCHEMA, maxDepth: MAX_DEPTH, maxAliases: MAX_ALIASES });
    if (!text.includes('*') || !isBomb(value)) return ok(value);
    const message = tooManyAliases(name());
    return err({
      severity: 'error',
      message,
      path: [],
      range: rangeAt(text, Math.max(0, text.search(/\*\w/))),
    });
  } catch (thrown) {
    return err(toSyntaxProblem(thrown, text, name()));
  }
}

/**
 * Do aliases make a small text a giant? js-yaml keeps them as shared parts, which costs nothing until something walks the
 * value; a value that contains itself never ends.
 */
function isBomb(value: unknown): boolean {
  const sizes = new Map<object, number>();
  const sizeOf = (part: unknown): number => {
    if (typeof part !== 'object' || part === null) return 1;
    const known = sizes.get(part);
    if (known !== undefined) return known;
    sizes.set(part, Infinity); // while it is being measured: meeting it again is a cycle
    const size = Object.values(part).reduce<number>((sum, child) => sum + sizeOf(child), 1);
    sizes.set(part, size);
    return size;
  };
  return sizeOf(value) > 100 * sizes.size + 10_000;
}

/**
 * Where a value holds a key that JavaScript treats as a prototype, if anywhere. Neither parser nor schemas follow such a
 * key; the reader is told, because the key does nothing. Values may share parts (aliases), so each is visited once.
 */
export function findProtoKey(value: unknown): Path | undefined {
  const seen = new Set<unknown>();
  const queue: { readonly value: unknown; readonly path: Path }[] = [{ value, path: [] }];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    if (typeof next.value !== 'object' || next.value === null || seen.has(next.value)) continue;
    seen.add(next.value);
    for (const [key, child] of Object.entries(next.value)) {
      const path = [...next.path, Array.isArray(next.value) ? Number(key) : key];
      if (key === '__proto__') return path;
      queue.push({ value: child, path });
    }
  }
  return undefined;
}
