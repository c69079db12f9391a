/**
 * The recording as one list of rows, steps and events together, and what filters leave of it. Pure; how many rows a filter
 * hides is always known.
 */
import type { Beat } from './timeline.ts';
import { isStep, type Event, type HopIndex, type Recording, type Seq, type Step } from './types.ts';

/** What can be hidden; 'step' cannot. */
export type RowKind = 'step' | 'arp' | 'hook' | 'reply' | 'event';
export type HideableKind = Exclude<RowKind, 'step'>;
export const HIDEABLE: readonly HideableKind[] = ['event', 'hook', 'arp', 'reply'];

export interface ListRow {
  readonly seq: Seq;
  /** several entries that are told as one */
  readonly beat?: Beat;
  readonly kind: RowKind;
  readonly ns: string;
  readonly dev: string;
  /** nanoseconds since the board started */
  readonly at: number;
}

export interface Filter {
  readonly hidden: readonly HideableKind[];
  /** '' = every namespace */
  readonly ns: string;
  readonly text: string;
}

export const NO_FILTER: Filter = { hidden: [], ns: '', text: '' };

/** True when an odd number of answers led to this hop: what runs back to the sender. */
function isAnswer({ hops }: Recording, hop: HopIndex): boolean {
  let replies = 0;
  for (let at: number = hop; at >= 0; at = hops[at]?.parent ?? -1) {
    const cause = hops[at]?.cause;
    if (cause === 'error') return true;
    if (cause === 'reply') replies++;
  }
  return replies % 2 === 1;
}

function kindOf(recording: Recording, entry: Step | Event, answers: Map<HopIndex, boolean>): RowKind {
  if (!isStep(entry)) return 'event';
  if (recording.frames[entry.frame]?.payload.kind === 'arp') return 'arp';
  if (entry.kind === 'hook') return 'hook';
  let answer = answers.get(entry.hop);
  if (answer === undefined) {
    answer = isAnswer(recording, entry.hop);
    answers.set(entry.hop, answer);
  }
  return answer ? 'reply' : 'step';
}

/** The rows of the beats, as they are told; or of every entry, when there are no beats to go by. */
export function rowsOf(recording: Recording, beats: readonly Beat[] | undefined): readonly ListRow[] {
  const answers = new Map<HopIndex, boolean>();
  const row = (entry: Step | Event, beat?: Beat): ListRow => ({
    seq: entry.seq,
    kind: beat?.reason === 'arp' ? 'arp' : kindOf(recording, entry, answers),
    ns: entry.ns,
    dev: 'dev' in entry ? (entry.dev ?? '') : '',
    at: entry.at,
    ...(beat === undefined ? {} : { beat }),
  });
  if (beats === undefined) return recording.entries.map((entry) => row(entry));
  return beats.flatMap((beat) => {
    const entry = recording.entries[beat.seq];
    return entry === undefined ? [] : [row(entry, beat)];
  });
}

/** What a filter leaves. `wordsOf` is asked only when a text is looked for, because words cost. */
export function filterRows(
  rows: readonly ListRow[],
  { hidden, ns, text }: Filter,
  wordsOf: (row: ListRow) => string,
): readonly ListRow[] {
  const wanted = text.trim().toLowerCase();
  return rows.filter(
    (row) =>
      (row.kind === 'step' || !hidden.includes(row.kind)) &&
      (ns === '' || row.ns === ns) &&
      (wanted === '' || `${row.ns} ${row.dev} ${wordsOf(row)}`.toLowerCase().includes(wanted)),
  );
}

/** The part of a list that is drawn: at most `most` rows more on each side of `current`, so that no list freezes the page. */
export function windowOf(
  length: number,
  current: number,
  most: number,
): { readonly from: number; readonly to: number } {
  const middle = Math.min(Math.max(current, 0), Math.max(length - 1, 0));
  return { from: Math.max(0, middle - most), to: Math.min(length, middle + most) };
}

/** Time since the first row, with a unit that a person reads: `0`, `2.0 µs`, `5.002 ms`, `3.000 s`. */
export function printTime(nanoseconds: number): string {
  if (nanoseconds === 0) return '0';
  if (nanoseconds < 1e6) return `${(nanoseconds / 1e3).toFixed(1)} µs`;
  if (nanoseconds < 1e9) return `${(nanoseconds / 1e6).toFixed(3)} ms`;
  return `${(nanoseconds / 1e9).toFixed(3)} s`;
}
