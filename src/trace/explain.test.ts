import { describe, expect, it } from 'vitest';
import { lab, labNs } from '../kube/testing/lab.testing.ts';
import { inject } from '../sim/inject.ts';
import { runUntilSettled } from '../sim/run.ts';
import { ipv4 } from '../wire/address.ts';
import { explain } from './explain.ts';
import { isStep } from './types.ts';

const world = lab('vxlan');
inject(world, { protocol: 'icmp', from: labNs('pod1a'), dst: ipv4('10.244.2.2') });
runUntilSettled(world, () => world.step());
const recording = world.recorder.recording();

describe('the switch of a segment', () => {
  const told = recording.entries
    .filter(isStep)
    .filter(({ kind, ns }) => kind === 'fdb' && ns === 'segment/a')
    .map((step) => explain(step, recording));

  it('is told by the segment and the machines around it, never by names that no board shows', () => {
    expect(told.map(({ id }) => id)).not.toContain('step.fdb.port');
    expect(JSON.stringify(told)).not.toMatch(/br0|"p-/);
  });

  it('sends a frame towards the machine that then receives it, and learns where it came from', () => {
    expect(told).toContainEqual({
      id: 'step.switch.port',
      params: expect.objectContaining({ segment: 'a', to: 'node2' }),
    });
    const learned = told.filter(({ id }) => id === 'step.switch.learned');
    expect(learned).toMatchObject([
      { params: { segment: 'a', to: 'node1' } },
      { params: { segment: 'a', to: 'node2' } },
    ]);
  });
});
