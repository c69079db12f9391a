/** A polyline measured once, so that a place on it costs no square roots per frame. */
import type { Place } from '../../trace/timeline.ts';
import type { Point } from './geometry.ts';
import type { Layout } from './layoutTypes.ts';
import { pathBetween } from './path.ts';

export interface Way {
  readonly points: readonly Point[];
  /** length from the beginning to each point */
  readonly reached: Float64Array;
}

export function measure(points: readonly Point[]): Way {
  const reached = new Float64Array(points.length);
  let sum = 0;
  points.forEach(({ x, y }, i) => {
    const before = points[i - 1];
    if (before) sum += Math.hypot(x - before.x, y - before.y);
    reached[i] = sum;
  });
  return { points, reached };
}

/** The point at `fraction` (0 to 1, by length) of a way, the origin when it has none; written into `at`, which may be used again. */
export function placeOn({ points, reached }: Way, fraction: number, at = { x: 0, y: 0 }): Point {
  const last = points.length - 1;
  const goal = (reached[last] ?? 0) * fraction;
  let i = 1;
  while (i < last && (reached[i] ?? 0) < goal) i++;
  const b = points[Math.min(i, last)];
  const a = points[i - 1];
  if (!a || !b) return at;
  const [from, to] = [reached[i - 1] ?? 0, reached[i] ?? 0];
  const part = to > from ? Math.min(1, (goal - from) / (to - from)) : 1;
  at.x = a.x + (b.x - a.x) * part;
  at.y = a.y + (b.y - a.y) * part;
  return at;
}

/** The ways of a board, each measured once. */
export interface Ways {
  readonly between: (from: Place, to: Place) => Way;
}

interface Known {
  readonly from: Place;
  readonly to: Place;
  readonly way: Way;
}

/** Asked for per packet and frame, so without making keys: by both namespaces, then among the few ways between them. */
export function createWays(layout: Layout): Ways {
  const known = new Map<string, Map<string, Known[]>>();
  return {
    between(from, to) {
      let byTarget = known.get(from.ns);
      if (!byTarget) known.set(from.ns, (byTarget = new Map<string, Known[]>()));
      let ways = byTarget.get(to.ns);
      if (!ways) byTarget.set(to.ns, (ways = []));
      for (const one of ways) if (isSame(one.from, from) && isSame(one.to, to)) return one.way;
      const way = measure(pathBetween(layout, from, to));
      ways.push({ from, to, way });
      return way;
    },
  };
}

function isSame(a: Place, b: Place): boolean {
  return a === b || (a.at === b.at && a.dev === b.dev);
}
