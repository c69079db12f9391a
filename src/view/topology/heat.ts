/**
 * Boards of more than fifty nodes: every node a cell of a grid, its pods dots in the cell, coloured by namespace. Pure and
 * deterministic: by segment, then by name (node2 before node10). The grid lies above the origin, with its lower edge fixed;
 * what is open stands below it, so opening and closing moves no cell.
 */
import type { Board, BoardNode, BoardPod, BoardSegment } from '../../engine/protocol.ts';
import { clamp, right, type Point, type Rect } from './geometry.ts';
import { tabByNamespace } from './tabs.ts';

/** Boards of so many nodes are still cards; beyond, cells. */
export const MOST_CARDS = 50;

export const CELL = { w: 64, h: 48, gap: 4, pad: 3, head: 14 } as const;
const FLOOR = { pad: 14, head: 44, gap: 32 } as const;
const WIDEST_ROW = 2600;
/** Room between the grid and what is open below it. */
const BELOW = 40;

export interface HeatCell {
  readonly node: BoardNode;
  readonly rect: Rect;
}

export interface HeatFloor {
  readonly segment: BoardSegment | undefined;
  readonly rect: Rect;
  /** 1 to 4 */
  readonly tint: number;
  readonly columns: number;
  readonly cells: readonly HeatCell[];
}

export interface Heat {
  readonly bounds: Rect;
  readonly floors: readonly HeatFloor[];
  readonly cellByNode: ReadonlyMap<string, HeatCell>;
  readonly tabs: ReadonlyMap<string, number>;
  /** edge of a dot with its gap, the same in every cell, so that fullness can be compared */
  readonly dot: number;
  /** pods of the fullest node */
  readonly fullest: number;
}

export function isLarge(board: Board): boolean {
  return board.nodes.length > MOST_CARDS;
}

/** Made when first needed: most boards are small, and making one takes a while. */
let collator: Intl.Collator | undefined;

function byName(a: BoardNode, b: BoardNode): number {
  collator ??= new Intl.Collator('en', { numeric: true });
  return collator.compare(a.name, b.name) || (a.name < b.name ? -1 : 1);
}

export function layoutHeat({ segments, nodes }: Board): Heat {
  const known = new Map(segments.map((segment) => [segment.name, segment]));
  const groups = new Map<string | undefined, BoardNode[]>();
  for (const segment of segments) groups.set(segment.name, []);
  for (const node of nodes) {
    const name = node.segments.find((each) => known.has(each));
    const group = groups.get(name) ?? [];
    group.push(node);
    groups.set(name, group);
  }
  const drafts: HeatFloor[] = [];
  let [x, y, rowHeight] = [0, 0, 0];
  for (const [name, group] of groups) {
    if (group.length === 0) continue;
    const columns = columnsFor(group.length);
    const rows = Math.ceil(group.length / columns);
    const w = columns * (CELL.w + CELL.gap) - CELL.gap + 2 * FLOOR.pad;
    const h = rows * (CELL.h + CELL.gap) - CELL.gap + FLOOR.head + FLOOR.pad;
    if (x > 0 && x + w > WIDEST_ROW) [x, y, rowHeight] = [0, y + rowHeight + FLOOR.gap, 0];
    const cells = group.sort(byName).map((node, i) => ({
      node,
      rect: {
        x: x + FLOOR.pad + (i % columns) * (CELL.w + CELL.gap),
        y: y + FLOOR.head + Math.floor(i / columns) * (CELL.h + CELL.gap),
        w: CELL.w,
        h: CELL.h,
      },
    }));
    const segment = name === undefined ? undefined : known.get(name);
    drafts.push({ segment, rect: { x, y, w, h }, tint: (drafts.length % 4) + 1, columns, cells });
    x += w + FLOOR.gap;
    rowHeight = Math.max(rowHeight, h);
  }
  const height = y + rowHeight + BELOW;
  const floors = drafts.map((floor) => raised(floor, height));
  const fullest = Math.max(1, ...nodes.map(({ pods }) => pods.length));
  return {
    bounds: {
      x: 0,
      y: -height,
      w: Math.max(0, ...floors.map(({ rect }) => right(rect))),
      h: height - BELOW,
    },
    floors,
    cellByNode: new Map(floors.flatMap(({ cells }) => cells).map((cell) => [cell.node.name, cell])),
    tabs: tabByNamespace(nodes.flatMap(({ pods }) => pods.map(({ namespace }) => namespace))),
    dot: dotFor(fullest),
    fullest,
  };
}

function raised(floor: HeatFloor, by: number): HeatFloor {
  const up = (rect: Rect): Rect => ({ ...rect, y: rect.y - by });
  return {
    ...floor,
    rect: up(floor.rect),
    cells: floor.cells.map(({ node, rect }) => ({ node, rect: up(rect) })),
  };
}

/** Steps, so that one more node seldom changes the grid. */
function columnsFor(count: number): number {
  for (const columns of [4, 6, 8, 12, 16, 24, 36, 48]) if (count <= columns * columns) return columns;
  return 64;
}

/** Steps again: one more pod on the fullest node seldom moves the dots of all. */
function dotFor(pods: number): number {
  for (const size of [11, 8, 6, 4.5, 3.5, 2.5]) if (perRow(size) * rowsOf(size) >= pods) return size;
  return 2;
}

function perRow(size: number): number {
  return Math.floor((CELL.w - 2 * CELL.pad) / size);
}

function rowsOf(size: number): number {
  return Math.floor((CELL.h - CELL.head - CELL.pad) / size);
}

/** The dot of pod number `i` of a cell; a pod beyond what fits shares the last. */
export function dotRect({ dot }: Heat, cell: Rect, i: number): Rect {
  const columns = perRow(dot);
  const row = Math.min(Math.floor(i / columns), rowsOf(dot) - 1);
  const size = dot * 0.86;
  return {
    x: cell.x + CELL.pad + (i % columns) * dot,
    y: cell.y + CELL.head + row * dot,
    w: size,
    h: size,
  };
}

export function cellAt({ floors }: Heat, { x, y }: Point): HeatCell | undefined {
  for (const { rect, cells, columns } of floors) {
    const first = cells[0];
    if (!first || x < rect.x || x > right(rect)) continue;
    const column = Math.floor((x - first.rect.x) / (CELL.w + CELL.gap));
    const row = Math.floor((y - first.rect.y) / (CELL.h + CELL.gap));
    const cell = column < 0 || column >= columns || row < 0 ? undefined : cells[row * columns + column];
    if (cell && x <= right(cell.rect) && y <= cell.rect.y + CELL.h) return cell;
  }
  return undefined;
}

export function podAt(heat: Heat, { node, rect }: HeatCell, { x, y }: Point): BoardPod | undefined {
  const column = Math.floor((x - rect.x - CELL.pad) / heat.dot);
  const row = Math.floor((y - rect.y - CELL.head) / heat.dot);
  if (column < 0 || row < 0 || column >= perRow(heat.dot)) return undefined;
  return node.pods[row * perRow(heat.dot) + column];
}

/** The cell one step away in the grid; at an edge of a floor, the nearest of the next floor in that direction. */
export function cellBeside(
  heat: Heat,
  from: string,
  [dx, dy]: readonly [number, number],
): HeatCell | undefined {
  const cell = heat.cellByNode.get(from);
  if (!cell) return heat.floors[0]?.cells[0];
  const middle = { x: cell.rect.x + CELL.w / 2, y: cell.rect.y + CELL.h / 2 };
  const step = { x: middle.x + dx * (CELL.w + CELL.gap), y: middle.y + dy * (CELL.h + CELL.gap) };
  const next = cellAt(heat, step);
  if (next) return next;
  const floor = heat.floors.find(({ cells }) => cells.includes(cell));
  const beyond = heat.floors
    .filter((other) => other !== floor)
    .flatMap(({ cells }) => cells)
    .filter(
      ({ rect }) => (rect.x - cell.rect.x) * dx + (rect.y - cell.rect.y) * dy > 0.5 * (CELL.w + CELL.gap),
    );
  const off = ({ rect }: HeatCell) =>
    Math.abs(rect.x - cell.rect.x) * (dx === 0 ? 3 : 1) + Math.abs(rect.y - cell.rect.y) * (dy === 0 ? 3 : 1);
  return beyond.reduce<HeatCell | undefined>(
    (best, one) => (!best || off(one) < off(best) ? one : best),
    undefined,
  );
}

/** The part of the columns and rows of a floor that a rectangle touches: from, to (exclusive). */
export function cellsWithin({ cells, columns }: HeatFloor, seen: Rect): readonly HeatCell[] {
  const first = cells[0]?.rect;
  if (!first) return [];
  const [stepX, stepY] = [CELL.w + CELL.gap, CELL.h + CELL.gap];
  const rows = Math.ceil(cells.length / columns);
  const left = clamp(Math.floor((seen.x - first.x) / stepX), 0, columns);
  const end = clamp(Math.floor((seen.x + seen.w - first.x) / stepX) + 1, 0, columns);
  const top = clamp(Math.floor((seen.y - first.y) / stepY), 0, rows);
  const bottom = clamp(Math.floor((seen.y + seen.h - first.y) / stepY) + 1, 0, rows);
  const within: HeatCell[] = [];
  for (let row = top; row < bottom; row++)
    for (let column = left; column < end; column++) {
      const cell = cells[row * columns + column];
      if (cell) within.push(cell);
    }
  return within;
}
