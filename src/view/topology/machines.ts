/** What stands outside the floors: the router between them and the clients beyond it, with their cables. */
import type { Board, BoardMachine, BoardSegment } from '../../engine/protocol.ts';
import { bottom, centre, clamp, right, simplify, type Point, type Rect } from './geometry.ts';
import { doorKey, type Door, type FloorBox, type MachineBox } from './layoutTypes.ts';
import { firstAddress, type Sketch } from './sketch.ts';

const WIDTH = 184;
const HEIGHT = 84;
const REACH = 168;
const CLIENT_GAP = 40;
/** From the switch of an outer segment to its clients: the floor is then as wide as its name. */
const LEAD = 108;
/** Where a machine's stack and side doors are, from its top. */
const AXIS = HEIGHT / 2 + 4;
/** Room for the name of an outer segment, above its clients. */
const OUTER_HEAD = 34;
/** Under the middle of two ordinary cards, also when the floor grows: then nobody has to look for the router again. */
const HOME = 496;

/** Segments without a node but with a client: they lie outside, beyond the router. */
export function outerSegments({ segments, nodes, clients }: Board): readonly BoardSegment[] {
  const plugged = (machines: readonly BoardMachine[], name: string) =>
    machines.some((machine) => machine.segments.includes(name));
  return segments.filter(({ name }) => !plugged(nodes, name) && plugged(clients, name));
}

/** Places router and clients in the row that begins at `y`; answers with the lower right corner of what it took. */
export function addMachines(sketch: Sketch, board: Board, y: number): Point {
  const { router, clients } = board;
  if (!router && clients.length === 0) return { x: 0, y: y - 32 };
  const outer = outerSegments(board);
  const row = y + (outer.length > 0 ? OUTER_HEAD - 12 : 0);
  const box = router && addRouter(sketch, router, row);
  const x = box ? right(box) + 56 : 40;
  let corner: Point = { x: box ? right(box) : 0, y: row + HEIGHT };
  let top = row;
  for (const segment of outer) {
    const mine = clients.filter((client) => client.segments.includes(segment.name));
    const floor = addOuterFloor(sketch, segment, { x, y: top - OUTER_HEAD }, mine);
    corner = { x: Math.max(corner.x, right(floor)), y: Math.max(corner.y, bottom(floor)) };
    top = bottom(floor) + 16 + OUTER_HEAD;
  }
  const direct = clients.filter((client) => !outer.some(({ name }) => client.segments.includes(name)));
  direct.forEach((client, i) => {
    const rect = addClient(sketch, client, { x: x + REACH - 56, y: top + i * (HEIGHT + CLIENT_GAP) });
    corner = { x: Math.max(corner.x, right(rect)), y: Math.max(corner.y, bottom(rect)) };
  });
  addCablesOut(sketch, [...(router ? [router] : []), ...clients]);
  return corner;
}

/** Clients on their own ground, with an upright switch between them and the router. */
function addOuterFloor(
  sketch: Sketch,
  segment: BoardSegment,
  { x, y }: Point,
  clients: readonly BoardMachine[],
): Rect {
  const top = y + OUTER_HEAD;
  const h = clients.length * (HEIGHT + CLIENT_GAP) - CLIENT_GAP;
  const bar = { x: x + 16, y: top, w: 20, h };
  const rect = { x, y, w: 16 + 20 + LEAD + WIDTH + 16, h: OUTER_HEAD + h + 16 };
  sketch.floors.push({ ns: segment.ns, name: segment.name, rect, bar, tint: (sketch.floors.length % 4) + 1 });
  sketch.stacks.set(segment.ns, centre(bar));
  const text = sketch.words.segment(segment.name, segment.cidr, segment.mtu);
  const short = sketch.words.segment(segment.name, segment.cidr);
  const room = { x: x + 8, y: y + 5, w: rect.w - 16, h: 22 };
  sketch.slot(`${segment.ns}#name`, text, room, { look: 'ground', short });
  clients.forEach((client, i) =>
    addClient(sketch, client, { x: right(bar) + LEAD, y: top + i * (HEIGHT + CLIENT_GAP) }),
  );
  return rect;
}

function addMachine(sketch: Sketch, kind: MachineBox['kind'], machine: BoardMachine, at: Point): Rect {
  const rect = { ...at, w: WIDTH, h: HEIGHT };
  const { words } = sketch;
  sketch.machines.push({ kind, ns: machine.ns, name: machine.name, ip: machine.ip, rect });
  const text = { x: at.x + 44, w: WIDTH - 56 };
  sketch.slot(
    `${machine.ns}#name`,
    machine.name,
    { ...text, y: at.y + 24, h: 22 },
    { size: 14, font: 'sans', look: 'title' },
  );
  sketch.slot(
    `${machine.ns}#far`,
    machine.name,
    { ...text, y: at.y + 14, h: 56 },
    { size: 14, font: 'sans', look: 'title', from: 1, to: 1 },
  );
  const role = kind === 'router' ? words.router : machine.ip || words.client;
  sketch.slot(
    `${machine.ns}#role`,
    role,
    { ...text, y: at.y + 48, h: 20 },
    kind === 'router' ? { font: 'sans', look: 'soft' } : { look: 'address' },
  );
  return rect;
}

/** Under the middle of the first floor, or under the gap between the first two. */
function addRouter(sketch: Sketch, router: BoardMachine, y: number): Rect {
  const [first, second] = sketch.floors;
  const middle = first
    ? second
      ? (right(first.rect) + second.rect.x) / 2
      : first.rect.x + Math.min(first.rect.w / 2, HOME)
    : 200;
  const rect = addMachine(sketch, 'router', router, { x: middle - WIDTH / 2, y });
  const floors = new Map(sketch.floors.map((floor) => [floor.ns, floor]));
  const up = router.devices.filter(({ peer }) => peer && floors.has(peer.ns));
  const out = router.devices.filter(
    ({ kind, peer }) => kind !== 'loopback' && !(peer && floors.has(peer.ns)),
  );
  const step = (WIDTH - 32) / Math.max(1, up.length - 1);
  up.forEach((device, i) => {
    const x = up.length === 1 ? middle : rect.x + 16 + i * step;
    const door = sketch.door(device, { x, y }, 'top');
    const floor = device.peer && floors.get(device.peer.ns);
    if (floor) addCableUp(sketch, door, floor, 12 + (i % 3) * 8);
    const last = up.length > 1 && i === up.length - 1;
    const room = up.length === 1 ? 60 : (last ? 0.5 : 1) * step - 14;
    const box = last
      ? { x: x - 12 - room, w: room }
      : { x: x + 12, w: Math.min(room, up.length === 2 ? step / 2 - 14 : room) };
    sketch.slot(
      door.key,
      device.name,
      { ...box, y: y + 4, h: 18 },
      { look: 'device', anchor: last ? 'end' : 'start' },
    );
    sketch.slot(
      `${door.key}#ip`,
      firstAddress(device),
      { x: x - 110, y: y - 21, w: 100, h: 17 },
      { look: 'address', anchor: 'end', from: 3, to: up.length <= 2 ? 3 : 2 },
    );
  });
  sketch.stacks.set(router.ns, { x: rect.x + 24, y: y + AXIS });
  sketch.processes.set(router.ns, { x: rect.x + 24, y: y + AXIS });
  out.forEach((device, i) => {
    const door = sketch.door(device, { x: right(rect), y: y + AXIS + i * 20 }, 'right');
    sketch.slot(
      door.key,
      device.name,
      { x: right(rect) + 12, y: door.y + (i === 0 ? -22 : 2), w: 40, h: 18 },
      { look: 'device' },
    );
  });
  return rect;
}

function addCableUp(sketch: Sketch, door: Door, { bar }: FloorBox, lane: number): void {
  const peer = door.device?.peer;
  if (!peer) return;
  const port = sketch.port(peer, { x: clamp(door.x, bar.x + 16, right(bar) - 16), y: bottom(bar) }, 'bottom');
  const turn = door.y - lane;
  const points = simplify([door, { x: door.x, y: turn }, { x: port.x, y: turn }, port]);
  sketch.wires.push({ id: `${door.key}|${port.key}`, kind: 'cable', a: door.key, b: port.key, points });
}

function addClient(sketch: Sketch, client: BoardMachine, at: Point): Rect {
  const rect = addMachine(sketch, 'client', client, at);
  const axis = at.y + AXIS;
  sketch.stacks.set(client.ns, { x: at.x + 24, y: axis });
  sketch.processes.set(client.ns, { x: at.x + 24, y: axis - 20 });
  client.devices
    .filter(({ kind }) => kind !== 'loopback')
    .forEach((device, i) => {
      const door = sketch.door(device, { x: at.x, y: axis + i * 20 }, 'left');
      sketch.slot(
        door.key,
        device.name,
        { x: at.x - 50, y: door.y + (i === 0 ? -22 : 2), w: 40, h: 18 },
        { look: 'device' },
      );
    });
  return rect;
}

/** From the side doors of router and clients to the outer switches, or straight to each other. */
function addCablesOut(sketch: Sketch, machines: readonly BoardMachine[]): void {
  const outer = new Map(
    sketch.floors.filter(({ bar }) => bar.h > bar.w).map((floor) => [floor.ns, floor.bar]),
  );
  for (const { ns, name, peer } of machines.flatMap(({ devices }) => devices)) {
    const door = sketch.doors.get(doorKey(ns, name));
    if (!door || !peer || (door.side !== 'left' && door.side !== 'right')) continue;
    const bar = outer.get(peer.ns);
    const x = bar && (door.side === 'right' ? bar.x : right(bar));
    const end = bar
      ? sketch.port(
          peer,
          { x: x ?? door.x, y: clamp(door.y, bar.y + 10, bottom(bar) - 10) },
          door.side === 'right' ? 'left' : 'right',
        )
      : door.side === 'left' && sketch.doors.get(doorKey(peer.ns, peer.dev));
    if (!end) continue;
    const turn = door.x + (end.x - door.x) / 2;
    const points = simplify([door, { x: turn, y: door.y }, { x: turn, y: end.y }, end]);
    sketch.wires.push({ id: `${door.key}|${end.key}`, kind: 'cable', a: door.key, b: end.key, points });
  }
}
