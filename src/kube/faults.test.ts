/** Commands of a Board document: given once, at the start or when they are added; a bad one is an error at its field. */
import { expect, test } from 'vitest';
import { must } from '../lib/assert.ts';
import type { NetNsId, SimTime } from '../kernel/recorder.ts';
import { createBoard } from './board.ts';
import type { Cluster } from './cluster.ts';
import { board, NODE1, NODE2, paramsOf, read } from './manifest/manifest.testing.ts';

const RULE = 'iptables -A FORWARD -d 10.244.2.2/32 -j DROP';
const faults = (...runs: readonly string[]): string =>
  board(`faults: [${runs.map((run) => `{ on: node1, run: ${JSON.stringify(run)} }`).join(', ')}]`);
const clusterWith = (...runs: readonly string[]): Cluster =>
  must(read(NODE1, NODE2, faults(...runs)).cluster, 'cluster');
const told = (world: ReturnType<typeof createBoard>): readonly string[] =>
  world.recorder
    .recording()
    .entries.map((entry) =>
      entry.kind === 'op' ? `${entry.by.by} ${entry.result} ${entry.text}` : entry.kind,
    );

test('are given when the board starts, and recorded with what the machine said', () => {
  const world = createBoard(clusterWith(RULE, 'ip route del 10.9.9.0/24'));
  expect(told(world)).toEqual([`user ok ${RULE}`, 'user ESRCH ip route del 10.9.9.0/24']);
  const rule = world
    .netns('node1' as NetNsId)
    .state.rules.filter?.chains.get('FORWARD')
    ?.rules.at(-1);
  expect(rule?.origin).toMatchObject({ by: 'user', object: { kind: 'Board', path: 'spec.faults[0].run' } });
});

test('that are added to the text are given then, and none is given twice', () => {
  const world = createBoard(clusterWith(RULE));
  world.setCluster(clusterWith(RULE, 'sysctl -w net.ipv4.ip_forward=0'));
  while (!world.quiet) world.step();
  expect(told(world)).toEqual([`user ok ${RULE}`, 'user ok sysctl -w net.ipv4.ip_forward=0']);
});

test('that nobody understands, or on a machine that is not there, are errors at their fields', () => {
  const bad = read(NODE1, faults('iptables -A FORWARD -j NOWHERE --to 1'));
  expect(bad.cluster).toBeUndefined();
  expect(paramsOf(bad, 'cluster.fault-command')).toMatchObject({
    command: 'iptables -A FORWARD -j NOWHERE --to 1',
  });
  const lost = read(NODE1, board('faults: [{ on: node9, run: "ip link set eth0 up" }]'));
  expect(paramsOf(lost, 'cluster.fault-nowhere')).toEqual({ on: 'node9' });
});

test('with a time are given when it has come, and `kill` ends flanneld', () => {
  const timed = board(
    `faults: [{ on: node1, at: 5s, kill: flanneld }, { on: node1, at: 2s, run: "${RULE}" }]`,
  );
  const world = createBoard(must(read(NODE1, NODE2, timed).cluster, 'cluster'));
  expect(told(world)).toEqual([]);
  world.wait(4_999_999_999 as SimTime);
  expect(told(world)).toEqual([`user ok ${RULE}`]);
  expect(world.process('flanneld@node1')).toBeDefined();
  world.wait(5_000_000_000 as SimTime);
  const last = world.recorder.recording().entries.at(-1);
  expect(last).toMatchObject({ kind: 'process', text: 'pkill -9 flanneld', by: { by: 'user' } });
  expect(world.process('flanneld@node1')).toBeUndefined();
});
