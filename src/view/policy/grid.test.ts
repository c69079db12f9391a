import { describe, expect, it } from 'vitest';
import { CELL, type MatrixAnswer } from '../../engine/protocol.ts';
import {
  cellAtPoint,
  CELL_STATES,
  changedCells,
  gridOf,
  linesOf,
  sizeOf,
  stateAt,
  verdictOf,
} from './grid.ts';

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
  edition: 1,
};

const told = (states: Uint8Array): readonly string[] =>
  Array.from(states, (state) => CELL_STATES[state] ?? '');

const show = { grouping: 'pods', search: '', side: 'allowed' } as const;

describe('the grid', () => {
  it('has a cell for each pair, and counts those that may talk', () => {
    const { states, allowed, pairs } = gridOf(answer, show);
    expect(told(states).join(' ')).toBe(
      'exempt denied allowed ' + 'allowed exempt allowed ' + 'allowed exempt exempt',
    );
    expect([allowed, pairs]).toEqual([5, 6]);
  });

  it('shows one direction alone', () => {
    const first = { row: 0, column: 1 };
    expect(stateAt(gridOf(answer, { ...show, side: 'egress' }), first)).toBe('allowed');
    expect(stateAt(gridOf(answer, { ...show, side: 'ingress' }), first)).toBe('denied');
  });

  it('says of a namespace that some of its pairs may', () => {
    const grid = gridOf(answer, { ...show, grouping: 'namespaces' });
    expect(grid.lines.map(({ name }) => name)).toEqual(['shop', 'node1']);
    expect(stateAt(grid, { row: 0, column: 0 })).toBe('part');
    expect([grid.allowed, grid.pairs]).toEqual([5, 6]);
  });

  it('has one line for the pods of a workload, whose name another namespace may use again', () => {
    const [web, db, node] = answer.subjects;
    if (!web || !db || !node) throw new Error('three subjects');
    const workload = 'Deployment/web';
    const lines = (...subjects: MatrixAnswer['subjects']) =>
      linesOf({ ...answer, subjects }, 'workloads', '').map(({ name, members }) => [name, ...members]);
    expect(lines({ ...web, workload }, { ...db, workload }, node)).toEqual([
      ['shop/web', 0, 1],
      ['node1', 2],
    ]);
    // of another namespace, or made by something else, it is another one
    expect(lines({ ...web, workload }, { ...db, namespace: 'ops', workload })).toHaveLength(2);
    expect(lines({ ...web, workload }, { ...db, workload: 'StatefulSet/web' })).toHaveLength(2);
    // a pod that nobody made
    expect(lines(web, db)).toEqual([
      ['shop/web', 0],
      ['shop/db', 1],
    ]);
  });

  it('knows the cells that the last edit changed, at the ports that it shows', () => {
    const range = { protocol: 'TCP', first: 80, last: 90 } as const;
    const pair = { from: 'pod/shop/web', to: 'pod/shop/db', opened: [range], closed: [] };
    const at = (port: number) => {
      const ports = [{ ranges: [], protocol: 'TCP', port, isRest: false } as const];
      const edited = { ...answer, ports, diff: { pairs: [pair], opened: 1, closed: 0 } };
      return changedCells(edited, gridOf(edited, show));
    };
    expect([at(80), at(91)]).toEqual([[{ row: 0, column: 1 }], []]);
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
