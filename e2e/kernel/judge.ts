/**
 * `npm run test:kernel -- [--seed S] [--count N] [--from N] [--workers N] [--first] [FILE...]`: random scenarios (or saved ones) in the simulator and
 * in the real kernel, compared. A difference is saved, with the scenario and both traces, and makes the run fail; with `--first`
 * it also ends it.
 *
 * `--labs`: the script of every board of the gallery comes up, answers as the simulator says, and goes without a trace.
 *
 * `--slice` is what `npm test` runs: a fixed seed, a time limit, the labs of the gallery, a report for the count; where there
 * is no kernel to compare with it is one named skip.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { generate } from './generate.ts';
import { whyNot } from './kernel.ts';
import { tryLabs } from './labs.ts';
import type { Scenario } from './scenario.ts';
import { save, tryAll, type Cost, type Trial, type Verdict } from './trial.ts';

const SLICE = { seed: 2026, count: 40, budget: 40_000 } as const;

const number = (text: string): number => {
  if (!/^\d+$/.test(text)) throw new TypeError(`"${text}" is not a number`);
  return Number(text);
};

const random = (seed: number, count: number, from = 0): readonly Scenario[] =>
  Array.from({ length: count }, (_, i) => generate(seed, from + i));

const saved = (file: string): Scenario =>
  (JSON.parse(readFileSync(file, 'utf8')) as { readonly scenario: Scenario }).scenario;

const tell =
  (root: string) =>
  (verdict: Verdict, again?: Verdict): void => {
    const { scenario, difference = '' } = verdict;
    const seen = again ? ' (the second time they agreed)' : '';
    const file = save(`${root}/.results/kernel`, verdict, again);
    console.log(`\n${scenario.name}${seen}: ${difference}\n  saved: ${file}`);
  };

function summary(trial: Trial, workers: number): string {
  const { done, bad, once, probes, decided, drops, simulator, warmed, kernel, kernelMs } = trial;
  const each = (part: keyof Cost, cost: Cost): string => `${(cost[part] / cost.scenarios).toFixed(1)} ms`;
  const whole = ({ scenarios, build, probe }: Cost): number => (build + probe) / scenarios;
  const kernelRate = (done.length / kernelMs) * 1000;
  const rate = (name: string, cost: Cost): string => {
    const own = 1000 / whole(cost);
    const [all, one] = [own / kernelRate, whole(kernel) / whole(cost)].map((times) => times.toFixed(0));
    return `  ${name} ${own.toFixed(2)} (a board ${each('build', cost)}, its probes ${each('probe', cost)}): ${all} times as many, and ${one} times as fast as a runner`;
  };
  const again = once.length === 0 ? '' : `, ${once.length} only once of two times`;
  const unheard = drops.unheard === 0 ? '' : `, but for ${drops.unheard} probes that may have had more`;
  return [
    `${done.length} scenarios, ${probes} probes: ${bad.length} differ${again}`,
    drops.why === undefined
      ? `${drops.heard} drops of the kernel: their reasons compared${unheard}`
      : `the reasons of drops are not compared: ${drops.why}`,
    `${decided} verdicts of policies: the matrix was asked about each`,
    `scenarios a second: kernel ${kernelRate.toFixed(2)} (${workers} at a time; a board ${each('build', kernel)}, its probes ${each('probe', kernel)})`,
    rate('simulator', simulator),
    ...(warmed ? [rate('simulator, all of them once more', warmed)] : []),
  ].join('\n');
}

async function slice(root: string): Promise<number> {
  const why = whyNot();
  const report = (passed: number, failures: readonly string[], skipped: readonly string[]): number => {
    mkdirSync(`${root}/.results`, { recursive: true });
    writeFileSync(`${root}/.results/kernel.json`, JSON.stringify({ passed, failures, skipped }));
    return failures.length === 0 ? 0 : 1;
  };
  if (why !== undefined) {
    console.log(`skipped: no real kernel to compare with: ${why}`);
    return report(0, [], [`random scenarios in the real kernel (${why})`]);
  }
  const labs = tryLabs(false);
  for (const { name, fault } of labs) if (fault !== undefined) console.log(`${name}: ${fault}`);
  const workers = 2;
  const trial = await tryAll(random(SLICE.seed, SLICE.count), {
    root,
    workers,
    budget: SLICE.budget,
    onDifference: tell(root),
  });
  console.log(summary(trial, workers));
  const faults = labs.filter(({ fault }) => fault !== undefined).map(({ name }) => name);
  const failures = [...faults, ...trial.bad.map(({ scenario }) => scenario.name)];
  const skipped =
    trial.drops.why === undefined ? [] : [`reasons of drops in the real kernel (${trial.drops.why})`];
  return report(labs.length + trial.done.length - failures.length, failures, skipped);
}

async function main(root: string): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      seed: { type: 'string', default: '1' },
      count: { type: 'string', default: '40' },
      from: { type: 'string', default: '0' },
      workers: { type: 'string', default: '2' },
      slice: { type: 'boolean', default: false },
      labs: { type: 'boolean', default: false },
      first: { type: 'boolean', default: false },
      bundle: { type: 'string' },
    },
  });
  if (values.slice) return slice(root);
  const why = whyNot();
  if (why !== undefined) {
    console.error(`no real kernel to compare with: ${why}`);
    return 2;
  }
  if (values.labs) {
    const labs = tryLabs(true);
    for (const { name, fault } of labs)
      console.log(`${fault === undefined ? 'yes' : 'NO '} ${name}${fault === undefined ? '' : `: ${fault}`}`);
    return labs.every(({ fault }) => fault === undefined) ? 0 : 1;
  }
  const scenarios =
    positionals.length > 0
      ? positionals.map(saved)
      : random(number(values.seed), number(values.count), number(values.from));
  const workers = number(values.workers);
  const trial = await tryAll(scenarios, {
    root,
    workers,
    first: values.first,
    measures: !values.first,
    onDifference: tell(root),
  });
  console.log(`\n${summary(trial, workers)}`);
  return trial.bad.length === 0 ? 0 : 1;
}

process.exitCode = await main(process.env['FLANNELBOARD_ROOT'] ?? '.');
