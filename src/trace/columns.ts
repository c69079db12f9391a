/**
 * A recording as columns: typed arrays, one byte array with the distinct frames, and a table of distinct texts. This is how
 * it crosses the worker boundary (objects would cost hundreds of times the main-thread time, docs/performance).
 *
 * A message carries what is new since `keptEntries`; `decodeColumns(previous, columns)` appends it to what was kept.
 */
import { assert, must } from '../lib/assert.ts';
import { emitFrame, parseFrame } from '../wire/codec.ts';
import type { Frame } from '../wire/frame.ts';
import type {
  Event,
  ExchangeRecord,
  FrameIndex,
  Hop,
  HopCause,
  HopIndex,
  IfName,
  NetNsId,
  Recording,
  Seq,
  SimTime,
  Step,
} from '../kernel/recorder.ts';

export interface RecordingColumns {
  /** how many entries, hops and frames of the previous recording stay */
  readonly keptEntries: number;
  readonly keptHops: number;
  readonly keptFrames: number;
  /** distinct texts; namespaces, devices, causes and details refer to them by index */
  readonly texts: readonly string[];
  readonly at: Float64Array;
  readonly ns: Uint32Array;
  /** hop of a step; -1 marks an event */
  readonly hop: Int32Array;
  readonly frame: Int32Array;
  readonly before: Int32Array;
  /** text index of the rest of the entry as JSON */
  readonly detail: Uint32Array;
  readonly hopParent: Int32Array;
  readonly hopCause: Uint32Array;
  readonly hopNs: Uint32Array;
  readonly hopExchange: Int32Array;
  /** distinct frames, one after the other; frame i is bytes[offset[i] .. offset[i+1]] */
  readonly frameBytes: Uint8Array;
  readonly frameOffset: Uint32Array;
  /** 1 = no link layer (TUN) */
  readonly frameRaw: Uint8Array;
  readonly exchanges: readonly ExchangeRecord[];
}

class Texts {
  readonly list: string[] = [];
  readonly #index = new Map<string, number>();

  of(text: string): number {
    const known = this.#index.get(text);
    if (known !== undefined) return known;
    this.#index.set(text, this.list.length);
    return this.list.push(text) - 1;
  }
}

/** What must be kept of the previous recording; a change of history keeps less. */
export interface Kept {
  readonly entries: number;
  readonly hops: number;
  readonly frames: number;
}

/** The entries, hops and frames of `recording` beyond `kept`, as columns. Pure; the arrays may be transferred. */
export function encodeColumns(recording: Recording, kept: Kept): RecordingColumns {
  const texts = new Texts();
  const entries = recording.entries.slice(kept.entries);
  const hops = recording.hops.slice(kept.hops);
  const frames = recording.frames.slice(kept.frames);
  const n = entries.length;
  const at = new Float64Array(n);
  const ns = new Uint32Array(n);
  const hop = new Int32Array(n);
  const frame = new Int32Array(n);
  const before = new Int32Array(n);
  const detail = new Uint32Array(n);
  entries.forEach((entry, i) => {
    at[i] = entry.at;
    ns[i] = texts.of(entry.ns);
    if ('hop' in entry) {
      const { seq: _seq, at: _at, ns: _ns, hop: h, frame: f, before: b, ...rest } = entry;
      hop[i] = h;
      frame[i] = f;
      before[i] = b ?? -1;
      detail[i] = texts.of(JSON.stringify(rest));
    } else {
      const { seq: _seq, at: _at, ns: _ns, ...rest } = entry;
      hop[i] = -1;
      detail[i] = texts.of(JSON.stringify(rest));
    }
  });
  const emitted = frames.map(emitFrame);
  const frameOffset = new Uint32Array(emitted.length + 1);
  emitted.forEach((bytes, i) => (frameOffset[i + 1] = (frameOffset[i] ?? 0) + bytes.length));
  const frameBytes = new Uint8Array(frameOffset[emitted.length] ?? 0);
  emitted.forEach((bytes, i) => {
    frameBytes.set(bytes, frameOffset[i]);
  });
  return {
    keptEntries: kept.entries,
    keptHops: kept.hops,
    keptFrames: kept.frames,
    at,
    ns,
    hop,
    frame,
    before,
    detail,
    hopParent: Int32Array.from(hops, (h) => h.parent),
    hopCause: Uint32Array.from(hops, (h) => texts.of(h.cause)),
    hopNs: Uint32Array.from(hops, (h) => texts.of(h.ns)),
    hopExchange: Int32Array.from(hops, (h) => h.exchange),
    frameBytes,
    frameOffset,
    frameRaw: Uint8Array.from(frames, (f) => (f.kind === 'raw' ? 1 : 0)),
    exchanges: recording.exchanges,
    texts: texts.list,
  };
}

/** The buffers of `columns`, for postMessage's transfer list. */
export function transferables(columns: RecordingColumns): ArrayBuffer[] {
  return Object.values(columns).flatMap((value: unknown) =>
    ArrayBuffer.isView(value) && value.buffer instanceof ArrayBuffer ? [value.buffer] : [],
  );
}

export const EMPTY_RECORDING: Recording = { entries: [], hops: [], frames: [], exchanges: [] };

/** `previous`, cut to what is kept, with the new part appended; asserts that `columns` was made by encodeColumns. */
export function decodeColumns(previous: Recording, columns: RecordingColumns): Recording {
  const text = (i: number | undefined): string =>
    must(columns.texts[i ?? -1], 'columns: text index out of range');
  const details = new Map<number, object>();
  const detailOf = (i: number): object => {
    const known = details.get(i);
    if (known) return known;
    const parsed = JSON.parse(text(i)) as object;
    details.set(i, parsed);
    return parsed;
  };
  const entries = previous.entries.slice(0, columns.keptEntries);
  for (let i = 0; i < columns.at.length; i++) {
    const common = {
      seq: entries.length as Seq,
      at: columns.at[i] as SimTime,
      ns: text(columns.ns[i]) as NetNsId,
    };
    const detail = detailOf(columns.detail[i] ?? -1);
    if (columns.hop[i] === -1) {
      entries.push({ ...(detail as Omit<Event, 'seq' | 'at' | 'ns'>), ...common });
      continue;
    }
    const before = columns.before[i] as FrameIndex;
    entries.push({
      ...detail,
      ...common,
      hop: columns.hop[i] as HopIndex,
      frame: columns.frame[i] as FrameIndex,
      ...(before >= 0 ? { before } : {}),
    } as Step);
  }
  const hops: Hop[] = previous.hops.slice(0, columns.keptHops);
  for (let i = 0; i < columns.hopParent.length; i++) {
    hops.push({
      parent: columns.hopParent[i] as HopIndex,
      cause: text(columns.hopCause[i]) as HopCause,
      ns: text(columns.hopNs[i]) as NetNsId,
      exchange: columns.hopExchange[i] ?? -1,
    });
  }
  const frames: Frame[] = previous.frames.slice(0, columns.keptFrames);
  for (let i = 0; i < columns.frameRaw.length; i++) {
    const bytes = columns.frameBytes.slice(columns.frameOffset[i], columns.frameOffset[i + 1]);
    const parsed = parseFrame(bytes, { link: columns.frameRaw[i] === 1 ? 'raw' : 'ethernet' });
    assert(parsed.ok, `columns: frame ${i} does not parse`);
    frames.push(parsed.value);
  }
  return { entries, hops, frames, exchanges: columns.exchanges };
}

export type { IfName };
