/** What an edit opened and what it closed, cell by cell. Two clusters are compared by the names of those who are in both. */
import { hasBit, wordsFor, type Bits } from './bits.ts';
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
  forEachTurn({ before, after, shared: pods, planes: [{ a, b }] }, (_from, _to, way) => {
    if (way === GAINS) count++;
  });
  return count;
}

const GAINS = 1;
const LOSES = 2;

/**
 * Compares two matrices; `most` pairs are told one by one. An edit may turn tens of thousands of pairs: each is a byte, and only those
 * that are told get lists.
 */
export function diffOf(before: Matrix, after: Matrix, most = Infinity): MatrixDiff {
  const shared = sharedSubjects(before, after);
  const count = shared.length;
  const planes = sharedPorts(before.ports, after.ports).filter(
    // an edit leaves planes as they are where it changes nothing
    ({ a, b }) => before.classes !== after.classes || before.combined[b] !== after.combined[a],
  );
  const turned = new Uint8Array(count * count);
  forEachTurn({ before, after, shared, planes }, (from, to, way) => {
    const at = from * count + to;
    turned[at] = (turned[at] ?? 0) | way;
  });
  const told: number[] = [];
  let [opened, closed] = [0, 0];
  for (let at = 0; at < turned.length; at++) {
    const way = turned[at] ?? 0;
    if (way === 0) continue;
    if ((way & GAINS) !== 0) opened++;
    if ((way & LOSES) !== 0) closed++;
    if (told.length < most) told.push(at);
  }
  const pairs = told.flatMap((at): Changed[] => {
    const [from, to] = [shared[Math.floor(at / count)], shared[at % count]];
    if (!from || !to) return [];
    const turns = planes.map((plane) => turnOf({ before, after, from, to }, plane));
    const rangesOf = (way: number): readonly PortRange[] =>
      planes.flatMap(({ ranges }, p) => (turns[p] === way ? ranges : []));
    return [{ from: from.id, to: to.id, opened: rangesOf(GAINS), closed: rangesOf(LOSES) }];
  });
  return { pairs, opened, closed };
}

/** A class of ports, by its place in `after` and in `before`. */
type Plane = Pick<ReturnType<typeof sharedPorts>[number], 'a' | 'b'>;

interface Compared {
  readonly before: Matrix;
  readonly after: Matrix;
  readonly shared: readonly Shared[];
  readonly planes: readonly Plane[];
}

type Turn = (from: number, to: number, way: number) => void;

/** Calls `turn` with the places in `shared` of every pair that gains or loses something, once or once for each plane. */
function forEachTurn(compared: Compared, turn: Turn): void {
  if (compared.before.classes === compared.after.classes) turnClasses(compared, turn);
  else for (const plane of compared.planes) turnPlane(compared, plane, turn);
}

/** Where an edit left the classes as they were: all planes at once, a word at a time, and a pair only once. */
function turnClasses({ before, after, shared, planes }: Compared, turn: Turn): void {
  const size = after.classes.first.length;
  const words = wordsFor(size);
  const members: number[][] = Array.from({ length: size }, () => []);
  shared.forEach((one, i) => members[after.classes.of[one.a] ?? 0]?.push(i));
  const [gained, lost] = [new Uint32Array(size * words), new Uint32Array(size * words)];
  for (const { a, b } of planes)
    uniteTurned(gained, lost, { is: after.combined[a], was: before.combined[b] });
  for (let s = 0; s < size; s++)
    for (let w = 0; w < words; w++) {
      const gains = gained[s * words + w] ?? 0;
      const losses = lost[s * words + w] ?? 0;
      for (let left = gains | losses; left !== 0; left &= left - 1) {
        const low = left & -left;
        const d = (w << 5) + 31 - Math.clz32(low);
        const way = ((gains & low) === 0 ? 0 : GAINS) | ((losses & low) === 0 ? 0 : LOSES);
        for (const i of members[s] ?? [])
          for (const j of members[d] ?? []) {
            const [from, to] = [shared[i], shared[j]];
            if (!from || !to) continue;
            if (!isNear(after, from, to)) turn(i, j, way);
            else for (const plane of planes) turn(i, j, turnOf({ before, after, from, to }, plane));
          }
      }
    }
}

/** Plain loops over words: an edit is not repeated often enough for anything else to become quick. */
function uniteTurned(
  gained: Bits,
  lost: Bits,
  { is, was }: { readonly is: Bits | undefined; readonly was: Bits | undefined },
): void {
  if (!is || !was) return;
  for (let k = 0; k < gained.length; k++) {
    const now = is[k] ?? 0;
    const then = was[k] ?? 0;
    if (now === then) continue;
    gained[k] = (gained[k] ?? 0) | (now & ~then);
    lost[k] = (lost[k] ?? 0) | (then & ~now);
  }
}

/** Only who is near can be exempt at some ports. */
function isNear({ subjects }: Matrix, from: Shared, to: Shared): boolean {
  return from === to || subjects[from.a]?.isNode === true || subjects[to.a]?.isNode === true;
}

/** What a pair gains or loses in one class of ports; 0 when nothing. */
function turnOf(
  {
    before,
    after,
    from,
    to,
  }: {
    readonly before: Matrix;
    readonly after: Matrix;
    readonly from: Shared;
    readonly to: Shared;
  },
  { a, b }: Plane,
): number {
  const [range] = after.ports[a]?.ranges ?? [];
  const [source, destination] = [after.subjects[from.a], after.subjects[to.a]];
  if (!range || !source || !destination) return 0;
  const connection = { from: source, to: destination, protocol: range.protocol, port: range.first };
  if (exemptOf(connection, after.reading) !== undefined) return 0;
  const isOpen = ({ classes, combined }: Matrix, c: number, i: number, j: number): boolean => {
    const plane = combined[c];
    const row = (classes.of[i] ?? 0) * wordsFor(classes.first.length);
    return plane !== undefined && hasBit(plane, classes.of[j] ?? 0, row);
  };
  const [is, was] = [isOpen(after, a, from.a, to.a), isOpen(before, b, from.b, to.b)];
  return is === was ? 0 : is ? GAINS : LOSES;
}

/** The same where there are other classes, in one class of ports: pair by pair. */
function turnPlane({ before, after, shared }: Compared, { a, b }: Plane, turn: Turn): void {
  const [planeA, planeB] = [after.combined[a], before.combined[b]];
  const [range] = after.ports[a]?.ranges ?? [];
  if (!planeA || !planeB || !range) return;
  const [wordsA, wordsB] = [wordsFor(after.classes.first.length), wordsFor(before.classes.first.length)];
  const classesA = Uint32Array.from(shared, (one) => after.classes.of[one.a] ?? 0);
  const classesB = Uint32Array.from(shared, (one) => before.classes.of[one.b] ?? 0);
  const count = shared.length;
  for (let i = 0; i < count; i++) {
    const rowA = (classesA[i] ?? 0) * wordsA;
    const rowB = (classesB[i] ?? 0) * wordsB;
    for (let j = 0; j < count; j++) {
      const is = hasBit(planeA, classesA[j] ?? 0, rowA);
      if (is === hasBit(planeB, classesB[j] ?? 0, rowB)) continue;
      const [source, destination] = [after.subjects[shared[i]?.a ?? -1], after.subjects[shared[j]?.a ?? -1]];
      if (!source || !destination) continue;
      const connection = { from: source, to: destination, protocol: range.protocol, port: range.first };
      if (exemptOf(connection, after.reading) === undefined) turn(i, j, is ? GAINS : LOSES);
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
