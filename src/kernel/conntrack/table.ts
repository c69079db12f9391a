/** The connection table: find, put in, replace, take out. Entries whose time is up are as good as gone and are swept now and then. */
import { update, type NetNs } from '../netns.ts';
import { PROTOCOL } from '../../wire/frame.ts';
import type { CtDirection, Row, SimTime } from '../recorder.ts';
import { BY_KERNEL } from '../origin.ts';
import { printTuple, tupleKey } from './tuple.ts';
import type { ConntrackTable, CtEntry, CtTuple, SkbCt } from './types.ts';

const SECOND = 1_000_000_000;
/** the sweep runs when the table has grown by as many entries as this */
const SWEEP_EVERY = 64;

export interface Found {
  readonly entry: CtEntry;
  readonly direction: CtDirection;
}

/** The connection that a packet of this tuple belongs to, and in which direction. */
export function findEntry(ns: NetNs, tuple: CtTuple, now: SimTime): Found | undefined {
  const { entries, byTuple } = ns.state.conntrack;
  const key = tupleKey(tuple);
  const id = byTuple.get(key);
  const entry = id === undefined ? undefined : entries.get(id);
  if (!entry || entry.expires <= now) return undefined;
  return { entry, direction: tupleKey(entry.original) === key ? 'original' : 'reply' };
}

/** The entry of a packet as it stands now; undefined for INVALID, UNTRACKED, and when it was deleted meanwhile. */
export function entryOf(ns: NetNs, { id, pending, dead }: SkbCt): CtEntry | undefined {
  if (pending ?? dead) return pending ?? dead;
  return id === undefined ? undefined : ns.state.conntrack.entries.get(id);
}

function without(table: ConntrackTable, gone: (entry: CtEntry) => boolean): ConntrackTable {
  const entries = new Map(table.entries);
  const byTuple = new Map(table.byTuple);
  for (const entry of table.entries.values()) {
    if (!gone(entry)) continue;
    entries.delete(entry.id);
    for (const key of [tupleKey(entry.original), tupleKey(entry.reply)]) {
      if (byTuple.get(key) === entry.id) byTuple.delete(key);
    }
  }
  return { entries, byTuple };
}

/** The packet with its entry by id, once a copy of it (a flooded frame) has put the entry they share into the table. */
export function settled(ns: NetNs, ct: SkbCt): SkbCt {
  const { state, direction, pending } = ct;
  return pending && ns.state.conntrack.entries.has(pending.id) ? { state, direction, id: pending.id } : ct;
}

/** Puts an unconfirmed entry into the table. */
export function insertEntry(ns: NetNs, entry: CtEntry, now: SimTime): CtEntry {
  let table = ns.state.conntrack;
  if (entry.id % SWEEP_EVERY === 0) table = without(table, ({ expires }) => expires <= now);
  const stale = [entry.original, entry.reply].map((tuple) => table.byTuple.get(tupleKey(tuple)));
  if (stale.some((id) => id !== undefined)) table = without(table, ({ id }) => stale.includes(id));
  update(ns, {
    conntrack: {
      entries: new Map(table.entries).set(entry.id, entry),
      byTuple: new Map(table.byTuple)
        .set(tupleKey(entry.original), entry.id)
        .set(tupleKey(entry.reply), entry.id),
    },
  });
  return entry;
}

/** Replaces what an entry says of itself; its tuples stay. */
export function replaceEntry(ns: NetNs, entry: CtEntry): void {
  const { conntrack } = ns.state;
  // deleted while a packet still holds it: nobody sees what becomes of it
  if (!conntrack.entries.has(entry.id)) return;
  update(ns, { conntrack: { ...conntrack, entries: new Map(conntrack.entries).set(entry.id, entry) } });
}

/** Takes out every entry of which `gone` is true; answers with them. */
export function deleteEntries(ns: NetNs, gone: (entry: CtEntry) => boolean): readonly CtEntry[] {
  const deleted = [...ns.state.conntrack.entries.values()].filter(gone);
  if (deleted.length > 0) update(ns, { conntrack: without(ns.state.conntrack, gone) });
  return deleted;
}

/** The entries that live at `now`, oldest first. */
export function liveEntries(ns: NetNs, now: SimTime): readonly CtEntry[] {
  return [...ns.state.conntrack.entries.values()].filter(({ expires }) => expires > now);
}

const NAMES: Readonly<Record<number, string>> = {
  [PROTOCOL.icmp]: 'icmp',
  [PROTOCOL.tcp]: 'tcp',
  [PROTOCOL.udp]: 'udp',
  [PROTOCOL.sctp]: 'sctp',
};

/** One line of `conntrack -L`; without `now` the seconds that are left are not said. */
export function printEntry(entry: CtEntry, now?: SimTime): string {
  const { original, reply, tcp, seenReply, assured, mark } = entry;
  const { protocol } = original;
  const left = now === undefined ? '' : ` ${Math.ceil((entry.expires - now) / SECOND)}`;
  const words = [
    `${(NAMES[protocol] ?? 'unknown').padEnd(8)} ${protocol}${left}`,
    tcp,
    printTuple(original),
    seenReply ? undefined : '[UNREPLIED]',
    printTuple(reply),
    assured ? '[ASSURED]' : undefined,
    `mark=${mark}`,
    'use=1',
  ];
  return words.filter((word) => word !== undefined).join(' ');
}

/** The entry as a step shows it. */
export function entryRow(entry: CtEntry): Row {
  return { table: 'conntrack', line: printEntry(entry), origin: BY_KERNEL };
}
