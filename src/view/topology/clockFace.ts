/** The client's clock on the board: a face whose hand goes round while nobody answers, and the seconds in words. */
import type { Place } from '../../trace/timeline.ts';
import { placePlate } from './placement.ts';
import type { Point, Rect } from './geometry.ts';
import type { Brush } from './paint.ts';
import { textWidth } from './text.ts';

export interface ShownClock {
  /** the client */
  readonly place: Place;
  /** part of the time until it gives up, 0 to 1 */
  readonly share: number;
  /** `4.2 s`, or how it ended */
  readonly text: string;
  /** the longest text it will show: it keeps its place while seconds run */
  readonly longest: string;
  /** the client has given up: the clock stands */
  readonly over: boolean;
}

export interface ClockPlace {
  /** where the client stands, on screen */
  readonly at: Point;
  readonly unit: number;
  readonly obstacles: readonly Rect[];
  readonly bounds: Rect;
}

const HEIGHT = 30;
const FACE = 10;
const FONT = 14;

/** The plate's rectangle on screen. */
export function clockRect({ text, longest }: ShownClock, { at, unit, obstacles, bounds }: ClockPlace): Rect {
  const width =
    (Math.max(textWidth(text, FONT, 'sans'), textWidth(longest, FONT, 'sans')) + 2 * FACE + 26) * unit;
  const height = HEIGHT * unit;
  const { dx, dy } = placePlate({ marker: at, width, height, obstacles, bounds, far: true });
  return { x: at.x + dx - width / 2, y: at.y + dy - height / 2, w: width, h: height };
}

export function paintClock(
  { context, palette }: Brush,
  clock: ShownClock,
  rect: Rect,
  place: ClockPlace,
): void {
  const { at, unit } = place;
  const colour = clock.over ? palette.bad : palette.ink;
  const middle = rect.y + rect.h / 2;
  context.save();
  context.strokeStyle = colour;
  // thin, and over whatever lies between
  context.lineWidth = 1;
  context.setLineDash([2, 3]);
  context.beginPath();
  context.moveTo(at.x, at.y);
  context.lineTo(Math.max(rect.x + 8, Math.min(at.x, rect.x + rect.w - 8)), middle);
  context.stroke();
  context.setLineDash([]);
  context.beginPath();
  context.roundRect(rect.x, rect.y, rect.w, rect.h, rect.h / 2);
  context.fillStyle = palette.solid;
  context.fill();
  context.lineWidth = 2;
  context.stroke();
  paintFace({ x: rect.x + (FACE + 7) * unit, y: middle });
  context.fillStyle = colour;
  context.textAlign = 'left';
  context.textBaseline = 'middle';
  context.font = `700 ${FONT * unit}px ${palette.font}`;
  context.fillText(clock.text, rect.x + (2 * FACE + 14) * unit, middle + 1);
  context.restore();

  function paintFace({ x, y }: Point): void {
    const radius = FACE * unit;
    const angle = clock.share * 2 * Math.PI - Math.PI / 2;
    context.fillStyle = colour;
    context.globalAlpha = 0.25;
    context.beginPath();
    context.moveTo(x, y);
    context.arc(x, y, radius, -Math.PI / 2, angle);
    context.fill();
    context.globalAlpha = 1;
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.moveTo(x, y);
    context.lineTo(x + Math.cos(angle) * radius * 0.8, y + Math.sin(angle) * radius * 0.8);
    context.stroke();
  }
}
