/** A closed node card, for boards of many nodes: its name and its pods as dots; all doors are folded into it. */
import type { BoardNode } from '../../engine/protocol.ts';
import { centre, type Point, type Rect } from './geometry.ts';
import type { NodeBox } from './layoutTypes.ts';
import type { Sketch } from './sketch.ts';

export const CLOSED_WIDTH = 208;
export const CLOSED_HEIGHT = 128;
const DOTS_PER_ROW = 12;
const ROWS = 3;
/** as kubectl prints it */
const NOT_READY = 'NotReady';

export function addClosedCard(sketch: Sketch, node: BoardNode, x: number, y: number): NodeBox {
  const card: Rect = { x, y, w: CLOSED_WIDTH, h: CLOSED_HEIGHT };
  const middle = centre(card);
  sketch.stacks.set(node.ns, middle);
  sketch.processes.set(node.ns, middle);
  for (const device of node.devices) {
    const physical = device.kind === 'physical';
    const at: Point = physical
      ? { x: middle.x, y: y + CLOSED_HEIGHT }
      : device.kind === 'veth' || device.kind === 'bridge'
        ? { x: middle.x, y: y + 96 }
        : { x: x + 24, y: y + CLOSED_HEIGHT };
    sketch.door(device, at, 'bottom', true);
  }
  const pods = node.pods.map((pod, i) => {
    const column = i % DOTS_PER_ROW;
    const row = Math.min(Math.floor(i / DOTS_PER_ROW), ROWS - 1);
    const dot = { x: x + 14 + column * 15, y: y + 62 + row * 16, w: 12, h: 12 };
    sketch.stacks.set(pod.ns, centre(dot));
    sketch.processes.set(pod.ns, centre(dot));
    for (const device of pod.devices) sketch.door(device, centre(dot), 'inside', true);
    return {
      ns: pod.ns,
      name: pod.name,
      namespace: pod.namespace,
      ip: pod.ip,
      tabNumber: sketch.tabs.get(pod.namespace) ?? 1,
      strip: dot,
      tab: dot,
      process: dot,
      netns: dot,
      axis: centre(dot).x,
    };
  });
  sketch.slot(
    `${node.ns}#name`,
    node.name,
    { x: x + 12, y: y + 8, w: CLOSED_WIDTH - 24, h: 26 },
    { size: 18, font: 'sans', look: 'title' },
  );
  sketch.slot(
    `${node.ns}#overview`,
    node.name,
    { x: x + 6, y: y + 6, w: CLOSED_WIDTH - 12, h: 54 },
    { size: 18, font: 'sans', look: 'title', anchor: 'middle', from: 0, to: 1 },
  );
  sketch.slot(
    `${node.ns}#cidr`,
    node.notReady === undefined ? node.podCIDR : `${node.podCIDR} ${NOT_READY}`,
    { x: x + 12, y: y + 36, w: CLOSED_WIDTH - 24, h: 20 },
    { look: 'soft' },
  );
  const box: NodeBox = {
    ns: node.ns,
    name: node.name,
    ip: node.ip,
    podCIDR: node.podCIDR,
    ...(node.notReady === undefined ? {} : { notReady: node.notReady }),
    card,
    header: { x, y, w: CLOSED_WIDTH, h: 56 },
    open: false,
    boundary: y,
    root: card,
    bridge: undefined,
    bridgeKey: undefined,
    stack: middle,
    lanes: [],
    gates: card,
    flanneld: card,
    dead: node.flanneld !== undefined,
    hasFlanneld: false,
    hostPods: undefined,
    hostPodNames: node.hostPods.map((pod) => `${pod.namespace}/${pod.name}`),
    pods,
  };
  sketch.nodes.push(box);
  return box;
}
