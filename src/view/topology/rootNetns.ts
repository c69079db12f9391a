/** Inside the root namespace: the bridge's bar, the doors below, the ways between them, the gates of netfilter, the TUN. */
import type { BoardDevice, BoardNode } from '../../engine/protocol.ts';
import { bottom, simplify, type Point, type Rect } from './geometry.ts';
import { doorKey, type NodeBox } from './layoutTypes.ts';
import { firstAddress, type Sketch } from './sketch.ts';

export function addBridge(sketch: Sketch, device: BoardDevice, bar: Rect, axis: number): Rect {
  const door = sketch.door(device, { x: axis, y: bottom(bar) }, 'inside');
  sketch.slot(door.key, device.name, { x: bar.x + 8, y: bar.y + 2, w: 62, h: bar.h - 4 }, { look: 'bridge' });
  sketch.slot(
    `${door.key}#ip`,
    firstAddress(device),
    { x: bar.x + 8, y: bottom(bar) + 3, w: axis - bar.x - 24, h: 17 },
    { look: 'address', from: 3 },
  );
  return bar;
}

interface BottomPlace {
  readonly x: number;
  /** room for its texts */
  readonly w: number;
  readonly root: Rect;
  readonly card: Rect;
}

export function addBottomDoor(sketch: Sketch, device: BoardDevice, { x, w, root, card }: BottomPlace): void {
  const door = sketch.door(device, { x, y: bottom(root) }, 'bottom');
  sketch.slot(door.key, device.name, { x: x + 14, y: bottom(root) - 23, w, h: 20 }, { look: 'device' });
  sketch.slot(
    `${door.key}#ip`,
    firstAddress(device),
    { x: x + 10, y: bottom(card) + 3, w: w + 4, h: 17 },
    { look: 'address', from: 3 },
  );
  sketch.slot(
    `${door.key}#mac`,
    device.mac,
    { x: x + 10, y: bottom(card) + 21, w: w + 24, h: 17 },
    { look: 'soft', from: 3 },
  );
}

/** From every visible door to the stack; from a veth only to the bar of its bridge. */
export function lanesOf(
  sketch: Sketch,
  { ns, devices }: BoardNode,
  stack: Point,
  bridge: Rect | undefined,
): NodeBox['lanes'] {
  return devices.flatMap(({ name }) => {
    const door = sketch.doors.get(doorKey(ns, name));
    if (!door || door.hidden) return [];
    if (door.kind === 'veth')
      return [simplify([door, { x: door.x, y: bridge?.y ?? stack.y }, ...(bridge ? [] : [stack])])];
    return [simplify([door, { x: door.x, y: stack.y }, stack])];
  });
}

/** The five hooks, in the rows of the netfilter figure: what is forwarded above, what is for or from this machine below. */
export const GATES = ['PREROUTING', 'FORWARD', 'POSTROUTING', 'INPUT', 'OUTPUT'] as const;
const GATE_TEXT = {
  PREROUTING: 'PRE',
  FORWARD: 'FWD',
  POSTROUTING: 'POST',
  INPUT: 'IN',
  OUTPUT: 'OUT',
} as const;

export function gateRect({ x, y }: Rect, index: number): Rect {
  return { x: x + (index % 3) * 40 + (index >= 3 ? 20 : 0), y: y + (index >= 3 ? 24 : 0), w: 38, h: 20 };
}

export function addGates(sketch: Sketch, { ns, gates }: NodeBox): void {
  GATES.forEach((hook, i) => {
    const box = gateRect(gates, i);
    sketch.slot(
      `${ns} ${hook}`,
      GATE_TEXT[hook],
      { ...box, x: box.x + 1, w: box.w - 2 },
      { anchor: 'middle', look: 'gate' },
    );
  });
}

/** The file descriptor through which flanneld reads and writes its TUN device: the udp backend's way into user space. */
export function addTun(
  sketch: Sketch,
  tun: BoardDevice,
  { ns, flanneld, root }: NodeBox,
  axis: number,
): void {
  sketch.wires.push({
    id: `${doorKey(tun.ns, tun.name)}|flanneld`,
    kind: 'tun',
    a: doorKey(tun.ns, tun.name),
    b: `${ns} #process`,
    points: [
      { x: axis, y: bottom(root) },
      { x: axis, y: bottom(flanneld) },
    ],
  });
}
