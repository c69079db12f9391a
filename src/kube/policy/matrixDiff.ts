/** What an edit opened and what it closed, cell by cell. Two clusters are compared by the names of those who are in both. */
import { wordsFor } from './bits.ts';
import { exemptOf, type Connection } from './match.ts';
import { portClassOf, type Matrix } from './matrix.ts';
import { common, type PortClass, type PortRange } from './portClasses.ts';

/** A pair whose verdict changed, and at which ports. */
export interface Changed {
  readonly from: string;
  readonly to: string;
  readonly opened: readonly PortRange[];
  readonly closed: readonly PortRange[];
}

export interface MatrixDiff {
  /** the first of them, in the order of the subjects */
  readonly pairs: readonly Changed[];
  readonly opened: number;
  readonly closed: number;
}

/** Somebody who is in both, by index. */
interface Shared {
  readonly id: string;
  readonly a: number;
  readonly b: number;
}

function sharedSubjects(before: Matrix, after: Matrix): readonly Shared[] {
  const indexBefore = new Map(before.subjects.map(({ id }, i) => [id, i]));
  return after.subjects.flatMap(({ id }, a) => {
    const b = indexBefore.get(id);
    return b === undefined ? [] : [{ id, a, b }];
  });
}

/** How many pairs of pods are allowed after and were denied before, at the port of a connection. */
export function countOpened(before: Matrix, after: Matrix, { protocol, port }: Connection): number {
  const [a, b] = [portClassOf(after, protocol, port), portClassOf(before, protocol, port)];
  if (a === undefined || b === undefined) return 0;
  const pods = sharedSubjects(before, after).filter((one) => after.subjects[one.a]?.pod !== undefined);
  let count = 0;
  forEachChange({ before, after, shared: pods, a, b }, (_from, _to, isOpen) => {
    if (isOpen) count++;
  });
  return count;
}

/** Compares two matrices; `most` pairs are told one by one. */
export function diffOf(before: Matrix, after: Matrix, most = Infinity): MatrixDiff {
  const shared = sharedSubjects(before, after);
  const changes = new Map<number, { readonly gains: PortRange[]; readonly losses: PortRange[] }>();
  for (const { a, b, ranges } of sharedPorts(before.ports, after.ports)) {
    // an edit leaves planes as they are where it changes nothing
    if (before.classes === after.classes && before.combined[b] === after.combined[a]) continue;
    forEachChange({ before, after, shared, a, b }, (from, to, isOpen) => {
      const key = from * shared.length + to;
      let change = changes.get(key);
      if (!change) changes.set(key, (change = { gains: [], losses: [] }));
      (isOpen ? change.gains : change.losses).push(...ranges);
    });
  }
  const pairs: Changed[] = [];
  let [opened, closed] = [0, 0];
  for (const [key, { gains, losses }] of [...changes].toSorted(([a], [b]) => a - b)) {
    if (gains.length > 0) opened++;
    if (losses.length > 0) closed++;
    const [from, to] = [shared[Math.floor(key / shared.length)], shared[key % shared.length]];
    if (from && to && pairs.length < most)
      pairs.push({ from: from.id, to: to.id, opened: gains, closed: losses });
  }
  return { pairs, opened, closed };
}

interface Plane {
  readonly before: Matrix;
  readonly after: Matrix;
  readonly shared: readonly Shared[];
  /** the port class in `after` and in `before` */
  readonly a: number;
  readonly b: number;
}

/** Calls `each` with the places in `shared` of every pair whose verdict differs. */
function forEachChange(
  { before, after, shared, a, b }: Plane,
  each: (from: number, to: number, isOpen: boolean) => void,
): void {
  const [planeA, planeB] = [after.combined[a], before.combined[b]];
  const [range] = after.ports[a]?.ranges ?? [];
  if (!planeA || !planeB || !range) return;
  if (before.classes === after.classes) {
    forEachClassChange({ before, after, shared, a, b }, each);
    return;
  }
  const [wordsA, wordsB] = [wordsFor(after.classes.first.length), wordsFor(before.classes.first.length)];
  const classesA = Uint32Array.from(shared, (one) => after.classes.of[one.a] ?? 0);
  const classesB = Uint32Array.from(shared, (one) => before.classes.of[one.b] ?? 0);
  const count = shared.length;
  for (let i = 0; i < count; i++) {
    const rowA = (classesA[i] ?? 0) * wordsA;
    const rowB = (classesB[i] ?? 0) * wordsB;
    for (let j = 0; j < count; j++) {
      const [dA, dB] = [classesA[j] ?? 0, classesB[j] ?? 0];
      const is = ((planeA[rowA + (dA >>> 5)] ?? 0) >>> (dA & 31)) & 1;
      const was = ((planeB[rowB + (dB >>> 5)] ?? 0) >>> (dB & 31)) & 1;
      if (is === was) continue;
      const [source, destination] = [after.subjects[shared[i]?.a ?? -1], after.subjects[shared[j]?.a ?? -1]];
      if (!source || !destination) continue;
      const connection = { from: source, to: destination, protocol: range.protocol, port: range.first };
      if (exemptOf(connection, after.reading) === undefined) each(i, j, is === 1);
    }
  }
}

/** The same where an edit left the classes as they were: only words that differ are looked into. */
function forEachClassChange(
  { before, after, shared, a, b }: Plane,
  each: (from: number, to: number, isOpen: boolean) => void,
): void {
  const [planeA, planeB] = [after.combined[a], before.combined[b]];
  const [range] = after.ports[a]?.ranges ?? [];
  if (!planeA || !planeB || !range) return;
  const count = after.classes.first.length;
  const words = wordsFor(count);
  const members: number[][] = Array.from({ length: count }, () => []);
  shared.forEach((one, i) => members[after.classes.of[one.a] ?? 0]?.push(i));
  for (let s = 0; s < count; s++)
    for (let w = 0; w < words; w++) {
      const is = planeA[s * words + w] ?? 0;
      let differing = is ^ (planeB[s * words + w] ?? 0);
      while (differing !== 0) {
        const low = differing & -differing;
        differing ^= low;
        const d = (w << 5) + 31 - Math.clz32(low);
        for (const i of members[s] ?? [])
          for (const j of members[d] ?? []) {
            const [from, to] = [after.subjects[shared[i]?.a ?? -1], after.subjects[shared[j]?.a ?? -1]];
            if (!from || !to) continue;
            const connection = { from, to, protocol: range.protocol, port: range.first };
            if (exemptOf(connection, after.reading) === undefined) each(i, j, (is & low) !== 0);
          }
      }
    }
}

/** Ports that are one class in both matrices. */
function sharedPorts(
  before: readonly PortClass[],
  after: readonly PortClass[],
): readonly { readonly a: number; readonly b: number; readonly ranges: readonly PortRange[] }[] {
  return after.flatMap((afterClass, a) =>
    before.flatMap((beforeClass, b) => {
      const ranges = afterClass.ranges.flatMap((range) =>
        beforeClass.ranges.flatMap((other) => common(range, other)),
      );
      return ranges.length === 0 ? [] : [{ a, b, ranges }];
    }),
  );
}
