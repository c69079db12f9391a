/**
 * The client's clock: whoever sent something waits, and where nobody answers the seconds run. Only waits that a person would
 * feel are told; simulated time otherwise goes by beats. Pure.
 */
import type { Beat } from './timeline.ts';
import { isStep, type Disposition, type ExchangeRecord, type Recording, type Step } from './types.ts';

/** Nanoseconds; a shorter wait is none. */
const LONG = 500_000_000;

export interface Clock {
  /** the client's namespace */
  readonly ns: string;
  /** how long the client has waited when each beat is over, in nanoseconds */
  readonly waited: readonly number[];
  /** until it gave up, or heard something */
  readonly end: number;
  /** the first beat at which the client waits for long */
  readonly from: number;
  readonly result: Disposition | undefined;
}

/** Undefined when nobody waits for long. */
export function clockOf(
  recording: Recording,
  beats: readonly Beat[],
  exchange: ExchangeRecord | undefined,
): Clock | undefined {
  if (exchange?.endAt === undefined || beats.length === 0) return undefined;
  const sent = firstStep(recording, exchange)?.at;
  if (sent === undefined) return undefined;
  const end = exchange.endAt - sent;
  const waited = beats.map(({ seq, seqs }) => {
    const at = recording.entries[seqs.at(-1) ?? seq]?.at ?? sent;
    return Math.min(Math.max(0, at - sent), end);
  });
  const from = waited.findIndex((time, i) => (waited[i + 1] ?? end) - time >= LONG);
  if (from < 0) return undefined;
  return { ns: exchange.from, waited, end, from, result: exchange.result };
}

function firstStep({ entries, hops }: Recording, { id, startSeq }: ExchangeRecord): Step | undefined {
  for (let seq: number = startSeq; seq < entries.length; seq++) {
    const entry = entries[seq];
    if (entry && isStep(entry) && hops[entry.hop]?.exchange === id) return entry;
  }
  return undefined;
}

/** How long the last packet is over before the client gives up: a time without any beat. 0 when that is not worth a wait. */
export function tailOf({ waited, end }: Clock): number {
  const left = end - (waited.at(-1) ?? end);
  return left >= LONG ? left : 0;
}

/**
 * What the clock shows at a position, in nanoseconds; undefined before the client waits for long. `tail` is the part (0 to 1)
 * of the time after the last beat that has passed.
 */
export function readClock(clock: Clock, position: number, tail: number): number | undefined {
  const { waited, end, from } = clock;
  if (position < from) return undefined;
  const last = waited.length - 1;
  if (position >= last) {
    const at = waited[last] ?? end;
    return at + (end - at) * Math.min(Math.max(tail, 0), 1);
  }
  const now = Math.floor(position);
  const [a = 0, b = a] = [waited[now], waited[now + 1]];
  return a + (b - a) * (position - now);
}
