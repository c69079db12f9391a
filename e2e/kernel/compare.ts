/** Simulator against kernel, probe by probe: the first place in which they differ, in words. */
import type { TraceJson } from '../../src/trace/json.ts';
import { normalised } from './normalise.ts';

/** `undefined` when both say the same. */
export type Difference = string | undefined;

type Frame = TraceJson['frames'][string][number];

const text = (frame: Frame | undefined): string =>
  frame ? `${frame.dev} ${frame.dir} ${JSON.stringify(frame.layers)}` : '(nothing)';

function compareFrames(ns: string, ours: readonly Frame[], theirs: readonly Frame[]): Difference {
  const [a, b] = [normalised(ours).map(text), normalised(theirs).map(text)];
  const at = Array.from({ length: Math.max(a.length, b.length) }).findIndex((_, i) => a[i] !== b[i]);
  if (at < 0) return undefined;
  return `${ns}, frame ${at + 1}:\n    simulator ${a[at] ?? '(nothing)'}\n    kernel    ${b[at] ?? '(nothing)'}`;
}

/** The first difference between two traces of one probe. */
export function compare(ours: TraceJson, theirs: TraceJson): Difference {
  if (ours.result !== theirs.result) return `result: simulator ${ours.result}, kernel ${theirs.result}`;
  for (const ns of new Set([...Object.keys(ours.frames), ...Object.keys(theirs.frames)])) {
    const difference = compareFrames(ns, ours.frames[ns] ?? [], theirs.frames[ns] ?? []);
    if (difference !== undefined) return difference;
  }
  return undefined;
}
