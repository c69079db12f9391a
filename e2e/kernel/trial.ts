/** Scenarios in the simulator and in the kernel, side by side: what each said, where they part, how long both took. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { must } from '../../src/lib/assert.ts';
import { compareRuns } from './compare.ts';
import { Runner, type Answer, type Ready } from './kernel.ts';
import { heardFrom } from './matrix.ts';
import { pickedBy } from './picked.ts';
import { isProbe, simulate, type Scenario, type Simulated } from './scenario.ts';

export interface Verdict {
  readonly scenario: Scenario;
  readonly simulated: Simulated;
  readonly answer: Answer;
  /** undefined: both agree */
  readonly difference: string | undefined;
}

export interface Trial {
  /** in the order they were given */
  readonly done: readonly Scenario[];
  readonly bad: readonly Verdict[];
  /** scenarios in which the kernel differed once and agreed when asked again */
  readonly once: readonly Verdict[];
  readonly probes: number;
  /** verdicts of policies in the kernel that the matrix was asked about, too */
  readonly decided: number;
  /** drops of the kernel that were compared, probes of which it may not have told all, why a runner could tell none */
  readonly drops: { readonly heard: number; readonly unheard: number; readonly why: string | undefined };
  readonly simulator: Cost;
  /** the simulator once more, when everything is done and its code is compiled; undefined: that was not asked for */
  readonly warmed: Cost | undefined;
  /** one runner, while the others run beside it */
  readonly kernel: Cost;
  /** from the first scenario that was given to a runner until the last answer, without what was simulated meanwhile */
  readonly kernelMs: number;
}

/** What so many scenarios took to build and to probe, in milliseconds. */
export interface Cost {
  readonly scenarios: number;
  readonly build: number;
  readonly probe: number;
}

function costOf(list: readonly Omit<Cost, 'scenarios'>[]): Cost {
  const sum = (part: 'build' | 'probe'): number => list.reduce((all, each) => all + each[part], 0);
  return { scenarios: list.length, build: sum('build'), probe: sum('probe') };
}

export interface TrialOptions {
  /** the root of the project */
  readonly root: string;
  readonly workers: number;
  /** no scenario is begun after this many milliseconds */
  readonly budget?: number;
  /** ends with the first difference */
  readonly first?: boolean;
  /** simulates everything once more in the end, to measure that */
  readonly measures?: boolean;
  /** hears of every difference as it is found; `again`: what the second look said, when that agreed */
  readonly onDifference?: (verdict: Verdict, again?: Verdict) => void;
}

/** the reasons of drops that the kernel has; undefined: it tells none */
type Reasons = ReadonlySet<string> | undefined;

interface Heard {
  readonly answer: Answer;
  readonly reasons: Reasons;
}

/** Where simulator and kernel part, as a sentence that names the probe. */
function differenceOf(
  { traces, broken }: Simulated,
  { answer, reasons }: Heard,
  scenario: Scenario,
): string | undefined {
  if ('error' in answer) return `the runner failed: ${answer.error}`;
  if ('refused' in answer) return answer.refused;
  const found = compareRuns(traces, answer.answers, reasons);
  if (found) return `${JSON.stringify(scenario.steps.filter(isProbe)[found.probe])}\n  ${found.difference}`;
  if (broken.length > 0) return `the simulator's trace breaks a law: ${broken.join('; ')}`;
  return heardFrom(scenario, answer.answers).difference;
}

/** Compares; where they differ, with the simulator on the clock of the kernel and with its lots (CHANCE_REASONS). */
function judged(scenario: Scenario, simulated: Simulated, heard: Heard): Verdict {
  const { answer } = heard;
  const difference = differenceOf(simulated, heard, scenario);
  if (difference === undefined || !('answers' in answer)) return { scenario, simulated, answer, difference };
  const timed = simulate(scenario, {
    times: answer.answers.map(({ at }) => at),
    picked: pickedBy(simulated.job, answer.answers),
  });
  return { scenario, simulated: timed, answer, difference: differenceOf(timed, heard, scenario) };
}

/**
 * So many scenarios are simulated before the kernel has the first of them: between two runs of the kernel, which last a second,
 * the simulator would be measured on a machine that has turned to other things.
 */
const AHEAD = 200;

/** The scenarios with what the simulator says of them, a handful at a time, and what that took. */
class Ahead {
  readonly #queue: Scenario[];
  readonly #most: number;
  #ready: (readonly [Scenario, Simulated])[] = [];
  readonly took: Simulated['took'][] = [];
  /** milliseconds of everything that was done here, what is no simulation too */
  spent = 0;

  constructor(scenarios: readonly Scenario[], most: number) {
    this.#queue = [...scenarios];
    this.#most = most;
  }

  next(): readonly [Scenario, Simulated] | undefined {
    if (this.#ready.length === 0) this.#simulate();
    return this.#ready.shift();
  }

  #simulate(): void {
    const start = performance.now();
    this.#ready = this.#queue.splice(0, this.#most).map((scenario) => {
      const simulated = simulate(scenario);
      this.took.push(simulated.took);
      return [scenario, simulated] as const;
    });
    this.spent += performance.now() - start;
  }
}

/**
 * Judges one scenario. A difference is looked at twice: on a busy machine a timer of the kernel can fire late, and only what
 * the kernel does both times is its behaviour.
 */
async function judge(
  runner: Runner,
  scenario: Scenario,
  { simulated, reasons }: { readonly simulated: Simulated; readonly reasons: Reasons },
): Promise<readonly Verdict[]> {
  const verdicts: Verdict[] = [];
  for (let i = 0; i < 2; i++) {
    const answer = await runner.run(simulated.job);
    const verdict = judged(scenario, simulated, { answer, reasons });
    verdicts.push(verdict);
    const { difference } = verdict;
    if (difference === undefined || 'error' in answer) break;
  }
  return verdicts;
}

/** Runs the scenarios, `workers` at a time. */
export async function tryAll(scenarios: readonly Scenario[], options: TrialOptions): Promise<Trial> {
  const {
    root,
    workers,
    budget = Infinity,
    first: endsAtFirst = false,
    measures = false,
    onDifference,
  } = options;
  const ahead = new Ahead(scenarios, endsAtFirst ? 1 : AHEAD);
  const done: Scenario[] = [];
  const bad: Verdict[] = [];
  const once: Verdict[] = [];
  let probes = 0;
  const kernel: Simulated['took'][] = [];
  let noDrops: string | undefined;
  let heard = 0;
  let unheard = 0;
  let decided = 0;
  const runners = Array.from({ length: workers }, () => new Runner(`${root}/e2e/kernel/runner.py`));
  const readies = await Promise.all(runners.map((runner) => runner.ready()));
  const start = performance.now();
  const work = async (runner: Runner, ready: Ready): Promise<void> => {
    const reasons = 'reasons' in ready ? new Set(ready.reasons) : undefined;
    if ('noDrops' in ready) noDrops = ready.noDrops;
    for (;;) {
      const goesOn = performance.now() - start < budget && !(endsAtFirst && bad.length > 0);
      const next = goesOn ? ahead.next() : undefined;
      if (!next) break;
      const [scenario, simulated] = next;
      const verdicts = await judge(runner, scenario, { simulated, reasons });
      for (const { answer } of verdicts) {
        if (!('answers' in answer)) continue;
        const { build, probe } = answer.seconds;
        kernel.push({ build: build * 1000, probe: probe * 1000 });
      }
      done.push(scenario);
      probes += simulated.traces.length;
      const last = verdicts.at(-1);
      if (last && 'answers' in last.answer) decided += heardFrom(scenario, last.answer.answers).decided;
      if (reasons && last && 'answers' in last.answer) {
        for (const { drops } of last.answer.answers) {
          if (drops) heard += Object.values(drops).flat().length;
          else unheard++;
        }
      }
      const [first] = verdicts;
      if (!first || first.difference === undefined) continue;
      if (last?.difference === undefined) {
        once.push(first);
        onDifference?.(first, last);
      } else {
        bad.push(last);
        onDifference?.(last);
        if ('error' in last.answer) break;
      }
    }
    runner.close();
  };
  await Promise.all(runners.map((runner, i) => work(runner, must(readies[i], 'a runner'))));
  const kernelMs = performance.now() - start - ahead.spent;
  return {
    done,
    bad,
    once,
    probes,
    decided,
    drops: { heard, unheard, why: noDrops },
    simulator: costOf(ahead.took),
    warmed: measures ? costOf(done.map((scenario) => simulate(scenario).took)) : undefined,
    kernel: costOf(kernel),
    kernelMs,
  };
}

/** Keeps a difference: the scenario and what both said, `again` too if the kernel then agreed. @returns the file */
export function save(
  folder: string,
  { scenario, simulated, answer, difference }: Verdict,
  again?: Verdict,
): string {
  mkdirSync(folder, { recursive: true });
  const file = `${folder}/${scenario.name.replaceAll(/\W+/g, '-')}${again ? '-once' : ''}.json`;
  const kernel = again ? { kernel: answer, kernelAgain: again.answer } : { kernel: answer };
  const content = { difference, scenario, simulator: simulated.traces, ...kernel };
  writeFileSync(file, `${JSON.stringify(content, undefined, 1)}\n`);
  return file;
}
