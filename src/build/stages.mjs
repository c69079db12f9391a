/**
 * Runs the stages of `npm run check` and `npm test` one after the other, with their output as they write it, and ends
 * with one line over all runners: `N passed, N failed, N skipped`.
 *
 * Tests are counted from the runners' own JSON reports. A stage that is no test runner (types, lint, build) counts only
 * when it fails, as one failure; so does a runner that ends without a report, or with a failure its report does not know.
 * A stage whose `needs` failed is not run: the failure that stopped it is counted already.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { readPlain, readPlaywright, readVitest } from './reports.mjs';

/**
 * @typedef {import('./reports.mjs').Report} Report
 * @typedef {{
 *   name: string,
 *   command: readonly string[],
 *   report?: { file: string, kind: keyof typeof readers },
 *   needs?: readonly string[],
 * }} Stage `command` is a script for Node and its arguments; `needs` are names of earlier stages
 */

const root = fileURLToPath(new URL('../../', import.meta.url));
const readers = { vitest: readVitest, playwright: readPlaywright, plain: readPlain };

/** @param {Stage} stage @returns {Promise<number>} the exit code */
function run(stage) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, stage.command, {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    child.on('error', (error) => {
      console.error(error.message);
      resolve(1);
    });
    child.on('close', (code) => resolve(code ?? 1));
  });
}

/**
 * What a stage contributes to the count.
 * @param {Stage} stage @param {number} code @returns {Report}
 */
function reportOf(stage, code) {
  /** @type {Report} */
  let report = { passed: 0, failures: [], skipped: [] };
  if (stage.report !== undefined) {
    try {
      report = readers[stage.report.kind](JSON.parse(readFileSync(`${root}${stage.report.file}`, 'utf8')));
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return { passed: 0, failures: [`left no report (exit code ${code}): ${why}`], skipped: [] };
    }
    if (report.passed + report.failures.length + report.skipped.length === 0) {
      return { ...report, failures: ['ran no test'] };
    }
  }
  return code !== 0 && report.failures.length === 0
    ? { ...report, failures: [`ended with exit code ${code}`] }
    : report;
}

/** Runs them all, prints the closing lines, and sets the exit code. @param {readonly Stage[]} stages */
export async function runStages(stages) {
  /** @type {string[]} */ const times = [];
  /** @type {string[]} */ const failures = [];
  /** @type {string[]} */ const skipped = [];
  const failed = new Set();
  let passed = 0;

  mkdirSync(`${root}.results`, { recursive: true });
  for (const stage of stages) {
    const missing = stage.needs?.find((name) => failed.has(name));
    if (missing !== undefined) {
      console.log(`\n== ${stage.name}: not run, because "${missing}" failed`);
      failed.add(stage.name);
      continue;
    }
    console.log(`\n== ${stage.name}`);
    // An old report must not speak for a run that crashed.
    if (stage.report !== undefined) rmSync(`${root}${stage.report.file}`, { force: true });
    const start = performance.now();
    const report = reportOf(stage, await run(stage));
    times.push(`${stage.name} ${((performance.now() - start) / 1000).toFixed(1)} s`);
    passed += report.passed;
    skipped.push(...report.skipped.map((test) => `${stage.name}: ${test}`));
    failures.push(...report.failures.map((test) => `${stage.name}: ${test}`));
    if (report.failures.length > 0) failed.add(stage.name);
  }

  console.log(`\n${times.join(', ')}`);
  for (const test of skipped) console.log(`skipped  ${test}`);
  for (const test of failures) console.log(`FAILED   ${test.replaceAll(root, '')}`);
  console.log(`${passed} passed, ${failures.length} failed, ${skipped.length} skipped`);
  process.exitCode = failures.length === 0 ? 0 : 1;
}
