/**
 * Paints the grid on a canvas. What may is a full square, what may not a small diamond, what always may a ring: told apart
 * without colour, also where a cell has three pixels.
 */
import { blitCells, type Stamp } from './blitCells.ts';
import { CELL_STATES, type CellState, type Grid, type GridSize, type Place } from './grid.ts';

export interface MatrixPalette {
  readonly ok: string;
  readonly bad: string;
  readonly soft: string;
  readonly line: string;
  readonly ink: string;
  readonly accent: string;
  readonly font: string;
}

/** Colours of the theme, from the element's own style. */
export function readMatrixPalette(element: Element): MatrixPalette {
  const style = getComputedStyle(element);
  const token = (name: string): string => style.getPropertyValue(name).trim();
  return {
    ok: token('--ok'),
    bad: token('--bad'),
    soft: token('--ink-soft'),
    line: token('--line'),
    ink: token('--ink'),
    accent: token('--accent'),
    font: style.fontFamily,
  };
}

export interface MatrixView {
  readonly grid: Grid;
  readonly size: GridSize;
  readonly cursor: Place | undefined;
  /** cells that the last edit changed, and how much of their flash is left: 1 to 0 */
  readonly changed: readonly Place[];
  readonly flash: number;
  readonly palette: MatrixPalette;
  readonly stamps: readonly Stamp[];
  /** device pixels of a CSS pixel: a whole number */
  readonly ratio: number;
  /** the part of the picture that is on the canvas, in CSS pixels */
  readonly window: Window;
}

export interface Window {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** One cell of each state as pixels, so that a thousand rows are copied and not drawn. */
export function stampsOf(cell: number, palette: MatrixPalette, ratio: number): readonly Stamp[] {
  const side = cell * ratio;
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [side, side];
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) return [];
  context.scale(ratio, ratio);
  return CELL_STATES.map((state) => {
    context.clearRect(0, 0, cell, cell);
    paintCell(context, state, { x: 0, y: 0, cell }, palette);
    return new Uint32Array(context.getImageData(0, 0, side, side).data.buffer);
  });
}

export function paintMatrix(context: CanvasRenderingContext2D, view: MatrixView): void {
  const { grid, size, palette, ratio, window, stamps } = view;
  const { x, y } = window;
  const image = context.createImageData(window.width * ratio, window.height * ratio);
  const { cell, left, top } = size;
  blitCells(new Uint32Array(image.data.buffer), {
    width: image.width,
    height: image.height,
    states: grid.states,
    count: grid.lines.length,
    side: cell * ratio,
    stamps,
    left: (left - x) * ratio,
    top: (top - y) * ratio,
  });
  context.putImageData(image, 0, 0);
  context.setTransform(ratio, 0, 0, ratio, -x * ratio, -y * ratio);
  paintGroups(context, view);
  if (size.hasNames) paintNames(context, view);
  if (view.flash > 0) {
    context.globalAlpha = view.flash;
    for (const place of view.changed) outline(context, place, view, { colour: palette.accent, out: AROUND });
    context.globalAlpha = 1;
  }
  if (view.cursor) outline(context, view.cursor, view, { colour: palette.ink, out: 0 });
}

interface Square {
  readonly x: number;
  readonly y: number;
  readonly cell: number;
}

function paintCell(
  context: CanvasRenderingContext2D,
  state: CellState,
  { x, y, cell }: Square,
  palette: MatrixPalette,
): void {
  const gap = cell > 8 ? 1 : cell > 4 ? 0.5 : 0;
  const [cx, cy] = [x + cell / 2, y + cell / 2];
  const inner = cell - 2 * gap;
  switch (state) {
    case 'allowed':
      context.fillStyle = palette.ok;
      context.fillRect(x + gap, y + gap, inner, inner);
      return;
    case 'part':
      // half of the square
      context.fillStyle = palette.ok;
      context.beginPath();
      context.moveTo(x + gap, y + gap);
      context.lineTo(x + gap + inner, y + gap);
      context.lineTo(x + gap, y + gap + inner);
      context.fill();
      diamond(context, { x: x + cell * 0.7, y: y + cell * 0.7, radius: cell * 0.2 }, palette.bad);
      return;
    case 'denied':
      diamond(context, { x: cx, y: cy, radius: Math.max(1, cell * 0.3) }, palette.bad);
      return;
    case 'exempt':
      context.strokeStyle = palette.soft;
      context.lineWidth = 1;
      context.beginPath();
      context.arc(cx, cy, Math.max(0.5, cell * 0.22), 0, 2 * Math.PI);
      context.stroke();
  }
}

function diamond(
  context: CanvasRenderingContext2D,
  { x, y, radius }: { readonly x: number; readonly y: number; readonly radius: number },
  colour: string,
): void {
  context.fillStyle = colour;
  context.beginPath();
  context.moveTo(x, y - radius);
  context.lineTo(x + radius, y);
  context.lineTo(x, y + radius);
  context.lineTo(x - radius, y);
  context.fill();
}

/** A line where a namespace ends. */
function paintGroups(context: CanvasRenderingContext2D, { grid, size, palette }: MatrixView): void {
  const { cell, left, top } = size;
  const end = cell * grid.lines.length;
  context.strokeStyle = palette.line;
  context.lineWidth = 1;
  context.beginPath();
  grid.lines.forEach(({ namespace }, i) => {
    if (i === 0 || grid.lines[i - 1]?.namespace === namespace) return;
    const at = Math.round(i * cell) + 0.5;
    context.moveTo(left, top + at);
    context.lineTo(left + end, top + at);
    context.moveTo(left + at, top);
    context.lineTo(left + at, top + end);
  });
  context.stroke();
}

function paintNames(context: CanvasRenderingContext2D, { grid, size, palette }: MatrixView): void {
  const { cell, left, top } = size;
  context.fillStyle = palette.ink;
  context.font = `11px ${palette.font}`;
  context.textBaseline = 'middle';
  grid.lines.forEach(({ name }, i) => {
    const text = fitted(context, name, left - 8);
    context.textAlign = 'right';
    context.fillText(text, left - 4, top + (i + 0.5) * cell);
    context.save();
    context.translate(left + (i + 0.5) * cell, top - 4);
    context.rotate(-Math.PI / 2);
    context.textAlign = 'left';
    context.fillText(text, 0, 0);
    context.restore();
  });
}

/** The end of a name says more than its beginning. */
function fitted(context: CanvasRenderingContext2D, name: string, room: number): string {
  let text = name;
  while (text.length > 2 && context.measureText(text).width > room) text = `…${text.slice(2)}`;
  return text;
}

/** A flash is seen around the cursor, which is often in the cell that changed. */
const AROUND = 2;

function outline(
  context: CanvasRenderingContext2D,
  { row, column }: Place,
  { size }: MatrixView,
  { colour, out }: { readonly colour: string; readonly out: number },
): void {
  const { cell, left, top } = size;
  context.strokeStyle = colour;
  context.lineWidth = 2;
  const side = cell + 2 * out;
  context.strokeRect(left + column * cell - out, top + row * cell - out, side, side);
}
