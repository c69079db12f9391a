/** A pod on a node card: its process above the user/kernel line, its namespace below, its veth down to the root namespace. */
import type { BoardDevice, BoardPod } from '../../engine/protocol.ts';
import { bottom, right, type Rect } from './geometry.ts';
import type { PodBox } from './layoutTypes.ts';
import type { Sketch } from './sketch.ts';

export const COLUMN = 136;
export const GAP = 12;
/** More pods than this are slim. */
const MOST_WIDE = 6;
const POD_NETNS = { top: 164, bottom: 252 };

/** A busy node's pods are slim strips, their names upright, so that thirty of them still fit on a card. */
export function columnsFor(pods: number): {
  readonly column: number;
  readonly gap: number;
  readonly slim: boolean;
} {
  return pods > MOST_WIDE ? { column: 52, gap: 6, slim: true } : { column: COLUMN, gap: GAP, slim: false };
}

interface Column {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly gap: number;
  readonly slim: boolean;
  /** the upper border of the root namespace */
  readonly rootTop: number;
  /** the root namespace's ends of veth pairs */
  readonly veths: readonly BoardDevice[];
}

export function addPod(sketch: Sketch, pod: BoardPod, column: Column): PodBox {
  const { x, y, w, gap, slim, rootTop, veths } = column;
  const netns = { x: x + 4, y: y + POD_NETNS.top, w: w - 8, h: POD_NETNS.bottom - POD_NETNS.top };
  const process = { x: x + 6, y: y + 86, w: w - 12, h: 50 };
  const axis = x + (slim ? 13 : 18);
  const box: PodBox = {
    ns: pod.ns,
    name: pod.name,
    namespace: pod.namespace,
    ip: pod.ip,
    tabNumber: sketch.tabs.get(pod.namespace) ?? 1,
    strip: { x, y: y + 60, w, h: POD_NETNS.bottom - 60 },
    tab: { x, y: y + 60, w, h: 20 },
    process,
    netns,
    axis,
  };
  if (slim)
    sketch.slot(
      `${pod.ns}#name`,
      pod.name,
      { x: x + 22, y: netns.y + 3, w: 24, h: netns.h - 6 },
      { font: 'sans', look: 'upright' },
    );
  else addPodSlots(sketch, pod, box);
  sketch.processes.set(pod.ns, { x: axis, y: bottom(process) });
  sketch.stacks.set(pod.ns, { x: axis, y: netns.y + 48 });
  pod.devices
    .filter(({ kind }) => kind !== 'loopback')
    .forEach((device, i) =>
      addPodDoor(sketch, device, axis + i * (slim ? 12 : 40), {
        netns,
        rootTop,
        columnRight: x + w + gap - 4,
        slim,
        veths,
      }),
    );
  return box;
}

function addPodSlots(sketch: Sketch, pod: BoardPod, { tab, process, netns, strip, axis }: PodBox): void {
  const at = (id: string) => `${pod.ns}#${id}`;
  sketch.slot(
    at('tab'),
    pod.namespace,
    { ...tab, x: tab.x + 8, w: tab.w - 16 },
    { font: 'sans', look: 'tab' },
  );
  // a status of Kubernetes', so in its own words
  const ports = pod.waiting === undefined ? pod.ports.join(' ') : 'ContainerCreating';
  const nameHeight = ports === '' ? 38 : 26;
  const title = { size: 14, font: 'sans', anchor: 'middle', look: 'title' } as const;
  sketch.slot(
    at('name'),
    pod.name,
    { x: process.x + 6, y: process.y + 4, w: process.w - 12, h: nameHeight },
    title,
  );
  sketch.slot(
    at('ports'),
    ports,
    { x: process.x + 6, y: process.y + 29, w: process.w - 12, h: 18 },
    { anchor: 'middle', look: 'soft' },
  );
  sketch.slot(
    at('far'),
    pod.name,
    { ...process, x: process.x + 3, w: process.w - 6 },
    { ...title, from: 1, to: 1 },
  );
  sketch.slot(
    at('ip'),
    pod.ip,
    { x: axis + 13, y: netns.y + 5, w: right(netns) - axis - 17, h: 22 },
    { size: 14, look: 'address' },
  );
  sketch.slot(
    at('farip'),
    pod.ip,
    { x: strip.x + 4, y: netns.y + 4, w: strip.w - 8, h: 40 },
    { size: 14, anchor: 'middle', look: 'address', from: 1, to: 1 },
  );
}

interface PodFrame {
  readonly netns: Rect;
  readonly rootTop: number;
  readonly columnRight: number;
  /** no room for names of devices */
  readonly slim: boolean;
  /** those of the root namespace */
  readonly veths: readonly BoardDevice[];
}

/** A pod's device and, straight below it on the border of the root namespace, the other end of its veth. */
function addPodDoor(sketch: Sketch, device: BoardDevice, x: number, frame: PodFrame): void {
  const { netns, rootTop, veths } = frame;
  const door = sketch.door(device, { x, y: bottom(netns) }, 'bottom');
  if (!frame.slim) {
    sketch.slot(
      door.key,
      device.name,
      { x: x + 16, y: bottom(netns) - 20, w: right(netns) - x - 18, h: 18 },
      { look: 'device' },
    );
    sketch.slot(
      `${door.key}#mac`,
      device.mac,
      { x: netns.x + 2, y: netns.y + 27, w: netns.w - 4, h: 18 },
      { look: 'soft', anchor: 'middle', from: 3 },
    );
  }
  const peer = veths.find(({ name, ns }) => ns === device.peer?.ns && name === device.peer.dev);
  if (!peer) return;
  const outer = sketch.door(peer, { x, y: rootTop }, 'top');
  if (!frame.slim)
    sketch.slot(
      outer.key,
      peer.name,
      { x: x + 16, y: rootTop - 20, w: frame.columnRight - x - 16, h: 18 },
      { look: 'device' },
    );
  sketch.wires.push({
    id: `${door.key}|${outer.key}`,
    kind: 'veth',
    a: door.key,
    b: outer.key,
    points: [door, outer],
  });
}
