/**
 * The commands of a Board document (`spec.faults`), given once each by whoever runs the board: at its start, or when they are
 * added to the text. What a command did is not undone when it is taken out of the text again, as with a real machine.
 */
import { must } from '../lib/assert.ts';
import { parseOp } from '../kernel/opText.ts';
import type { Behaviour, Process } from '../sim/process.ts';
import type { NetNsId } from '../kernel/recorder.ts';
import type { Cluster, Fault } from './cluster.ts';

/** Commands that were given already. */
type Given = readonly string[];

const NOWHERE = '' as NetNsId;

export const START_FAULTS: Process = { pid: 'faults', behaviour: 'faults', ns: NOWHERE, state: [] };

const keyOf = ({ on, run }: Fault): string => `${on} ${run}`;

export const faults: Behaviour<Given, Cluster> = {
  name: 'faults',
  watches: true,
  wake(sys, given) {
    const fresh = sys.cluster.faults.filter(
      (fault) => !given.includes(keyOf(fault)) && sys.netns(fault.on as NetNsId) !== undefined,
    );
    for (const { on, run, ref } of fresh) {
      const op = parseOp(run);
      // the reader of the text has parsed it, too
      sys.op(on as NetNsId, must(op.ok ? op.value : undefined, run), { by: 'user', object: ref });
    }
    return fresh.length === 0 ? given : [...given, ...fresh.map(keyOf)];
  },
};
