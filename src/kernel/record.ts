/** The builder of a recording: appended to by the kernel and the world, cut by a seek. */
import { must } from '../lib/assert.ts';
import type { Frame } from '../wire/frame.ts';
import type {
  Event,
  ExchangeRecord,
  Picked,
  FrameIndex,
  Hop,
  HopIndex,
  NetNsId,
  Recording,
  Seq,
  SimTime,
  Step,
  StepKind,
  TableChange,
} from './recorder.ts';

/** The lengths of a recording: all it takes to cut back to a moment. */
export interface RecordMark {
  readonly entries: number;
  readonly hops: number;
  readonly frames: number;
  readonly exchanges: readonly ExchangeRecord[];
}

/** A step as it is told to the recorder; frames are values, their indexes are given here. */
export interface RecordedStep {
  readonly ns: NetNsId;
  readonly at: SimTime;
  readonly hop: HopIndex;
  readonly frame: Frame;
  readonly kind: StepKind;
  readonly before?: Frame | undefined;
  readonly changes?: readonly TableChange[] | undefined;
}

export class Recorder {
  #entries: (Step | Event)[] = [];
  #hops: Hop[] = [];
  #frames: Frame[] = [];
  #exchanges: readonly ExchangeRecord[] = [];
  #unanswered = 0;
  /** frames are immutable, so identity is equality: an unchanged frame has one index however far it travels */
  readonly #indexByFrame = new Map<Frame, FrameIndex>();
  /** hears of every entry as it is written, in the midst of whatever writes it */
  onEntry: (() => void) | undefined;

  get length(): number {
    return this.#entries.length;
  }

  frame(frame: Frame): FrameIndex {
    const known = this.#indexByFrame.get(frame);
    if (known !== undefined) return known;
    const index = this.#frames.length as FrameIndex;
    this.#frames.push(frame);
    this.#indexByFrame.set(frame, index);
    return index;
  }

  hop(hop: Hop): HopIndex {
    return (this.#hops.push(hop) - 1) as HopIndex;
  }

  exchangeOf(hop: HopIndex): number {
    return this.#hops[hop]?.exchange ?? -1;
  }

  /** What was picked by hand for the exchange of a hop. */
  pickedFor(hop: HopIndex): readonly Picked[] | undefined {
    return this.#exchanges[this.exchangeOf(hop)]?.pick;
  }

  step({ ns, at, hop, frame, kind, before, changes }: RecordedStep): void {
    const seq = this.#entries.length as Seq;
    const index = this.frame(frame);
    const changed = changes !== undefined && changes.length > 0;
    // a field added behind a spread costs V8 ten times one in front of it, and this is done for every step
    if (before === undefined)
      this.#entries.push(
        changed
          ? { seq, at, ns, hop, frame: index, changes, ...kind }
          : { seq, at, ns, hop, frame: index, ...kind },
      );
    else {
      const old = this.frame(before);
      this.#entries.push(
        changed
          ? { seq, at, ns, hop, frame: index, before: old, changes, ...kind }
          : { seq, at, ns, hop, frame: index, before: old, ...kind },
      );
    }
    this.onEntry?.();
  }

  event(event: Omit<Event, 'seq'>): void {
    this.#entries.push({ seq: this.#entries.length as Seq, ...event });
    this.onEntry?.();
  }

  /** exchanges without a result */
  get unanswered(): number {
    return this.#unanswered;
  }

  openExchange(exchange: Omit<ExchangeRecord, 'id' | 'startSeq' | 'endSeq' | 'output'>): number {
    const id = this.#exchanges.length;
    const seq = this.#entries.length as Seq;
    this.#exchanges = [...this.#exchanges, { ...exchange, id, startSeq: seq, endSeq: seq, output: [] }];
    this.#unanswered++;
    return id;
  }

  exchange(id: number): ExchangeRecord {
    return must(this.#exchanges[id], `exchange ${id}`);
  }

  updateExchange(
    id: number,
    fields: Partial<Pick<ExchangeRecord, 'result' | 'output' | 'printedAt' | 'endSeq' | 'endAt'>>,
  ): void {
    const old = this.exchange(id);
    if (old.result === undefined && fields.result !== undefined) this.#unanswered--;
    this.#exchanges = this.#exchanges.with(id, { ...old, ...fields });
  }

  mark(): RecordMark {
    return {
      entries: this.#entries.length,
      hops: this.#hops.length,
      frames: this.#frames.length,
      exchanges: this.#exchanges,
    };
  }

  /** Forgets what came after `mark`. Recordings handed out before keep their own arrays. */
  cut(mark: RecordMark): void {
    for (const frame of this.#frames.slice(mark.frames)) this.#indexByFrame.delete(frame);
    this.#entries = this.#entries.slice(0, mark.entries);
    this.#hops = this.#hops.slice(0, mark.hops);
    this.#frames = this.#frames.slice(0, mark.frames);
    this.#exchanges = mark.exchanges;
    this.#unanswered = mark.exchanges.filter((exchange) => exchange.result === undefined).length;
  }

  /** The whole recording, to be put back whatever is written or cut meanwhile. */
  keep(): Recording {
    const { entries, hops, frames, exchanges } = this.recording();
    return { entries: [...entries], hops: [...hops], frames: [...frames], exchanges };
  }

  putBack({ entries, hops, frames, exchanges }: Recording): void {
    this.#entries = [...entries];
    this.#hops = [...hops];
    this.#frames = [...frames];
    this.#exchanges = exchanges;
    this.#unanswered = exchanges.filter((exchange) => exchange.result === undefined).length;
    this.#indexByFrame.clear();
    frames.forEach((frame, i) => this.#indexByFrame.set(frame, i as FrameIndex));
  }

  /** The recording so far; the arrays are live until the next cut. */
  recording(): Recording {
    return { entries: this.#entries, hops: this.#hops, frames: this.#frames, exchanges: this.#exchanges };
  }
}
