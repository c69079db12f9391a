/**
 * `npm run test:kernel -- [--seed S] [--count N] [--workers N]`: random scenarios in the simulator and in the real kernel, compared.
 * A difference is saved (scenario and both traces) and makes the run fail.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { compare } from './compare.ts';
import { generate } from './generate.ts';
import { Runner, whyNot, type Answer } from './kernel.ts';
import { isProbe, simulate, type Scenario, type Simulated } from './scenario.ts';

interface Verdict {
  readonly scenario: Scenario;
  readonly simulated: Simulated;
  readonly answer: Answer;
  /** undefined: both agree */
  readonly difference: string | undefined;
}

/** Where simulator and kernel part, as a sentence that names the probe. */
export function difference({ traces }: Simulated, answer: Answer, { steps }: Scenario): string | undefined {
  if ('error' in answer) return `the runner failed: ${answer.error}`;
  if ('refused' in answer) return answer.refused;
  const probes = steps.filter(isProbe);
  for (const [i, ours] of traces.entries()) {
    const theirs = answer.answers[i];
    const found = theirs ? compare(ours, theirs) : 'the kernel has no answer';
    if (found !== undefined) return `${JSON.stringify(probes[i])}\n  ${found}`;
  }
  return undefined;
}

function save(folder: string, { scenario, simulated, answer, difference: said }: Verdict): string {
  mkdirSync(folder, { recursive: true });
  const file = `${folder}/${scenario.name.replaceAll(/\W+/g, '-')}.json`;
  const { traces } = simulated;
  writeFileSync(
    file,
    JSON.stringify({ difference: said, scenario, simulator: traces, kernel: answer }, undefined, 1),
  );
  return file;
}

const number = (text: string): number => {
  if (!/^\d+$/.test(text)) throw new TypeError(`"${text}" is not a number`);
  return Number(text);
};

async function main(root: string): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      seed: { type: 'string', default: '1' },
      count: { type: 'string', default: '40' },
      workers: { type: 'string', default: '2' },
      'keep-going': { type: 'boolean', default: false },
    },
  });
  const why = whyNot();
  if (why !== undefined) {
    console.error(`no kernel to compare with: ${why}`);
    return 2;
  }
  const seed = number(values.seed);
  const queue: Scenario[] = positionals.map(
    (file) => (JSON.parse(readFileSync(file, 'utf8')) as { scenario: Scenario }).scenario,
  );
  if (queue.length === 0) for (let i = 0; i < number(values.count); i++) queue.push(generate(seed, i));
  const total = queue.length;
  const spent = { simulator: 0, kernel: 0 };
  const bad: Verdict[] = [];
  let probes = 0;
  const start = performance.now();
  const work = async (): Promise<void> => {
    const runner = new Runner(`${root}/e2e/kernel/runner.py`);
    for (;;) {
      const scenario = queue.shift();
      if (!scenario) break;
      const from = performance.now();
      const simulated = simulate(scenario);
      spent.simulator += performance.now() - from;
      const answer = await runner.run(simulated.job);
      probes += simulated.traces.length;
      const verdict = { scenario, simulated, answer, difference: difference(simulated, answer, scenario) };
      if (verdict.difference === undefined) continue;
      bad.push(verdict);
      console.log(
        `\n${scenario.name}: ${verdict.difference}\n  saved: ${save(`${root}/.results/kernel`, verdict)}`,
      );
      if ('error' in answer) break;
    }
    runner.close();
  };
  await Promise.all(Array.from({ length: number(values.workers) }, work));
  spent.kernel = performance.now() - start - spent.simulator;
  const rate = (ms: number): string => ((total / ms) * 1000).toFixed(2);
  console.log(
    `\n${total} scenarios, ${probes} probes: ${bad.length} differ; kernel ${rate(spent.kernel)} scenarios a second (${values.workers} workers), simulator ${rate(spent.simulator)}: ${(spent.kernel / spent.simulator).toFixed(0)} times as many`,
  );
  return bad.length === 0 ? 0 : 1;
}

process.exitCode = await main(process.env['FLANNELBOARD_ROOT'] ?? '.');
