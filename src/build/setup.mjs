/**
 * Makes `npm start`, `npm test` and the others work on a fresh clone: installs exactly what package-lock.json says when
 * node_modules is missing or was made from another lock file. Runs before every script, so it uses only what Node brings,
 * takes milliseconds when there is nothing to do, and speaks on standard error (the CLI's output belongs to the CLI).
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const stampFile = `${root}node_modules/.setup`;

/** The lock file decides what is installed, the platform which of its optional packages. */
function wantedStamp() {
  const lock = createHash('sha256').update(readFileSync(`${root}package-lock.json`));
  return `${lock.digest('hex')} ${process.platform}-${process.arch}`;
}

function currentStamp() {
  try {
    return readFileSync(stampFile, 'utf8');
  } catch {
    return ''; // never set up
  }
}

/** npm as it was called, when it called us; otherwise the one on the PATH. */
function npmCi() {
  const npm = process.env['npm_execpath'];
  // Both output streams go to standard error: see the head comment.
  /** @type {import('node:child_process').SpawnSyncOptions} */
  const options = { cwd: root, stdio: ['ignore', 2, 2] };
  return npm?.endsWith('.js')
    ? spawnSync(process.execPath, [npm, 'ci'], options)
    : spawnSync('npm', ['ci'], { ...options, shell: process.platform === 'win32' });
}

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Flannelboard needs Node.js 20.19 or newer; this is ${process.versions.node}.`);
  process.exit(1);
}

const stamp = wantedStamp();
if (currentStamp() !== stamp) {
  console.error('setup: installing the packages of package-lock.json (npm ci)');
  const { status, error } = npmCi();
  if (status !== 0) {
    console.error(`setup: npm ci failed${error ? ` (${error.message})` : ''}; see above.`);
    process.exit(status ?? 1);
  }
  writeFileSync(stampFile, stamp);
}
