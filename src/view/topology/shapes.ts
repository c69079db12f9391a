/** A packet's shape says its kind: circle request, pill reply, small square ARP, triangle error, diamond dropped. */
import type { PacketKind } from './palette.ts';

/** Traces the outline around the origin; the caller fills or strokes it. */
export function shapeOf(context: CanvasRenderingContext2D, kind: PacketKind, radius: number): void {
  context.beginPath();
  switch (kind) {
    case 'request':
      context.arc(0, 0, radius, 0, 2 * Math.PI);
      break;
    case 'reply':
      context.roundRect(-radius * 1.35, -radius * 0.75, radius * 2.7, radius * 1.5, radius * 0.75);
      break;
    case 'arp':
      context.rect(-radius * 0.78, -radius * 0.78, radius * 1.56, radius * 1.56);
      break;
    case 'error':
      polygon(context, [0, -radius * 1.15, radius * 1.1, radius * 0.85, -radius * 1.1, radius * 0.85]);
      break;
    case 'dropped':
      polygon(context, [0, -radius * 1.3, radius * 1.3, 0, 0, radius * 1.3, -radius * 1.3, 0]);
      break;
  }
}

export function polygon(context: CanvasRenderingContext2D, coordinates: readonly number[]): void {
  for (let i = 0; i + 1 < coordinates.length; i += 2) {
    const [x = 0, y = 0] = [coordinates[i], coordinates[i + 1]];
    if (i === 0) context.moveTo(x, y);
    else context.lineTo(x, y);
  }
  context.closePath();
}
