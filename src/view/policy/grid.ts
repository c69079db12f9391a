/** The matrix as it is shown: who is in rows and columns, and what each cell is. Pure. */
import { CELL, type MatrixAnswer, type MatrixSubject } from '../../engine/protocol.ts';

export type Side = 'allowed' | 'ingress' | 'egress';
export type Grouping = 'pods' | 'namespaces';

/** A row and a column: one subject, or all of a namespace. */
export interface Line {
  readonly name: string;
  readonly namespace: string;
  /** indexes into the subjects of the answer */
  readonly members: readonly number[];
}

export type CellState = 'allowed' | 'denied' | 'exempt' | 'part';

export interface Grid {
  readonly lines: readonly Line[];
  /** a row for each line, a letter for each column */
  readonly states: readonly (readonly CellState[])[];
  readonly allowed: number;
  readonly pairs: number;
}

const nameOf = ({ namespace, name }: MatrixSubject): string =>
  namespace === '' ? name : `${namespace}/${name}`;

/** Lines whose name holds the text, in the order of the answer. Nodes and clients are groups of their own. */
export function linesOf({ subjects }: MatrixAnswer, grouping: Grouping, search: string): readonly Line[] {
  const wanted = search.trim().toLowerCase();
  const fits = subjects.flatMap((subject, i) =>
    nameOf(subject).toLowerCase().includes(wanted) ? [{ subject, i }] : [],
  );
  if (grouping === 'pods')
    return fits.map(({ subject, i }) => ({
      name: nameOf(subject),
      namespace: subject.namespace,
      members: [i],
    }));
  const groups = new Map<string, number[]>();
  for (const { subject, i } of fits) {
    const name = subject.namespace === '' ? subject.name : subject.namespace;
    const members = groups.get(name);
    if (members) members.push(i);
    else groups.set(name, [i]);
  }
  return [...groups].map(([name, members]) => ({ name, namespace: name, members }));
}

export function gridOf(
  answer: MatrixAnswer,
  { grouping, search, side }: { readonly grouping: Grouping; readonly search: string; readonly side: Side },
): Grid {
  const { cells, subjects } = answer;
  const lines = linesOf(answer, grouping, search);
  const bit = CELL[side];
  let [allowed, pairs] = [0, 0];
  const states = lines.map((from) =>
    lines.map((to): CellState => {
      let [open, exempt, all, own] = [0, 0, 0, 0];
      for (const i of from.members)
        for (const j of to.members) {
          const cell = cells[i * subjects.length + j] ?? 0;
          if (i === j) {
            own++;
            continue;
          }
          all++;
          if ((cell & bit) !== 0) open++;
          if ((cell & CELL.exempt) !== 0) exempt++;
        }
      allowed += open;
      pairs += all;
      if (exempt === all && exempt + own > 0) return 'exempt';
      return open === all ? 'allowed' : open === 0 ? 'denied' : 'part';
    }),
  );
  return { lines, states, allowed, pairs };
}

/** Which side denies a single cell. */
export function verdictOf(
  { cells, subjects }: MatrixAnswer,
  from: number,
  to: number,
): 'allowed' | 'ingress' | 'egress' | 'both' | 'exempt' {
  const cell = cells[from * subjects.length + to] ?? 0;
  if (from === to || (cell & CELL.exempt) !== 0) return 'exempt';
  const [into, out] = [(cell & CELL.ingress) !== 0, (cell & CELL.egress) !== 0];
  if (into && out) return 'allowed';
  return into ? 'egress' : out ? 'ingress' : 'both';
}

/** Where the parts of the picture are, in CSS pixels. */
export interface GridSize {
  readonly cell: number;
  /** room for the names of rows, and of columns above */
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** names are written where they can be read */
  readonly hasNames: boolean;
}

const LARGEST = 24;
const SMALLEST = 3;
const READABLE = 11;
const LETTER = 6.3;

/** Cells as large as the width allows; a grid of many lines is wider than its place and is scrolled. */
export function sizeOf(lines: readonly Line[], room: number): GridSize {
  const longest = Math.max(0, ...lines.map(({ name }) => name.length));
  const names = Math.min(140, Math.ceil(longest * LETTER) + 8);
  const withNames = Math.floor((room - names) / Math.max(1, lines.length));
  const hasNames = withNames >= READABLE;
  const margin = hasNames ? names : 4;
  const cell = Math.max(
    SMALLEST,
    Math.min(LARGEST, hasNames ? withNames : Math.floor((room - margin) / Math.max(1, lines.length))),
  );
  return {
    cell,
    left: margin,
    top: margin,
    width: margin + cell * lines.length + 2,
    height: margin + cell * lines.length + 2,
    hasNames,
  };
}

/** The row and column at a point of the picture. */
export function cellAtPoint(
  { cell, left, top }: GridSize,
  count: number,
  { x, y }: { readonly x: number; readonly y: number },
): { readonly row: number; readonly column: number } | undefined {
  const [column, row] = [Math.floor((x - left) / cell), Math.floor((y - top) / cell)];
  return row >= 0 && column >= 0 && row < count && column < count ? { row, column } : undefined;
}
