import { describe, expect, it } from 'vitest';
import { must } from '../lib/assert.ts';
import { ipv4 } from '../wire/address.ts';
import { inject, type Injection } from '../sim/inject.ts';
import { runUntilSettled } from '../sim/run.ts';
import { lab, labNs } from '../kube/testing/lab.testing.ts';
import { decodeColumns, EMPTY_RECORDING, encodeColumns } from './columns.ts';
import { explain } from './explain.ts';
import { beatsOf, packetsAt, stepOf, type Beat } from './timeline.ts';
import { validate } from './trace.ts';
import { isStep, type Recording, type Seq } from './types.ts';

function recorded(injection: Omit<Injection, 'from' | 'dst'> & { readonly to: string }): Recording {
  const world = lab('vxlan');
  const { to, ...rest } = injection;
  inject(world, { ...rest, from: labNs('pod1a'), dst: ipv4(to) });
  runUntilSettled(world, () => world.step());
  return world.recorder.recording();
}

const NONE: ReadonlySet<Seq> = new Set();

function told(recording: Recording, beats: readonly Beat[]): readonly string[] {
  return beats.map((beat) => {
    if (beat.kind === 'fold') return `${beat.reason ?? ''}(${beat.seqs.length})`;
    const step = must(stepOf(recording, beat), 'step');
    return `${step.ns} ${step.kind}${step.dev === undefined ? '' : ` ${step.dev}`}`;
  });
}

describe('the beats of a ping between two nodes', () => {
  const recording = recorded({ protocol: 'icmp', to: '10.244.2.2' });
  const beats = beatsOf(recording, 0, NONE);
  const request = told(recording, beats).slice(
    0,
    beats.findIndex((b) => stepOf(recording, b)?.kind === 'deliver') + 1,
  );

  it('follow the packet device by device, with ARP folded', () => {
    expect(request).toEqual([
      'lab/pod1a originate',
      'lab/pod1a route eth0',
      'lab/pod1a neigh eth0',
      'lab/pod1a queue eth0',
      'arp(21)',
      'lab/pod1a neigh eth0',
      'lab/pod1a tx eth0',
      'node1 rx veth1a',
      'node1 rx cni0',
      'node1 route flannel.1',
      'node1 neigh flannel.1',
      'node1 tx flannel.1',
      'node1 fdb flannel.1',
      'node1 encap flannel.1',
      'node1 route eth0',
      'node1 neigh eth0',
      'node1 queue eth0',
      'arp(23)',
      'node1 neigh eth0',
      'node1 tx eth0',
      'segment/a fdb br0',
      'node2 rx eth0',
      'node2 decap flannel.1',
      'node2 rx flannel.1',
      'node2 route cni0',
      'node2 neigh cni0',
      'node2 queue cni0',
      'arp(18)',
      'node2 neigh cni0',
      'node2 tx cni0',
      'node2 tx veth2a',
      'lab/pod2a rx eth0',
      'lab/pod2a deliver',
    ]);
  });

  it('cover the whole recording: every entry has happened by the end of some beat', () => {
    expect(beats.at(-1)?.last).toBe(recording.entries.length - 1);
    beats.forEach((beat, i) => expect(beat.last).toBeGreaterThanOrEqual(beats[i - 1]?.last ?? 0));
  });

  it('a fold that is opened is told step by step, and closes by its first', () => {
    const fold = must(
      beats.find((b) => b.kind === 'fold'),
      'fold',
    );
    const opened = beatsOf(recording, 0, new Set([fold.seq]));
    const inside = opened.filter((b) => b.unfolded === true);
    expect(inside.length).toBeGreaterThan(5);
    expect(inside[0]?.seq).toBe(fold.seq);
    expect(opened.length).toBe(beats.length - 1 + inside.length);
  });

  it('at the grain of headers every entry of the story is a beat', () => {
    const all = beatsOf(recording, 0, NONE, 'header');
    const hooks = told(recording, all).filter((line) => line.endsWith(' hook') || line.includes(' hook '));
    expect(hooks.length).toBeGreaterThan(8);
    expect(beatsOf(recording, 0, NONE, 'hook').length).toBeLessThan(all.length);
  });

  it('one packet is on its way at any position, and it never jumps', () => {
    for (let i = 0; i < beats.length - 1; i++) {
      if (beats[i + 1]?.kind === 'fold' || beats[i]?.kind === 'fold') continue;
      const before = packetsAt(recording, beats, i);
      const halfway = packetsAt(recording, beats, i + 0.5).filter((p) => p.t < 1);
      expect(halfway, `beat ${i}`).toHaveLength(1);
      expect(
        before.some((p) => JSON.stringify(p.to) === JSON.stringify(halfway[0]?.from)),
        `beat ${i}`,
      ).toBe(true);
    }
  });

  it('the packet that waits for ARP stays where it is while the question runs', () => {
    const fold = beats.findIndex((b) => b.kind === 'fold');
    const packets = packetsAt(recording, beats, fold - 0.5);
    expect(packets.map((p) => p.kind).toSorted()).toEqual(['arp', 'request']);
    expect(packets.find((p) => p.kind === 'request')).toMatchObject({
      t: 1,
      to: { ns: 'lab/pod1a', at: 'stack' },
    });
  });

  it('every step has a sentence', () => {
    const ids = recording.entries.filter(isStep).map((step) => explain(step, recording).id);
    expect(ids.every((id) => id.startsWith('step.'))).toBe(true);
  });
});

describe('the beats of TCP', () => {
  it('with a request: the handshake and the farewell are folded, request and answer are the story', () => {
    const recording = recorded({ protocol: 'tcp', to: '10.244.2.2', dport: 8080, request: 'GET /\r\n' });
    const folds = beatsOf(recording, 0, NONE).flatMap((b) => (b.kind === 'fold' ? [b.reason] : []));
    expect(folds).toEqual(['handshake', 'closing', 'closing']);
    const story = beatsOf(recording, 0, NONE).filter(
      (b) => b.kind === 'step' && stepOf(recording, b)?.kind === 'deliver',
    );
    expect(story).toHaveLength(2);
  });

  it('refused: the SYN and the reset are the story', () => {
    const recording = recorded({ protocol: 'tcp', to: '10.244.2.2', dport: 81 });
    const beats = beatsOf(recording, 0, NONE);
    expect(told(recording, beats)).toContain('lab/pod2a drop');
    expect(stepOf(recording, beats.at(-1))).toMatchObject({ kind: 'deliver', ns: 'lab/pod1a' });
  });
});

describe('a packet that was dropped', () => {
  it('stays where it fell, as a drop', () => {
    const world = lab('vxlan');
    world.kill('flanneld@node1');
    world.op(
      labNs('node1'),
      {
        op: 'route-del',
        route: { type: 'unicast', dst: { address: ipv4('0.0.0.0'), bits: 0 }, onlink: false, metric: 0 },
      },
      { by: 'user' },
    );
    inject(world, { protocol: 'icmp', from: labNs('pod1a'), dst: ipv4('10.244.9.9') });
    runUntilSettled(world, () => world.step());
    const recording = world.recorder.recording();
    const beats = beatsOf(recording, 0, NONE);
    const packets = packetsAt(recording, beats, beats.length - 1);
    expect(packets.filter((p) => p.kind === 'dropped')).toMatchObject([{ to: { ns: 'node1', at: 'stack' } }]);
  });
});

describe('columns', () => {
  it('give back the recording, with frames equal to those that were sent', () => {
    const recording = recorded({ protocol: 'tcp', to: '10.244.3.2', dport: 8080, request: 'GET /\r\n' });
    const decoded = decodeColumns(
      EMPTY_RECORDING,
      encodeColumns(recording, { entries: 0, hops: 0, frames: 0 }),
    );
    expect(decoded.frames).toEqual(recording.frames);
    expect(decoded.hops).toEqual(recording.hops);
    expect(decoded.entries).toEqual(recording.entries);
    expect(decoded.exchanges).toEqual(recording.exchanges);
    expect(validate(decoded)).toEqual([]);
  });

  it('in two parts are the same as in one', () => {
    const recording = recorded({ protocol: 'icmp', to: '10.244.2.2' });
    const half = { entries: 50, hops: 10, frames: 12 };
    const first: Recording = {
      entries: recording.entries.slice(0, half.entries),
      hops: recording.hops.slice(0, half.hops),
      frames: recording.frames.slice(0, half.frames),
      exchanges: [],
    };
    const start = decodeColumns(EMPTY_RECORDING, encodeColumns(first, { entries: 0, hops: 0, frames: 0 }));
    expect(decodeColumns(start, encodeColumns(recording, half))).toEqual(recording);
  });
});

describe('the laws of a recording', () => {
  const recording = recorded({ protocol: 'icmp', to: '10.244.2.2' });
  const changed = (
    change: (entry: Recording['entries'][number]) => Recording['entries'][number],
  ): readonly string[] => validate({ ...recording, entries: recording.entries.map(change) });

  it('hold for a real one', () => {
    expect(validate(recording)).toEqual([]);
  });

  it('refuse time that goes back', () => {
    expect(changed((e) => (e.seq === 20 ? { ...e, at: 0 as never } : e))[0]).toContain('time goes back');
  });

  it('refuse a forwarded packet that keeps its TTL', () => {
    const problems = changed((e) =>
      isStep(e) && e.kind === 'ttl' ? { ...e, frame: must(e.before, 'before') } : e,
    );
    expect(problems.some((text) => text.includes('TTL 64 became 64'))).toBe(true);
  });

  it('refuse headers that change without a word', () => {
    const problems = changed((e) => {
      if (!isStep(e) || e.kind !== 'neigh' || e.before === undefined) return e;
      const { before: _silent, ...rest } = e;
      return rest;
    });
    expect(problems.some((text) => text.includes('without a word'))).toBe(true);
  });

  it('refuse a hop that ends nowhere', () => {
    const cut = recording.entries
      .filter((e) => !isStep(e) || e.ns !== 'lab/pod2a' || e.kind !== 'deliver')
      .map((e, i) => ({ ...e, seq: i as Seq }));
    expect(validate({ ...recording, entries: cut }).some((text) => text.includes('ends with'))).toBe(true);
  });
});
