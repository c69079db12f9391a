/** Points, rectangles and polylines in board units: 1 unit is 1 CSS pixel at zoom 1. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

export type Side = 'top' | 'right' | 'bottom' | 'left' | 'inside';

export function right(rect: Rect): number {
  return rect.x + rect.w;
}

export function bottom(rect: Rect): number {
  return rect.y + rect.h;
}

export function centre(rect: Rect): Point {
  return { x: rect.x + rect.w / 2, y: rect.y + rect.h / 2 };
}

export function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(most, value));
}

/** The area two rectangles share; 0 when they only touch. */
export function sharedArea(a: Rect, b: Rect): number {
  const w = Math.min(right(a), right(b)) - Math.max(a.x, b.x);
  const h = Math.min(bottom(a), bottom(b)) - Math.max(a.y, b.y);
  return w > 0 && h > 0 ? w * h : 0;
}

/** True when the point lies on the outline of the rectangle (within half a unit). */
export function onBorder(rect: Rect, { x, y }: Point): boolean {
  const near = (a: number, b: number) => Math.abs(a - b) <= 0.5;
  const withinX = x >= rect.x - 0.5 && x <= right(rect) + 0.5;
  const withinY = y >= rect.y - 0.5 && y <= bottom(rect) + 0.5;
  return (
    ((near(x, rect.x) || near(x, right(rect))) && withinY) ||
    ((near(y, rect.y) || near(y, bottom(rect))) && withinX)
  );
}

/** The same route without points that add nothing: repeats, and points on the straight line between their neighbours. */
export function simplify(points: readonly Point[]): readonly Point[] {
  const kept: Point[] = [];
  for (const point of points) {
    const last = kept.at(-1);
    if (last && last.x === point.x && last.y === point.y) continue;
    const before = kept.at(-2);
    if (before && last && between(before, last, point)) kept.pop();
    kept.push(point);
  }
  return kept;
}

function between(a: Point, b: Point, c: Point): boolean {
  const vertical = a.x === b.x && b.x === c.x && (b.y - a.y) * (c.y - b.y) > 0;
  const horizontal = a.y === b.y && b.y === c.y && (b.x - a.x) * (c.x - b.x) > 0;
  return vertical || horizontal;
}

export function lengthOf(points: readonly Point[]): number {
  let sum = 0;
  for (let i = 1; i < points.length; i++) {
    const [a, b] = [points[i - 1], points[i]];
    if (a && b) sum += Math.hypot(b.x - a.x, b.y - a.y);
  }
  return sum;
}

/** The point at `fraction` (0 to 1, by length) of a polyline; a polyline without points is at the origin. */
export function pointAt(points: readonly Point[], fraction: number): Point {
  let left = lengthOf(points) * clamp(fraction, 0, 1);
  for (let i = 1; i < points.length; i++) {
    const [a, b] = [points[i - 1], points[i]];
    if (!a || !b) break;
    const length = Math.hypot(b.x - a.x, b.y - a.y);
    if (length > 0 && left <= length) {
      return { x: a.x + ((b.x - a.x) * left) / length, y: a.y + ((b.y - a.y) * left) / length };
    }
    left -= length;
  }
  return points.at(-1) ?? { x: 0, y: 0 };
}

/** A polyline as the `d` of an SVG path, its corners rounded by up to `radius`. */
export function roundedPath(points: readonly Point[], radius = 8): string {
  const parts: string[] = [];
  points.forEach((point, i) => {
    const [before, after] = [points[i - 1], points[i + 1]];
    if (!before) parts.push(`M${point.x} ${point.y}`);
    else if (!after) parts.push(`L${point.x} ${point.y}`);
    else {
      const from = towards(point, before, radius);
      const to = towards(point, after, radius);
      parts.push(`L${from.x} ${from.y}Q${point.x} ${point.y} ${to.x} ${to.y}`);
    }
  });
  return parts.join('');
}

/** From `a`, `distance` towards `b`, at most half way. */
function towards(a: Point, b: Point, distance: number): Point {
  const length = Math.hypot(b.x - a.x, b.y - a.y);
  const part = length === 0 ? 0 : Math.min(distance / length, 0.5);
  return { x: a.x + (b.x - a.x) * part, y: a.y + (b.y - a.y) * part };
}
