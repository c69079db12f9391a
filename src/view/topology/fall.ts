/** Where a dropped packet comes to lie: beside the place where it was dropped, on nothing that has to be read. Pure. */
import { sharedArea, type Point, type Rect } from './geometry.ts';

/** Half the height of a broken marker, at unit 1. */
export const FALLEN = 18;
const STEP = 6;
const FARTHEST = 120;
/** Down comes first: that is where things fall. */
const WAYS: readonly Point[] = [
  { x: 0, y: 1 },
  { x: -1, y: 0 },
  { x: 1, y: 0 },
  { x: -0.7, y: 0.7 },
  { x: 0.7, y: 0.7 },
  { x: 0, y: -1 },
  { x: -0.7, y: -0.7 },
  { x: 0.7, y: -0.7 },
];

/** The nearest free place, on screen; where everything near is taken, the one that hides least. */
export function fallFrom(place: Point, unit: number, obstacles: readonly Rect[], bounds: Rect): Point {
  const half = FALLEN * unit;
  let best = place;
  let least = Infinity;
  for (let far = 0; far <= FARTHEST; far += STEP) {
    for (const { x, y } of WAYS) {
      const at = { x: place.x + x * far, y: place.y + y * far };
      const box = { x: at.x - half, y: at.y - half, w: 2 * half, h: 2 * half };
      const outside = 4 * half * half - sharedArea(box, bounds);
      const hidden = obstacles.reduce((sum, rect) => sum + sharedArea(box, rect), outside);
      if (hidden < least) [best, least] = [at, hidden];
      if (hidden === 0) return at;
    }
  }
  return best;
}
