/** Simulator against kernel, probe by probe: the first place in which they differ, in words. */
import type { TraceJson } from '../../src/trace/json.ts';
import { dropsOf, type KernelTrace } from './drops.ts';
import { drawnPorts, type Drawn } from './drawn.ts';
import { comparedRules, normalised, normalisedConnection, withoutTrace } from './normalise.ts';

/** `undefined` when both say the same. */
export type Difference = string | undefined;

type Frame = TraceJson['frames'][string][number];

const text = (frame: Frame | undefined): string =>
  frame ? `${frame.dev} ${frame.dir} ${JSON.stringify(frame.layers)}` : '(nothing)';

/** A trace, and what was drawn until then. */
interface Told<T extends KernelTrace = KernelTrace> {
  readonly trace: T;
  readonly drawn: Drawn;
}

function compareFrames(ns: string, ours: Told, theirs: Told): Difference {
  const [a = [], b = []] = [ours, theirs].map(({ trace, drawn }) =>
    normalised(trace.frames[ns] ?? [], drawn).map(text),
  );
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

function rules(trace: KernelTrace, ours: KernelTrace): Readonly<Record<string, readonly unknown[]>> {
  const hasRaw = (ns: string): boolean => (ours.rules[ns] ?? []).some(([table]) => table === 'raw');
  const of = (ns: string, list: TraceJson['rules'][string]): TraceJson['rules'][string] =>
    trace === ours ? list : withoutTrace(list, hasRaw(ns));
  return Object.fromEntries(
    Object.entries(trace.rules).map(([ns, list]) => [ns, comparedRules(of(ns, list))]),
  );
}

function connections({ trace, drawn }: Told): Readonly<Record<string, readonly unknown[]>> {
  return Object.fromEntries(
    Object.entries(trace.conntrack).map(([ns, list]) => [
      ns,
      list.map((each) => normalisedConnection(each, drawn)),
    ]),
  );
}

/** `reasons`: those of drops that the kernel has; undefined: it told none. */
function compareDrops(
  ours: TraceJson,
  theirs: KernelTrace,
  reasons: ReadonlySet<string> | undefined,
): Difference {
  if (!reasons || !theirs.drops) return undefined;
  return compareLists('reason of a drop', ...dropsOf(ours, theirs.drops, reasons));
}

/** The first difference between two traces of one probe. */
function compare(a: Told<TraceJson>, b: Told, reasons: ReadonlySet<string> | undefined): Difference {
  const [ours, theirs] = [a.trace, b.trace];
  if (ours.result !== theirs.result) return `result: simulator ${ours.result}, kernel ${theirs.result}`;
  for (const ns of new Set([...Object.keys(ours.frames), ...Object.keys(theirs.frames)])) {
    const difference = compareFrames(ns, a, b);
    if (difference !== undefined) return difference;
  }
  return (
    compareLists('rule', rules(ours, ours), rules(theirs, ours)) ??
    compareLists('connection', connections(a), connections(b)) ??
    compareDrops(ours, theirs, reasons)
  );
}

/** The first probe in which two runs of one scenario differ, and where. Without `reasons` those of drops are not compared. */
export function compareRuns(
  ours: readonly TraceJson[],
  theirs: readonly KernelTrace[],
  reasons?: ReadonlySet<string>,
): { readonly probe: number; readonly difference: string } | undefined {
  const [oursDrawn, theirsDrawn] = [drawnPorts(ours), drawnPorts(theirs)];
  for (const [probe, trace] of ours.entries()) {
    const other = theirs[probe];
    const difference = other
      ? compare({ trace, drawn: oursDrawn }, { trace: other, drawn: theirsDrawn }, reasons)
      : 'the kernel has no answer';
    if (difference !== undefined) return { probe, difference };
  }
  return undefined;
}
