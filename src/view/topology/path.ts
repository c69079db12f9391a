/** The way of a packet between two places of the board: along drawn wires, and squarely inside a namespace. Pure. */
import type { Place } from '../../trace/timeline.ts';
import { simplify, type Point } from './geometry.ts';
import { doorKey, type Door, type Layout } from './layoutTypes.ts';

/** Where a place is drawn: its door, else the stack of its namespace; undefined when the board does not show it. */
export function pointOf(layout: Layout, place: Place): Point | undefined {
  if (place.at === 'process') return layout.processes.get(place.ns) ?? layout.stacks.get(place.ns);
  const door =
    place.at === 'door' && place.dev !== undefined
      ? layout.doors.get(doorKey(place.ns, place.dev))
      : undefined;
  return door ?? layout.stacks.get(place.ns);
}

/** From one place to another; one point when it stays, none when neither is on the board. */
export function pathBetween(layout: Layout, from: Place, to: Place): readonly Point[] {
  const [start, end] = [pointOf(layout, from), pointOf(layout, to)];
  if (!start || !end) return [start ?? end].filter((point) => point !== undefined);
  if (from.ns === to.ns) return simplify(inside(layout, { ...from, ...xy(start) }, { ...to, ...xy(end) }));
  return simplify(across(layout, from, to) ?? [start, end]);
}

/** Square corners: first to the level where this kind of place is reached (the bridge's bar, the stack), along it, then off. */
function inside(layout: Layout, from: Place & Point, to: Place & Point): readonly Point[] {
  const [start, end] = [xy(from), xy(to)];
  const stack = layout.stacks.get(from.ns);
  if (!stack || (start.x === end.x && start.y === end.y)) return [start];
  const a = levelOf(layout, from, to, stack);
  const b = levelOf(layout, to, from, stack);
  const turn =
    a === b
      ? []
      : [
          { x: stack.x, y: a },
          { x: stack.x, y: b },
        ];
  return [start, { x: start.x, y: a }, ...turn, { x: end.x, y: b }, end];
}

function xy({ x, y }: Point): Point {
  return { x, y };
}

function levelOf(layout: Layout, place: Place, other: Place, stack: Point): number {
  const bar = layout.nodes.find(({ ns }) => ns === place.ns)?.bridge;
  if (!bar) return stack.y;
  const kinds = [place, other].map(({ ns, dev }) =>
    dev === undefined ? undefined : layout.doors.get(doorKey(ns, dev))?.kind,
  );
  const ofBridge = kinds[0] === 'veth' || (kinds[0] === 'bridge' && kinds[1] === 'veth');
  return ofBridge ? bar.y + bar.h / 2 : stack.y;
}

/**
 * Over wires. Neighbouring steps are usually the two ends of one wire; when what lies between was folded away, the packet
 * still goes the way a cable goes: the fewest wires.
 */
function across(layout: Layout, from: Place, to: Place): readonly Point[] | undefined {
  const route = fewestWires(layout, from.ns, to.ns);
  if (!route) return undefined;
  const points: Point[] = [];
  let at = from;
  for (const { out, into, points: wire } of route) {
    points.push(...pathBetween(layout, at, placeOfDoor(out)), ...wire);
    at = placeOfDoor(into);
  }
  return [...points, ...pathBetween(layout, at, to)];
}

function placeOfDoor(door: Door): Place {
  return { ns: door.ns, at: 'door', dev: door.dev };
}

interface Leg {
  readonly out: Door;
  readonly into: Door;
  readonly points: readonly Point[];
}

function fewestWires(layout: Layout, from: string, to: string): readonly Leg[] | undefined {
  const legs = legsByNamespace(layout);
  const cameBy = new Map<string, Leg | undefined>([[from, undefined]]);
  for (const ns of cameBy.keys()) {
    if (ns === to) return walkBack(cameBy, to);
    for (const leg of legs.get(ns) ?? []) if (!cameBy.has(leg.into.ns)) cameBy.set(leg.into.ns, leg);
  }
  return undefined;
}

function walkBack(cameBy: ReadonlyMap<string, Leg | undefined>, to: string): readonly Leg[] {
  const route: Leg[] = [];
  for (let leg = cameBy.get(to); leg; leg = cameBy.get(leg.out.ns)) route.unshift(leg);
  return route;
}

const legsOfLayout = new WeakMap<Layout, ReadonlyMap<string, readonly Leg[]>>();

function legsByNamespace(layout: Layout): ReadonlyMap<string, readonly Leg[]> {
  const known = legsOfLayout.get(layout);
  if (known) return known;
  const legs = new Map<string, Leg[]>();
  const add = (leg: Leg) => void legs.set(leg.out.ns, [...(legs.get(leg.out.ns) ?? []), leg]);
  for (const { a, b, points } of layout.wires) {
    const [out, into] = [layout.doors.get(a), layout.doors.get(b)];
    if (!out || !into) continue;
    add({ out, into, points });
    add({ out: into, into: out, points: [...points].reverse() });
  }
  legsOfLayout.set(layout, legs);
  return legs;
}
