/** Beside its marker, where does a packet's row of headers hide the fewest labels? Pure. */
import { clamp, sharedArea, type Point, type Rect } from './geometry.ts';

export interface Placement {
  /** from the marker to the middle of the plate */
  readonly dx: number;
  readonly dy: number;
}

interface PlateSize {
  readonly width: number;
  readonly height: number;
}

export interface PlacementQuestion extends PlateSize {
  readonly marker: Point;
  /** labels and doors, in the same units */
  readonly obstacles: readonly Rect[];
  /** the visible part of the board */
  readonly bounds: Rect;
  /** a tall plate may stand further away */
  readonly far?: boolean;
  /** the thread to the marker should be short; below its marker, the plate's own row is so much further from it */
  readonly above?: number;
}

/** Candidates around the marker, best liked first; a plate half out of sight is worse than any hidden label. */
export function placePlate({
  marker,
  width,
  height,
  obstacles,
  bounds,
  far = false,
  above,
}: PlacementQuestion): Placement {
  let best: Placement = { dx: 0, dy: -height };
  let least = Infinity;
  for (const wanted of candidates(width, height, far)) {
    const candidate = within(wanted, marker, { width, height }, bounds);
    const plate = {
      x: marker.x + candidate.dx - width / 2,
      y: marker.y + candidate.dy - height / 2,
      w: width,
      h: height,
    };
    const hidden = obstacles.reduce((sum, obstacle) => sum + sharedArea(plate, obstacle), 0);
    const outside = width * height - sharedArea(plate, bounds);
    const cost =
      hidden * 2 +
      outside * 20 +
      (above === undefined ? 0 : tooFar(candidate, { width, height }, above)) +
      Math.abs(candidate.dx) * (Math.abs(candidate.dy) < height / 2 ? 1.6 : 0.4) +
      Math.abs(candidate.dy) * 5 +
      (candidate.dy > 0 ? 40 : 0);
    if (cost < least) [best, least] = [candidate, cost];
  }
  return best;
}

/** The thread to the marker may be so long before it costs, and then more and more: a plate belongs to its place. */
const SHORT = 60;

function tooFar({ dx, dy }: Placement, size: PlateSize, above: number): number {
  const down = Math.max(0, Math.abs(dy) - size.height / 2) + (dy > 0 ? above : 0);
  const aside = Math.max(0, Math.abs(dx) - size.width / 2);
  return Math.max(0, Math.hypot(down, aside) - SHORT) ** 2;
}

/** Above or below its marker a plate is pushed sideways into sight; beside it, it would be pushed over it. */
function within(wanted: Placement, marker: Point, { width, height }: PlateSize, bounds: Rect): Placement {
  if (Math.abs(wanted.dy) < height / 2 || width > bounds.w) return wanted;
  const x = clamp(marker.x + wanted.dx, bounds.x + width / 2, bounds.x + bounds.w - width / 2);
  return { dx: x - marker.x, dy: wanted.dy };
}

const NEAR = [0, 8, 18, 30, 44, 60] as const;
const FAR = [...NEAR, 78, 98, 120, 145] as const;

function candidates(width: number, height: number, far: boolean): readonly Placement[] {
  const rise = height / 2 + 14;
  const shift = width / 2 - 14;
  const beside = width / 2 + 18;
  const columns = [0, 0.25, -0.25, 0.5, -0.5, 0.75, -0.75, 1, -1].map((part) => part * shift);
  return [
    ...(far ? FAR : NEAR).flatMap((more) =>
      columns.flatMap((dx) => [-1, 1].map((side) => ({ dx, dy: side * (rise + more) }))),
    ),
    ...[0, -12, 12, -24, 24].flatMap((dy) => [-beside, beside].map((dx) => ({ dx, dy }))),
  ];
}

/** Part of the way from one placement to another; from above to below it goes round the marker, never over it. */
export function placementBetween(a: Placement, b: Placement, p: number, width: number): Placement {
  if (a.dy * b.dy >= 0) return mix(a, b, p);
  const side = { dx: (a.dx + b.dx >= 0 ? 1 : -1) * (width / 2 + 18), dy: 0 };
  return p < 0.5 ? mix(a, side, p * 2) : mix(side, b, p * 2 - 1);
}

function mix(a: Placement, b: Placement, p: number): Placement {
  return { dx: a.dx + (b.dx - a.dx) * p, dy: a.dy + (b.dy - a.dy) * p };
}
