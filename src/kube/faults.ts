/**
 * The commands of a Board document (`spec.faults`), given once each by whoever runs the board: at its start, at their time, or when
 * they are added to the text. What a command did is not undone when it is taken out of the text again, as with a real machine.
 */
import { must } from '../lib/assert.ts';
import { parseOp } from '../kernel/opText.ts';
import type { Behaviour, Process, Sys } from '../sim/process.ts';
import type { NetNsId } from '../kernel/recorder.ts';
import { parseAction, perform, type ActionHost } from './action.ts';
import type { Cluster, Fault } from './cluster.ts';

/** Commands that were given already, and those whose time will come. */
interface Given {
  readonly done: readonly string[];
  readonly waiting: readonly string[];
}

const NOWHERE = '' as NetNsId;

export const START_FAULTS: Process = {
  pid: 'faults',
  behaviour: 'faults',
  ns: NOWHERE,
  state: { done: [], waiting: [] } satisfies Given,
};

const keyOf = ({ at = 0, on, run }: Fault): string => `${at} ${on} ${run}`;

export const faults: Behaviour<Given, Cluster> = {
  name: 'faults',
  watches: true,
  wake(sys, given) {
    const fresh = sys.cluster.faults.filter(
      (fault) => !given.done.includes(keyOf(fault)) && sys.netns(fault.on as NetNsId) !== undefined,
    );
    const isDue = ({ at = 0 }: Fault): boolean => at <= sys.now;
    const due = fresh.filter(isDue);
    const later = fresh.filter((fault) => !isDue(fault));
    const unheard = later.filter((fault) => !given.waiting.includes(keyOf(fault)));
    for (const { at = 0 } of unheard) sys.timer(at - sys.now, 'fault');
    for (const fault of due.toSorted((a, b) => (a.at ?? 0) - (b.at ?? 0))) give(sys, fault);
    if (due.length === 0 && unheard.length === 0) return given;
    return { done: [...given.done, ...due.map(keyOf)], waiting: later.map(keyOf) };
  },
};

function give(sys: Sys<Cluster>, { on, run, ref }: Fault): void {
  const ns = on as NetNsId;
  const by = { by: 'user', object: ref } as const;
  const action = parseAction(run);
  // the reader of the text has parsed it, too
  if (action) {
    const host: ActionHost = {
      ...sys,
      writeObjects: (cluster) => {
        sys.setCluster(cluster);
      },
    };
    perform(host, ns, must(action.ok ? action.value : undefined, run), by);
  } else {
    const op = parseOp(run);
    sys.op(ns, must(op.ok ? op.value : undefined, run), by);
  }
}
