/** Simulator against kernel, probe by probe: the first place in which they differ, in words. */
import type { TraceJson } from '../../src/trace/json.ts';
import { comparedRules, normalised, withoutTrace, withoutVxlanPort } from './normalise.ts';

/** `undefined` when both say the same. */
export type Difference = string | undefined;

type Frame = TraceJson['frames'][string][number];

const text = (frame: Frame | undefined): string =>
  frame ? `${frame.dev} ${frame.dir} ${JSON.stringify(frame.layers)}` : '(nothing)';

function compareFrames(ns: string, ours: readonly Frame[], theirs: readonly Frame[]): Difference {
  const [a, b] = [normalised(ours).map(text), normalised(theirs).map(text)];
  const at = firstDifference(a, b);
  if (at < 0) return undefined;
  return `${ns}, frame ${at + 1}:\n    simulator ${a[at] ?? '(nothing)'}\n    kernel    ${b[at] ?? '(nothing)'}`;
}

/** Two lists of anything that prints as JSON. */
function compareLists(
  what: string,
  ours: Readonly<Record<string, readonly unknown[]>>,
  theirs: Readonly<Record<string, readonly unknown[]>>,
): Difference {
  for (const ns of new Set([...Object.keys(ours), ...Object.keys(theirs)])) {
    const [a, b] = [ours[ns] ?? [], theirs[ns] ?? []].map((list) => list.map((each) => JSON.stringify(each)));
    const at = firstDifference(a ?? [], b ?? []);
    if (at >= 0)
      return `${ns}, ${what} ${at + 1}:\n    simulator ${a?.[at] ?? '(nothing)'}\n    kernel    ${b?.[at] ?? '(nothing)'}`;
  }
  return undefined;
}

/** Where two lists part, -1 when they do not. */
function firstDifference(a: readonly string[], b: readonly string[]): number {
  return Array.from({ length: Math.max(a.length, b.length) }).findIndex((_, i) => a[i] !== b[i]);
}

function rules(trace: TraceJson, ours: TraceJson): Readonly<Record<string, readonly unknown[]>> {
  const hasRaw = (ns: string): boolean => (ours.rules[ns] ?? []).some(([table]) => table === 'raw');
  const of = (ns: string, list: TraceJson['rules'][string]): TraceJson['rules'][string] =>
    trace === ours ? list : withoutTrace(list, hasRaw(ns));
  return Object.fromEntries(
    Object.entries(trace.rules).map(([ns, list]) => [ns, comparedRules(of(ns, list))]),
  );
}

function connections({ conntrack }: TraceJson): Readonly<Record<string, readonly unknown[]>> {
  return Object.fromEntries(Object.entries(conntrack).map(([ns, list]) => [ns, list.map(withoutVxlanPort)]));
}

/** The first difference between two traces of one probe. */
export function compare(ours: TraceJson, theirs: TraceJson): Difference {
  if (ours.result !== theirs.result) return `result: simulator ${ours.result}, kernel ${theirs.result}`;
  for (const ns of new Set([...Object.keys(ours.frames), ...Object.keys(theirs.frames)])) {
    const difference = compareFrames(ns, ours.frames[ns] ?? [], theirs.frames[ns] ?? []);
    if (difference !== undefined) return difference;
  }
  return (
    compareLists('rule', rules(ours, ours), rules(theirs, ours)) ??
    compareLists('connection', connections(ours), connections(theirs))
  );
}
