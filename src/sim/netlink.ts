/** Who hears of changed rows, as programs hear of them from the kernel when they have joined a multicast group of rtnetlink. */
import type { Listens } from '../kernel/op.ts';
import type { NetNsId, TableChange } from '../kernel/recorder.ts';
import type { AnyBehaviour, Process } from './process.ts';

/** Whether one of them may want to hear of such a change. */
export function listensFor<C>(hearing: readonly AnyBehaviour<C>[]): Listens {
  const heard = new Set(hearing.flatMap(({ hears }) => hears.map(({ table, op }) => `${table} ${op}`)));
  return (table, op) => heard.has(`${table} ${op}`);
}

/** Nobody hears of anything. */
export const LISTENS_TO_NOTHING: Listens = () => false;

/** The processes that subscribe to one of these changes, without the one that made them. */
export function subscribers<C>(
  changes: readonly TableChange[],
  hearing: readonly AnyBehaviour<C>[],
  processes: Iterable<Process>,
  by: string | undefined,
): readonly string[] {
  // most commands of setting up change no row that anybody hears of
  if (changes.length === 0) return [];
  const where = new Map<string, Set<NetNsId>>();
  for (const { name, hears } of hearing) {
    const heard = changes.filter(({ table, op, line }) =>
      hears.some((row) => row.table === table && row.op === op && row.fits(line)),
    );
    if (heard.length > 0) where.set(name, new Set(heard.map(({ ns }) => ns)));
  }
  if (where.size === 0) return [];
  return [...processes].flatMap(({ pid, behaviour, ns }) =>
    pid !== by && where.get(behaviour)?.has(ns) === true ? [pid] : [],
  );
}
