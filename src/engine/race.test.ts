import { describe, expect, it } from 'vitest';
import { must } from '../lib/assert.ts';
import { decodeColumns, EMPTY_RECORDING } from '../trace/columns.ts';
import { validate } from '../trace/trace.ts';
import { tripOf } from '../trace/trip.ts';
import { Engine } from './engine.ts';
import type { Lane, RaceRequest } from './protocol.ts';

const engine = new Engine();
const scenario = (id: string): string => must(engine.handle('scenario', { id }), id);

function lanes(request: Partial<RaceRequest> = {}): readonly Lane[] {
  const result = engine.handle('race', {
    text: scenario('two-nodes'),
    from: 'pod/shop/web',
    to: 'pod/shop/db',
    protocol: 'icmp',
    ...request,
  });
  if (result.status !== 'run') throw new Error(result.status);
  return result.lanes;
}

function runner(lane: Lane | undefined) {
  if (lane === undefined || 'refusal' in lane) throw new Error(JSON.stringify(lane));
  const recording = decodeColumns(EMPTY_RECORDING, lane.recording);
  return { ...lane, recording, trip: must(tripOf(recording, lane.exchange), 'trip') };
}

describe('a race', () => {
  it('runs the same text under each backend, with a recording of its own that keeps the laws', () => {
    const made = lanes().map(runner);
    expect(made.map(({ backend, board }) => [backend, board.backend])).toEqual([
      ['udp', 'udp'],
      ['vxlan', 'vxlan'],
      ['host-gw', 'host-gw'],
    ]);
    for (const { recording } of made) expect(validate(recording)).toEqual([]);
    expect(made.map(({ trip }) => trip.wire?.added)).toEqual([28, 50, 0]);
  });

  it('tells the second packet, for which nobody asks for MACs', () => {
    const { recording, exchange } = runner(lanes()[1]);
    expect(exchange).toBe(1);
    const arps = recording.hops.filter((hop) => hop.exchange === exchange && hop.cause === 'arp');
    expect(arps).toEqual([]);
  });

  it('shows of the board what the packet touches', () => {
    const { board } = runner(lanes()[0]);
    expect(board.nodes.map(({ name, pods }) => [name, pods.map((pod) => pod.name)])).toEqual([
      ['node1', ['web']],
      ['node2', ['db']],
    ]);
    expect(board.router).toBeUndefined();
    expect(board.segments.map(({ name }) => name)).toEqual(['a']);
  });

  it('takes the router in where the packet crosses it, and ends there under host-gw', () => {
    const made = lanes({ text: scenario('three-nodes'), to: 'pod/shop/mail' }).map(runner);
    expect(made.map(({ trip }) => trip.arrived)).toEqual([true, true, false]);
    expect(made.every(({ board }) => board.router !== undefined)).toBe(true);
  });

  it('leaves the board of the page as it was', () => {
    engine.handle('open', { text: scenario('two-nodes'), revision: 1 });
    const before = engine.handle('tables', { ns: 'node1', atSeq: 0 });
    lanes();
    expect(engine.handle('tables', { ns: 'node1', atSeq: 0 })).toEqual(before);
  });

  it('says of an end that is not there what a send would say', () => {
    const refused = lanes({ to: 'pod/shop/nobody' });
    expect(refused.every((lane) => 'refusal' in lane)).toBe(true);
  });

  it('is not run where the backend cannot be written into the Board document', () => {
    const text = `apiVersion: flannelboard.dev/v1\nkind: Board\nspec: [no, mapping]\n---\n${scenario('two-nodes')}`;
    const result = engine.handle('race', {
      text,
      from: 'pod/shop/web',
      to: 'pod/shop/db',
      protocol: 'icmp',
    });
    expect(result.status).toBe('unreadable');
  });
});
