/** One scenario, and what the simulator says about it. */
import { must } from '../../src/lib/assert.ts';
import { ipv4 } from '../../src/wire/address.ts';
import { parseOp } from '../../src/kernel/opText.ts';
import { BY_USER } from '../../src/kernel/origin.ts';
import type { NetNsId, Picked, SimTime } from '../../src/kernel/recorder.ts';
import { inject } from '../../src/sim/inject.ts';
import { runUntilSettled } from '../../src/sim/run.ts';
import type { World } from '../../src/sim/world.ts';
import type { Cluster } from '../../src/kube/cluster.ts';
import { createReader } from '../../src/kube/manifest/reader.ts';
import { planLab, type LabCommand, type LabPlan } from '../../src/scenario/lab/plan.ts';
import { traceJson, type TraceJson } from '../../src/trace/json.ts';
import { isStep } from '../../src/trace/types.ts';
import { validate } from '../../src/trace/trace.ts';
import { KERNEL_ONLY, refusalOfLegacy, SETTINGS, type KernelOnly } from './normalise.ts';

export interface ProbeStep {
  /** a namespace: a node, a client, the router, `NAMESPACE/POD` */
  readonly from: string;
  readonly protocol: 'icmp' | 'tcp' | 'udp';
  readonly dst: string;
  readonly dport?: number;
  readonly sport?: number;
  readonly ttl?: number;
  readonly size?: number;
  readonly df?: boolean;
}

/** A fault, or whatever else somebody types. */
export interface CommandStep {
  readonly ns: string;
  readonly text: string;
}

export interface Scenario {
  readonly name: string;
  /** Kubernetes YAML, as any board */
  readonly yaml: string;
  /** what iptables-restore reads, by namespace */
  readonly rules: Readonly<Record<string, string>>;
  readonly steps: readonly (ProbeStep | CommandStep)[];
}

export const isProbe = (step: ProbeStep | CommandStep): step is ProbeStep => 'protocol' in step;

/** seconds a client waits; a neighbour is given up after 0.15 */
const TIMEOUT = 0.3;
const NS_PER_S = 1e9;
const PING_SIZE = 84;

/** What the runner is told; runner.py reads the same names. */
export type Job = Omit<LabPlan, 'name'> & {
  readonly settings: Readonly<Record<string, string>>;
  /** namespaces whose matching rules and new connections are listened to */
  readonly traced: readonly string[];
  /** commands for the kernel alone, after the others */
  readonly tests: readonly LabCommand[];
  readonly steps: readonly (
    (ProbeStep & { readonly timeout: number; readonly lasts: number }) | LabCommand
  )[];
};

/** What the simulator did: one trace for every probe, and the job that has the kernel do the same. */
export interface Simulated {
  readonly job: Job;
  readonly traces: readonly TraceJson[];
  /** laws of traces that the recording breaks */
  readonly broken: readonly string[];
  /**
   * milliseconds that building the board took, and sending the probes and writing the traces. Not in it: reading the YAML, the
   * words of the commands, which only the kernel needs, and the laws of traces
   */
  readonly took: { readonly build: number; readonly probe: number };
}

export function readCluster(yaml: string): Cluster {
  const { cluster, diagnostics } = createReader().read(yaml);
  if (!cluster) throw new Error(`the scenario does not read: ${JSON.stringify(diagnostics)}`);
  return cluster;
}

const kernelOnly = (when: KernelOnly['when'], ns: NetNsId, name: string): readonly LabCommand[] =>
  KERNEL_ONLY.filter((each) => each.when === when).map(({ text }) => ({ ns, text: text(name) }));

/** The commands of a board, and behind each that makes a bridge what the kernel alone is told about it. */
function withBridges(commands: readonly LabCommand[]): readonly LabCommand[] {
  return commands.flatMap((command) => {
    const bridge = /^ip link add (\S+) .*\btype bridge$/.exec(command.text)?.[1];
    return bridge === undefined ? [command] : [command, ...kernelOnly('bridge made', command.ns, bridge)];
  });
}

/** The settings of devices, given to the simulator; the kernel gets the same commands. */
function devicesSet(world: World<Cluster>): readonly LabCommand[] {
  return SETTINGS.filter(({ key }) => key.includes('*')).flatMap(({ key, value }) =>
    world.namespaces
      .ids()
      .flatMap((ns) =>
        [...world.netns(ns).state.devices.values()]
          .filter((device) => device.kind !== 'loopback')
          .map(({ name }) => type(world, { ns, text: `sysctl -w ${key.replace('*', name)}=${value}` })),
      ),
  );
}

/** Types a command; what Linux must answer is what the simulator answers. */
function type(world: World<Cluster>, { ns, text }: CommandStep): LabCommand {
  const op = parseOp(text);
  if (!op.ok) throw new Error(`${text}: ${op.error}`);
  const result = world.op(ns as NetNsId, op.value, BY_USER);
  return { ns: ns as NetNsId, text, ...(result.ok ? {} : { refused: refusalOfLegacy(text, result.text) }) };
}

/** Whether anybody still asks for a neighbour: what waits for one is given up in a while, and that is a drop of this probe. */
const someoneAsks = (world: World<Cluster>): boolean =>
  world.namespaces.ids().some((ns) => {
    for (const { state } of world.netns(ns).state.neighs.values()) if (state === 'incomplete') return true;
    return false;
  });

interface Probed {
  readonly trace: TraceJson;
  /** seconds from when it was sent until the last thing happened to a packet */
  readonly lasts: number;
}

/** Sends a probe and reads what it brought about. */
function probe(world: World<Cluster>, step: ProbeStep, pick: readonly Picked[]): Probed {
  const from = world.recorder.length;
  const begun = world.now;
  const { from: ns, dst, ...options } = step;
  const sent = { ...options, from: ns as NetNsId, dst: ipv4(dst), timeout: TIMEOUT * NS_PER_S, pick };
  const exchange = inject(world, sent);
  if (runUntilSettled(world, () => world.step()) === 'budget')
    throw new Error('the probe does not come to rest');
  while (someoneAsks(world)) must(world.step() || undefined, 'a timer of who asks');
  const recording = world.recorder.recording();
  const entries = recording.entries.slice(from);
  const lasts = ((entries.findLast(isStep)?.at ?? begun) - begun) / NS_PER_S;
  const exchanges = [must(recording.exchanges[exchange], 'exchange')];
  return { trace: traceJson({ ...recording, entries, exchanges }), lasts };
}

/** `iptables-restore` with a text, as a shell takes it. */
const restore = (ns: string, text: string): CommandStep => ({
  ns,
  text: `iptables-restore <<'EOF'\n${text}EOF`,
});

/** What the kernel did by the clock and by lot, for each probe. */
export interface Chance {
  /** seconds from the first step until it was sent */
  readonly times: readonly number[];
  /** destinations that were drawn for it */
  readonly picked: readonly (readonly Picked[])[];
}

/** Runs a scenario in the simulator; without `chance` each probe follows on the one before, and the lots are its own. */
export function simulate(
  { yaml, rules, steps }: Scenario,
  { times, picked }: Chance = { times: [], picked: [] },
): Simulated {
  const cluster = readCluster(yaml);
  const start = performance.now();
  const { plan, world } = planLab(cluster);
  for (const ns of plan.namespaces) {
    for (const { key, value, where } of SETTINGS)
      if (where === 'both' && !key.includes('*')) type(world, { ns, text: `sysctl -w ${key}=${value}` });
  }
  const typed = Object.entries(rules).map(([ns, text]) => type(world, restore(ns, text)));
  // rules may have been written by the board itself or by the scenario
  const traced = plan.namespaces.filter((ns) => Object.keys(world.netns(ns).state.rules).length > 0);
  const tests = [
    ...typed,
    ...devicesSet(world),
    ...traced.flatMap((ns) => kernelOnly('rules stand', ns, ns)),
  ];
  const traces: TraceJson[] = [];
  const built = performance.now();
  const begin = world.now;
  const jobSteps = steps.flatMap((step): Job['steps'] => {
    if (!isProbe(step)) return withBridges([type(world, step)]);
    const whole = step.protocol === 'icmp' ? { size: PING_SIZE, df: true, ...step } : step;
    world.wait((begin + Math.round((times[traces.length] ?? 0) * NS_PER_S)) as SimTime);
    const { trace, lasts } = probe(world, whole, picked[traces.length] ?? []);
    traces.push(trace);
    return [{ ...whole, timeout: TIMEOUT, lasts }];
  });
  const took = { build: built - start, probe: performance.now() - built };
  if (plan.commands.some(({ netns }) => netns !== undefined))
    throw new Error('a namespace that goes while a board is set up is left to the labs');
  const broken = validate(world.recorder.recording());
  const whole = SETTINGS.filter(({ key }) => !key.includes('*'));
  const settings = Object.fromEntries(whole.map(({ key, value }) => [key, value]));
  const { name: _name, ...rest } = plan;
  const commands = withBridges(plan.commands);
  return {
    job: { ...rest, commands, settings, tests, traced, steps: jobSteps },
    traces,
    broken,
    took,
  };
}
