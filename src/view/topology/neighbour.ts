/** Which pickable thing is next in a direction: for the arrow keys. Pure. */
import { centre, type Rect } from './geometry.ts';

export type Direction = 'left' | 'right' | 'up' | 'down';

export interface Spot {
  readonly id: string;
  readonly rect: Rect;
}

const steps: Readonly<Record<Direction, readonly [number, number]>> = {
  left: [-1, 0],
  right: [1, 0],
  up: [0, -1],
  down: [0, 1],
};

/** The nearest in that direction; being off the line costs three times as much as being far. */
export function neighbourOf(spots: readonly Spot[], from: string, direction: Direction): string | undefined {
  const start = spots.find(({ id }) => id === from);
  if (!start) return undefined;
  const [dx, dy] = steps[direction];
  const a = centre(start.rect);
  let best: string | undefined;
  let least = Infinity;
  for (const { id, rect } of spots) {
    const b = centre(rect);
    const ahead = (b.x - a.x) * dx + (b.y - a.y) * dy;
    if (id === from || ahead <= 1) continue;
    const aside = Math.abs((b.x - a.x) * dy) + Math.abs((b.y - a.y) * dx);
    const cost = ahead + 3 * aside;
    if (cost < least) [best, least] = [id, cost];
  }
  return best;
}

/** One step in that direction: x to the right, y down. */
export function vectorOf(direction: Direction): readonly [number, number] {
  return steps[direction];
}

export function directionOf(key: string): Direction | undefined {
  switch (key) {
    case 'ArrowLeft':
      return 'left';
    case 'ArrowRight':
      return 'right';
    case 'ArrowUp':
      return 'up';
    case 'ArrowDown':
      return 'down';
    default:
      return undefined;
  }
}
