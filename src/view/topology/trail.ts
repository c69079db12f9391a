/** The line behind a packet: every stretch that it came by, drawn once. Pure. */
import type { Place } from '../../trace/timeline.ts';
import { roundedPath } from './geometry.ts';
import type { Layout } from './layoutTypes.ts';
import { pathBetween } from './path.ts';

/** The `d` of an SVG path through `places` in their order; empty where it went nowhere. */
export function trailPath(layout: Layout, places: readonly Place[]): string {
  const stretches = new Map<string, string>();
  places.forEach((to, i) => {
    const from = places[i - 1];
    const points = from ? pathBetween(layout, from, to) : [];
    const [start, end] = [points[0], points.at(-1)];
    if (!start || !end || points.length < 2) return;
    // there and back is one stretch
    const ends = [`${start.x} ${start.y}`, `${end.x} ${end.y}`].toSorted().join(' ');
    if (!stretches.has(ends)) stretches.set(ends, roundedPath(points));
  });
  return [...stretches.values()].join('');
}
