import { expect, it } from 'vitest';
import { readBoard } from '../kube/policy/board.testing.ts';
import { matrixOf } from '../kube/policy/matrix.ts';
import { nextMatrix } from '../kube/policy/nextMatrix.ts';
import { reachOf } from '../kube/policy/reach.ts';
import { cellsOf, nextCells } from './matrixCells.ts';

const from = (app: string, port: number) =>
  `{ podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: ${app} } } }], ports: [{ port: ${port} }] }] }`;
const OUT = '{ podSelector: { matchLabels: { app: api } }, policyTypes: [Egress] }';
const NO_MORE = '{ podSelector: { matchLabels: { app: api } }, policyTypes: [Ingress], ingress: [{}] }';

it('cells after an edit are those that are made from nothing, at every port, edit after edit', () => {
  const boards = [
    [from('api', 80), OUT],
    [from('web', 80), OUT],
    [from('web', 5432), OUT],
    [from('web', 5432), NO_MORE],
    [from('api', 80), OUT],
  ].map((specs) => readBoard(...specs));
  let compared = 0;
  for (let c = 0; c < 3; c++) {
    let matrix = matrixOf(reachOf(boards[0] ?? readBoard()));
    const count = matrix.subjects.length;
    let before = { matrix, count, c, cells: cellsOf({ matrix, count, c }) };
    for (const board of boards) {
      matrix = nextMatrix(matrix, reachOf(board));
      const shown = { matrix, count, c };
      const cells = nextCells(before, shown);
      expect(cells).toEqual(cellsOf(shown));
      before = { ...shown, cells };
      compared++;
    }
  }
  expect(compared).toBe(15);
});
