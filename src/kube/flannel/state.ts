/** What a flanneld knows between two wakes, as plain data. */
import type { SimTime } from '../../kernel/recorder.ts';
import type { Own } from './backend.ts';
import type { Lease } from './lease.ts';
import type { RuleList } from './trafficManager.ts';

/** It could not start, or has not yet: it is tried again when what it was told changes. */
export interface NotRunning {
  readonly phase: 'starting' | 'failed';
  /** somebody started it while the board ran: nothing that stands is its own */
  readonly again: boolean;
  /** what it was told when it failed */
  readonly told: string;
}

export interface Running {
  readonly phase: 'running';
  /** what it was told when it started */
  readonly told: string;
  readonly own: Own;
  readonly lease: Lease;
  /** when its loops began: they look again every so often from then on */
  readonly since: SimTime;
  /** the leases that it has heard of, by node and subnet */
  readonly known: ReadonlyMap<string, Lease>;
  /** the list in which it saw them */
  readonly seen: readonly Lease[];
  /** the rules that it keeps */
  readonly rules: readonly RuleList[];
  /** loops that have something to see when they look next */
  readonly due: readonly Loop[];
}

/** The tags of its timers: two loops, and the work of making a device that was deleted. */
export type Loop = 'iptables-resync' | 'route-check' | 'recreate-device';

export type FlanneldState = NotRunning | Running;

export const NOT_STARTED: NotRunning = { phase: 'starting', again: false, told: '' };
/** The state of a process that somebody starts again. */
export const STARTED_AGAIN: NotRunning = { ...NOT_STARTED, again: true };

/** The state of a flanneld that runs, undefined for any other process. */
export function runningOf(state: unknown): Running | undefined {
  const isOurs = typeof state === 'object' && state !== null && 'phase' in state && 'known' in state;
  return isOurs && state.phase === 'running' ? (state as Running) : undefined;
}
