/**
 * Weighs the built page. What a first visit must fetch before anything runs is the entry script, what it imports
 * statically, what index.html preloads, and the words of one language (the larger one counts); that has a limit. Workers and lazily loaded chunks are listed, not limited.
 * Brotli at its best, as a static host serves it.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { parseSync } from 'vite';

const limit = 170_000; // bytes of brotli; a slow 3G connection carries it in about 4 s
const dist = fileURLToPath(new URL('../../dist/', import.meta.url));
/** @param {string} name */
const read = (name) => readFileSync(`${dist}${name}`);

/** Chunks that a script fetches as soon as it is fetched. @param {string} name @returns {string[]} */
function staticImports(name) {
  const { module, errors } = parseSync(name, read(name).toString('utf8'));
  if (errors.length > 0) throw new Error(`${name}: ${errors[0]?.message}`);
  const sources = [
    ...module.staticImports.map((edge) => edge.moduleRequest.value),
    ...module.staticExports.flatMap((edge) =>
      edge.entries.flatMap((entry) => entry.moduleRequest?.value ?? []),
    ),
  ];
  return sources.map((source) => posix.join(posix.dirname(name), source));
}

/** @param {Iterable<string>} roots */
function closure(roots) {
  const seen = new Set(roots);
  for (const name of seen) for (const next of staticImports(name)) seen.add(next);
  return seen;
}

const html = read('index.html').toString('utf8');
const tags = [...html.matchAll(/<(?:script|link)\b[^>]*>/g)].map(([tag]) => tag);
const roots = tags
  .filter((tag) => tag.startsWith('<script') || /rel="?modulepreload/.test(tag))
  .map((tag) => /(?:src|href)="\.?\/?([^"]+\.js)"/.exec(tag)?.[1])
  .filter((name) => name !== undefined);
if (roots.length === 0) throw new Error('index.html loads no script');

const first = closure(roots);
const files = readdirSync(dist, { recursive: true, encoding: 'utf8' })
  .map((name) => name.replaceAll('\\', '/'))
  .filter((name) => /\.(?:js|css)$/.test(name));
/** One of them is loaded at the start (src/start.ts), under a name that Vite makes of the file's. */
const dictionaries = files.filter((name) => /(?:^|\/)(?:en|zhCN)-[^/]*\.js$/.test(name));
if (dictionaries.length !== 2 || dictionaries.some((name) => first.has(name)))
  throw new Error(`expected the words of two languages in chunks of their own: ${dictionaries.join(', ')}`);
const workers = closure(files.filter((name) => /worker[^/]*\.js$/i.test(name)));

/** @param {string} name */
function kindOf(name) {
  if (first.has(name)) return 'first load';
  if (dictionaries.includes(name)) return 'words';
  if (name.endsWith('.css')) return 'style';
  return workers.has(name) ? 'worker' : 'lazy';
}

const order = ['first load', 'words', 'style', 'worker', 'lazy'];
const rows = files
  .map((name) => {
    const bytes = read(name);
    return { kind: kindOf(name), name, raw: bytes.length, brotli: brotliCompressSync(bytes).length };
  })
  .sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind) || b.brotli - a.brotli);

/** @param {number} bytes */
const kB = (bytes) => (bytes / 1000).toFixed(1).padStart(8);
console.log(`${'raw kB'.padStart(8)} ${'brotli'.padStart(8)}`);
for (const { kind, name, raw, brotli } of rows)
  console.log(`${kB(raw)} ${kB(brotli)}  ${kind.padEnd(10)}  ${name}`);

/** @param {string} kind */
const weights = (kind) => rows.flatMap((row) => (row.kind === kind ? [row.brotli] : []));
const total = weights('first load').reduce((sum, bytes) => sum + bytes, Math.max(...weights('words')));
console.log(
  `first load: ${kB(total).trim()} kB of scripts in brotli, words of one language included, limit ${kB(limit).trim()} kB`,
);
if (total > limit) process.exit(1);
