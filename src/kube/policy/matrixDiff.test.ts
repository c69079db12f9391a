import { expect, it } from 'vitest';
import { readBoard } from './board.testing.ts';
import { matrixOf } from './matrix.ts';
import { diffOf } from './matrixDiff.ts';
import { nextMatrix } from './nextMatrix.ts';
import { printPorts } from './portText.ts';
import { reachOf } from './reach.ts';

const DENY_DB = '{ podSelector: { matchLabels: { app: db } } }';
const API_AT_5432 =
  '{ podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: api } } }], ports: [{ port: 5432 }] }] }';

const told = (before: string, after: string) => {
  const [from, to] = [reachOf(readBoard(before)), reachOf(readBoard(after))];
  const matrix = matrixOf(from);
  const fresh = diffOf(matrix, matrixOf(to));
  expect(diffOf(matrix, nextMatrix(matrix, to))).toEqual(fresh);
  return fresh.pairs.map((pair) => [
    `${pair.from} -> ${pair.to}`,
    ...printPorts(pair.opened).map((text) => `+ ${text}`),
    ...printPorts(pair.closed).map((text) => `- ${text}`),
  ]);
};

it('a rule that comes opens its pairs at its ports and no others', () => {
  expect(told(DENY_DB, API_AT_5432)).toEqual([['pod/shop/api -> pod/shop/db', '+ TCP 5432']]);
});

it('and closes them when it goes', () => {
  expect(told(API_AT_5432, DENY_DB)).toEqual([['pod/shop/api -> pod/shop/db', '- TCP 5432']]);
});

it('ports beside each other are told as one range', () => {
  const range = API_AT_5432.replace('port: 5432', 'port: 5400, endPort: 5500');
  expect(told(API_AT_5432, range)).toEqual([
    ['pod/shop/api -> pod/shop/db', '+ TCP 5400-5431', '+ TCP 5433-5500'],
  ]);
});

it('a policy that does not change who may talk to whom changes nothing', () => {
  expect(told(DENY_DB, '{ podSelector: { matchLabels: { app: db } }, ingress: [] }')).toEqual([]);
});
