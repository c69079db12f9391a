/**
 * An open node card. Slots are fixed, so that lessons compare by position:
 *
 *   +--------------------------------------------------+
 *   | node1                             192.168.0.11   |  header
 *   |                           podCIDR 10.244.1.0/24  |
 *   | user space   +-[shop]------+  +-[shop]------+    |
 *   | [flanneld]   | (   web   ) |  | (   db    ) |    |  processes
 *   |--------------|-------------|--|-------------|----|  user/kernel line
 *   | kernel       | 10.244.1.2  |  | 10.244.1.3  |    |  pod namespaces
 *   |              +-[]eth0------+  +-[]eth0------+    |
 *   | +----------------[]veth-----------[]veth-------+ |
 *   | |            [========== cni0 ===============] | |
 *   | |                  (stack)   gates             | |  root namespace
 *   | +-[]flannel.1--------[]eth0--------------------+ |
 *   +----------------------||--------------------------+
 *
 * A pod's process is user side and its namespace kernel side, so its strip crosses the line; flanneld is user side; the lane
 * below it belongs to flannel's device, so that the udp backend's detour is a straight line through the user/kernel line.
 */
import type { BoardDevice, BoardNode } from '../../engine/protocol.ts';
import { right } from './geometry.ts';
import { doorKey, type NodeBox } from './layoutTypes.ts';
import { addPod, columnsFor, COLUMN, GAP } from './podStrip.ts';
import { addBottomDoor, addBridge, addGates, addTun, lanesOf } from './rootNetns.ts';
import type { Sketch } from './sketch.ts';

const PAD = 16;
const LANE = 120;
const LEAST_COLUMNS = 2;

const HEADER = 56;
const BOUNDARY = 152;
const ROOT = { top: 304, bottom: 472 };
export const CARD_HEIGHT = 480;

export function cardWidth(pods: number, isFigure = false): number {
  const { column, gap } = columnsFor(pods);
  const least = isFigure ? 1 : LEAST_COLUMNS;
  const all = Math.max(least * COLUMN + (least - 1) * GAP, pods * (column + gap) - gap);
  return PAD + LANE + PAD + all + PAD;
}

/** The devices of a root namespace by their slot. */
export function slotsOf(devices: readonly BoardDevice[]) {
  return {
    bridges: devices.filter(({ kind }) => kind === 'bridge'),
    tunnels: devices.filter(({ kind }) => kind === 'vxlan' || kind === 'tun'),
    physical: devices.filter(({ kind }) => kind === 'physical'),
    veths: devices.filter(({ kind }) => kind === 'veth'),
  };
}

export function addNodeCard(sketch: Sketch, node: BoardNode, x: number, y: number): NodeBox {
  const card = { x, y, w: cardWidth(node.pods.length, sketch.isFigure), h: CARD_HEIGHT };
  const isSlim = sketch.isFigure && node.pods.length < LEAST_COLUMNS;
  const podsLeft = x + PAD + LANE + PAD;
  const podsRight = right(card) - PAD;
  const root = { x: x + 8, y: y + ROOT.top, w: card.w - 16, h: ROOT.bottom - ROOT.top };
  const axis = isSlim ? podsLeft + COLUMN / 2 : podsLeft + COLUMN + GAP / 2;
  const laneAxis = x + 32;
  const { bridges, tunnels, physical, veths } = slotsOf(node.devices);

  const { column, gap, slim } = columnsFor(node.pods.length);
  const tun = tunnels.find(({ kind }) => kind === 'tun');
  const pods = node.pods.map((pod, i) =>
    addPod(sketch, pod, {
      x: podsLeft + i * (column + gap),
      y,
      w: column,
      gap,
      slim,
      rootTop: root.y,
      veths,
    }),
  );
  const bridge =
    bridges[0] &&
    addBridge(sketch, bridges[0], { x: x + 92, y: root.y + 14, w: podsRight - x - 92, h: 24 }, axis);
  // Bridges beyond the first (docker0 beside cni0) and veths nobody's pod owns get hidden doors, so a packet there is still drawn
  for (const extra of bridges.slice(1)) sketch.door(extra, { x: axis, y: root.y + 26 }, 'inside', true);
  for (const veth of veths) {
    if (!sketch.doors.has(doorKey(veth.ns, veth.name)))
      sketch.door(veth, { x: podsRight - 4, y: root.y }, 'top', true);
  }
  tunnels.forEach((device, i) =>
    addBottomDoor(sketch, device, { x: laneAxis + i * 110, w: 104, root, card }),
  );
  physical.forEach((device, i) => addBottomDoor(sketch, device, { x: axis + i * 130, w: 124, root, card }));

  const flanneld = { x: x + PAD, y: y + 84, w: LANE, h: node.hostPods.length > 0 ? 28 : 44 };
  const hostPods = node.hostPods.length > 0 ? { x: x + PAD, y: y + 118, w: LANE, h: 24 } : undefined;
  const stack = { x: axis, y: root.y + 88 };
  sketch.stacks.set(node.ns, stack);
  sketch.processes.set(node.ns, { x: laneAxis, y: flanneld.y + flanneld.h / 2 });

  const box: NodeBox = {
    ns: node.ns,
    name: node.name,
    ip: node.ip,
    podCIDR: node.podCIDR,
    ...(node.notReady === undefined ? {} : { notReady: node.notReady }),
    card,
    header: { x, y, w: card.w, h: HEADER },
    open: true,
    boundary: y + BOUNDARY,
    root,
    bridge,
    bridgeKey: bridges[0] && doorKey(bridges[0].ns, bridges[0].name),
    stack,
    lanes: lanesOf(sketch, node, stack, bridge),
    // on a card for one pod there is room on the other side only
    gates: { x: isSlim ? x + 60 : axis + 26, y: root.y + (isSlim ? 98 : 66), w: 122, h: 44 },
    flanneld,
    dead: node.flanneld !== undefined,
    hasFlanneld: sketch.daemon === 'flanneld',
    hostPods,
    hostPodNames: node.hostPods.map((pod) => `${pod.namespace}/${pod.name}`),
    pods,
  };
  addGates(sketch, box);
  if (tun) addTun(sketch, tun, box, laneAxis);
  addCardSlots(sketch, box, tun !== undefined);
  sketch.nodes.push(box);
  return box;
}

function addCardSlots(
  sketch: Sketch,
  { ns, name, ip, podCIDR, notReady, card, root, flanneld, dead, hostPods, hostPodNames }: NodeBox,
  hasTun: boolean,
): void {
  const { words } = sketch;
  const at = (id: string) => `${ns}#${id}`;
  const half = (card.w - 2 * PAD) / 2;
  sketch.slot(
    at('name'),
    name,
    { x: card.x + PAD, y: card.y + 10, w: half, h: 28 },
    { size: 18, font: 'sans', look: 'title' },
  );
  sketch.slot(
    at('far'),
    name,
    { x: card.x + PAD, y: card.y + 4, w: half - 8, h: 52 },
    { size: 18, font: 'sans', look: 'title', from: 1, to: 1 },
  );
  sketch.slot(
    at('overview'),
    name,
    { x: card.x + 8, y: card.y + 100, w: card.w - 16, h: 200 },
    { size: 18, font: 'sans', look: 'title', anchor: 'middle', from: 0, to: 0 },
  );
  const facts = { x: card.x + PAD + half, w: half };
  sketch.slot(at('ip'), ip, { ...facts, y: card.y + 8, h: 22 }, { size: 14, anchor: 'end', look: 'address' });
  sketch.slot(
    at('farip'),
    ip,
    { ...facts, y: card.y + 8, h: 40 },
    { size: 14, anchor: 'end', look: 'address', from: 1, to: 1 },
  );
  sketch.slot(
    at('cidr'),
    podCIDR && `podCIDR ${podCIDR}`,
    { ...facts, y: card.y + 31, h: 18 },
    { anchor: 'end', look: 'soft' },
  );
  if (notReady !== undefined)
    sketch.slot(
      at('notready'),
      words.notReady(notReady),
      { x: card.x + PAD, y: card.y + 38, w: half, h: 18 },
      { font: 'sans' },
    );
  sketch.slot(
    at('user'),
    words.userSpace,
    { x: card.x + PAD, y: card.y + 60, w: LANE, h: 20 },
    { font: 'sans', look: 'region' },
  );
  sketch.slot(
    at('kernel'),
    words.kernel,
    { x: hasTun ? card.x + 46 : card.x + PAD, y: card.y + BOUNDARY + 4, w: LANE - 30, h: 20 },
    { font: 'sans', look: 'region' },
  );
  if (card.w >= cardWidth(LEAST_COLUMNS))
    sketch.slot(
      at('root'),
      words.rootNetns,
      { x: card.x + 46, y: root.y + 58, w: 200, h: 20 },
      { font: 'sans', look: 'region' },
    );
  sketch.slot(at('flanneld'), sketch.daemon, { ...flanneld, x: flanneld.x + 26, w: LANE - 32 }, { size: 14 });
  if (dead && !hostPods)
    sketch.slot(
      at('dead'),
      words.stopped,
      { x: flanneld.x, y: flanneld.y + flanneld.h + 2, w: LANE, h: 18 },
      { font: 'sans', look: 'soft', anchor: 'middle' },
    );
  if (hostPods)
    sketch.slot(
      at('host'),
      words.hostPods(hostPodNames.length),
      { ...hostPods, x: hostPods.x + 6, w: LANE - 12 },
      { font: 'sans', look: 'soft', anchor: 'middle' },
    );
}
