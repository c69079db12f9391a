import { expect, test } from 'vitest';
import { lockFaults } from './lockcheck.mjs';

const integrity = 'sha512-x';
const manifest = { dependencies: { a: '1.0.0' } };
const root = { dependencies: { a: '1.0.0' } };

test('a lock file with everything in it has no faults', () => {
  const packages = {
    '': root,
    'node_modules/a': { integrity, dependencies: { b: '^1', c: '^1' } },
    'node_modules/a/node_modules/b': { integrity, dependencies: { c: '^1' } },
    'node_modules/c': { integrity },
  };
  expect(lockFaults({ packages }, manifest)).toEqual([]);
});

test('a package of another platform that was left out is found', () => {
  const packages = {
    '': root,
    'node_modules/a': { integrity, optionalDependencies: { '@a/darwin-arm64': '1.0.0' } },
  };
  expect(lockFaults({ packages }, manifest)).toEqual([
    'node_modules/a: needs @a/darwin-arm64, which is not in the lock file',
  ]);
});

test('a dependency that only a neighbour has is missing all the same', () => {
  const packages = {
    '': root,
    'node_modules/a': { integrity, dependencies: { c: '^1' } },
    'node_modules/b/node_modules/c': { integrity },
  };
  expect(lockFaults({ packages }, manifest)).toEqual([
    'node_modules/a: needs c, which is not in the lock file',
  ]);
});

test('an address, an entry nobody verifies, a loose version and a forgotten install are found', () => {
  const packages = { '': root, 'node_modules/a': { resolved: 'https://registry.example/a.tgz' } };
  expect(lockFaults({ packages }, { dependencies: { a: '^1.0.0' } })).toEqual([
    'dependencies of package.json and package-lock.json differ: run npm install',
    'a: "^1.0.0" is not an exact version',
    'node_modules/a: has a "resolved" address',
    'node_modules/a: has no integrity',
  ]);
});
