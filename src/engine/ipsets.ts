/** An ipset as the page shows it: its name and type, and the first of its entries as ipset itself writes them. */
import { isLive, printCreate, printMember, type IpSet } from '../kernel/netfilter/ipset.ts';
import type { Origin } from '../kernel/origin.ts';
import type { SimTime } from '../kernel/recorder.ts';
import type { SetLines } from './rulesProtocol.ts';

/** A policy may name thousands of pods; the first say what the set is like. */
const MOST_ENTRIES = 100;

type Line = SetLines['entries'][number];

function written(text: string, { by, object }: Origin): Line {
  return { text, by, ...(object === undefined ? {} : { object }) };
}

export function setLines(set: IpSet, now: SimTime): SetLines {
  const members = set.type === 'list:set' ? set.members : [...set.entries.values()];
  const live = members.filter((member) => isLive(member, now));
  const entries = live
    .slice(0, MOST_ENTRIES)
    .map((member) => written(`add ${set.name} ${printMember(set, member, now)}`, member.origin));
  return { ...written(printCreate(set), set.origin), entries, more: live.length - entries.length };
}
