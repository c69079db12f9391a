/** Painting one packet: its way, its marker, its plate of header tiles. Everything in CSS pixels of the canvas. */
import { flowHue, flowMark, paintFlowMark } from './flowMark.ts';
import type { Point, Rect } from './geometry.ts';
import type { PaintedPacket } from './painted.ts';
import type { PacketKind, Palette } from './palette.ts';
import { captionWith, paintRenamed, renamingSize } from './renamed.ts';
import { polygon, shapeOf } from './shapes.ts';
import { blit, type Sprites } from './sprites.ts';
import { textWidth } from './text.ts';
import { paintThreads, type ThreadBlock } from './threadPlate.ts';
import { CAPTION, TILE, type Train } from './train.ts';

/** What every stroke needs. */
export interface Brush {
  readonly context: CanvasRenderingContext2D;
  readonly palette: Palette;
  readonly sprites: Sprites;
}

const PAD = 5;
const TAG_GAP = 8;
/** the tab with a flow's letter, at the left of its plate */
const FLOW = 17;
/** what the lens dims */
const DIM = 0.22;

export interface PlateSize {
  readonly width: number;
  readonly height: number;
}

function tagWidth(train: Train, unit: number): number {
  return textWidth(train.sizeTag, CAPTION.font * unit, 'mono');
}

export function plateSize(train: Train, { caption, flow, renaming }: PaintedPacket, unit: number): PlateSize {
  const row = train.width * unit;
  const words = textWidth(captionWith(caption, renaming), CAPTION.font * unit, 'mono');
  const below = words + TAG_GAP * 2 + tagWidth(train, unit);
  const former = renamingSize(caption, renaming, unit);
  return {
    width: Math.max(row, below, former.x) + 2 * PAD + tabWidth(flow, unit),
    height: (TILE.height + CAPTION.height) * unit + former.y + 2 * PAD,
  };
}

function tabWidth(flow: number | undefined, unit: number): number {
  return flow === undefined ? 0 : FLOW * unit;
}

/** From the left of a plate to its row of tiles. */
export function rowStart(train: Train, size: PlateSize, flow: number | undefined, unit: number): number {
  const tab = tabWidth(flow, unit);
  return tab + PAD + (size.width - tab - 2 * PAD - train.width * unit) / 2;
}

/** The way of this beat with an arrow at its end: a still picture shows the direction, too. */
export function paintTrail({ context, palette }: Brush, kind: PacketKind, path: readonly Point[]): void {
  const [tail, tip] = [path.at(-2), path.at(-1)];
  if (!tail || !tip) return;
  context.save();
  context.strokeStyle = palette.kind[kind];
  context.fillStyle = palette.kind[kind];
  context.lineWidth = 3;
  context.lineCap = 'round';
  context.lineJoin = 'round';
  context.globalAlpha = 0.85;
  context.beginPath();
  path.forEach(({ x, y }, i) => (i === 0 ? context.moveTo(x, y) : context.lineTo(x, y)));
  context.stroke();
  context.globalAlpha = 1;
  context.translate(tip.x, tip.y);
  context.rotate(Math.atan2(tip.y - tail.y, tip.x - tail.x));
  context.beginPath();
  polygon(context, [2, 0, -11, -7, -11, 7]);
  context.fill();
  context.restore();
}

export function paintMarker(brush: Brush, packet: PaintedPacket, at: Point, unit: number): void {
  const { context, palette } = brush;
  const { kind, t } = packet;
  const radius = (kind === 'dropped' ? 13 : 9) * unit;
  context.save();
  context.translate(at.x, at.y);
  if (kind !== 'dropped') paintHalo(brush, kind, radius);
  context.lineWidth = 3;
  context.strokeStyle = palette.kind[kind];
  context.fillStyle = palette.plate;
  if (kind === 'dropped' && t > 0.5) paintCrack(brush, radius, (t - 0.5) * 2);
  else {
    shapeOf(context, kind, kind === 'dropped' ? radius * (0.7 + 0.6 * t) : radius);
    context.fill();
    context.stroke();
    context.fillStyle = palette.kind[kind];
    context.beginPath();
    context.arc(0, 0, radius * 0.34, 0, 2 * Math.PI);
    context.fill();
  }
  context.restore();
}

/** Here it is: seen from the last row. */
function paintHalo({ context, palette }: Brush, kind: PacketKind, radius: number): void {
  context.fillStyle = palette.kind[kind];
  context.globalAlpha = 0.28;
  context.beginPath();
  context.arc(0, 0, radius * 2, 0, 2 * Math.PI);
  context.fill();
  context.globalAlpha = 1;
}

/** Where it was when it was dropped, before it fell aside. */
export function paintPlaceOfDrop({ context, palette }: Brush, at: Point, unit: number): void {
  context.save();
  context.strokeStyle = palette.kind.dropped;
  context.lineWidth = 3;
  context.beginPath();
  context.arc(at.x, at.y, 9 * unit, 0, 2 * Math.PI);
  context.stroke();
  context.restore();
}

/** The diamond in two halves, apart along a jagged line. */
function paintCrack({ context, palette }: Brush, radius: number, p: number): void {
  const r = radius * 1.3;
  const gap = 4 * p;
  context.lineWidth = 1.5;
  context.strokeStyle = palette.plate;
  context.fillStyle = palette.kind.dropped;
  for (const side of [-1, 1]) {
    context.save();
    context.translate(side * gap, side * gap * 0.4);
    context.rotate(side * 0.12 * p);
    context.beginPath();
    polygon(context, [0, -r, side * r, 0, 0, r, r * 0.22, r * 0.4, -r * 0.22, 0, r * 0.22, -r * 0.4]);
    context.fill();
    context.stroke();
    context.restore();
  }
}

export interface Plate {
  readonly packet: PaintedPacket;
  readonly train: Train;
  /** the marker */
  readonly at: Point;
  /** the middle of the plate */
  readonly plate: Point;
  readonly size: PlateSize;
  readonly unit: number;
  readonly dropped: string;
  readonly threads: { readonly block: ThreadBlock; readonly alpha: number };
}

export function paintPlate(brush: Brush, painting: Plate): void {
  const { packet, train, plate, size, unit, threads } = painting;
  const { context, palette, sprites } = brush;
  const left = plate.x - size.width / 2;
  const top = plate.y - size.height / 2;
  context.save();
  paintPointer(brush, painting);
  context.beginPath();
  context.roundRect(left + 2, top + 3, size.width, size.height, 6);
  context.fillStyle = palette.shadow;
  context.fill();
  context.beginPath();
  context.roundRect(left, top, size.width, size.height, 6);
  context.fillStyle = palette.plate;
  context.fill();
  const tab = tabWidth(packet.flow, unit);
  paintFlow(brush, { x: left, y: top, w: tab, h: size.height }, packet, unit);
  context.beginPath();
  context.roundRect(left, top, size.width, size.height, 6);
  context.lineWidth = packet.flow === undefined ? 2 : 2.5;
  context.strokeStyle = flowHue(palette.flow, packet) ?? palette.kind[packet.kind];
  context.stroke();

  const row = left + rowStart(train, size, packet.flow, unit);
  for (const [i, tile] of train.tiles.entries()) {
    const dim = packet.dimmed?.[train.tiles.length - 1 - i] === true ? DIM : 1;
    const sprite = sprites.tile(tile.kind, unit);
    const x = row + tile.x * unit;
    const y = top + PAD + tile.y * unit;
    context.globalAlpha = tile.alpha * dim;
    if (tile.ghost) {
      context.setLineDash([3, 3]);
      context.lineWidth = 1.5;
      context.strokeStyle = palette.layer[tile.kind].fill;
      context.strokeRect(x + 1, y + 1, sprite.width - 2, sprite.height - 2);
      context.setLineDash([]);
      context.globalAlpha = tile.alpha * dim * 0.85;
      blit(context, sprite, { x, y });
      strikeOut(brush, { x, y, w: sprite.width, h: sprite.height });
    } else blit(context, sprite, { x, y });
  }
  if (train.shell) paintShell(brush, train.shell, { x: row, y: top + PAD }, unit);
  context.globalAlpha = 1;
  paintCaption(
    brush,
    {
      left: left + tab + PAD + 2,
      right: left + size.width - PAD - 2,
      y: top + PAD + (TILE.height + CAPTION.height / 2) * unit + 1.5,
      unit,
    },
    packet,
    train,
  );
  paintThreads(brush, { ...threads, tiles: { x: row, y: top + PAD }, top, unit });
  if (packet.kind === 'dropped' && packet.t > 0.5) paintVerdict(brush, painting);
  context.restore();
}

/** One frame around all headers that have just been put on: the others were there before. */
function paintShell(
  { context, palette }: Brush,
  { width, alpha }: NonNullable<Train['shell']>,
  { x, y }: Point,
  unit: number,
): void {
  context.globalAlpha = alpha;
  context.lineWidth = 2;
  context.strokeStyle = palette.ink;
  context.beginPath();
  context.roundRect(x - 2, y - 2, width * unit + 4, TILE.height * unit + 4, 4);
  context.stroke();
}

/** From the plate to its marker, and narrower towards it: the plate is not where the packet is. */
function paintPointer({ context, palette }: Brush, { packet, at, plate, size, unit }: Plate): void {
  const [reach, half] = [size.width / 2 - 14 * unit, size.height / 2 - 8 * unit];
  const root = {
    x: clampTo(at.x, plate.x - reach, plate.x + reach),
    y: clampTo(at.y, plate.y - half, plate.y + half),
  };
  const length = Math.hypot(at.x - root.x, at.y - root.y);
  if (length < 1) return;
  const broad = (9 * unit) / length;
  const side = { x: (root.y - at.y) * broad, y: (at.x - root.x) * broad };
  context.fillStyle = flowHue(palette.flow, packet) ?? palette.kind[packet.kind];
  context.beginPath();
  polygon(context, [root.x + side.x, root.y + side.y, at.x, at.y, root.x - side.x, root.y - side.y]);
  context.fill();
}

/** It is off: the same line as through the tiles of the panel. */
function strikeOut({ context, palette }: Brush, { x, y, w, h }: Rect): void {
  context.globalAlpha = 0.8;
  context.strokeStyle = palette.ink;
  context.beginPath();
  context.moveTo(x + 2, y + h / 2 + 0.5);
  context.lineTo(x + w - 2, y + h / 2 + 0.5);
  context.stroke();
}

/** A flow has a letter: its hue is only the second thing to know it by. */
function paintFlow(
  { context, palette }: Brush,
  { x, y, w, h }: Rect,
  packet: PaintedPacket,
  unit: number,
): void {
  const mark = flowMark(packet);
  if (mark === undefined) return;
  context.beginPath();
  context.roundRect(x, y, w, h, [6, 0, 0, 6]);
  context.fillStyle = flowHue(palette.flow, packet) ?? palette.ink;
  context.fill();
  context.fillStyle = palette.onFlow;
  context.font = `700 ${13 * unit}px ${palette.font}`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillText(mark, x + w / 2, y + h / 2 + 1);
  context.textAlign = 'left';
}

/** The word for what happened, pinned to the edge of the plate that is nearest to the marker: never by colour and shape alone. */
function paintVerdict({ context, palette }: Brush, { at, plate, size, unit, dropped }: Plate): void {
  const text = `✕ ${dropped}`;
  const height = 17 * unit;
  context.font = `700 ${12 * unit}px ${palette.font}`;
  const width = context.measureText(text).width + 14;
  const [reach, half] = [size.width / 2 - 8, size.height / 2];
  const x = clampTo(at.x - width / 2, plate.x - reach, plate.x + reach - width);
  const y = at.y > plate.y + half ? plate.y + half + height - 6 : plate.y - half;
  context.fillStyle = palette.kind.dropped;
  context.beginPath();
  context.roundRect(x, y - height + 3, width, height, 4);
  context.fill();
  context.fillStyle = palette.onDropped;
  context.textAlign = 'left';
  context.textBaseline = 'middle';
  context.fillText(text, x + 7, y - height / 2 + 4);
}

function paintCaption(
  brush: Brush,
  place: { readonly left: number; readonly right: number; readonly y: number; readonly unit: number },
  { caption, renaming, t }: PaintedPacket,
  train: Train,
): void {
  const { context, palette } = brush;
  context.fillStyle = palette.ink;
  context.textBaseline = 'middle';
  context.font = `${CAPTION.font * place.unit}px ${palette.mono}`;
  if (renaming)
    paintRenamed(brush, { at: { x: place.left, y: place.y }, unit: place.unit, t }, caption, renaming);
  else context.fillText(caption, place.left, place.y);
  context.textAlign = 'right';
  context.font = `${train.changing ? 700 : 400} ${CAPTION.font * place.unit}px ${palette.mono}`;
  context.fillText(train.sizeTag, place.right, place.y);
}

export function paintEnvelope({ context, palette, sprites }: Brush, packet: PaintedPacket, at: Point): void {
  const sprite = sprites.envelope(packet.kind, packet.tiles);
  blit(context, sprite, { x: at.x - sprite.width / 2, y: at.y - sprite.height / 2 });
  paintFlowMark(context, palette, packet, at);
}

function clampTo(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(most, value));
}
