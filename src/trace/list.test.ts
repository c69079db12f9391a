import { beforeAll, describe, expect, it } from 'vitest';
import { ipv4 } from '../wire/address.ts';
import { parseOp } from '../kernel/opText.ts';
import { lab, labNs } from '../kube/testing/lab.testing.ts';
import { inject } from '../sim/inject.ts';
import { runUntilSettled } from '../sim/run.ts';
import { filterRows, NO_FILTER, printTime, rowsOf, windowOf, type ListRow } from './list.ts';
import { beatsOf } from './timeline.ts';
import type { Recording } from './types.ts';

const noWords = () => '';

describe('the list of what happened', () => {
  let recording: Recording;
  let all: readonly ListRow[];
  beforeAll(() => {
    const world = lab('vxlan');
    const op = parseOp('ip route add blackhole 10.9.0.0/16');
    if (!op.ok) throw new Error(op.error);
    world.op(labNs('node1'), op.value, { by: 'user' });
    inject(world, { protocol: 'icmp', from: labNs('pod1a'), dst: ipv4('10.244.2.2') });
    runUntilSettled(world, () => world.step());
    recording = world.recorder.recording();
    all = rowsOf(recording, undefined);
  });

  it('has a row for every entry, commands as well as steps', () => {
    expect(all).toHaveLength(recording.entries.length);
    expect(new Set(all.map(({ kind }) => kind))).toEqual(new Set(['event', 'step', 'arp', 'hook', 'reply']));
  });

  it('has a row for every beat of an exchange, and a fold of ARP counts as ARP', () => {
    const beats = beatsOf(recording, 0, new Set());
    const rows = rowsOf(recording, beats);
    expect(rows).toHaveLength(beats.length);
    const fold = rows.find(({ beat }) => beat?.kind === 'fold' && beat.reason === 'arp');
    expect(fold?.kind).toBe('arp');
  });

  it('hides kinds, namespaces and what does not say the text, and nothing else', () => {
    const count = (filter: Partial<typeof NO_FILTER>, words = noWords) =>
      filterRows(all, { ...NO_FILTER, ...filter }, words).length;
    expect(count({})).toBe(all.length);
    expect(count({ hidden: ['arp'] })).toBe(all.filter(({ kind }) => kind !== 'arp').length);
    expect(count({ ns: 'node1' })).toBe(all.filter(({ ns }) => ns === 'node1').length);
    expect(count({ text: ' FLANNEL.1 ' })).toBeGreaterThan(0);
    expect(count({ text: 'nowhere' })).toBe(0);
  });

  it('does not make words for rows that are hidden anyway', () => {
    let made = 0;
    filterRows(all, { hidden: [], ns: 'node1', text: 'x' }, () => {
      made++;
      return '';
    });
    expect(made).toBe(all.filter(({ ns }) => ns === 'node1').length);
  });

  it('draws only what is near the present row', () => {
    expect(windowOf(10_000, 5_000, 200)).toEqual({ from: 4_800, to: 5_200 });
    expect(windowOf(10_000, 0, 200)).toEqual({ from: 0, to: 200 });
    expect(windowOf(10, -1, 200)).toEqual({ from: 0, to: 10 });
    expect(windowOf(0, 0, 200)).toEqual({ from: 0, to: 0 });
  });

  it('tells times in the unit a person reads', () => {
    expect([0, 2_000, 5_002_000, 3_000_000_000].map(printTime)).toEqual([
      '0',
      '2.0 µs',
      '5.002 ms',
      '3.000 s',
    ]);
  });
});
