/** A polyline measured once, so that a place on it costs no square roots per frame. */
import type { Point } from './geometry.ts';

export interface Way {
  readonly points: readonly Point[];
  /** length from the beginning to each point */
  readonly reached: readonly number[];
}

export function measure(points: readonly Point[]): Way {
  const reached: number[] = [];
  let sum = 0;
  points.forEach(({ x, y }, i) => {
    const before = points[i - 1];
    if (before) sum += Math.hypot(x - before.x, y - before.y);
    reached.push(sum);
  });
  return { points, reached };
}

/** The point at `fraction` (0 to 1, by length) of a way that has one. */
export function placeOn({ points, reached }: Way, fraction: number): Point {
  const goal = (reached.at(-1) ?? 0) * fraction;
  let i = 1;
  while (i < points.length - 1 && (reached[i] ?? 0) < goal) i++;
  const [a, b] = [points[i - 1], points[i]];
  if (!a || !b) return a ?? { x: 0, y: 0 };
  const [from, to] = [reached[i - 1] ?? 0, reached[i] ?? 0];
  const part = to > from ? Math.min(1, (goal - from) / (to - from)) : 1;
  return { x: a.x + (b.x - a.x) * part, y: a.y + (b.y - a.y) * part };
}
