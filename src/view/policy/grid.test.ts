import { describe, expect, it } from 'vitest';
import { CELL, type MatrixAnswer } from '../../engine/protocol.ts';
import { cellAtPoint, gridOf, linesOf, sizeOf, verdictOf } from './grid.ts';

const OPEN = CELL.ingress | CELL.egress | CELL.allowed;

const answer: MatrixAnswer = {
  controller: 'kube-router',
  policies: 1,
  subjects: [
    { id: 'pod/shop/web', kind: 'pod', namespace: 'shop', name: 'web' },
    { id: 'pod/shop/db', kind: 'pod', namespace: 'shop', name: 'db' },
    { id: 'node/node1', kind: 'node', namespace: '', name: 'node1' },
  ],
  ports: [],
  chosen: 0,
  // db lets nobody in but its node
  cells: Uint8Array.from([
    OPEN | CELL.exempt,
    CELL.egress,
    OPEN,
    OPEN,
    OPEN | CELL.exempt,
    OPEN,
    OPEN,
    OPEN | CELL.exempt,
    OPEN,
  ]),
  left: 0,
  diff: undefined,
};

const show = { grouping: 'pods', search: '', side: 'allowed' } as const;

describe('the grid', () => {
  it('has a cell for each pair, and counts those that may talk', () => {
    const { states, allowed, pairs } = gridOf(answer, show);
    expect(states).toEqual([
      ['exempt', 'denied', 'allowed'],
      ['allowed', 'exempt', 'allowed'],
      ['allowed', 'exempt', 'exempt'],
    ]);
    expect([allowed, pairs]).toEqual([5, 6]);
  });

  it('shows one direction alone', () => {
    expect(gridOf(answer, { ...show, side: 'egress' }).states[0]?.[1]).toBe('allowed');
    expect(gridOf(answer, { ...show, side: 'ingress' }).states[0]?.[1]).toBe('denied');
  });

  it('says of a namespace that some of its pairs may', () => {
    const { lines, states } = gridOf(answer, { ...show, grouping: 'namespaces' });
    expect(lines.map(({ name }) => name)).toEqual(['shop', 'node1']);
    expect(states[0]?.[0]).toBe('part');
  });

  it('keeps those whose name holds what is searched', () => {
    expect(linesOf(answer, 'pods', 'DB').map(({ name }) => name)).toEqual(['shop/db']);
  });

  it('names the side that denies', () => {
    expect([verdictOf(answer, 0, 1), verdictOf(answer, 1, 0), verdictOf(answer, 2, 1)]).toEqual([
      'ingress',
      'allowed',
      'exempt',
    ]);
  });
});

describe('its size', () => {
  const lines = Array.from({ length: 100 }, (_, i) => ({
    name: `ns/pod${i}`,
    namespace: 'ns',
    members: [i],
  }));

  it('leaves names out where cells are too small for them', () => {
    expect([sizeOf(lines, 320).hasNames, sizeOf(lines.slice(0, 6), 320).hasNames]).toEqual([false, true]);
  });

  it('finds the cell under a point', () => {
    const size = sizeOf(lines, 320);
    const at = (row: number, column: number) => ({
      x: size.left + column * size.cell + 1,
      y: size.top + row * size.cell + 1,
    });
    expect(cellAtPoint(size, 100, at(7, 42))).toEqual({ row: 7, column: 42 });
    expect(cellAtPoint(size, 100, { x: 1, y: 1 })).toBeUndefined();
  });
});
