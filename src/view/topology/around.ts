/** What is around a point of the board: the namespace there, and what a small window should show of a packet's place. Pure. */
import type { Point, Rect } from './geometry.ts';
import type { Layout } from './layoutTypes.ts';

function holds({ x, y, w, h }: Rect, point: Point): boolean {
  return point.x >= x && point.x <= x + w && point.y >= y && point.y <= y + h;
}

/** The innermost namespace that is drawn at a point: a pod before its node, a machine before the floor it stands on. */
export function namespaceAt({ nodes, machines, floors }: Layout, point: Point): string | undefined {
  const node = nodes.find(({ card }) => holds(card, point));
  if (node)
    return (node.open ? node.pods.find(({ strip }) => holds(strip, point))?.ns : undefined) ?? node.ns;
  return (
    machines.find(({ rect }) => holds(rect, point))?.ns ?? floors.find(({ bar }) => holds(bar, point))?.ns
  );
}

/** On a switch there is no card: so much of it is shown. */
const OF_SWITCH = { w: 420, h: 420 } as const;

export interface Surroundings {
  /** two places with one name are shown alike, so the camera need not move */
  readonly name: string;
  readonly rect: Rect;
}

/** The card, machine or stretch of a switch that a packet is in. */
export function surroundingsOf({ nodes, machines }: Layout, ns: string, at: Point): Surroundings {
  const node = nodes.find((one) => one.ns === ns || one.pods.some((pod) => pod.ns === ns));
  if (node) return { name: node.ns, rect: node.card };
  const machine = machines.find((one) => one.ns === ns);
  const { w, h } = OF_SWITCH;
  const around = (point: Point): Rect => ({ x: point.x - w / 2, y: point.y - h / 2, w, h });
  if (!machine) return { name: `${ns} ${Math.round(at.x)}`, rect: around(at) };
  const { rect } = machine;
  return { name: ns, rect: around({ x: rect.x + rect.w / 2, y: rect.y + rect.h / 2 }) };
}
