/** What a match may look at, and what it may remember: one packet at one hook. */
import type { Random } from '../../lib/random.ts';
import type { Packet } from '../../wire/frame.ts';
import type { CtEntry } from '../conntrack/types.ts';
import type { NetNs } from '../netns.ts';
import type { CtDirection, CtState, Hook, IfName, PktType, SimTime, TableName } from '../recorder.ts';

/** How conntrack sees the packet; undefined in raw, and where no rule needs conntrack. */
export interface CtView {
  readonly state: CtState;
  readonly direction: CtDirection;
  /** undefined for INVALID and UNTRACKED */
  readonly entry?: CtEntry | undefined;
  /** the entry is in the table: its first packet has left */
  readonly confirmed: boolean;
}

/** What stateful matches keep from packet to packet; plain data, part of the namespace's tables. */
export interface RuleMemory {
  /** `statistic --mode nth`: packets seen, by rule */
  readonly nth: ReadonlyMap<number, number>;
  /** `limit`: credit left and when it was counted, by rule */
  readonly limit: ReadonlyMap<number, { readonly credit: number; readonly at: SimTime }>;
  /** `recent`: list name -> address -> when it was seen; the address seen longest ago comes first */
  readonly recent: ReadonlyMap<string, ReadonlyMap<number, RecentEntry>>;
}

export interface RecentEntry {
  readonly ttl: number;
  /** oldest first */
  readonly stamps: readonly SimTime[];
}

export const NO_MEMORY: RuleMemory = { nth: new Map(), limit: new Map(), recent: new Map() };

export interface Probe {
  readonly hook: Hook;
  readonly packet: Packet;
  readonly iif?: IfName | undefined;
  readonly oif?: IfName | undefined;
  /** bridge ports (physdev) */
  readonly physin?: IfName | undefined;
  readonly physout?: IfName | undefined;
  /** the packet is being bridged, not routed */
  readonly bridged: boolean;
  readonly mark: number;
  readonly pkttype: PktType;
  readonly ct?: CtView | undefined;
  /** tables that matches read: ipsets, addresses (addrtype) */
  readonly ns: NetNs;
  readonly now: SimTime;
  readonly random: Random;
  /** how a rule that draws lots falls, where that is not left to chance (luck.ts) */
  readonly drawn?: boolean | undefined;
  /** the rule under trial */
  readonly rule: number;
  /** read and replaced by stateful matches */
  memory: RuleMemory;
}

/** A rule is about to be tried; `number` 0: its chain is entered. `probe` changes afterwards: copy what is to be kept. */
export interface Trial {
  readonly table: TableName;
  readonly chain: string;
  readonly number: number;
  readonly probe: Probe;
}
