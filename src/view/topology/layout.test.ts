import { describe, expect, it } from 'vitest';
import type { Board } from '../../engine/protocol.ts';
import {
  boardOf,
  fixtureWords,
  manyNodes,
  nodeOf,
  twoNodes,
  twoSegments,
  withClients,
} from './fixture.testing.ts';
import { onBorder, right, bottom, sharedArea, type Point, type Rect } from './geometry.ts';
import { labelBox, labelsOf, zoomOf } from './labels.ts';
import { layoutBoard } from './layout.ts';
import type { Layout } from './layoutTypes.ts';

const SCALES = [0.1, 0.25, 0.4, 0.55, 0.7, 0.85, 1, 1.3, 1.6, 2.5];
const long = 'a'.repeat(253);
const odd = [
  '👩‍👩‍👧‍👦🚀🎉-🧑🏽‍💻',
  'شبكة-الحاويات-الطويلة-جدا',
  '数据库服务的一个很长很长的名字',
  '<img src=x onerror=alert(1)>',
  '\u202Eevil\u202C',
  long,
  '',
];

const notReady = (board: Board): Board['nodes'] =>
  board.nodes.map((node) => ({ ...node, notReady: 'Unknown' as const }));

const boards: readonly (readonly [string, Board])[] = [
  ['2 nodes with 2 pods', twoNodes],
  ['3 nodes in 2 segments', twoSegments],
  ['three clients', withClients(twoNodes)],
  ['6 nodes with 4 pods', manyNodes(6, 4)],
  ['6 nodes without pods', manyNodes(6, 0)],
  ['40 nodes with 20 pods', manyNodes(40, 20)],
  ['2 nodes with 30 pods', manyNodes(2, 30, (i) => `${i}-${'name'.repeat(i % 40)}`)],
  [
    'names of 253 characters',
    boardOf([
      {
        name: long,
        ip: '255.255.255.255',
        segment: long,
        pods: [{ name: long, namespace: long, port: '65535/TCP' }],
      },
    ]),
  ],
  ['emoji, right-to-left and HTML in names', manyNodes(3, 4, (i) => odd[i % odd.length] ?? '')],
  [
    'udp backend',
    {
      ...twoNodes,
      backend: 'udp',
      nodes: [nodeOf({ name: 'n', ip: '1.2.3.4', segment: 'a', pods: [] }, 1, 'udp')],
    },
  ],
  ['nodes that are NotReady', { ...manyNodes(6, 4), nodes: notReady(manyNodes(6, 4)) }],
  ['40 closed nodes that are NotReady', { ...manyNodes(40, 20), nodes: notReady(manyNodes(40, 20)) }],
  ['nothing', { ...twoNodes, nodes: [], segments: [], clients: [], router: undefined }],
  ['one node without a segment', { ...twoNodes, segments: [], router: undefined }],
];

function within(outer: Rect, inner: Rect): boolean {
  const slack = 0.01;
  return (
    inner.x >= outer.x - slack &&
    right(inner) <= right(outer) + slack &&
    inner.y >= outer.y - 1 &&
    bottom(inner) <= bottom(outer) + slack
  );
}

function overlapping(boxes: readonly (readonly [string, Rect])[]): readonly string[] {
  const sorted = [...boxes].sort((a, b) => a[1].x - b[1].x);
  return sorted.flatMap(([name, box], i) => {
    const hits: string[] = [];
    for (const [other, rect] of sorted.slice(i + 1)) {
      if (rect.x >= right(box)) break;
      if (sharedArea(box, rect) > 0.01) hits.push(`${name} over ${other}`);
    }
    return hits;
  });
}

describe('a figure of one pod on each of two nodes', () => {
  const cut = {
    ...twoNodes,
    nodes: twoNodes.nodes.map((node) => ({ ...node, pods: node.pods.slice(0, 1) })),
  };
  const bare: Board = { ...cut, clients: [], router: undefined };
  const figure = layoutBoard(bare, fixtureWords, undefined, true);

  it('is a good deal narrower than the same board to work with, and no higher', () => {
    const board = layoutBoard(bare, fixtureWords);
    expect(figure.width).toBeLessThan(board.width * 0.85);
    expect(figure.height).toBeLessThanOrEqual(board.height);
  });

  it.each(SCALES)('draws no label over another, and none outside of itself, at zoom %d', (scale) => {
    const labels = labelsOf(figure, { ...zoomOf(scale), level: 2 });
    expect(labels.length > 0 || scale < 0.4).toBe(true);
    expect(overlapping(labels.map((label) => [label.slot.id, labelBox(label)]))).toEqual([]);
    for (const label of labels) expect(right(labelBox(label))).toBeLessThanOrEqual(figure.width);
  });

  it('keeps the gates of netfilter inside the root namespace', () => {
    for (const { root, gates } of figure.nodes) expect(within(root, gates)).toBe(true);
  });
});

describe.each(boards)('a board of %s', (_, board) => {
  const layout = layoutBoard(board, fixtureWords);

  it.each(SCALES)('draws no label over another at zoom %d', (scale) => {
    const labels = labelsOf(layout, zoomOf(scale));
    expect(overlapping(labels.map((label) => [label.slot.id, labelBox(label)]))).toEqual([]);
  });

  it('draws every label inside its slot and inside the board', () => {
    const outside = SCALES.flatMap((scale) =>
      labelsOf(layout, zoomOf(scale)).filter((label) => {
        const { slot } = label;
        return (
          !within(slot.box, labelBox(label)) ||
          right(slot.box) > layout.width ||
          bottom(slot.box) > layout.height
        );
      }),
    );
    expect(outside.map(({ slot }) => slot.id)).toEqual([]);
  });

  it('stands inside its own width and height, on finite numbers', () => {
    const rects = [
      ...layout.floors.map(({ rect }) => rect),
      ...layout.nodes.map(({ card }) => card),
      ...layout.machines.map(({ rect }) => rect),
    ];
    for (const rect of rects) {
      expect(Object.values(rect).every(Number.isFinite)).toBe(true);
      expect(right(rect)).toBeLessThanOrEqual(layout.width);
      expect(bottom(rect)).toBeLessThanOrEqual(layout.height);
    }
    expect(overlapping(layout.nodes.map(({ ns, card }) => [ns, card]))).toEqual([]);
    const plots = [...layout.floors, ...layout.machines].map(({ ns, rect }) => [ns, rect] as const);
    const onItsFloor = (hit: string) =>
      layout.floors.some(({ ns }) => ns === 'segment/outside' && hit.includes(ns)) && !hit.includes('rtr');
    expect(overlapping(plots).filter((hit) => !onItsFloor(hit))).toEqual([]);
  });

  it('gives every device but the loopback a door, and every namespace a stack and a process', () => {
    const machines = [
      ...board.nodes,
      ...board.nodes.flatMap(({ pods }) => pods),
      ...board.clients,
      ...(board.router ? [board.router] : []),
    ];
    const namespaces = machines.map(({ ns }) => ns);
    expect(namespaces.filter((ns) => !layout.stacks.has(ns) || !layout.processes.has(ns))).toEqual([]);
    const devices = machines.flatMap((machine) => machine.devices.filter(({ kind }) => kind !== 'loopback'));
    expect(devices.map(({ ns, name }) => `${ns} ${name}`).filter((key) => !layout.doors.has(key))).toEqual(
      [],
    );
  });

  it('is the same every time', () => {
    expect(layoutBoard(structuredClone(board), fixtureWords)).toEqual(layout);
  });
});

describe('layout', () => {
  it('puts doors on the border of their namespace, bridges inside it', () => {
    const misplaced = [twoNodes, twoSegments, manyNodes(6, 4)].map((board) => {
      const layout = layoutBoard(board, fixtureWords);
      const borders = namespaceRects(layout);
      return [...layout.doors.values()].filter((door) => {
        const rect = borders.get(door.ns);
        if (!rect || door.hidden === true) return false;
        return door.side === 'inside' ? !strictlyInside(rect, door) : !onBorder(rect, door);
      });
    });
    expect(misplaced.flat().map(({ key }) => key)).toEqual([]);
  });

  it('keeps what stood when a pod or a node is added', () => {
    const before = layoutBoard(manyNodes(2, 2), fixtureWords);
    const [first, second] = manyNodes(2, 2).nodes;
    const grown = manyNodes(2, 3).nodes[1];
    const podAdded = { ...manyNodes(2, 2), nodes: [first, grown].filter((one) => one !== undefined) };
    const after = layoutBoard(podAdded, fixtureWords);
    const kept = [first, second]
      .flatMap((one) => one?.devices ?? [])
      .filter(({ kind }) => kind === 'physical' || kind === 'vxlan' || kind === 'bridge');
    const placesIn = (layout: Layout) =>
      kept
        .map(({ ns, name }) => layout.doors.get(`${ns} ${name}`))
        .map((door) => door && [door.key, door.x, door.y]);
    expect(placesIn(after)).toEqual(placesIn(before));
    const node = layoutBoard(manyNodes(3, 2), fixtureWords);
    expect(node.nodes.slice(0, 2).map(({ card }) => card)).toEqual(before.nodes.map(({ card }) => card));
  });

  it('opens cards of a grid below it, and moves none', () => {
    const board = manyNodes(40, 3);
    const before = layoutBoard(board, fixtureWords);
    const after = layoutBoard(board, fixtureWords, new Set(['node7', 'node23']));
    const places = new Map([
      ...after.nodes.filter(({ open }) => !open).map(({ name, card }) => [name, card] as const),
      ...after.chips.map(({ name, rect }) => [name, rect] as const),
    ]);
    expect(before.nodes.map(({ name }) => places.get(name))).toEqual(before.nodes.map(({ card }) => card));
    expect(after.nodes.filter(({ open }) => open).map(({ name }) => name)).toEqual(['node7', 'node23']);
  });

  it('draws two segments as two floors with the router between them', () => {
    const layout = layoutBoard(twoSegments, fixtureWords);
    const [a, b] = layout.floors;
    const router = layout.machines.find(({ kind }) => kind === 'router')?.rect;
    const between =
      a && b && router && right(a.rect) <= b.rect.x && router.x < right(a.rect) && right(router) > b.rect.x;
    expect(between).toBe(true);
  });

  it('connects every device that has a peer', () => {
    for (const board of [twoNodes, twoSegments, withClients(twoNodes), manyNodes(9, 2)]) {
      const layout = layoutBoard(board, fixtureWords, new Set(['node3']));
      const wired = new Set(layout.wires.flatMap(({ a, b }) => [a, b]));
      const machines = [...board.nodes, ...board.clients, ...(board.router ? [board.router] : [])];
      const loose = machines
        .flatMap(({ devices }) => devices)
        .filter(({ kind, ns, name }) => kind === 'physical' && !wired.has(`${ns} ${name}`));
      expect(loose.map(({ ns, name }) => `${ns} ${name}`)).toEqual([]);
    }
  });

  it('puts a segment of clients outside, beyond the router', () => {
    const layout = layoutBoard(twoNodes, fixtureWords);
    const [floor, outside] = layout.floors;
    const client = layout.machines.find(({ kind }) => kind === 'client')?.rect;
    expect(layout.floors.length).toBe(2);
    expect(floor && outside && outside.rect.y >= bottom(floor.rect)).toBe(true);
    expect(outside && client && client.x >= outside.rect.x && right(client) <= right(outside.rect)).toBe(
      true,
    );
  });

  it('crosses the user/kernel line between a TUN device and flanneld', () => {
    const layout = layoutBoard(
      boardOf([{ name: 'n', ip: '192.168.0.1', segment: 'a', pods: [] }], 'udp'),
      fixtureWords,
    );
    const [node] = layout.nodes;
    const tun = layout.wires.find(({ kind }) => kind === 'tun');
    const ys = tun?.points.map(({ y }) => y) ?? [];
    expect(node && Math.min(...ys) < node.boundary && Math.max(...ys) > node.boundary).toBe(true);
  });

  it('lays out 1,000 nodes with 10 pods each', () => {
    expect(layoutBoard(manyNodes(1000, 10), fixtureWords).nodes).toHaveLength(1000);
  });
});

function strictlyInside(rect: Rect, { x, y }: Point): boolean {
  return x > rect.x && x < right(rect) && y > rect.y && y < bottom(rect);
}

function namespaceRects(layout: Layout): ReadonlyMap<string, Rect> {
  return new Map([
    ...layout.nodes.flatMap((node) => [
      [node.ns, node.root] as const,
      ...node.pods.map((pod) => [pod.ns, pod.netns] as const),
    ]),
    ...layout.machines.map(({ ns, rect }) => [ns, rect] as const),
    ...layout.floors.map(({ ns, bar }) => [ns, bar] as const),
  ]);
}

it('a node that is NotReady says so, with what its condition Ready is', () => {
  const [first, ...others] = twoNodes.nodes;
  if (!first) throw new Error('a node');
  const board: Board = { ...twoNodes, nodes: [{ ...first, notReady: 'Unknown' }, ...others] };
  const said = layoutBoard(board, fixtureWords).slots.filter(({ text }) => text.includes('NotReady'));
  expect(said.map(({ id, text }) => [id, text])).toEqual([
    [`${first.ns}#notready`, fixtureWords.notReady('Unknown')],
  ]);
});
