/** Painting the grid of a large board: what fits is shown. Far: a bar per node; nearer: dots; nearer still: names. */
import type { Transform } from './panZoom.ts';
import { bottom, clamp, right, type Rect } from './geometry.ts';
import { CELL, cellsWithin, dotRect, type Heat, type HeatCell, type HeatFloor } from './heat.ts';
import type { GridDimmed } from './lens.ts';
import { readColours, type Raster } from './raster.ts';
import { clean, cut } from './text.ts';

export interface HeatPalette {
  readonly floors: readonly number[];
  readonly cell: number;
  readonly board: number;
  readonly tabs: readonly number[];
  readonly ink: string;
  readonly inkSoft: string;
  readonly onTab: string;
  readonly accent: string;
  readonly onAccent: string;
  readonly lit: string;
  readonly litEdge: string;
  readonly focus: string;
  readonly font: string;
  readonly mono: string;
}

/** What stands out of the grid. */
export interface Mark {
  readonly kind: 'from' | 'to' | 'lit' | 'cursor';
  readonly rect: Rect;
  /** on its badge */
  readonly word?: string;
}

export interface HeatView {
  readonly heat: Heat;
  readonly transform: Transform;
  /** of the canvas, in CSS pixels */
  readonly width: number;
  readonly height: number;
  readonly ratio: number;
  readonly palette: HeatPalette;
  readonly marks: readonly Mark[];
  /** by the lens */
  readonly dimmed: GridDimmed;
  readonly floorWords: (floor: HeatFloor) => string;
}

/** From these sizes on screen something is drawn, in CSS pixels. */
const LEAST = { dot: 2, name: 50, podName: 46 } as const;
/** The search field covers so much of the upper left corner; in a narrow window its whole width. */
const SEARCH = { w: 336, h: 46 } as const;
const WIDE = 700;
/** A dot of this size can be hit with a finger or a mouse: then a click means the pod. */
export const HITTABLE = 9;

export function readHeatPalette(element: Element): HeatPalette {
  const style = getComputedStyle(element);
  const token = (name: string) => style.getPropertyValue(`--${name}`).trim() || '#808080';
  const [cell = 0, board = 0, ...more] = readColours([
    token('node'),
    token('board'),
    ...[1, 2, 3, 4].map((n) => token(`floor-${n}`)),
    ...[1, 2, 3, 4, 5, 6, 7, 8].map((n) => token(`tab-${n}`)),
  ]);
  return {
    cell,
    board,
    floors: more.slice(0, 4),
    tabs: more.slice(4),
    ink: token('ink'),
    inkSoft: token('ink-soft'),
    onTab: token('on-tab'),
    accent: token('accent'),
    onAccent: token('on-accent'),
    lit: token('lit'),
    litEdge: token('lit-edge'),
    focus: token('focus'),
    font: token('font'),
    mono: token('font-mono'),
  };
}

export function paintHeat(context: CanvasRenderingContext2D, raster: Raster, view: HeatView): void {
  const { heat, transform, width, height, ratio, palette } = view;
  const { k, x, y } = transform;
  const seen: Rect = { x: -x / k, y: -y / k, w: width / k, h: height / k };
  raster.begin(context.canvas.width, context.canvas.height);
  const box = (rect: Rect) =>
    raster.fill(
      (rect.x * k + x) * ratio,
      (rect.y * k + y) * ratio,
      (right(rect) * k + x) * ratio,
      (bottom(rect) * k + y) * ratio,
    );
  const visible: HeatCell[] = [];
  for (const floor of heat.floors) {
    raster.colour(floorColour(view, floor));
    box(floor.rect);
    const cells = cellsWithin(floor, seen);
    raster.colour(palette.cell);
    for (const cell of cells) {
      box(cell.rect);
      visible.push(cell);
    }
  }
  const dotted = heat.dot * k >= LEAST.dot;
  for (const cell of visible) {
    if (dotted) paintDots(raster, view, cell, box);
    else paintBar(raster, view, cell, box);
  }
  raster.put(context);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.textBaseline = 'middle';
  context.textAlign = 'left';
  for (const floor of heat.floors) paintFloorName(context, view, floor);
  if (CELL.w * k >= LEAST.name) for (const cell of visible) paintNames(context, view, cell);
  for (const mark of view.marks) paintMark(context, view, mark);
}

/** As pale as what the lens dims on the board. */
const DIM = 0.22;

function floorColour({ palette, dimmed }: HeatView, { tint }: HeatFloor): number {
  const colour = palette.floors[tint - 1] ?? palette.cell;
  return dimmed.floors ? mixed(colour, palette.board, DIM) : colour;
}

function tabColour({ palette, dimmed }: HeatView, tab: number): number {
  const colour = palette.tabs[tab - 1] ?? 0;
  return dimmed.dots ? mixed(colour, palette.cell, DIM) : colour;
}

/** `share` of one colour (0xAABBGGRR, opaque) and the rest of another. */
export function mixed(colour: number, other: number, share: number): number {
  const channel = (shift: number): number =>
    Math.round(((colour >>> shift) & 255) * share + ((other >>> shift) & 255) * (1 - share)) << shift;
  return channel(0) | channel(8) | channel(16) | (colour & 0xff000000);
}

type Box = (rect: Rect) => void;

function paintDots(raster: Raster, view: HeatView, { node, rect }: HeatCell, box: Box): void {
  const { heat } = view;
  node.pods.forEach((pod, i) => {
    raster.colour(tabColour(view, heat.tabs.get(pod.namespace) ?? 1));
    box(dotRect(heat, rect, i));
  });
}

/** Too far for dots: one bar, as long as the node is full, in the colours of its namespaces. */
function paintBar(raster: Raster, view: HeatView, { node, rect }: HeatCell, box: Box): void {
  const { heat } = view;
  const counts = new Map<number, number>();
  for (const { namespace } of node.pods) {
    const tab = heat.tabs.get(namespace) ?? 1;
    counts.set(tab, (counts.get(tab) ?? 0) + 1);
  }
  let x = rect.x + CELL.pad;
  const unit = (rect.w - 2 * CELL.pad) / heat.fullest;
  for (const [tab, count] of counts) {
    raster.colour(tabColour(view, tab));
    box({ x, y: rect.y + CELL.pad, w: count * unit, h: rect.h - 2 * CELL.pad });
    x += count * unit;
  }
}

function paintFloorName(context: CanvasRenderingContext2D, view: HeatView, floor: HeatFloor): void {
  const { k, x, y } = view.transform;
  const size = clamp(22 * k, 12, 18);
  // stays in sight while its floor is, beside or below the search
  const wide = view.width >= WIDE;
  const stuck = floor.rect.y * k + y < (wide ? 0 : SEARCH.h);
  const from = stuck && wide ? SEARCH.w : 0;
  const left = Math.max(floor.rect.x * k + x, from) + 8;
  const room = Math.min(right(floor.rect) * k + x, view.width) - left - 8;
  const least = wide ? 0 : SEARCH.h;
  const end = bottom(floor.rect) * k + y - 2 * size;
  if (room < 60 || end < least - size || floor.rect.y * k + y > view.height) return;
  const top = Math.min(Math.max(floor.rect.y * k + y, least), end);
  context.font = `600 ${size}px ${view.palette.font}`;
  const words = cutOnce(view.floorWords(floor), room, size, 'sans');
  if (stuck) {
    const ground = floorColour(view, floor);
    context.fillStyle = `rgb(${ground & 255} ${(ground >> 8) & 255} ${(ground >> 16) & 255})`;
    context.fillRect(left - 8, top, room + 16, size * 1.7);
  }
  context.fillStyle = view.palette.ink;
  context.fillText(words, left, top + size * 0.95);
}

function paintNames(context: CanvasRenderingContext2D, view: HeatView, { node, rect }: HeatCell): void {
  const { heat, palette } = view;
  const { k, x, y } = view.transform;
  const size = clamp(CELL.head * k * 0.72, 8.5, 17);
  const left = rect.x * k + x + CELL.pad * k;
  const room = (CELL.w - 2 * CELL.pad) * k;
  context.font = `600 ${size}px ${palette.font}`;
  context.fillStyle = palette.ink;
  const name = cutOnce(node.name, room, size, 'sans');
  context.fillText(name, left, rect.y * k + y + (CELL.head * k) / 2);
  const dot = heat.dot * k * 0.86;
  if (dot < LEAST.podName) return;
  const small = clamp(dot / 8, 8.5, 13);
  context.fillStyle = palette.onTab;
  context.font = `${small}px ${palette.font}`;
  node.pods.forEach((pod, i) => {
    const at = dotRect(heat, rect, i);
    const [px, py] = [at.x * k + x, at.y * k + y];
    context.fillText(cutOnce(pod.name, dot - 6, small, 'sans'), px + 3, py + dot * 0.3);
    if (dot >= 11 * small * 0.62) context.fillText(pod.ip, px + 3, py + dot * 0.3 + small * 1.4);
  });
}

function paintMark(context: CanvasRenderingContext2D, view: HeatView, { kind, rect, word }: Mark): void {
  const { palette, transform } = view;
  const { k, x, y } = transform;
  const colour = kind === 'lit' ? palette.lit : kind === 'cursor' ? palette.focus : palette.accent;
  const [left, top, w, h] = [rect.x * k + x - 2, rect.y * k + y - 2, rect.w * k + 4, rect.h * k + 4];
  if (kind === 'lit') {
    context.strokeStyle = palette.litEdge;
    context.lineWidth = 6;
    context.strokeRect(left, top, w, h);
  }
  context.strokeStyle = colour;
  context.lineWidth = 3;
  context.setLineDash(kind === 'cursor' ? [6, 3] : []);
  context.strokeRect(left, top, w, h);
  context.setLineDash([]);
  if (word === undefined) return;
  // one above and one below: the two ends may be neighbours
  const side = kind === 'from' ? -1 : 1;
  const edge = kind === 'from' ? top : top + h;
  context.font = `700 12px ${palette.font}`;
  const width = context.measureText(word).width + 14;
  const middle = left + w / 2;
  context.fillStyle = palette.accent;
  context.beginPath();
  context.roundRect(middle - width / 2, edge + side * 12 - 9.5, width, 19, 9.5);
  context.fill();
  context.beginPath();
  context.moveTo(middle - 5, edge + side * 3);
  context.lineTo(middle + 5, edge + side * 3);
  context.lineTo(middle, edge - side * 2);
  context.fill();
  context.fillStyle = palette.onAccent;
  context.fillText(word, middle - width / 2 + 7, edge + side * 12);
}

const cuts = new Map<string, string>();

/** Cutting looks at every grapheme; the same names come every frame. */
function cutOnce(text: string, room: number, size: number, font: 'sans' | 'mono'): string {
  const key = `${Math.round(room / 4)} ${size.toFixed(1)} ${text}`;
  const known = cuts.get(key);
  if (known !== undefined) return known;
  if (cuts.size > 4000) cuts.clear();
  const short = cut(clean(text), room, size, font);
  cuts.set(key, short);
  return short;
}
