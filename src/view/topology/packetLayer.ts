/**
 * The canvas above the board: packets and nothing else. It paints when it is told that something moved, and only then.
 * A packet is a marker on its way (shape = kind) and, close enough to read, a plate with its row of header tiles beside it;
 * far away, or in a crowd, a small envelope.
 */
import { chooseWay, createBlitter } from './blitter.ts';
import { coverings } from './covered.ts';
import { createCrowd, type Crowd } from './crowd.ts';
import type { Layout } from './layoutTypes.ts';
import type { Palette } from './palette.ts';
import type { PaintedPacket } from './painted.ts';
import type { Transform } from './panZoom.ts';
import { clamp, type Point, type Rect } from './geometry.ts';
import { clockRect, paintClock, type ShownClock } from './clockFace.ts';
import { pointOf } from './path.ts';
import { createPlates } from './plates.ts';
import { createSprites, type Sprites } from './sprites.ts';
import { paintEnvelope, paintMarker, paintPlaceOfDrop, paintPlate, paintTrail, type Brush } from './paint.ts';
import { ease } from './train.ts';
import { createWays, measure, placeOn, type Way } from './way.ts';

export interface PacketView {
  readonly layout: Layout;
  readonly transform: Transform;
  readonly palette: Palette;
  /** what is written on a packet that ends here */
  readonly dropped: string;
}

export interface PacketLayer {
  readonly draw: (packets: readonly PaintedPacket[]) => void;
  /** the client's clock; undefined takes it away */
  readonly clock: (shown: ShownClock | undefined) => void;
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
/** From so many on, how sprites reach the canvas matters. */
const CROWD = 300;

export function createPacketLayer(canvas: HTMLCanvasElement, initial: PacketView): PacketLayer {
  const context = canvas.getContext('2d');
  let view = initial;
  let packets: readonly PaintedPacket[] = [];
  let sprites: Sprites = createSprites(view.palette, ratio());
  let empty = true;
  let clock: ShownClock | undefined;
  let crowd: Crowd | undefined;
  let ways = createWays(view.layout);
  const plates = createPlates(() => ({
    ...view,
    width: canvas.clientWidth,
    height: canvas.clientHeight,
    coverings: () => coverings(canvas),
  }));

  function ratio(): number {
    return globalThis.devicePixelRatio || 1;
  }

  function paint(): void {
    if (!context) return;
    const dpr = ratio();
    if (packets.length >= CROWD) {
      empty = false;
      crowd ??= createCrowd((sprite) => createBlitter(context, chooseWay(sprite)));
      crowd.paint(packets, {
        transform: view.transform,
        ratio: dpr,
        area: (canvas.width * canvas.height) / dpr ** 2,
        sprites,
        ways,
      });
      return;
    }
    // a crowd knows only what it put on the canvas itself
    crowd = undefined;
    if (!empty) {
      context.setTransform(1, 0, 0, 1, 0, 0);
      context.clearRect(0, 0, canvas.width, canvas.height);
    }
    empty = packets.length === 0 && clock === undefined;
    if (empty) return;
    context.setTransform(dpr, 0, 0, dpr, 0, 0);
    const brush = { context, palette: view.palette, sprites };
    const told = packets.reduce((count, packet) => count + (packet.bare ? 0 : 1), 0);
    const withPlates = told <= (view.transform.k >= 0.42 ? MOST_PLATES : MOST_PLATES_FAR);
    const covered = packets.flatMap((packet) => paintPacket(brush, packet, withPlates) ?? []);
    if (clock) paintClient(brush, clock, covered);
  }

  function toScreen({ x, y }: Point): Point {
    const { transform } = view;
    return { x: x * transform.k + transform.x, y: y * transform.k + transform.y };
  }

  function unit(): number {
    return clamp(view.transform.k, LEAST_UNIT, 1.35);
  }

  /** One that is dropped falls aside, so that what it fell from can be read. */
  function wayOf(packet: PaintedPacket): Way {
    const way = ways.between(packet.from, packet.to);
    const end = packet.kind === 'dropped' ? way.points.at(-1) : undefined;
    return end ? measure([...way.points, plates.fallen(end, unit())]) : way;
  }

  /** Answers with what its plate covers. */
  function paintPacket(brush: Brush, packet: PaintedPacket, withPlates: boolean): Rect | undefined {
    const way = wayOf(packet);
    const path = way.points;
    if (path.length === 0) return undefined;
    const at = toScreen(placeOn(way, ease(clamp(packet.t, 0, 1))));
    if (!withPlates || packet.bare) {
      paintEnvelope(brush, packet, at);
      return undefined;
    }
    paintTrail(brush, packet.kind, path.map(toScreen));
    const { train, size, block, alpha, offset, covers } = plates.lay(packet, path, unit());
    const plate = { x: at.x + offset.dx, y: at.y + offset.dy };
    const threads = { block, alpha };
    paintPlate(brush, { packet, train, at, plate, size, unit: unit(), dropped: view.dropped, threads });
    const from = packet.kind === 'dropped' ? path.at(-2) : undefined;
    if (from) paintPlaceOfDrop(brush, toScreen(from), unit());
    paintMarker(brush, packet, at, unit());
    return covers(at);
  }

  function paintClient(brush: Brush, shown: ShownClock, covered: readonly Rect[]): void {
    const point = pointOf(view.layout, shown.place);
    if (!point) return;
    const labels = plates.obstacles();
    const place = {
      at: toScreen(point),
      unit: unit(),
      // it may stand far off rather than on a label
      obstacles: [...labels, ...labels, ...labels, ...covered, ...covered, ...covered],
      bounds: plates.bounds(),
    };
    paintClock(brush, shown, clockRect(shown, place), place);
  }

  function resize(): void {
    const dpr = ratio();
    canvas.width = Math.max(1, Math.round(canvas.clientWidth * dpr));
    canvas.height = Math.max(1, Math.round(canvas.clientHeight * dpr));
    sprites = createSprites(view.palette, dpr);
    plates.clear();
    paint();
  }

  resize();
  return {
    draw(next) {
      if (next === packets || (next.length === 0 && packets.length === 0)) return;
      packets = next;
      paint();
    },
    clock(shown) {
      if (shown === clock) return;
      clock = shown;
      paint();
    },
    update(changes) {
      const layoutChanged = changes.layout !== undefined && changes.layout !== view.layout;
      const paletteChanged = changes.palette !== undefined && changes.palette !== view.palette;
      view = { ...view, ...changes };
      if (layoutChanged) ways = createWays(view.layout);
      if (paletteChanged) sprites = createSprites(view.palette, ratio());
      plates.clear();
      if (!empty || packets.length > 0) paint();
    },
    resize,
    destroy() {
      packets = [];
      clock = undefined;
      paint();
    },
  };
}
