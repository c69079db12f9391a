/**
 * Going back: a generic journal over anything that can snapshot, restore, take inputs and advance. Seeking restores the
 * nearest checkpoint and runs again; since a run is a pure function of its inputs, what comes out is what was there.
 */
import { lastAtMost } from '../lib/search.ts';
import { must } from '../lib/assert.ts';

export interface Journaled<I, S> {
  /** how many events have been carried out */
  readonly events: number;
  /** how long the recording is */
  readonly length: number;
  apply(input: I): void;
  /** carries out one event; false when there is none */
  advance(): boolean;
  snapshot(): S;
  restore(snapshot: S): void;
}

interface Entry<I> {
  /** the input was given after this many events */
  readonly events: number;
  readonly input: I;
}

interface Checkpoint<S> {
  readonly events: number;
  readonly length: number;
  /** inputs already applied */
  readonly applied: number;
  readonly snapshot: S;
}

export interface JournalMark<I, S> {
  readonly entries: readonly Entry<I>[];
  readonly checkpoints: readonly Checkpoint<S>[];
  readonly here: Checkpoint<S>;
}

/** A checkpoint each time the recording has grown by this much: a seek replays at most so many steps. */
const CHECKPOINT_EVERY = 1_000;

export class Journal<I, S> {
  readonly #run: Journaled<I, S>;
  #entries: readonly Entry<I>[] = [];
  #checkpoints: readonly Checkpoint<S>[];
  #applied = 0;

  /** Begins at the run's present state, which is what a seek to 0 restores. */
  constructor(run: Journaled<I, S>) {
    this.#run = run;
    this.#checkpoints = [this.#here()];
  }

  /** The inputs so far, each with the event count at which it was given: with the documents, the whole board. */
  get entries(): readonly Entry<I>[] {
    return this.#entries;
  }

  /** Those of them that have been given by now; the rest is planned. */
  get applied(): readonly Entry<I>[] {
    return this.#entries.slice(0, this.#applied);
  }

  #here(): Checkpoint<S> {
    const { events, length } = this.#run;
    return { events, length, applied: this.#applied, snapshot: this.#run.snapshot() };
  }

  /** Gives an input now; whatever was planned after this moment is forgotten. */
  apply(input: I): void {
    this.#entries = [...this.#entries.slice(0, this.#applied), { events: this.#run.events, input }];
    const { events } = this.#run;
    const before = this.#checkpoints.filter((c) => c.events <= events && c.applied <= this.#applied);
    // an input may be long work (a hundred thousand rules), which nobody wants done again to see what came after the next
    this.#checkpoints = [...before, this.#here()];
    this.#applied++;
    this.#run.apply(input);
  }

  /** Carries out one event, noting checkpoints on the way. */
  advance(): boolean {
    if (!this.#run.advance()) return false;
    const last = must(this.#checkpoints.at(-1), 'journal without checkpoint');
    if (this.#run.length - last.length >= CHECKPOINT_EVERY)
      this.#checkpoints = [...this.#checkpoints, this.#here()];
    return true;
  }

  /** This moment, to be taken back to by `rollback`. */
  mark(): JournalMark<I, S> {
    return { entries: this.#entries, checkpoints: this.#checkpoints, here: this.#here() };
  }

  /** Takes back everything since `mark`, the inputs too. */
  rollback(mark: JournalMark<I, S>): void {
    this.#entries = mark.entries;
    this.#checkpoints = mark.checkpoints;
    this.#applied = mark.here.applied;
    this.#run.restore(mark.here.snapshot);
  }

  /** Goes to the first moment at which the recording is at least `length` long. Inputs after it stay planned. */
  seek(length: number): void {
    this.#walk(length, Infinity);
  }

  /** Goes to the last moment at which the recording is at most `length` long: an event may write many entries at once. */
  seekBefore(length: number): void {
    const steps = this.#walk(length, Infinity);
    if (this.#run.length > length) this.#walk(length, steps - 1);
  }

  /** From the nearest checkpoint towards `length`, in at most so many steps; answers how many it took. */
  #walk(length: number, most: number): number {
    const index = lastAtMost(this.#checkpoints, length, (c) => c.length);
    const checkpoint = must(this.#checkpoints[Math.max(0, index)], 'journal without checkpoint');
    this.#run.restore(checkpoint.snapshot);
    this.#applied = checkpoint.applied;
    return this.#onTo(length, most);
  }

  /** What was planned after this moment is not going to be given. */
  forget(): void {
    const { events } = this.#run;
    this.#entries = this.applied;
    this.#checkpoints = this.#checkpoints.filter((c) => c.events <= events && c.applied <= this.#applied);
  }

  /** Goes on from here to the first moment at which the recording is at least `length` long, as it was planned. */
  onTo(length: number): void {
    this.#onTo(length, Infinity);
  }

  #onTo(length: number, most: number): number {
    let steps = 0;
    while (this.#run.length < length && steps < most) {
      const next = this.#entries[this.#applied];
      if (next?.events === this.#run.events) {
        this.#applied++;
        this.#run.apply(next.input);
      } else if (!this.#run.advance()) {
        return steps;
      }
      steps++;
    }
    return steps;
  }

  /** Goes to the end of what was planned: every input given, and as far as the run had come. */
  replay(until: { readonly events: number }): void {
    for (;;) {
      const next = this.#entries[this.#applied];
      if (next?.events === this.#run.events) {
        this.#applied++;
        this.#run.apply(next.input);
      } else if (this.#run.events >= until.events || !this.#run.advance()) {
        return;
      }
    }
  }
}
