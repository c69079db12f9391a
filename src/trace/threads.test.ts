import { describe, expect, it } from 'vitest';
import { lab, labNs } from '../kube/testing/lab.testing.ts';
import { must } from '../lib/assert.ts';
import { inject } from '../sim/inject.ts';
import { runUntilSettled } from '../sim/run.ts';
import { ipv4 } from '../wire/address.ts';
import { layersOf } from '../wire/layers.ts';
import { briefOf, threadsOf } from './threads.ts';
import { beatsOf, stepOf } from './timeline.ts';
import type { Recording, Row, Step } from './types.ts';

function pinged(backend: 'vxlan' | 'udp'): Recording {
  const world = lab(backend);
  inject(world, { protocol: 'icmp', from: labNs('pod1a'), dst: ipv4('10.244.2.2') });
  runUntilSettled(world, () => world.step());
  return world.recorder.recording();
}

/** The threads of the first beats whose step `fits`, in words. */
function tied(recording: Recording, fits: (step: Step) => boolean): readonly string[] {
  const beats = beatsOf(recording, 0, new Set());
  const index = beats.findIndex((beat) => {
    const step = beat.kind === 'step' ? stepOf(recording, beat) : undefined;
    return step !== undefined && fits(step);
  });
  const frame = must(recording.frames[must(stepOf(recording, beats[index]), 'step').frame], 'frame');
  const kinds = layersOf(frame).map(({ kind }) => kind);
  return threadsOf(recording, beats, index).map(
    ({ tiles, gives, row }) =>
      `${tiles.map((tile) => `${tile}:${kinds[tile] ?? ''}`).join(' ')} ${gives} ${row.table} ${briefOf(row)}`,
  );
}

describe('threads of a ping over vxlan', () => {
  const recording = pinged('vxlan');

  it('the encapsulation shows all rows that went into it: shell, inner Ethernet, and the route before', () => {
    expect(tied(recording, ({ kind }) => kind === 'encap')).toEqual([
      '0:ipv4 1:udp 2:vxlan header fdb 0e:f1:a0:00:00:02 dst 192.168.0.12',
      '3:ethernet header neigh 10.244.2.0 lladdr 0e:f1:a0:00:00:02',
      '4:ipv4 way route 10.244.2.0/24 via 10.244.2.0',
    ]);
  });

  it('the outer Ethernet header comes from the row that ARP learned', () => {
    const isOuter = (step: Step): boolean =>
      step.kind === 'neigh' && step.ns === 'node1' && step.dev === 'eth0' && step.result === 'resolved';
    expect(tied(recording, isOuter)).toEqual([
      '0:ethernet header neigh 192.168.0.12 lladdr 52:54:00:00:00:02',
    ]);
  });

  it('a route gives no header, but the next hop', () => {
    expect(tied(recording, ({ kind, ns }) => kind === 'route' && ns === 'node1')).toEqual([
      '1:ipv4 way route 10.244.2.0/24 via 10.244.2.0',
    ]);
  });

  it('the switch of the segment shows the row that chose the port', () => {
    expect(tied(recording, ({ kind, ns }) => kind === 'fdb' && ns === 'segment/a')).toEqual([
      '0:ethernet way fdb 52:54:00:00:00:02 dev p2',
    ]);
  });

  it('a neighbour that is still unknown gives nothing, and neither does a device', () => {
    expect(tied(recording, (step) => step.kind === 'neigh' && step.result === 'incomplete')).toEqual([]);
    expect(tied(recording, ({ kind }) => kind === 'tx')).toEqual([]);
  });
});

describe('threads of a ping over udp', () => {
  it('the outer headers come from flanneld’s own table', () => {
    const recording = pinged('udp');
    expect(
      tied(recording, (step) => step.kind === 'originate' && recording.hops[step.hop]?.cause === 'process'),
    ).toEqual(['0:ipv4 1:udp header route 10.244.2.0/24 -> 192.168.0.12:8285']);
  });
});

describe('a row in brief', () => {
  const row = (table: Row['table'], line: string): Row => ({ table, line, origin: { by: 'kernel' } });

  it('keeps what was looked up and what was found', () => {
    expect(briefOf(row('route', 'default via 10.0.0.1 dev eth0 proto static'))).toBe('default via 10.0.0.1');
    expect(briefOf(row('route', 'local 192.168.0.12 dev eth0 proto kernel scope host'))).toBe(
      'local 192.168.0.12 dev eth0',
    );
    expect(briefOf(row('neigh', '10.244.2.2 dev cni0 FAILED'))).toBe('10.244.2.2 dev cni0');
  });
});
