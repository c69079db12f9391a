/**
 * Where on screen the plate of a told packet is: beside its marker, where it hides the fewest labels and doors, and eased
 * from one such place to the next while the packet moves.
 */
import { fallFrom } from './fall.ts';
import { clamp, pointAt, type Point, type Rect } from './geometry.ts';
import { labelBox, labelsOf, zoomOf } from './labels.ts';
import type { Layout, Level } from './layoutTypes.ts';
import type { PaintedPacket } from './painted.ts';
import type { Transform } from './panZoom.ts';
import { plateSize, rowStart, type PlateSize } from './paint.ts';
import { placementBetween, placePlate, type Placement } from './placement.ts';
import { blockOf, NO_BLOCK, type ThreadBlock } from './threadPlate.ts';
import { ease, trainOf, type Train } from './train.ts';

const DOOR = 9;
/** Room above a dropped packet's plate, and as much below, for the word on top. */
const VERDICT = 30;
/** So many labels may be hidden before a plate goes below a control of the page. */
const HIDES = 6;

export interface Screen {
  readonly layout: Layout;
  readonly transform: Transform;
  readonly width: number;
  readonly height: number;
  /** what lies on the board and hides whatever is below it, on screen */
  readonly coverings: () => readonly Rect[];
}

export interface LaidPlate {
  readonly train: Train;
  readonly size: PlateSize;
  readonly block: ThreadBlock;
  /** how much of the threads is seen */
  readonly alpha: number;
  /** from the marker to the middle of the plate */
  readonly offset: Placement;
  /** what plate and threads cover, once the marker is at `at` */
  readonly covers: (at: Point) => Rect;
}

/** What a plate needs around its own size: its threads, its verdict. */
interface Room extends PlateSize {
  /** from the middle of the room to the middle of the plate */
  readonly dx: number;
  readonly dy: number;
  readonly far: boolean;
  /** its threads */
  readonly above: number;
}

export interface Plates {
  readonly lay: (packet: PaintedPacket, path: readonly Point[], unit: number) => LaidPlate;
  /** where a packet that is dropped at a place comes to lie, in board units */
  readonly fallen: (place: Point, unit: number) => Point;
  readonly obstacles: () => readonly Rect[];
  readonly bounds: () => Rect;
  readonly clear: () => void;
}

export function createPlates(screen: () => Screen): Plates {
  const placements = new Map<string, Placement>();
  const resting = new Map<string, Point>();
  const bounds = (): Rect => {
    const { width, height } = screen();
    return { x: 4, y: 4, w: width - 8, h: height - 8 };
  };
  /** read with every new placement; between them frames go by */
  let covered: readonly Rect[] | undefined;
  const obstacles = (): readonly Rect[] => {
    const { layout, transform, coverings } = screen();
    covered ??= coverings();
    // a plate on a label hides the label; below a control it is hidden itself, and so is what it says
    const above = covered.flatMap((rect) => Array.from({ length: HIDES }, () => rect));
    return [...obstaclesOf(layout, transform), ...above];
  };

  /** Kept per place and size, so that a resting packet's plate does not wander. */
  function placementAt(point: Point, { width, height, dx, dy, far, above }: Room): Placement {
    const { k, x, y } = screen().transform;
    const marker = { x: point.x * k + x, y: point.y * k + y };
    const key = [marker.x, marker.y, width, height].map(Math.round).join(' ');
    const known = placements.get(key);
    if (known) return known;
    covered = undefined;
    const up = height + (far ? 180 : 90);
    const reach: Rect = { x: marker.x - width - 40, y: marker.y - up, w: 2 * width + 80, h: 2 * up };
    const near = obstacles().filter(
      (rect) =>
        rect.x < reach.x + reach.w &&
        rect.x + rect.w > reach.x &&
        rect.y < reach.y + reach.h &&
        rect.y + rect.h > reach.y,
    );
    const middle = placePlate({ marker, width, height, obstacles: near, bounds: bounds(), far, above });
    const placement = { dx: middle.dx + dx, dy: middle.dy + dy };
    if (placements.size > 400) placements.clear();
    placements.set(key, placement);
    return placement;
  }

  function fallen(place: Point, unit: number): Point {
    const key = `${place.x} ${place.y}`;
    const known = resting.get(key);
    if (known) return known;
    const { k, x, y } = screen().transform;
    const marker = { x: place.x * k + x, y: place.y * k + y };
    const at = fallFrom(marker, unit, obstacles(), bounds());
    const rest = { x: (at.x - x) / k, y: (at.y - y) / k };
    resting.set(key, rest);
    return rest;
  }

  function lay(packet: PaintedPacket, path: readonly Point[], unit: number): LaidPlate {
    const train = trainOf(packet);
    const size = plateSize(train, packet, unit);
    const start = rowStart(train, size, packet.flow, unit);
    const most = bounds().w - start;
    const blockFor = (threads: PaintedPacket['threads']): ThreadBlock =>
      threads ? blockOf(threads, packet.tiles, unit, most) : NO_BLOCK;
    const block = blockFor(packet.threads);
    const plain = packet.kind === 'dropped' ? { ...size, height: size.height + VERDICT } : size;
    const rooms = {
      before: roomOf(plain, size, blockFor(packet.threadsBefore), start),
      between: roomOf(plain, size, NO_BLOCK, start),
      after: roomOf(plain, size, block, start),
    };
    // one that stays where it is does not put its plate away meanwhile
    const between = path.length === 1 ? rooms.after : rooms.between;
    const t = ease(clamp(packet.t, 0, 1));
    const half = t < 0.5 ? 0 : 1;
    const offset = placementBetween(
      placementAt(pointAt(path, half / 2), half === 0 ? rooms.before : between),
      placementAt(pointAt(path, (half + 1) / 2), half === 0 ? between : rooms.after),
      ease(t * 2 - half),
      size.width,
    );
    const { after } = rooms;
    return {
      train,
      size,
      block,
      alpha: clamp((packet.t - 0.45) / 0.4, 0, 1),
      offset,
      covers: ({ x, y }) => ({
        x: x + offset.dx - after.dx - after.width / 2,
        y: y + offset.dy - after.dy - after.height / 2,
        w: after.width,
        h: after.height,
      }),
    };
  }

  return {
    lay,
    fallen,
    obstacles,
    bounds,
    clear: () => {
      placements.clear();
      resting.clear();
      covered = undefined;
    },
  };
}

function roomOf(plain: PlateSize, size: PlateSize, block: ThreadBlock, start: number): Room {
  if (block.rows.length === 0) return { ...plain, dx: 0, dy: 0, far: false, above: 0 };
  const width = Math.max(size.width, start + block.right);
  const height = plain.height + block.height;
  return {
    width,
    height,
    dx: (size.width - width) / 2,
    dy: block.height / 2,
    far: block.rows.length > 1,
    above: block.height,
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
  // the name of a door counts three times: it says where the packet is
  const labels = labelsOf(layout, zoom).flatMap((label) =>
    Array.from({ length: label.slot.look === 'device' ? 3 : 1 }, () => labelBox(label)),
  );
  const doors = [...layout.doors.values()]
    .filter(({ hidden }) => !hidden)
    .map(({ x, y }) => ({ x: x - DOOR, y: y - DOOR, w: 2 * DOOR, h: 2 * DOOR }));
  const stacks = layout.nodes
    .filter(({ open }) => open)
    .map(({ stack }) => ({ x: stack.x - 15, y: stack.y - 15, w: 30, h: 30 }));
  const icons = layout.machines.map(({ rect }) => ({
    x: rect.x + 12,
    y: rect.y + rect.h / 2 - 8,
    w: 24,
    h: 24,
  }));
  return [...labels, ...doors, ...stacks, ...icons];
}
