import { mixed } from './heatPaint.ts';
import { describe, expect, it } from 'vitest';
import type { Board, BoardNode } from '../../engine/protocol.ts';
import { ui } from '../i18n/en/ui.ts';
import { twoNodes } from './fixture.testing.ts';
import { centre, sharedArea } from './geometry.ts';
import { cellAt, cellBeside, cellsWithin, dotRect, isLarge, layoutHeat, podAt } from './heat.ts';
import { layoutStage, stageOf } from './stage.ts';

const [node, other] = twoNodes.nodes as readonly [BoardNode, BoardNode];

/** Untouched machines, as the engine hands them out: no devices of pods. */
function large(nodes: number, pods: number): Board {
  const segments = ['a', 'b', 'c', 'd'].map((name, i) => ({
    name,
    cidr: `192.168.${i}.0/24`,
    mtu: 1500,
    ns: `segment/${name}`,
  }));
  const made = Array.from({ length: nodes }, (_, i): BoardNode => ({
    name: `node${nodes - i}`,
    ns: `node${nodes - i}`,
    ip: `192.168.${i % 4}.${2 + Math.floor(i / 4)}`,
    devices: [],
    segments: [segments[i % 4]?.name ?? ''],
    podCIDR: `10.0.${i}.0/24`,
    hostPods: [],
    pods: Array.from({ length: pods }, (_each, p) => ({
      ns: `shop/web-${i}-${p}`,
      namespace: 'shop',
      name: `web-${i}-${p}`,
      ip: `10.0.${i}.${p + 2}`,
      labels: {},
      ports: [],
      devices: [],
    })),
  }));
  return { ...twoNodes, segments, nodes: made };
}

const board = large(200, 30);
const heat = layoutHeat(board);

describe('the grid of a large board', () => {
  it('begins beyond fifty nodes', () => {
    expect([isLarge(large(50, 0)), isLarge(large(51, 0)), isLarge(twoNodes)]).toEqual([false, true, false]);
  });

  it('has every node once, by segment and then by name with numbers as numbers', () => {
    const names = heat.floors.map(({ cells }) => cells.map((cell) => cell.node.name));
    expect(names.flat().toSorted()).toEqual(board.nodes.map(({ name }) => name).toSorted());
    for (const [i, floor] of names.entries()) {
      const numbers = floor.map((name) => Number(name.slice(4)));
      expect(numbers, `floor ${i}`).toEqual(numbers.toSorted((a, b) => a - b));
    }
    expect(heat.floors.map(({ segment }) => segment?.name)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('is the same whatever order the nodes come in', () => {
    expect(layoutHeat({ ...board, nodes: board.nodes.toReversed() }).cellByNode.get('node77')?.rect).toEqual(
      heat.cellByNode.get('node77')?.rect,
    );
  });

  it('never lays one cell or one dot over another', () => {
    const cells = heat.floors.flatMap((floor) => floor.cells);
    cells.forEach((cell, i) => {
      for (const next of cells.slice(i + 1)) expect(sharedArea(cell.rect, next.rect)).toBe(0);
    });
    const dots = (cells[0]?.node.pods ?? []).map((_, i) => dotRect(heat, cells[0]?.rect ?? heat.bounds, i));
    dots.forEach((dot, i) => {
      expect(sharedArea(dot, cells[0]?.rect ?? heat.bounds)).toBeCloseTo(dot.w * dot.h);
      for (const next of dots.slice(i + 1)) expect(sharedArea(dot, next)).toBe(0);
    });
  });

  it('finds the node and the pod under a point, and nothing between cells', () => {
    for (const cell of heat.cellByNode.values()) {
      expect(cellAt(heat, centre(cell.rect))).toBe(cell);
      const dot = centre(dotRect(heat, cell.rect, 17));
      expect(podAt(heat, cell, dot)).toBe(cell.node.pods[17]);
      expect(cellAt(heat, { x: cell.rect.x - 1, y: cell.rect.y })).not.toBe(cell);
    }
    expect(cellAt(heat, { x: 0, y: 100 })).toBeUndefined();
  });

  it('is walked by arrow keys, from floor to floor as well, and every node is reached', () => {
    const reached = new Set<string>();
    let rowStart = heat.floors[0]?.cells[0]?.node.name;
    const queue = rowStart === undefined ? [] : [rowStart];
    while ((rowStart = queue.pop()) !== undefined) {
      if (reached.has(rowStart)) continue;
      reached.add(rowStart);
      for (const step of [
        [1, 0],
        [0, 1],
        [-1, 0],
        [0, -1],
      ] as const) {
        const next = cellBeside(heat, rowStart, step);
        if (next) queue.push(next.node.name);
      }
    }
    expect(reached.size).toBe(200);
  });

  it('looks only at the cells that are in sight', () => {
    const [floor] = heat.floors;
    const cell = floor?.cells[9];
    if (!floor || !cell) throw new Error('no cell');
    expect(cellsWithin(floor, { ...cell.rect, w: 10, h: 10 })).toEqual([cell]);
    expect(cellsWithin(floor, heat.bounds)).toHaveLength(floor.cells.length);
  });

  it('stays where it is when a card opens below it', () => {
    const open = (nodes: readonly string[]) => layoutStage(board, heat, ui.board.words, { nodes, ends: [] });
    expect(open(['node1']).bounds?.y).toBe(open([]).bounds?.y);
    expect(open(['node1', 'node2']).nodes).toHaveLength(2);
  });
});

describe('what stands open below the grid', () => {
  it('is at most six cards, with their segments and with few strips, the chosen one among them', () => {
    const names = board.nodes.slice(0, 9).map(({ name }) => name);
    const stage = stageOf(board, { nodes: names, ends: ['pod/shop/web-0-29'] });
    expect(stage.nodes).toHaveLength(6);
    expect(stage.nodes[0]?.pods).toHaveLength(12);
    expect(stage.nodes[0]?.pods.at(-1)?.name).toBe('web-0-29');
    expect(stageOf(board, { nodes: ['node200'], ends: [] }).segments.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['a']),
    );
  });

  it('keeps the doors of machines that are awake', () => {
    const awake: Board = { ...board, segments: twoNodes.segments, nodes: [...board.nodes, node, other] };
    const layout = layoutStage(awake, layoutHeat(awake), ui.board.words, {
      nodes: [node.name],
      ends: [],
    });
    for (const { kind, ns, name } of node.devices.filter((device) => device.kind !== 'loopback'))
      expect(layout.doors.has(`${ns} ${name}`), `${kind} ${name}`).toBe(true);
  });
});

describe('a dimmed colour of the grid', () => {
  it('is mostly the ground it lies on, and as opaque', () => {
    // 0xAABBGGRR
    expect(mixed(0xff0000ff | 0, 0xff00ff00 | 0, 0.25) >>> 0).toBe(0xff00bf40);
  });
});
