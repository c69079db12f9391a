/**
 * `npm run bench [-- WORD]`: runs src/bench/*.bench.ts (those whose file name contains WORD) and prints the machine and
 * one table each. Numbers are for comparing on one machine; nothing here passes or fails.
 */
import { readdirSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { bundle } from './ssr.mjs';
import { printTable } from './table.mjs';

/** @typedef {import('../bench/bench.ts').Bench} Bench */

const word = process.argv[2] ?? '';
const names = readdirSync(fileURLToPath(new URL('../bench/', import.meta.url)))
  .filter((file) => file.endsWith('.bench.ts'))
  .map((file) => file.slice(0, -'.bench.ts'.length))
  .sort();
const chosen = names.filter((name) => name.includes(word));
if (chosen.length === 0) {
  console.error(
    `No benchmark${word === '' ? '' : ` is named "${word}"`}; there are: ${names.join(', ') || 'none'}`,
  );
  process.exit(2);
}

const cores = cpus();
const memory = (totalmem() / 2 ** 30).toFixed(0);
console.log(
  `${cores[0]?.model ?? 'unknown processor'}, ${cores.length} cores, ${memory} GiB, Node ${process.version}`,
);

const folder = await bundle(
  'bench',
  Object.fromEntries(names.map((name) => [name, `src/bench/${name}.bench.ts`])),
);
for (const name of chosen) {
  /** @type {{ default: Bench }} */
  const { default: bench } = await import(pathToFileURL(join(folder, `${name}.js`)).href);
  console.log(`\n${bench.name}`);
  printTable(await bench.run());
}
