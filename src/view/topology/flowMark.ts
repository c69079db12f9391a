/** What a flow is called on the board: letters for what was sent, numbers for running traffic. A hue is only the second thing to know it by. */
import type { Point } from './geometry.ts';
import type { PaintedPacket } from './painted.ts';
import type { Palette } from './palette.ts';

/** Undefined for what machines ask of their own accord. */
export function flowMark({ flow, bare }: Pick<PaintedPacket, 'flow' | 'bare'>): string | undefined {
  if (flow === undefined) return undefined;
  return bare ? String(flow + 1) : String.fromCharCode(65 + (flow % 26));
}

/** The hues of traffic begin at the far end, so that 1 does not look like A. */
export function flowHue(
  hues: readonly string[],
  { flow, bare }: Pick<PaintedPacket, 'flow' | 'bare'>,
): string | undefined {
  if (flow === undefined || hues.length === 0) return undefined;
  const at = flow % hues.length;
  return hues[bare ? hues.length - 1 - at : at];
}

const RADIUS = 7.5;

/** The mark of a flow at the shoulder of a marker that has no plate. */
export function paintFlowMark(
  context: CanvasRenderingContext2D,
  palette: Palette,
  packet: PaintedPacket,
  at: Point,
): void {
  const mark = flowMark(packet);
  if (mark === undefined) return;
  const [x, y] = [at.x + 10, at.y - 9];
  context.beginPath();
  context.arc(x, y, RADIUS, 0, 2 * Math.PI);
  context.fillStyle = flowHue(palette.flow, packet) ?? palette.ink;
  context.fill();
  context.lineWidth = 1.5;
  context.strokeStyle = palette.plate;
  context.stroke();
  context.fillStyle = palette.onFlow;
  context.font = `700 ${mark.length > 1 ? 9 : 11}px ${palette.font}`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillText(mark, x, y + 0.5);
  context.textAlign = 'left';
}
