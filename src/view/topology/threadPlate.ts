/**
 * Threads above a packet's row of headers: one line per table row, tied to the tiles that it supplied. A staircase, the row
 * of the outermost header on top, so that no thread crosses a text. Everything in CSS pixels of the canvas.
 */
import { briefOf, type Thread } from '../../trace/threads.ts';
import type { LayerKind } from '../../wire/layers.ts';
import { clamp, type Point } from './geometry.ts';
import type { Brush } from './paint.ts';
import { cut, textWidth } from './text.ts';
import { rowWidth, tileWidth } from './train.ts';

/** Sizes at unit 1. */
const ROW = { height: 20, gap: 3, font: 11.5, badge: 11, pad: 6, most: 330 } as const;
/** From the middle of a tile to where its row begins. */
const KNEE = 11;
const FOOT = 5;
/** So much further than the tiles the rows may reach. */
const SPREAD = 1.45;

interface ThreadRow {
  readonly badge: string;
  readonly text: string;
  readonly badgeWidth: number;
  readonly width: number;
  /** from the left of the row of tiles */
  readonly x: number;
  readonly top: number;
  /** what is tied: from the left edge of the first tile to the right edge of the last */
  readonly from: number;
  readonly to: number;
  readonly layer: LayerKind;
  readonly gives: Thread['gives'];
}

/** The lines that stand above the tiles; `right` is how far they reach from the left of the row of tiles. */
export interface ThreadBlock {
  readonly rows: readonly ThreadRow[];
  readonly height: number;
  readonly right: number;
}

export const NO_BLOCK: ThreadBlock = { rows: [], height: 0, right: 0 };

/** Where the lines stand, for tiles at rest. `most` is the room there is; a line that does not fit begins further left. */
export function blockOf(
  threads: readonly Thread[],
  tiles: readonly LayerKind[],
  unit: number,
  most: number,
): ThreadBlock {
  if (threads.length === 0) return NO_BLOCK;
  const whole = rowWidth(tiles);
  const left = (tile: number): number => whole - rowWidth(tiles.slice(tile));
  const drafts = threads.map((thread, i): ThreadRow => {
    const [first = 0, last = first] = [thread.tiles[0], thread.tiles.at(-1)];
    const from = left(first) * unit;
    const to = (left(last) + tileWidth(tiles[last] ?? 'data')) * unit;
    const badgeWidth = (textWidth(thread.row.table, ROW.badge, 'sans') * 1.06 + 2 * ROW.pad) * unit;
    const text = cut(briefOf(thread.row), ROW.most, ROW.font, 'mono');
    const width = badgeWidth + (textWidth(text, ROW.font, 'mono') + 2 * ROW.pad) * unit;
    return {
      badge: thread.row.table,
      text,
      badgeWidth,
      width,
      x: (from + to) / 2 + KNEE * unit,
      top: i * (ROW.height + ROW.gap) * unit,
      from,
      to,
      // a shell is known by its tunnel's colour
      layer: tiles[last] ?? 'data',
      gives: thread.gives,
    };
  });
  // no wider than it must be: a thread may run behind the plate of another row
  const reach = Math.min(most, Math.max(whole * unit * SPREAD, ...drafts.map(({ width }) => width)));
  const rows = drafts.map((row) => ({ ...row, x: Math.min(row.x, Math.max(0, reach - row.width)) }));
  return {
    rows,
    height: (threads.length * (ROW.height + ROW.gap) + FOOT) * unit,
    right: Math.max(...rows.map(({ x, width }) => x + width)),
  };
}

export interface ThreadPainting {
  readonly block: ThreadBlock;
  /** the upper left corner of the row of tiles */
  readonly tiles: Point;
  /** the upper edge of the plate; the lines stand on it */
  readonly top: number;
  readonly unit: number;
  readonly alpha: number;
}

export function paintThreads(brush: Brush, painting: ThreadPainting): void {
  const { block, alpha } = painting;
  if (block.rows.length === 0 || alpha <= 0) return;
  const { context } = brush;
  context.save();
  context.globalAlpha = alpha;
  for (const row of block.rows) paintThread(brush, painting, row);
  for (const row of block.rows) paintRow(brush, painting, row);
  context.restore();
}

function paintThread({ context, palette }: Brush, painting: ThreadPainting, row: ThreadRow): void {
  const { block, tiles, top, unit } = painting;
  const middle = tiles.x + (row.from + row.to) / 2;
  const y = top - block.height + row.top + (ROW.height / 2) * unit;
  const begin = tiles.x + row.x;
  context.strokeStyle = palette.layer[row.layer].fill;
  context.fillStyle = palette.layer[row.layer].fill;
  context.lineWidth = 2.5;
  context.lineJoin = 'round';
  if (row.gives === 'way') context.setLineDash([4, 3]);
  context.beginPath();
  context.moveTo(clamp(middle, begin, begin + row.width), y);
  if (begin > middle) context.arcTo(middle, y, middle, tiles.y, 7 * unit);
  context.lineTo(middle, tiles.y - 1);
  context.stroke();
  context.setLineDash([]);
  // a bracket over all tiles of a shell, a dot on a single one
  if (row.to - row.from > 60 * unit)
    context.fillRect(tiles.x + row.from, tiles.y - 3.5, row.to - row.from, 3);
  context.beginPath();
  context.arc(middle, tiles.y - 1.5, 3.5, 0, 2 * Math.PI);
  context.fill();
}

function paintRow({ context, palette }: Brush, painting: ThreadPainting, row: ThreadRow): void {
  const { block, tiles, top, unit } = painting;
  const x = tiles.x + row.x;
  const y = top - block.height + row.top;
  const height = ROW.height * unit;
  const { fill, ink } = palette.layer[row.layer];
  context.beginPath();
  context.roundRect(x, y, row.width, height, 4);
  context.fillStyle = palette.solid;
  context.fill();
  context.beginPath();
  context.roundRect(x, y, row.badgeWidth, height, [4, 0, 0, 4]);
  context.fillStyle = fill;
  context.fill();
  context.beginPath();
  context.roundRect(x, y, row.width, height, 4);
  context.lineWidth = 1.5;
  context.strokeStyle = fill;
  context.stroke();
  context.textAlign = 'left';
  context.textBaseline = 'middle';
  context.fillStyle = ink;
  context.font = `700 ${ROW.badge * unit}px ${palette.font}`;
  context.fillText(row.badge, x + ROW.pad * unit, y + height / 2 + 0.8);
  context.fillStyle = palette.ink;
  context.font = `${ROW.font * unit}px ${palette.mono}`;
  context.fillText(row.text, x + row.badgeWidth + ROW.pad * unit, y + height / 2 + 0.8);
}
