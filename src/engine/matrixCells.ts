/** The cells of a matrix as the page shows them: a byte for each pair. */
import { hasBit, type Bits } from '../kube/policy/bits.ts';
import { exemptOf } from '../kube/policy/match.ts';
import type { Matrix } from '../kube/policy/matrix.ts';
import { rowsOf } from '../kube/policy/planes.ts';
import type { Subject } from '../kube/policy/subject.ts';
import { CELL } from './policyProtocol.ts';

/** Which cells: those of the first `count` subjects, at one class of ports. */
export interface Shown {
  readonly matrix: Matrix;
  readonly count: number;
  readonly c: number;
}

export interface Cells extends Shown {
  readonly cells: Uint8Array;
}

const NOBODY = new Uint32Array();
const BOTH = CELL.ingress | CELL.egress | CELL.allowed;

/** Cells of an edited matrix. Where who is told apart and at which ports stayed the same, only rows and columns that changed are made again. */
export function nextCells(before: Cells | undefined, shown: Shown): Uint8Array {
  const { matrix, count, c } = shown;
  if (!before || before.count !== count || before.matrix.classes !== matrix.classes) return cellsOf(shown);
  const [was, is] = [before.matrix.ports[before.c]?.ranges[0], matrix.ports[c]?.ranges[0]];
  if (!was || !is || was.protocol !== is.protocol || was.first !== is.first) return cellsOf(shown);
  const [rowsIn, rowsOut] = [rowsOf(matrix.ingress, c), rowsOf(matrix.egress, c)];
  const [wereIn, wereOut] = [rowsOf(before.matrix.ingress, before.c), rowsOf(before.matrix.egress, before.c)];
  const { of } = matrix.classes;
  const cells = before.cells.slice();
  const redo = (i: number, j: number): void => {
    const at = i * count + j;
    if (((cells[at] ?? 0) & CELL.exempt) !== 0) return;
    const [from, to] = [of[i] ?? 0, of[j] ?? 0];
    const isIn = hasBit(rowsIn[to] ?? NOBODY, from);
    const isOut = hasBit(rowsOut[from] ?? NOBODY, to);
    cells[at] = isIn ? (isOut ? BOTH : CELL.ingress) : isOut ? CELL.egress : 0;
  };
  for (let k = 0; k < count; k++) {
    const own = of[k] ?? 0;
    if (rowsOut[own] !== wereOut[own]) for (let j = 0; j < count; j++) redo(k, j);
    if (rowsIn[own] !== wereIn[own]) for (let i = 0; i < count; i++) redo(i, k);
  }
  return cells;
}

/** A byte for each pair, class by class, because a million pairs are many; then those that are exempt. */
export function cellsOf({ matrix, count, c }: Shown): Uint8Array {
  const cells = new Uint8Array(count * count);
  const { subjects, classes, ingress, egress, reading } = matrix;
  const { of, first } = classes;
  const byClass = classCells(rowsOf(ingress, c), rowsOf(egress, c), first.length);
  for (let i = 0; i < count; i++) {
    const row = (of[i] ?? 0) * first.length;
    const at = i * count;
    for (let j = 0; j < count; j++) cells[at + j] = byClass[row + (of[j] ?? 0)] ?? 0;
  }
  const [range] = matrix.ports[c]?.ranges ?? [];
  if (!range) return cells;
  const exempt = CELL.ingress | CELL.egress | CELL.allowed | CELL.exempt;
  for (const [i, j] of nearPairs(subjects.slice(0, count))) {
    const [from, to] = [subjects[i], subjects[j]];
    if (!from || !to) continue;
    const connection = { from, to, protocol: range.protocol, port: range.first };
    if (exemptOf(connection, reading) !== undefined) cells[i * count + j] = exempt;
  }
  return cells;
}

/** Only oneself and one's node can be exempt: everybody with themselves, and everybody of a node with that node, both ways. */
function* nearPairs(subjects: readonly Subject[]): Generator<readonly [number, number]> {
  const byNode = new Map<string, number[]>();
  for (const [i, { node }] of subjects.entries()) {
    yield [i, i];
    if (node === undefined) continue;
    const places = byNode.get(node);
    if (places) places.push(i);
    else byNode.set(node, [i]);
  }
  for (const places of byNode.values())
    for (const i of places) {
      if (subjects[i]?.isNode !== true) continue;
      for (const j of places) {
        yield [i, j];
        yield [j, i];
      }
    }
}

const WORD = 32;

/**
 * The bits of CELL for each class as source (a row) and as destination. Sets of sources are turned a word at a time, so that what is
 * written lies in 32 rows side by side and not in all.
 */
function classCells(rowsIn: readonly Bits[], rowsOut: readonly Bits[], size: number): Uint8Array {
  const cells = new Uint8Array(size * size);
  for (let s = 0; s < size; s++) {
    const row = rowsOut[s] ?? NOBODY;
    const from = s * size;
    for (let d = 0; d < size; d++) if (hasBit(row, d)) cells[from + d] = CELL.egress;
  }
  for (let w = 0; w * WORD < size; w++) {
    const end = Math.min(size, (w + 1) * WORD);
    for (let d = 0; d < size; d++) {
      const word = (rowsIn[d] ?? NOBODY)[w] ?? 0;
      if (word === 0) continue;
      for (let s = w * WORD; s < end; s++) {
        if ((word & (1 << (s & 31))) === 0) continue;
        const at = s * size + d;
        cells[at] = cells[at] === 0 ? CELL.ingress : BOTH;
      }
    }
  }
  return cells;
}
