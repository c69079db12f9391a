/** Beside its marker, where does a packet's row of headers hide the fewest labels? Pure. */
import { clamp, sharedArea, type Point, type Rect } from './geometry.ts';

export interface Placement {
  /** from the marker to the middle of the plate */
  readonly dx: number;
  readonly dy: number;
}

export interface PlacementQuestion {
  readonly marker: Point;
  readonly width: number;
  readonly height: number;
  /** labels and doors, in the same units */
  readonly obstacles: readonly Rect[];
  /** the visible part of the board */
  readonly bounds: Rect;
  /** a tall plate may stand further away */
  readonly far?: boolean;
}

/** Candidates around the marker, best liked first; a plate half out of sight is worse than any hidden label. */
export function placePlate({
  marker,
  width,
  height,
  obstacles,
  bounds,
  far = false,
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
      Math.abs(candidate.dx) * (Math.abs(candidate.dy) < height / 2 ? 1.6 : 0.4) +
      Math.abs(candidate.dy) * 5 +
      (candidate.dy > 0 ? 40 : 0);
    if (cost < least) [best, least] = [candidate, cost];
  }
  return best;
}

/** Above or below its marker a plate is pushed sideways into sight; beside it, it would be pushed over it. */
function within(
  wanted: Placement,
  marker: Point,
  { width, height }: { readonly width: number; readonly height: number },
  bounds: Rect,
): Placement {
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
  const columns = [0, shift / 2, -shift / 2, shift, -shift];
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
