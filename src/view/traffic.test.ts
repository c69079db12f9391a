import { describe, expect, it } from 'vitest';
import { must } from '../lib/assert.ts';
import { Engine } from '../engine/engine.ts';
import { decodeColumns, EMPTY_RECORDING } from '../trace/columns.ts';
import { beatsOf } from '../trace/timeline.ts';
import type { RunningFlow } from '../store/slices/traffic.ts';
import { ambientPackets } from './traffic.ts';

function running(every: string): readonly RunningFlow[] {
  const engine = new Engine();
  const text = must(engine.handle('scenario', { id: 'two-nodes' }), 'two-nodes');
  const board = `apiVersion: flannelboard.dev/v1\nkind: Board\nspec:\n  traffic:\n  - { from: pod/shop/web, to: pod/shop/db, protocol: icmp, every: ${every} }\n`;
  engine.handle('open', { text: `${text}\n---\n${board}`, revision: 1 });
  return engine.handle('traffic', { atSeq: 0 }).map(({ from, to, protocol, every: ns, ...result }) => {
    if (result.status !== 'sent') throw new Error('not sent');
    const recording = decodeColumns(EMPTY_RECORDING, result.recording);
    return {
      flow: { from, to, protocol, every: ns },
      recording,
      beats: beatsOf(recording, result.exchange, new Set()),
    };
  });
}

describe('running traffic', () => {
  const flows = running('1s');

  it('begins with one packet, and sends the next while the first still travels', () => {
    const requests = (elapsed: number): number =>
      ambientPackets(flows, elapsed).filter((p) => p.kind === 'request').length;
    expect([0.5, 9.5, 17.5].map(requests)).toEqual([1, 2, 3]);
  });

  it('is markers only: the plate belongs to the packet that is told', () => {
    expect(ambientPackets(flows, 20).every((packet) => packet.bare === true)).toBe(true);
  });

  it('says of each packet which flow it belongs to', () => {
    expect(new Set(ambientPackets(flows, 20).map(({ flow }) => flow))).toEqual(
      new Set(flows.map((_, i) => i)),
    );
  });

  it('flows less densely when its period is longer', () => {
    const dense = ambientPackets(flows, 40).length;
    expect(ambientPackets(running('30s'), 40).length).toBeLessThan(dense);
  });

  it('of a flow that cannot be sent is nothing', () => {
    const [flow] = flows;
    expect(ambientPackets([{ flow: must(flow, 'flow').flow, beats: [] }], 10)).toEqual([]);
  });
});
