/**
 * Bundles TypeScript entries for Node, once per state of the sources, into node_modules/.cache. Node 20 runs no
 * TypeScript, and the sources use what only the bundler knows (`?raw`, `import.meta.glob`).
 */
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdtempSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const cache = join(root, 'node_modules/.cache/flannelboard');

/**
 * Names, sizes and times of the sources, and the lock file: what a bundle depends on. Contents are not read.
 * @param {readonly string[]} folders from the root
 */
function fingerprint(folders) {
  const hash = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')));
  for (const folder of folders) {
    const names = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
    for (const name of names.filter((each) => !/\.test\.tsx?$/.test(each)).sort()) {
      const { size, mtimeMs } = statSync(join(root, folder, name));
      hash.update(`${name} ${size} ${mtimeMs}\n`);
    }
  }
  return hash.digest('hex').slice(0, 16);
}

/**
 * The folder with one `NAME.js` per entry, each with its dependencies inside.
 * @param {string} name of the bundle @param {Record<string, string>} entries file by name, from the root
 * @param {readonly string[]} [sources] folders that the bundle depends on
 * @returns {Promise<string>}
 */
export async function bundle(name, entries, sources = ['src']) {
  const folder = join(cache, `${name}-${fingerprint(sources)}`);
  if (existsSync(folder)) return folder;

  // Loaded only now: it costs more than everything else that an up-to-date run does.
  const { build } = await import('vite');
  mkdirSync(cache, { recursive: true });
  const draft = mkdtempSync(join(cache, 'draft-'));
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    ssr: { noExternal: true },
    build: {
      ssr: true,
      outDir: draft,
      target: 'node20',
      minify: false,
      rolldownOptions: {
        input: Object.fromEntries(Object.entries(entries).map(([key, file]) => [key, join(root, file)])),
        output: { entryFileNames: '[name].js', chunkFileNames: 'chunk-[hash].js' },
      },
    },
  });
  // One rename, so that two runs at once never see half a bundle; bundles of older sources go.
  for (const old of readdirSync(cache)) {
    if (old.startsWith(`${name}-`)) rmSync(join(cache, old), { recursive: true, force: true });
  }
  try {
    renameSync(draft, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
    rmSync(draft, { recursive: true, force: true }); // another run was quicker
  }
  return folder;
}
