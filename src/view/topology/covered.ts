/** What of the page lies on the board: the search, the choices in its corners, the minimap. */
import type { Rect } from './geometry.ts';

/** Their rectangles in CSS pixels of the canvas. Reads the page's layout, so ask when something is placed, not per frame. */
export function coverings(canvas: HTMLCanvasElement): readonly Rect[] {
  const origin = canvas.getBoundingClientRect();
  return [...(canvas.parentElement?.children ?? [])]
    .filter((element) => element instanceof HTMLElement && !(element instanceof HTMLCanvasElement))
    .map((element) => element.getBoundingClientRect())
    .filter(({ width, height }) => width > 1 && height > 1)
    .map(({ x, y, width, height }) => ({ x: x - origin.x, y: y - origin.y, w: width, h: height }));
}
