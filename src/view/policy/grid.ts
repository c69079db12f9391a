/** The matrix as it is shown: who is in rows and columns, and what each cell is. Pure. */
import { CELL, type MatrixAnswer, type MatrixDiff, type MatrixSubject } from '../../engine/protocol.ts';

export type Side = 'allowed' | 'ingress' | 'egress';
export const GROUPINGS = ['pods', 'workloads', 'namespaces'] as const;
export type Grouping = (typeof GROUPINGS)[number];

/** A row and a column: one subject, or all of a workload or namespace. */
export interface Line {
  readonly name: string;
  readonly namespace: string;
  /** indexes into the subjects of the answer */
  readonly members: readonly number[];
}

export const CELL_STATES = ['denied', 'allowed', 'exempt', 'part'] as const;
export type CellState = (typeof CELL_STATES)[number];
const [DENIED, ALLOWED, EXEMPT, PART] = [0, 1, 2, 3];

export interface Place {
  readonly row: number;
  readonly column: number;
}

export interface Grid {
  readonly lines: readonly Line[];
  /** a row for each line, a byte for each column: an index into CELL_STATES */
  readonly states: Uint8Array;
  readonly allowed: number;
  readonly pairs: number;
}

/** What the cell of a row and a column is. */
export function stateAt({ lines, states }: Grid, { row, column }: Place): CellState {
  return CELL_STATES[states[row * lines.length + column] ?? DENIED] ?? 'denied';
}

const nameOf = ({ namespace, name }: MatrixSubject): string =>
  namespace === '' ? name : `${namespace}/${name}`;

/** What a subject is one line with, and the name of that line. A pod that nobody made is a workload of its own. */
function groupOf(
  subject: MatrixSubject,
  grouping: Grouping,
): { readonly key: string; readonly name: string } {
  const { namespace, workload, id } = subject;
  if (grouping === 'pods') return { key: id, name: nameOf(subject) };
  if (grouping === 'namespaces' && namespace !== '') return { key: namespace, name: namespace };
  if (grouping === 'namespaces' || workload === undefined) return { key: id, name: nameOf(subject) };
  return {
    key: `${namespace} ${workload}`,
    name: `${namespace}/${workload.slice(workload.indexOf('/') + 1)}`,
  };
}

/** Lines whose name holds the text, in the order of the answer. Nodes and clients are groups of their own. */
export function linesOf({ subjects }: MatrixAnswer, grouping: Grouping, search: string): readonly Line[] {
  const wanted = search.trim().toLowerCase();
  const groups = new Map<string, { readonly name: string; readonly namespace: string; members: number[] }>();
  subjects.forEach((subject, i) => {
    if (!nameOf(subject).toLowerCase().includes(wanted)) return;
    const { key, name } = groupOf(subject, grouping);
    const group = groups.get(key);
    if (group) group.members.push(i);
    else groups.set(key, { name, namespace: subject.namespace, members: [i] });
  });
  return [...groups.values()];
}

export function gridOf(
  answer: MatrixAnswer,
  { grouping, search, side }: { readonly grouping: Grouping; readonly search: string; readonly side: Side },
): Grid {
  const lines = linesOf(answer, grouping, search);
  const isSingle = lines.every(({ members }) => members.length === 1);
  return isSingle ? singles(answer, lines, CELL[side]) : grouped(answer, lines, CELL[side]);
}

/** A million cells of single subjects are looked up, not counted. */
function singles({ cells, subjects }: MatrixAnswer, lines: readonly Line[], bit: number): Grid {
  const stateOf = Uint8Array.from({ length: 256 }, (_, cell) =>
    (cell & CELL.exempt) !== 0 ? EXEMPT : (cell & bit) !== 0 ? ALLOWED : DENIED,
  );
  const places = Int32Array.from(lines, ({ members }) => members[0] ?? 0);
  const count = lines.length;
  const states = new Uint8Array(count * count);
  let allowed = 0;
  for (let row = 0; row < count; row++) {
    const from = (places[row] ?? 0) * subjects.length;
    const at = row * count;
    for (let column = 0; column < count; column++) {
      const cell = cells[from + (places[column] ?? 0)] ?? 0;
      states[at + column] = stateOf[cell] ?? DENIED;
      if ((cell & bit) !== 0 && row !== column) allowed++;
    }
    states[at + row] = EXEMPT;
  }
  return { lines, states, allowed, pairs: count * count - count };
}

function grouped({ cells, subjects }: MatrixAnswer, lines: readonly Line[], bit: number): Grid {
  const count = lines.length;
  const lineOf = new Int32Array(subjects.length).fill(-1);
  lines.forEach(({ members }, line) => {
    for (const i of members) lineOf[i] = line;
  });
  const open = new Int32Array(count * count);
  const exempt = new Int32Array(count * count);
  for (let i = 0; i < subjects.length; i++) {
    const row = lineOf[i] ?? -1;
    if (row < 0) continue;
    for (let j = 0; j < subjects.length; j++) {
      const column = lineOf[j] ?? -1;
      if (column < 0 || i === j) continue;
      const [cell, at] = [cells[i * subjects.length + j] ?? 0, row * count + column];
      if ((cell & bit) !== 0) open[at] = (open[at] ?? 0) + 1;
      if ((cell & CELL.exempt) !== 0) exempt[at] = (exempt[at] ?? 0) + 1;
    }
  }
  let [allowed, pairs] = [0, 0];
  const states = Uint8Array.from(open, (opened, at) => {
    const [row, column] = [Math.floor(at / count), at % count];
    const size = lines[row]?.members.length ?? 0;
    const all = size * (lines[column]?.members.length ?? 0) - (row === column ? size : 0);
    allowed += opened;
    pairs += all;
    if (exempt[at] === all) return EXEMPT;
    return opened === all ? ALLOWED : opened === 0 ? DENIED : PART;
  });
  return { lines, states, allowed, pairs };
}

/** The line that each subject is in, by id. */
export function lineOfSubject({ subjects }: MatrixAnswer, { lines }: Grid): ReadonlyMap<string, number> {
  return new Map(
    lines.flatMap(({ members }, line) =>
      members.flatMap((i): (readonly [string, number])[] => {
        const subject = subjects[i];
        return subject ? [[subject.id, line]] : [];
      }),
    ),
  );
}

/** The cells that the last edit changed, at the ports that are shown. */
export function changedCells(matrix: MatrixAnswer, grid: Grid): readonly Place[] {
  const { diff, ports, chosen } = matrix;
  const shown = ports[chosen];
  if (!diff || !shown) return [];
  const lines = lineOfSubject(matrix, grid);
  const holds = ({ protocol, first, last }: MatrixDiff['pairs'][number]['opened'][number]): boolean =>
    protocol === shown.protocol && first <= shown.port && shown.port <= last;
  return diff.pairs.flatMap(({ from, to, opened, closed }): Place[] => {
    const [row, column] = [lines.get(from), lines.get(to)];
    if (row === undefined || column === undefined) return [];
    return [...opened, ...closed].some(holds) ? [{ row, column }] : [];
  });
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
): Place | undefined {
  const [column, row] = [Math.floor((x - left) / cell), Math.floor((y - top) / cell)];
  return row >= 0 && column >= 0 && row < count && column < count ? { row, column } : undefined;
}
