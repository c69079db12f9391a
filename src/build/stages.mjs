/**
 * Runs the stages of `npm run check` and `npm test` one after the other, with their output as they write it, and ends
 * with one line over all runners: `N passed, N failed, N skipped`. A list of stages in the place of one runs two at a
 * time, each with its output once it has ended.
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

const SIDE_BY_SIDE = 2;

/**
 * @param {Stage} stage @param {boolean} held its output is kept until it has ended
 * @returns {Promise<{ code: number, output: readonly Buffer[] }>}
 */
function run(stage, held) {
  return new Promise((resolve) => {
    /** @type {Buffer[]} */ const output = [];
    const to = held ? 'pipe' : 'inherit';
    const child = spawn(process.execPath, stage.command, {
      cwd: root,
      stdio: ['ignore', to, to],
      env: held && process.stdout.isTTY ? { FORCE_COLOR: '1', ...process.env } : process.env,
    });
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (/** @type {Buffer} */ data) => output.push(data));
    child.on('error', (error) => {
      console.error(error.message);
      resolve({ code: 1, output });
    });
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
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

/**
 * Runs them all, prints the closing lines, and sets the exit code.
 * @param {readonly (Stage | readonly Stage[])[]} stages
 */
export async function runStages(stages) {
  /** @type {string[]} */ const times = [];
  /** @type {string[]} */ const failures = [];
  /** @type {string[]} */ const skipped = [];
  const failed = new Set();
  let passed = 0;

  /** @param {Stage} stage @param {boolean} held */
  const runOne = async (stage, held) => {
    const missing = stage.needs?.find((name) => failed.has(name));
    if (missing !== undefined) {
      console.log(`\n== ${stage.name}: not run, because "${missing}" failed`);
      failed.add(stage.name);
      return;
    }
    if (!held) console.log(`\n== ${stage.name}`);
    // An old report must not speak for a run that crashed.
    if (stage.report !== undefined) rmSync(`${root}${stage.report.file}`, { force: true });
    const start = performance.now();
    const { code, output } = await run(stage, held);
    if (held) process.stdout.write(`\n== ${stage.name}\n${Buffer.concat(output).toString()}`);
    const report = reportOf(stage, code);
    times.push(`${stage.name} ${((performance.now() - start) / 1000).toFixed(1)} s`);
    passed += report.passed;
    skipped.push(...report.skipped.map((test) => `${stage.name}: ${test}`));
    failures.push(...report.failures.map((test) => `${stage.name}: ${test}`));
    if (report.failures.length > 0) failed.add(stage.name);
  };

  const start = performance.now();
  mkdirSync(`${root}.results`, { recursive: true });
  for (const each of stages) {
    if ('name' in each) {
      await runOne(each, false);
      continue;
    }
    console.log(`\n== side by side: ${each.map(({ name }) => name).join(', ')}`);
    const queue = [...each];
    const lane = async () => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) await runOne(next, true);
    };
    await Promise.all(Array.from({ length: SIDE_BY_SIDE }, lane));
  }

  console.log(`\n${times.join(', ')}, in all ${((performance.now() - start) / 1000).toFixed(1)} s`);
  for (const test of skipped) console.log(`skipped  ${test}`);
  for (const test of failures) console.log(`FAILED   ${test.replaceAll(root, '')}`);
  console.log(`${passed} passed, ${failures.length} failed, ${skipped.length} skipped`);
  process.exitCode = failures.length === 0 ? 0 : 1;
}
