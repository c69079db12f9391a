/**
 * Checks package-lock.json without a network. What it guards against has happened: a registry mirror that lacks some
 * platforms' packages makes `npm install` leave them out of the lock file silently, and then `npm ci` fails on every
 * other machine; an entry without `integrity` is not verified; a `resolved` address ties the clone to one registry.
 */
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {{ version?: string, resolved?: string, integrity?: string, link?: boolean, inBundle?: boolean,
 *   dependencies?: Record<string, string>, optionalDependencies?: Record<string, string> }} LockEntry
 * @typedef {Record<string, LockEntry>} Packages
 */

/**
 * Where Node would find `name` for the package at `from`: the nearest node_modules upwards.
 * @param {Packages} packages @param {string} from @param {string} name
 */
function isLocked(packages, from, name) {
  const folders = from.split('/node_modules/');
  for (let depth = folders.length; depth > 0; depth--) {
    if (`${folders.slice(0, depth).join('/node_modules/')}/node_modules/${name}` in packages) return true;
  }
  return `node_modules/${name}` in packages;
}

/**
 * Every fault of the lock file, as sentences; none when it is sound.
 * @param {{ packages?: Packages }} lock @param {Record<string, unknown>} manifest
 */
export function lockFaults(lock, manifest) {
  const packages = lock.packages ?? {};
  const faults = [];
  const root = packages[''] ?? {};
  for (const field of /** @type {const} */ (['dependencies', 'devDependencies'])) {
    const wanted = JSON.stringify(manifest[field] ?? {});
    const locked = JSON.stringify(/** @type {Record<string, unknown>} */ (root)[field] ?? {});
    if (wanted !== locked)
      faults.push(`${field} of package.json and package-lock.json differ: run npm install`);
    for (const [name, range] of Object.entries(
      /** @type {Record<string, string>} */ (manifest[field] ?? {}),
    )) {
      if (!/^\d/.test(range)) faults.push(`${name}: "${range}" is not an exact version`);
    }
  }
  for (const [path, entry] of Object.entries(packages)) {
    if (path === '') continue;
    if (entry.resolved !== undefined) faults.push(`${path}: has a "resolved" address`);
    if (entry.integrity === undefined && !entry.link && !entry.inBundle) {
      faults.push(`${path}: has no integrity`);
    }
    for (const name of Object.keys({ ...entry.dependencies, ...entry.optionalDependencies })) {
      if (!isLocked(packages, path, name))
        faults.push(`${path}: needs ${name}, which is not in the lock file`);
    }
  }
  return faults;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = new URL('../../', import.meta.url);
  /** @param {string} name */
  const read = (name) => JSON.parse(readFileSync(new URL(name, root), 'utf8'));
  const lock = read('package-lock.json');
  const faults = lockFaults(lock, read('package.json'));
  for (const fault of faults) console.error(`package-lock.json: ${fault}`);
  if (faults.length > 0) process.exit(1);
  console.log(`package-lock.json: ${Object.keys(lock.packages).length - 1} packages, all there`);
}
