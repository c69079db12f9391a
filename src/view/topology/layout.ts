/**
 * Board -> Layout: pure, deterministic, no forces. Floors stand side by side in the order of the board's segments, cards in
 * the order of its nodes; what is new is appended, so an edit moves only what stands to the right of it. Up to six nodes
 * are open, in one row unless it gets too wide; more are closed cards in a grid that never moves, with the opened ones in a
 * row below it. Router and clients stand outside, below the floors.
 */
import type { Board, BoardNode } from '../../engine/protocol.ts';
import { addClosedCard, CLOSED_HEIGHT, CLOSED_WIDTH } from './closedCard.ts';
import { bottom, centre, right, type Point, type Rect } from './geometry.ts';
import { doorKey, type Door, type Layout, type LayoutWords, type NodeBox } from './layoutTypes.ts';
import { addMachines, outerSegments } from './machines.ts';
import { addNodeCard, CARD_HEIGHT, cardWidth } from './nodeCard.ts';
import { createSketch, type Sketch } from './sketch.ts';
import { tabByNamespace } from './tabs.ts';
import { textWidth } from './text.ts';

const MARGIN = 16;
const FLOOR_GAP = 48;
const FLOOR_PAD = 24;
const CARD_GAP = 40;
/** What both shrink to in a figure. */
const TIGHT = 16;
const ROW_GAP = 48;
const BAR_DROP = 64;
const BAR_HEIGHT = 32;
/** The size of a switch's name on a board that is shown at two thirds; and what it keeps away from ports. */
const LABEL = 17;
const PORT = 10;
/** Boards of so many nodes are always open. */
export const MOST_OPEN = 6;
const LEAST_FLOOR = 420;
const NONE: ReadonlySet<string> = new Set();
/** Cards beyond this begin a new row: a strip of six wide cards would be too small to read anywhere. */
const WIDEST_ROW = 2400;

export function layoutBoard(
  board: Board,
  words: LayoutWords,
  opened: ReadonlySet<string> = NONE,
  isFigure = false,
): Layout {
  const namespaces = board.nodes.flatMap((node) => node.pods.map(({ namespace }) => namespace));
  const sketch = createSketch(words, tabByNamespace(namespaces), {
    isFigure,
    daemon: board.withoutFlannel === true ? 'dockerd' : 'flanneld',
  });
  const isOpen = board.nodes.length <= MOST_OPEN ? () => true : ({ name }: BoardNode) => opened.has(name);
  const pad = isFigure ? TIGHT : FLOOR_PAD;
  let x = MARGIN;
  const outer = new Set(outerSegments(board));
  board.segments
    .filter((segment) => !outer.has(segment))
    .forEach((segment, i) => {
      const nodes = board.nodes.filter((node) => segmentOf(board, node) === segment.name);
      const extent = addCards(sketch, nodes, isOpen, { x: x + pad, y: MARGIN + pad });
      const w = Math.max(isFigure ? LEAST_FLOOR / 2 : LEAST_FLOOR, extent.w + 2 * pad);
      const bar = { x: x + pad, y: bottom(extent) + BAR_DROP, w: w - 2 * pad, h: BAR_HEIGHT };
      const rect = { x, y: MARGIN, w, h: bottom(bar) + pad - MARGIN };
      sketch.floors.push({ ns: segment.ns, name: segment.name, rect, bar, tint: (i % 4) + 1 });
      sketch.stacks.set(segment.ns, centre(bar));
      const text = words.segment(segment.name, segment.cidr, segment.mtu);
      const gap = roomBetween(plugIn(sketch, nodes, segment.ns, bar), bar, textWidth(text, LABEL, 'mono'));
      const label = { x: gap.from + PORT, y: bar.y + 4, w: gap.to - gap.from - 2 * PORT, h: BAR_HEIGHT - 8 };
      sketch.slot(`${segment.ns}#name`, text, label, {
        look: 'switch',
        from: 1,
        short: words.segment(segment.name, segment.cidr),
      });
      x = right(rect) + FLOOR_GAP;
    });
  const strays = board.nodes.filter((node) => segmentOf(board, node) === undefined);
  if (strays.length > 0) x = right(addCards(sketch, strays, isOpen, { x, y: MARGIN + pad })) + FLOOR_GAP;

  const outside = addMachines(
    sketch,
    board,
    Math.max(
      MARGIN + 200,
      ...sketch.floors.map(({ rect }) => bottom(rect)),
      ...sketch.nodes.map(({ card }) => bottom(card)),
    ) + 32,
  );
  addOverlays(sketch);
  const { floors, nodes, chips, machines, doors, stacks, processes, wires, overlays, slots } = sketch;
  return {
    width: Math.max(x - FLOOR_GAP, outside.x, isFigure ? 0 : 480) + MARGIN,
    height: (sketch.isFigure && machines.length === 0 ? groundOf(floors) : outside.y) + MARGIN,
    floors,
    nodes,
    chips,
    machines,
    doors,
    stacks,
    processes,
    wires,
    overlays,
    slots,
  };
}

/** Where the lowest floor ends. */
function groundOf(floors: Layout['floors']): number {
  return Math.max(MARGIN, ...floors.map(({ rect }) => bottom(rect)));
}

/** The first of the node's segments that the board knows. */
function segmentOf(board: Board, node: BoardNode): string | undefined {
  return node.segments.find((name) => board.segments.some((segment) => segment.name === name));
}

/** Places the cards and answers with the room they took. */
function addCards(
  sketch: Sketch,
  nodes: readonly BoardNode[],
  isOpen: (node: BoardNode) => boolean,
  { x, y }: Point,
): Rect {
  if (nodes.length === 0) return { x, y, w: 0, h: 120 };
  const open = nodes.filter(isOpen);
  if (open.length === nodes.length && nodes.length <= MOST_OPEN) return addRows(sketch, open, x, y);
  const columns = columnsFor(nodes.length);
  nodes.forEach((node, i) => {
    const left = x + (i % columns) * (CLOSED_WIDTH + CARD_GAP);
    const top = y + Math.floor(i / columns) * (CLOSED_HEIGHT + ROW_GAP);
    if (isOpen(node))
      sketch.chips.push({ name: node.name, rect: { x: left, y: top, w: CLOSED_WIDTH, h: CLOSED_HEIGHT } });
    else addClosedCard(sketch, node, left, top);
  });
  const grid: Rect = {
    x,
    y,
    w: Math.min(columns, nodes.length) * (CLOSED_WIDTH + CARD_GAP) - CARD_GAP,
    h: Math.ceil(nodes.length / columns) * (CLOSED_HEIGHT + ROW_GAP) - ROW_GAP,
  };
  if (open.length === 0) return grid;
  const rows = addRows(sketch, open, x, bottom(grid) + ROW_GAP);
  return { x, y, w: Math.max(grid.w, rows.w), h: bottom(rows) - y };
}

/** Open cards from left to right, in a new row when one gets too wide. */
function addRows(sketch: Sketch, nodes: readonly BoardNode[], x: number, y: number): Rect {
  const between = sketch.isFigure ? TIGHT : CARD_GAP;
  let [left, top, widest] = [x, y, 0];
  for (const node of nodes) {
    const width = cardWidth(node.pods.length, sketch.isFigure);
    if (left > x && left + width - x > WIDEST_ROW) [left, top] = [x, top + CARD_HEIGHT + ROW_GAP];
    addNodeCard(sketch, node, left, top);
    left += width + between;
    widest = Math.max(widest, left - between - x);
  }
  return { x, y, w: widest, h: top + CARD_HEIGHT - y };
}

/** Steps, not a formula, so that one more node seldom changes the grid. */
function columnsFor(count: number): number {
  for (const columns of [4, 6, 8, 12, 16, 24]) if (count <= columns * columns) return columns;
  return 36;
}

/** Cables from the nodes' doors to the switch. Answers with the x of its ports. */
function plugIn(sketch: Sketch, nodes: readonly BoardNode[], switchNs: string, bar: Rect): readonly number[] {
  const lastRow = Math.max(...nodes.map((node) => boxOf(sketch, node)?.card.y ?? 0));
  const ports: number[] = [];
  for (const node of nodes) {
    for (const device of node.devices) {
      const door = sketch.doors.get(doorKey(device.ns, device.name));
      if (!door || device.peer?.ns !== switchNs) continue;
      const straight = boxOf(sketch, node)?.card.y === lastRow;
      const at: Point = straight ? { x: door.x, y: bar.y } : { x: bar.x, y: bar.y + bar.h / 2 };
      const port = sketch.port(device.peer, at, straight ? 'top' : 'left', door.hidden);
      const gutter = door.y + ROW_GAP / 2;
      const trunk = bar.x - FLOOR_PAD / 2;
      const points = straight
        ? [door, port]
        : [door, { x: door.x, y: gutter }, { x: trunk, y: gutter }, { x: trunk, y: at.y }, port];
      sketch.wires.push({
        id: `${door.key}|${port.key}`,
        kind: 'cable',
        a: door.key,
        b: port.key,
        points,
        ...(door.hidden && { plain: true }),
      });
      ports.push(at.x);
    }
  }
  return ports;
}

/** Where the switch's name goes: in the first gap between ports that has room for it, else in the widest. */
function roomBetween(
  ports: readonly number[],
  bar: Rect,
  wanted: number,
): { readonly from: number; readonly to: number } {
  const stops = [bar.x, ...[...ports].sort((a, b) => a - b), right(bar)];
  const gaps = stops.slice(1).map((to, i) => ({ from: stops[i] ?? to, to }));
  const width = ({ from, to }: { readonly from: number; readonly to: number }) => to - from;
  const widest = gaps.reduce((best, gap) => (width(gap) > width(best) ? gap : best), {
    from: bar.x,
    to: bar.x + 60,
  });
  return gaps.find((gap) => width(gap) >= wanted + 2 * PORT) ?? widest;
}

function boxOf(sketch: Sketch, node: BoardNode): NodeBox | undefined {
  return sketch.nodes.find(({ ns }) => ns === node.ns);
}

/** Tunnel ends: every pair of up to three, else each with the next. More are drawn when a packet takes them. */
function addOverlays(sketch: Sketch): void {
  const ends = sketch.nodes.filter(({ open }) => open).flatMap((node) => tunnelOf(sketch, node) ?? []);
  ends.forEach((a, i) => {
    for (const b of ends.length <= 3 ? ends.slice(i + 1) : ends.slice(i + 1, i + 2)) {
      sketch.overlays.push({ a: a.key, b: b.key, path: overlayPath(a, b) });
    }
  });
}

function tunnelOf(sketch: Sketch, node: NodeBox): Door | undefined {
  for (const door of sketch.doors.values())
    if (door.ns === node.ns && (door.kind === 'vxlan' || door.kind === 'tun')) return door;
  return undefined;
}

/** A hanging arc from VTEP to VTEP; short enough to stay above the switch. */
export function overlayPath(a: Point, b: Point): string {
  const sag = Math.max(a.y, b.y) + 72;
  return `M${a.x} ${a.y}C${a.x} ${sag} ${b.x} ${sag} ${b.x} ${b.y}`;
}
