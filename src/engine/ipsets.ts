/** An ipset as the page shows it: its name and type, and the first of its entries as ipset itself writes them. */
import type { IpSet } from '../kernel/netfilter/ipset.ts';
import type { Origin } from '../kernel/origin.ts';
import type { SetLines } from './rulesProtocol.ts';

/** A policy may name thousands of pods; the first say what the set is like. */
const MOST_ENTRIES = 100;

type Line = SetLines['entries'][number];

function written(text: string, { by, object }: Origin): Line {
  return { text, by, ...(object === undefined ? {} : { object }) };
}

function entriesOf(set: IpSet): readonly Line[] {
  if (set.type === 'list:set') return set.members.map((member) => written(member.set, member.origin));
  const first = [...set.entries].slice(0, MOST_ENTRIES);
  return first.map(([key, { nomatch, comment, origin }]) => {
    const remark = comment === undefined ? '' : ` comment "${comment}"`;
    return written(`${key}${nomatch ? ' nomatch' : ''}${remark}`, origin);
  });
}

export function setLines(set: IpSet): SetLines {
  const size = set.type === 'list:set' ? set.members.length : set.entries.size;
  const entries = entriesOf(set).slice(0, MOST_ENTRIES);
  return { ...written(`${set.name} ${set.type}`, set.origin), entries, more: size - entries.length };
}
