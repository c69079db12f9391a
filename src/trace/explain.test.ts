import { describe, expect, it } from 'vitest';
import { lab, labNs } from '../kube/testing/lab.testing.ts';
import { inject } from '../sim/inject.ts';
import { runUntilSettled } from '../sim/run.ts';
import type { Message } from '../lib/message.ts';
import type { BackendType } from '../kube/cluster.ts';
import { ipv4 } from '../wire/address.ts';
import { explain } from './explain.ts';
import { isStep, type Recording } from './types.ts';

function pinged(backend: BackendType, to: string): Recording {
  const world = lab(backend);
  inject(world, { protocol: 'icmp', from: labNs('pod1a'), dst: ipv4(to) });
  runUntilSettled(world, () => world.step());
  return world.recorder.recording();
}

describe('a drop', () => {
  const told = (recording: Recording): readonly Message[] =>
    recording.entries
      .filter(isStep)
      .flatMap((step) => (step.kind === 'drop' ? [explain(step, recording)] : []));

  it('is told by who dropped what for which reason, not by the name of a kernel function', () => {
    expect(told(pinged('host-gw', '10.244.3.2'))).toContainEqual({
      id: 'why.no-route',
      params: { ns: 'rtr', dst: '10.244.3.2' },
    });
  });

  it('names what was asked in vain, also when others asked in between', () => {
    expect(told(pinged('vxlan', '10.244.2.99'))).toContainEqual({
      id: 'why.no-neigh',
      params: { ns: 'node2', dev: 'cni0', ip: '10.244.2.99' },
    });
  });
});

describe('the switch of a segment', () => {
  const recording = pinged('vxlan', '10.244.2.2');
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
