import { expect, test } from 'vitest';
import { decodeColumns, EMPTY_RECORDING } from '../trace/columns.ts';
import { must } from '../lib/assert.ts';
import { Engine } from './engine.ts';
import type { BoardExpectation } from './protocol.ts';
import { defaultScenario } from '../scenario/gallery.ts';

/** An engine with the first board of the gallery, and a Board document of these lines. */
function opened(spec: string) {
  const engine = new Engine();
  const board = `apiVersion: flannelboard.dev/v1\nkind: Board\nspec:\n${spec}\n---\n`;
  const result = engine.handle('open', { text: board + defaultScenario.text, revision: 1 });
  if (result.status !== 'committed') throw new Error(JSON.stringify(result.diagnostics));
  const { entries } = decodeColumns(EMPTY_RECORDING, result.recording);
  return { engine, board: result.board, results: () => engine.handle('expect', { atSeq: entries.length }) };
}

const DROP = '  faults: [{ on: node2, run: "iptables -A INPUT -p udp --dport 8472 -j DROP" }]\n';
const EXPECT = `  expect:
  - { from: pod/shop/web, to: pod/shop/db, result: replied, via: [node1/flannel.1, node2/flannel.1] }
  - { from: pod/shop/web, to: "pod/shop/cart:8080", result: connected }
  - { from: pod/shop/web, to: "pod/shop/cart:81", result: refused }`;

test('expectations that hold are said to hold', () => {
  const { results, board } = opened(EXPECT);
  expect(results().map(({ holds }) => holds)).toEqual([true, true, true]);
  expect(board.expect.map(({ to }: BoardExpectation) => to)).toEqual([
    'pod/shop/db',
    'pod/shop/cart:8080',
    'pod/shop/cart:81',
  ]);
});

test('one that fails says how it ended, what it did not cross, and where it was dropped', () => {
  const [first, second] = opened(DROP + EXPECT).results();
  expect(first).toMatchObject({
    holds: false,
    ended: 'timeout',
    missed: ['node2/flannel.1'],
    why: { reason: 'NETFILTER_DROP', sentence: { params: { ns: 'node2' } } },
  });
  expect(second?.holds).toBe(true);
});

test('one that cannot be sent fails with the reason', () => {
  const { results } = opened('  expect: [{ from: pod/shop/nobody, to: pod/shop/db, result: replied }]');
  expect(results()).toMatchObject([
    { holds: false, refusal: { id: 'send.unknown-endpoint', params: { endpoint: 'pod/shop/nobody' } } },
  ]);
});

test('trying them leaves the board as it was: the next packet is recorded as if they had not been tried', () => {
  const send = (try_: boolean) => {
    const { engine, results } = opened(EXPECT);
    if (try_) results();
    const sent = engine.handle('send', { from: 'pod/shop/web', to: 'pod/shop/db', protocol: 'icmp' });
    return must(sent.status === 'sent' ? sent.recording : undefined, 'sent');
  };
  expect(send(true)).toEqual(send(false));
});

test('of a thousand the first hundred are tried live', () => {
  const line = '  - { from: node/node1, to: node/node2, result: replied }\n';
  expect(opened(`  expect:\n${line.repeat(101)}`).results()).toHaveLength(100);
});
