/**
 * The canvas above the board: packets and nothing else. It paints when it is told that something moved, and only then.
 * A packet is a marker on its way (shape = kind) and, close enough to read, a plate with its row of header tiles beside it;
 * far away, or in a crowd, a small envelope.
 */
import { chooseWay, createBlitter, type Blitter } from './blitter.ts';
import type { Level } from './layoutTypes.ts';
import type { Layout } from './layoutTypes.ts';
import type { Palette } from './palette.ts';
import type { PaintedPacket } from './painted.ts';
import type { Transform } from './panZoom.ts';
import { clamp, pointAt, type Point, type Rect } from './geometry.ts';
import { labelBox, labelsOf, zoomOf } from './labels.ts';
import { placementBetween, placePlate, type Placement } from './placement.ts';
import { createSprites, type Sprites } from './sprites.ts';
import { paintEnvelope, paintMarker, paintPlate, paintTrail, plateSize } from './paint.ts';
import { ease, trainOf } from './train.ts';
import { createWays, placeOn } from './way.ts';

export interface PacketView {
  readonly layout: Layout;
  readonly transform: Transform;
  readonly palette: Palette;
  /** what is written on a packet that ends here */
  readonly dropped: string;
}

export interface PacketLayer {
  readonly draw: (packets: readonly PaintedPacket[]) => void;
  /** the board, the camera or the theme changed */
  readonly update: (view: Partial<PacketView>) => void;
  /** the element changed its size */
  readonly resize: () => void;
  readonly destroy: () => void;
}

/** More than these at once are a crowd: no plates. */
const MOST_PLATES = 6;
const MOST_PLATES_FAR = 2;
/** Tiles are written in 12 px; with this they are never below 11. */
const LEAST_UNIT = 0.92;
const DOOR = 9;
/** From so many on, how sprites reach the canvas matters. */
const CROWD = 300;
/** From so many on, envelopes of the usual size would hide each other and the board. */
const SWARM = 2000;

export function createPacketLayer(canvas: HTMLCanvasElement, initial: PacketView): PacketLayer {
  const context = canvas.getContext('2d');
  let view = initial;
  let packets: readonly PaintedPacket[] = [];
  let sprites: Sprites = createSprites(view.palette, ratio());
  let empty = true;
  let blitter: Blitter | undefined;
  let ways = createWays(view.layout);
  const placements = new Map<string, Placement>();

  function ratio(): number {
    return globalThis.devicePixelRatio || 1;
  }

  /** In screen pixels. Kept per place and size of plate, so that a resting packet's plate does not wander. */
  function placementAt(point: Point, size: { readonly width: number; readonly height: number }): Placement {
    const { k, x, y } = view.transform;
    const marker = { x: point.x * k + x, y: point.y * k + y };
    const key = `${Math.round(marker.x)} ${Math.round(marker.y)} ${Math.round(size.width)}`;
    const known = placements.get(key);
    if (known) return known;
    const bounds = { x: 4, y: 4, w: canvas.clientWidth - 8, h: canvas.clientHeight - 8 };
    const reach: Rect = { x: marker.x - size.width - 40, y: marker.y - 140, w: 2 * size.width + 80, h: 280 };
    const obstacles = obstaclesOf(view.layout, view.transform).filter(
      (rect) =>
        rect.x < reach.x + reach.w &&
        rect.x + rect.w > reach.x &&
        rect.y < reach.y + reach.h &&
        rect.y + rect.h > reach.y,
    );
    const placement = placePlate({ marker, ...size, obstacles, bounds });
    if (placements.size > 400) placements.clear();
    placements.set(key, placement);
    return placement;
  }

  /** Eases from the best place at the start over that half way to that at the end. */
  function offsetAlong(
    path: readonly Point[],
    t: number,
    size: { readonly width: number; readonly height: number },
  ): Placement {
    const half = t < 0.5 ? 0 : 1;
    const [a, b] = [
      placementAt(pointAt(path, half / 2), size),
      placementAt(pointAt(path, (half + 1) / 2), size),
    ];
    return placementBetween(a, b, ease(t * 2 - half), size.width);
  }

  /** Very many at once: envelopes, copied as quickly as this machine can. */
  function paintCrowd(crowd: readonly PaintedPacket[], on: CanvasRenderingContext2D): void {
    const dpr = ratio();
    const { k, x, y } = view.transform;
    const small = crowd.length >= SWARM;
    for (const packet of crowd) {
      const way = ways.between(packet.from, packet.to);
      if (way.points.length === 0) continue;
      const sprite = sprites.envelope(packet.kind, packet.tiles, small);
      if (!blitter) {
        blitter = createBlitter(on, chooseWay(sprite));
        blitter.begin();
      }
      const at = placeOn(way, ease(clamp(packet.t, 0, 1)));
      blitter.add(sprite, (at.x * k + x) * dpr, (at.y * k + y) * dpr);
    }
    blitter?.end();
  }

  function paint(): void {
    if (!context) return;
    const dpr = ratio();
    if (packets.length >= CROWD) {
      empty = false;
      blitter?.begin();
      paintCrowd(packets, context);
      return;
    }
    // a sheet of pixels knows only what it put on the canvas itself
    blitter = undefined;
    if (!empty) {
      context.setTransform(1, 0, 0, 1, 0, 0);
      context.clearRect(0, 0, canvas.width, canvas.height);
    }
    empty = packets.length === 0;
    if (empty) return;
    context.setTransform(dpr, 0, 0, dpr, 0, 0);
    const brush = { context, palette: view.palette, sprites };
    const { k, x, y } = view.transform;
    const told = packets.reduce((count, packet) => count + (packet.bare ? 0 : 1), 0);
    const plates = told <= (k >= 0.42 ? MOST_PLATES : MOST_PLATES_FAR);
    const toScreen = (point: Point): Point => ({ x: point.x * k + x, y: point.y * k + y });
    for (const packet of packets) {
      const way = ways.between(packet.from, packet.to);
      const path = way.points;
      if (path.length === 0) continue;
      const t = ease(clamp(packet.t, 0, 1));
      const at = toScreen(placeOn(way, t));
      if (!plates || packet.bare) {
        paintEnvelope(brush, packet, at);
        continue;
      }
      const unit = clamp(k, LEAST_UNIT, 1.35);
      paintTrail(brush, packet.kind, path.map(toScreen));
      const train = trainOf(packet);
      const size = plateSize(train, packet.caption, unit);
      // room for the word on top
      const room = packet.kind === 'dropped' ? { ...size, height: size.height + 30 } : size;
      const { dx, dy } = offsetAlong(path, t, room);
      const plate = { x: at.x + dx, y: at.y + dy };
      paintPlate(brush, { packet, train, at, plate, size, unit, dropped: view.dropped });
      paintMarker(brush, packet, at, unit);
    }
  }

  function resize(): void {
    const dpr = ratio();
    canvas.width = Math.max(1, Math.round(canvas.clientWidth * dpr));
    canvas.height = Math.max(1, Math.round(canvas.clientHeight * dpr));
    sprites = createSprites(view.palette, dpr);
    placements.clear();
    paint();
  }

  resize();
  return {
    draw(next) {
      if (next === packets || (next.length === 0 && packets.length === 0)) return;
      packets = next;
      paint();
    },
    update(changes) {
      const layoutChanged = changes.layout !== undefined && changes.layout !== view.layout;
      const paletteChanged = changes.palette !== undefined && changes.palette !== view.palette;
      view = { ...view, ...changes };
      if (layoutChanged) ways = createWays(view.layout);
      if (paletteChanged) sprites = createSprites(view.palette, ratio());
      placements.clear();
      if (!empty || packets.length > 0) paint();
    },
    resize,
    destroy() {
      packets = [];
      paint();
    },
  };
}

const obstacleCache = new WeakMap<
  Layout,
  { readonly step: number; readonly level: Level; readonly rects: readonly Rect[] }
>();

/** What a plate should not hide, on screen: drawn labels and doors. */
function obstaclesOf(layout: Layout, { k, x, y }: Transform): readonly Rect[] {
  const zoom = zoomOf(k);
  const cached = obstacleCache.get(layout);
  const rects =
    cached && cached.step === zoom.step && cached.level === zoom.level
      ? cached.rects
      : boardObstacles(layout, zoom);
  if (rects !== cached?.rects) obstacleCache.set(layout, { step: zoom.step, level: zoom.level, rects });
  return rects.map((rect) => ({ x: rect.x * k + x, y: rect.y * k + y, w: rect.w * k, h: rect.h * k }));
}

function boardObstacles(layout: Layout, zoom: ReturnType<typeof zoomOf>): readonly Rect[] {
  const labels = labelsOf(layout, zoom).map(labelBox);
  const doors = [...layout.doors.values()]
    .filter(({ hidden }) => !hidden)
    .map(({ x, y }) => ({ x: x - DOOR, y: y - DOOR, w: 2 * DOOR, h: 2 * DOOR }));
  const stacks = layout.nodes
    .filter(({ open }) => open)
    .map(({ stack }) => ({ x: stack.x - 15, y: stack.y - 15, w: 30, h: 30 }));
  return [...labels, ...doors, ...stacks];
}
