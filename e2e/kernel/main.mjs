/** Bundles judge.ts and becomes it; arguments and exit code are its own. */
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { bundle } from '../../src/build/ssr.mjs';

process.env['FLANNELBOARD_ROOT'] = fileURLToPath(new URL('../../', import.meta.url));
// mutants have a bundle of their own: there is one of each name, for the newest sources
const name = process.argv.includes('--bundle') ? 'mutant' : 'judge';
const folder = await bundle(name, { judge: 'e2e/kernel/judge.ts' }, ['src', 'e2e/kernel']);
await import(pathToFileURL(join(folder, 'judge.js')).href);
