import { expect, it } from 'vitest';
import { readBoard } from '../kube/policy/board.testing.ts';
import { againstLines, matrixJson, matrixLines, policyLines } from './matrix.ts';

const API_AT_5432 =
  '{ podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: api } } }], ports: [{ port: 5432 }] }] }';
const print = ({ id }: { readonly id: string }): string => id;
const AT_5432 = { protocol: 'TCP', port: 5432 } as const;

it('a grid has a row for each source, and the reasons below', () => {
  expect(matrixLines(readBoard(API_AT_5432), AT_5432, print)).toEqual([
    'enforced by: kube-router',
    '  1 pod/ops/monitor',
    '  2 pod/shop/api',
    '  3 pod/shop/db',
    '  4 pod/shop/web',
    '  5 node/node1',
    '  6 node/node2',
    '  7 client/client',
    '',
    '# TCP 5432',
    '                    1234567',
    '  1 pod/ops/monitor #.X....',
    '  2 pod/shop/api    .#.....',
    '  3 pod/shop/db     ..#....',
    '  4 pod/shop/web    ..X#...',
    '  5 node/node1      ..X.#..',
    '  6 node/node2      .....#.',
    '  7 client/client   ..X...#',
    '  side.denied',
  ]);
});

it('JSON names who isolates', () => {
  expect(matrixJson(readBoard(API_AT_5432), AT_5432)).toMatchObject({
    controller: 'kube-router',
    ports: [
      {
        ports: ['TCP 5432'],
        denied: [{ from: 'pod/ops/monitor', to: 'pod/shop/db', isolatedBy: ['shop/p0'] }, {}, {}, {}],
      },
    ],
  });
});

it('against another file, pairs that open and close are told with their ports', () => {
  expect(
    againstLines(readBoard(API_AT_5432), readBoard(API_AT_5432.replace('port: 5432', 'port: 80'))),
  ).toEqual([
    '+ pod/shop/api -> pod/shop/db: TCP 80',
    '- pod/shop/api -> pod/shop/db: TCP 5432',
    '1 opened, 1 closed',
  ]);
});

it('a packet that policies keep out has each rule with what it wants', () => {
  const expected = { from: 'pod/shop/web', to: 'pod/shop/db:5432', protocol: 'tcp' };
  expect(policyLines(readBoard(API_AT_5432), expected, print)).toEqual([
    'side.denied',
    '  shop/p0 spec.ingress[0].from[0].podSelector.matchLabels.app: miss.label',
  ]);
  expect(policyLines(readBoard(), expected, print)).toEqual([]);
});
