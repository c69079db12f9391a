import { describe, expect, it } from 'vitest';
import { labNs, lab } from '../kube/testing/lab.testing.ts';
import { must } from '../lib/assert.ts';
import { inject } from '../sim/inject.ts';
import { runUntilSettled } from '../sim/run.ts';
import { ipv4 } from '../wire/address.ts';
import { beatsOf, stepOf } from './timeline.ts';
import { trailOf } from './trail.ts';

describe('where a packet has been', () => {
  const world = lab('vxlan');
  inject(world, { protocol: 'icmp', from: labNs('pod1a'), dst: ipv4('10.244.2.2') });
  runUntilSettled(world, () => world.step());
  const recording = world.recorder.recording();
  const beats = beatsOf(recording, 0, new Set());
  const delivered = beats.flatMap((beat) =>
    stepOf(recording, beat)?.kind === 'deliver' ? [beat.index] : [],
  );
  const seen = (index: number): readonly string[] => {
    const places = trailOf(recording, beats, index).map(({ ns, dev }) =>
      dev === undefined ? ns : `${ns} ${dev}`,
    );
    return [...new Set(places)];
  };

  it('is every place from where it was made to where it is', () => {
    expect(seen(must(delivered[0], 'the request'))).toEqual([
      'lab/pod1a',
      'lab/pod1a eth0',
      'node1 veth1a',
      'node1 cni0',
      'node1',
      'node1 flannel.1',
      'node1 eth0',
      'segment/a p2',
      'node2 eth0',
      'node2 flannel.1',
      'node2',
      'node2 cni0',
      'node2 veth2a',
      'lab/pod2a eth0',
      'lab/pod2a',
    ]);
  });
  it('begins anew with the answer', () => {
    expect(seen(must(delivered[1], 'the answer'))[0]).toBe('lab/pod2a');
  });
  it('is nothing where nothing happened to a packet', () => {
    expect(trailOf(recording, beats, -1)).toEqual([]);
  });
  it('grows by what happens next and never loses what was', () => {
    const request = beats.slice(0, delivered[0]).filter((beat): boolean => beat.kind === 'step');
    const lengths = request.map(({ index }) => trailOf(recording, beats, index).length);
    expect(lengths).toEqual(lengths.map((_, i) => i + 1));
  });
});
