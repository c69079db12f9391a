/** Carries out a line of a terminal in a run. */
import { message, type Message } from '../lib/message.ts';
import { printOp } from '../kernel/opText.ts';
import type { NetNsId, Recording } from '../kernel/recorder.ts';
import { Args, type View } from '../kernel/shell/reading.ts';
import { parseConntrack, showConntrack } from '../kernel/shell/showConntrack.ts';
import type { Cluster } from '../kube/cluster.ts';
import { touch } from '../kube/board.ts';
import { pidOf } from '../sim/inject.ts';
import { STEP_BUDGET } from '../sim/run.ts';
import type { World } from '../sim/world.ts';
import type { Capture } from '../trace/tcpdump.ts';
import { isStep } from '../trace/types.ts';
import type { Input, Run } from './run.ts';
import type { Said } from './protocol.ts';
import { planOf, type Plan } from './terminal.ts';
import { complete, type Completions } from './terminalComplete.ts';

/** What became of a line; whoever keeps the page's recording adds what is new in it. */
export type Outcome =
  | { readonly status: 'said'; readonly said: Said }
  | { readonly status: 'changed'; readonly said: Said; readonly devices: boolean }
  | { readonly status: 'sent'; readonly exchange: number }
  | {
      readonly status: 'listening';
      readonly capture: Capture;
      readonly head: readonly string[];
      readonly reads: boolean;
    }
  | { readonly status: 'refused'; readonly message: Message };

interface Line {
  readonly ns: string;
  readonly atSeq?: number;
}

const NO_NAMESPACE: Said = { lines: [], failed: true };

/** Looks at a namespace as it was after `atSeq` entries; undefined when there is none of that name. */
function look<T>(
  run: Run,
  { ns, atSeq }: Line,
  read: (view: View, world: World<Cluster>) => T,
): T | undefined {
  return run.at(atSeq ?? run.recording.entries.length, (world) => {
    const id = ns as NetNsId;
    touch(world, id);
    const found = world.namespaces.get(id);
    return found && read({ ns: found, now: world.now, namespaces: world.namespaces }, world);
  });
}

/** What a change prints when it was carried out: most tools are silent. */
function lastWords(plan: Extract<Plan, { plan: 'op' }>, gone: readonly string[]): readonly string[] {
  const { op } = plan;
  if (op.op === 'sysctl') return [`${op.key} = ${op.value}`];
  if (op.op !== 'conntrack') return [];
  const prefix = 'conntrack v1.4.7 (conntrack-tools): ';
  if (parseConntrack(new Args(op.words)).command === 'flush')
    return [`${prefix}connection tracking table has been emptied.`];
  return [...gone, `${prefix}${gone.length} flow entries have been deleted.`];
}

/** The connections that a `conntrack -D` means, with the seconds they have left. */
function connectionsOf(plan: Plan, view: View): readonly string[] {
  if (plan.plan !== 'op' || plan.op.op !== 'conntrack') return [];
  const command = parseConntrack(new Args(plan.op.words));
  if (command.command !== 'delete') return [];
  return showConntrack({ command: 'list', filter: command.filter, extended: false })(view).slice(0, -1);
}

/**
 * Reads the line at `atSeq`, then does what it asks for. `fork` is called before anything changes: what was planned after this moment
 * is then forgotten.
 */
export function runLine(
  run: Run,
  { line, ...at }: Line & { readonly line: string },
  fork: () => void,
): Outcome {
  const ns = at.ns as NetNsId;
  const looked = look(run, at, (view, world) => {
    const { cluster } = world;
    const files = { read: (path: string) => world.readFile(ns, path), paths: world.filesOf(ns) };
    const plan = planOf(line, { ns, cluster, files }, view);
    return { plan, gone: connectionsOf(plan, view) };
  });
  if (looked === undefined) return { status: 'said', said: NO_NAMESPACE };
  const { plan, gone } = looked;
  switch (plan.plan) {
    case 'say':
      return { status: 'said', said: plan.said };
    case 'listen':
      return { status: 'listening', ...plan.listening };
    case 'op': {
      fork();
      const from = run.recording.entries.length;
      const refused = give(run, { input: 'command', ns, op: plan.op });
      if (refused !== undefined) return refused;
      const error = refusalOf(run.recording.entries.slice(from), printOp(plan.op));
      const lines = error === undefined ? lastWords(plan, gone) : error.split('\n');
      const changes = run.recording.entries.slice(from).flatMap((entry) => entry.changes ?? []);
      const devices = changes.some(({ table }) => table === 'link' || table === 'addr');
      return { status: 'changed', said: { lines, failed: error !== undefined }, devices };
    }
    case 'action':
    case 'wait': {
      fork();
      const input: Input =
        plan.plan === 'wait'
          ? { input: 'wait', after: plan.after }
          : { input: 'action', ns, action: plan.action };
      return give(run, input) ?? { status: 'changed', said: { lines: [], failed: false }, devices: true };
    }
    case 'send': {
      fork();
      const refused = give(run, { input: 'send', injection: plan.injection });
      return refused ?? { status: 'sent', exchange: run.recording.exchanges.length - 1 };
    }
  }
}

/** Linux's words, when it refused the command. */
function refusalOf(entries: Recording['entries'], text: string): string | undefined {
  for (const entry of entries) {
    if (isStep(entry) || entry.kind !== 'op' || entry.text !== text) continue;
    return entry.result === 'ok' ? undefined : (entry.error ?? entry.result);
  }
  return undefined;
}

function give(run: Run, input: Input): Outcome | undefined {
  if (run.give(input) !== 'budget') return undefined;
  return { status: 'refused', message: message('send.budget', { steps: STEP_BUDGET }) };
}

/** Ctrl-C: the program of an exchange says its last word now. */
export function interrupt(run: Run, exchange: number, fork: () => void): void {
  fork();
  run.give({ input: 'interrupt', pid: pidOf(exchange) });
}

/** What could follow the text of a line. */
export function completeLine(run: Run, { text, ...at }: Line & { readonly text: string }): Completions {
  return (
    look(run, at, (view, { cluster }) => complete(text, { cluster }, view)) ?? {
      start: text.length,
      candidates: [],
    }
  );
}
