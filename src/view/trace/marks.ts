/** What stands above the timeline: folds, and the beats where the packet gains or loses headers, gets other addresses, arrives or dies. Pure. */
import type { Beat } from '../../trace/timeline.ts';
import type { Recording, Seq } from '../../trace/types.ts';
import { entryOf } from './tell.ts';

export type Mark =
  | { readonly kind: 'encap' | 'decap' | 'nat' | 'deliver' | 'drop'; readonly beat: Beat }
  /** `seq` names the fold; when it is open, `beat` is the first of its steps */
  | { readonly kind: 'fold'; readonly beat: Beat; readonly seq: Seq; readonly isOpen: boolean };

type Marked = Exclude<Mark['kind'], 'fold'>;
const MARKED: readonly string[] = ['encap', 'decap', 'nat', 'deliver', 'drop'] satisfies readonly Marked[];
const isMarked = (kind: string | undefined): kind is Marked => kind !== undefined && MARKED.includes(kind);

export function marksOf(
  beats: readonly Beat[],
  recording: Recording,
  opened: readonly Seq[],
): readonly Mark[] {
  return beats.flatMap((beat): readonly Mark[] => {
    if (beat.kind === 'fold') return [{ kind: 'fold', beat, seq: beat.seq, isOpen: false }];
    const marks: Mark[] = [];
    if (beat.unfolded === true && opened.includes(beat.seq)) {
      marks.push({ kind: 'fold', beat, seq: beat.seq, isOpen: true });
    }
    const kind = entryOf(beat, recording)?.kind;
    if (isMarked(kind)) marks.push({ kind, beat });
    return marks;
  });
}

export interface Placed<T> {
  readonly mark: T;
  /** the middle of the mark */
  readonly x: number;
}

/**
 * Puts marks at their places on a line of `width`, from left to right, and shifts those that would overlap: first to the
 * right, then back from the end, as little as possible. More marks than there is room for overlap, but stay on the line.
 */
export function place<T>(
  marks: readonly T[],
  width: number,
  at: (mark: T) => number,
  sizeOf: (mark: T) => number,
): readonly Placed<T>[] {
  const halves = marks.map((mark) => sizeOf(mark) / 2);
  const xs = marks.map(at);
  for (let i = 0, edge = 0; i < xs.length; i++) {
    xs[i] = Math.max(xs[i] ?? 0, edge + (halves[i] ?? 0));
    edge = (xs[i] ?? 0) + (halves[i] ?? 0);
  }
  for (let i = xs.length - 1, edge = width; i >= 0; i--) {
    xs[i] = Math.min(xs[i] ?? 0, edge - (halves[i] ?? 0));
    edge = (xs[i] ?? 0) - (halves[i] ?? 0);
  }
  return marks.map((mark, i) => ({ mark, x: Math.max(xs[i] ?? 0, halves[i] ?? 0) }));
}
