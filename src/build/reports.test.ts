import { expect, test } from 'vitest';
import { readPlain, readPlaywright, readVitest } from './reports.mjs';

test('tests of vitest are counted by their state', () => {
  const assertionResults = [
    { fullName: 'a passes', status: 'passed' },
    { fullName: 'b fails', status: 'failed' },
    { fullName: 'c is skipped', status: 'pending' },
    { fullName: 'd is to do', status: 'todo' },
  ];
  const testResults = [{ name: 'x.test.ts', status: 'failed', assertionResults }];
  expect(readVitest({ success: false, testResults })).toEqual({
    passed: 1,
    failures: ['b fails'],
    skipped: ['c is skipped', 'd is to do'],
  });
});

test('a test file that does not load is a failure', () => {
  const testResults = [
    { name: 'x.test.ts', status: 'failed', message: 'no such module\n  at x', assertionResults: [] },
  ];
  expect(readVitest({ success: false, testResults }).failures).toEqual(['x.test.ts: no such module']);
});

test('an unsuccessful run without a failed test is a failure', () => {
  expect(readVitest({ success: false, testResults: [] }).failures).toEqual(['an error outside every test']);
});

test('tests of Playwright are found at any depth, and flaky is not passed', () => {
  const specs = ['expected', 'unexpected', 'flaky', 'skipped'].map((status) => ({
    title: status,
    tests: [{ status }],
  }));
  const suites = [
    { title: 'board.spec.ts', specs: specs.slice(0, 1), suites: [{ title: 'edit', specs: specs.slice(1) }] },
  ];
  expect(readPlaywright({ suites, errors: [{ message: 'no server\nstack' }] })).toEqual({
    passed: 1,
    failures: ['board.spec.ts > edit > unexpected', 'board.spec.ts > edit > flaky', 'no server'],
    skipped: ['board.spec.ts > edit > skipped'],
  });
});

test('a report of our own runners must be one', () => {
  expect(readPlain({ passed: 3, failures: [], skipped: ['x'] }).passed).toBe(3);
  expect(() => readPlain({})).toThrow('not a report');
});
