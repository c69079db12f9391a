/**
 * What controllers do with what they want: compare it with what they did before, and give commands for the difference. An
 * edit never swaps tables; what packets taught the kernel and what the user typed in a terminal survive.
 */
import type { TableOp } from '../kernel/op.ts';
import { printOp } from '../kernel/opText.ts';
import type { Origin } from '../kernel/origin.ts';
import type { NetNsId } from '../kernel/recorder.ts';
import type { Sys } from '../sim/process.ts';

/** One thing that shall stand in a namespace. */
export interface Wanted {
  /** what it is, whatever its present value: an object's row keeps its key when the object changes */
  readonly key: string;
  readonly ns: NetNsId;
  readonly op: TableOp;
  /** the command that takes it away; without one it goes with something else (an address with its device) */
  readonly undo?: TableOp;
  /** the key of the row it stands on (an address on its device): made again, this is made again too; gone, this is gone with it */
  readonly on?: string;
  /** `op` overwrites the older value by itself, as flanneld does with neighbours; otherwise the older one is undone first */
  readonly overwrites?: boolean;
  readonly origin: Origin;
}

/** What a controller says when Linux refuses; undefined = nothing. */
export type Complaint = (wanted: Wanted, error: string) => string;

/**
 * Gives the commands that lead from `applied` to `wanted`: first what must go, then what must come, each in order.
 * @returns what stands afterwards; what Linux refused is not in it, so it is tried again next time
 */
export function reconcile<C>(
  sys: Sys<C>,
  applied: readonly Wanted[],
  wanted: readonly Wanted[],
  complain: Complaint = (w, error) => `${printOp(w.op)}: ${error}`,
): readonly Wanted[] {
  const only = onlyMore(applied, wanted);
  if (only) {
    const more = wanted.slice(only.from, only.to).filter((w) => give(sys, w, complain));
    return [...wanted.slice(0, only.from), ...more, ...wanted.slice(only.to)];
  }
  // most rows are the very ones of before: only the others are looked up by their keys
  const isWanted = new Set(wanted);
  const isApplied = new Set(applied);
  const wantedByKey = byKey(wanted.filter((w) => !isApplied.has(w)));
  const appliedByKey = byKey(applied.filter((w) => !isWanted.has(w)));
  const stands = (w: Wanted): boolean => {
    if (isWanted.has(w)) return true;
    const now = wantedByKey.get(w.key);
    return now !== undefined && (sameOp(now, w) || now.overwrites === true);
  };
  const gone = new Set<string>();
  for (const old of applied) {
    if (old.on !== undefined && gone.has(old.on)) gone.add(old.key);
    else if (!stands(old)) {
      if (old.undo && sys.netns(old.ns)) sys.op(old.ns, old.undo, old.origin);
      gone.add(old.key);
    }
  }
  return wanted.filter((w) => {
    const old = isApplied.has(w) ? w : appliedByKey.get(w.key);
    if (old && sameOp(old, w) && !gone.has(w.key)) return true;
    return give(sys, w, complain);
  });
}

/** Gives the row's command. @returns whether it stands then */
function give<C>(sys: Sys<C>, w: Wanted, complain: Complaint): boolean {
  if (!sys.netns(w.ns)) return false;
  const result = sys.op(w.ns, w.op, w.origin);
  if (!result.ok) sys.log(complain(w, result.text), w.origin, { result: result.errno });
  return result.ok;
}

/** Where rows were put in among those of before, when nothing else happened: then nothing has to be looked up. */
function onlyMore(
  applied: readonly Wanted[],
  wanted: readonly Wanted[],
): { readonly from: number; readonly to: number } | undefined {
  const more = wanted.length - applied.length;
  if (more < 0) return undefined;
  let from = 0;
  while (from < applied.length && applied[from] === wanted[from]) from++;
  for (let i = from; i < applied.length; i++) if (applied[i] !== wanted[i + more]) return undefined;
  return { from, to: from + more };
}

function byKey(rows: readonly Wanted[]): ReadonlyMap<string, Wanted> {
  return new Map(rows.map((row) => [row.key, row]));
}

function sameOp(a: Wanted, b: Wanted): boolean {
  return a === b || (a.ns === b.ns && (a.op === b.op || printOp(a.op) === printOp(b.op)));
}
