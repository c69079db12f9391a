/** The rules, ipsets and connections of a namespace, as much of them as the page looks at. */
import { printIpv4 } from '../wire/address.ts';
import { PROTOCOL } from '../wire/frame.ts';
import { packetLength } from '../wire/codec.ts';
import { liveEntries, printEntry } from '../kernel/conntrack/table.ts';
import { invert, sameTuple } from '../kernel/conntrack/tuple.ts';
import type { CtEntry, CtTuple } from '../kernel/conntrack/types.ts';
import { tracksConnections } from '../kernel/netfilter/needs.ts';
import { protocolName } from '../kernel/netfilter/protocol.ts';
import { TABLE_NAMES, type Chain, type Counter, type Rule, type Table } from '../kernel/netfilter/rule.ts';
import type { NetNs } from '../kernel/netns.ts';
import type { Origin } from '../kernel/origin.ts';
import type { Recording, SimTime, TableName } from '../kernel/recorder.ts';
import { isStep } from '../trace/types.ts';
import { setLines } from './ipsets.ts';
import type {
  ChainLines,
  ChainRef,
  ConntrackLine,
  NetfilterTables,
  RuleLine,
  RulesView,
  RuleTable,
} from './rulesProtocol.ts';

/** Rules of an open chain that are sent at once. */
const MOST_RULES = 60;
/** When the chain is shown around one rule, so many stand before it. */
const LEAD = 8;
const MOST_CONNECTIONS = 200;
const NEVER: Counter = { packets: 0, bytes: 0 };

type Counters = ReadonlyMap<number, Counter>;

/** What `ns` holds at `now`; `counters` are those at that very moment. */
export function netfilterOf(
  ns: NetNs,
  view: RulesView,
  { now, counters }: { readonly now: SimTime; readonly counters: Counters },
): NetfilterTables {
  const { rules, ipsets } = ns.state;
  const all = TABLE_NAMES.flatMap((name) => {
    const table = rules[name];
    return table ? [{ name, table }] : [];
  });
  const live = liveEntries(ns, now);
  return {
    ns: ns.id,
    tables: all.map(({ name, table }) => tableLines(name, table, view, counters)),
    rules: all.reduce((sum, { table }) => sum + rulesIn(table), 0),
    sets: [...ipsets.values()].map((set) => setLines(set, now)),
    conntrack: live.slice(0, MOST_CONNECTIONS).map((entry) => conntrackLine(entry, now)),
    moreConntrack: Math.max(0, live.length - MOST_CONNECTIONS),
    tracks: tracksConnections(ns),
  };
}

/** A namespace that is not there (any more) has no tables. */
export function nothingIn(ns: string): NetfilterTables {
  return { ns, tables: [], rules: 0, sets: [], conntrack: [], moreConntrack: 0, tracks: false };
}

function rulesIn({ chains }: Table): number {
  let count = 0;
  for (const { rules } of chains.values()) count += rules.length;
  return count;
}

function writer({ by, object }: Origin): Pick<RuleLine, 'by' | 'object'> {
  return { by, ...(object === undefined ? {} : { object }) };
}

function tableLines(name: TableName, { chains }: Table, view: RulesView, counters: Counters): RuleTable {
  const wanted = view.text.trim().toLowerCase();
  const lines: ChainLines[] = [];
  let more = 0;
  for (const chain of inOrder(name, chains, view)) {
    const found = wanted === '' ? undefined : matching(chain, wanted);
    if (found?.length === 0 && !chain.name.toLowerCase().includes(wanted)) continue;
    if (lines.length < view.chains) lines.push(chainLines({ table: name, chain, found }, view, counters));
    else more++;
  }
  return { table: name, chains: lines, more };
}

/** Base chains, then the chain that is looked at, then the others as they were made. */
function inOrder(table: TableName, chains: ReadonlyMap<string, Chain>, { at }: RulesView): readonly Chain[] {
  const all = [...chains.values()];
  const looked = (chain: Chain): boolean => at?.table === table && chain.name === at.chain;
  return [
    ...all.filter(({ policy }) => policy !== undefined),
    ...all.filter((chain) => chain.policy === undefined && looked(chain)),
    ...all.filter((chain) => chain.policy === undefined && !looked(chain)),
  ];
}

/** Positions of the rules whose text holds `wanted`. */
function matching({ rules }: Chain, wanted: string): readonly number[] {
  return rules.flatMap(({ text }, i) => (text.toLowerCase().includes(wanted) ? [i] : []));
}

interface Shown {
  readonly table: TableName;
  readonly chain: Chain;
  /** positions that a search found; undefined when none is on */
  readonly found: readonly number[] | undefined;
}

function chainLines({ table, chain, found }: Shown, view: RulesView, counters: Counters): ChainLines {
  const { name, policy, rules, origin, id } = chain;
  const isHere = (ref: ChainRef): boolean => ref.table === table && ref.chain === name;
  const at = view.at && isHere(view.at) ? view.at : undefined;
  const opens = policy !== undefined;
  const isFlipped = view.flipped.some(isHere);
  const open = at !== undefined || (found ? found.length > 0 !== isFlipped : opens !== isFlipped);
  const count = found?.length ?? rules.length;
  // what the reader asked for goes before where the packet is
  const chosen = view.from.find(isHere);
  const first = chosen?.number ?? (at && !found ? Math.max(1, at.number - LEAD) : 1);
  const from = Math.max(0, Math.min(first - 1, count - 1));
  const part = Array.from(
    { length: open ? Math.min(MOST_RULES, count - from) : 0 },
    (_, i) => found?.[from + i] ?? from + i,
  );
  return {
    chain: name,
    ...(policy === undefined ? {} : { policy: { name: policy, ...(counters.get(id) ?? NEVER) } }),
    rules: count,
    open,
    before: open ? from : 0,
    after: open ? count - from - part.length : 0,
    lines: part.flatMap((position) => ruleLine(rules[position], position + 1, counters)),
    ...writer(origin),
  };
}

function ruleLine(rule: Rule | undefined, number: number, counters: Counters): readonly RuleLine[] {
  if (!rule) return [];
  const { text, target, origin, id } = rule;
  const to = target?.target === 'jump' || target?.target === 'goto' ? { to: target.chain } : {};
  return [{ number, text, ...to, ...(counters.get(id) ?? NEVER), ...writer(origin) }];
}

const SECOND = 1_000_000_000;

function conntrackLine(entry: CtEntry, now: SimTime): ConntrackLine {
  const { original, reply, seenReply, assured, mark, tcp, expires } = entry;
  return {
    text: printEntry(entry),
    protocol: protocolName(original.protocol),
    ...(tcp === undefined ? {} : { state: tcp }),
    original: ends(original),
    reply: ends(reply),
    nat: !sameTuple(reply, invert(original)),
    seenReply,
    assured,
    mark,
    left: Math.ceil((expires - now) / SECOND),
  };
}

function ends({ protocol, src, dst, sport, dport }: CtTuple): string {
  if (protocol === PROTOCOL.icmp) return `${printIpv4(src)} → ${printIpv4(dst)} id ${sport}`;
  const port = (number: number): string => (number === 0 ? '' : `:${number}`);
  return `${printIpv4(src)}${port(sport)} → ${printIpv4(dst)}${port(dport)}`;
}

/**
 * The counters right after entry `atSeq - 1`. Linux, and the simulator, writes those of a walk when the walk ends; a reader who
 * stands in its midst sees what it has counted so far.
 */
export function countersAt(
  ns: NetNs,
  { entries, frames }: Pick<Recording, 'entries' | 'frames'>,
  atSeq: number,
): Counters {
  const last = entries[atSeq - 1];
  const { counters, rules } = ns.state;
  if (last === undefined || !isStep(last) || last.kind !== 'chain' || last.ns !== ns.id) return counters;
  const now = new Map(counters);
  for (let seq = atSeq - 1; seq >= 0; seq--) {
    const step = entries[seq];
    if (!step || !isStep(step) || step.kind !== 'chain' || step.hop !== last.hop) break;
    if (step.table !== last.table || step.hook !== last.hook) break;
    const chain = rules[step.table]?.chains.get(step.chain);
    const id = step.event === 'rule' ? chain?.rules[step.number - 1]?.id : chain?.id;
    const payload = frames[step.frame]?.payload;
    if (id === undefined || step.event === 'return' || payload?.kind !== 'ipv4') continue;
    const { packets, bytes } = now.get(id) ?? NEVER;
    now.set(id, { packets: packets + 1, bytes: bytes + packetLength(payload) });
  }
  return now;
}
