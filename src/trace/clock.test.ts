import { describe, expect, it } from 'vitest';
import { lab, labNs } from '../kube/testing/lab.testing.ts';
import { must } from '../lib/assert.ts';
import { inject } from '../sim/inject.ts';
import { runUntilSettled } from '../sim/run.ts';
import { ipv4 } from '../wire/address.ts';
import { clockOf, readClock, tailOf, type Clock } from './clock.ts';
import { beatsOf } from './timeline.ts';

function clockFor(to: string): { readonly clock: Clock | undefined; readonly beats: number } {
  const world = lab('vxlan');
  inject(world, { protocol: 'icmp', from: labNs('pod1a'), dst: ipv4(to) });
  runUntilSettled(world, () => world.step());
  const recording = world.recorder.recording();
  const beats = beatsOf(recording, 0, new Set());
  return { clock: clockOf(recording, beats, recording.exchanges[0]), beats: beats.length };
}

describe('the client’s clock', () => {
  it('is not there when an answer comes at once', () => {
    expect(clockFor('10.244.2.2').clock).toBeUndefined();
  });

  it('runs while ARP finds nobody, and stops when the client hears of it', () => {
    const { clock: found, beats } = clockFor('10.244.1.99');
    const clock = must(found, 'clock');
    expect(clock.ns).toBe('lab/pod1a');
    expect(clock.end).toBeGreaterThan(2.5e9);
    expect(readClock(clock, 0, 0)).toBeUndefined();
    const seconds = Array.from({ length: 2 * beats }, (_, i) => readClock(clock, i / 2, 1) ?? 0);
    expect(seconds).toEqual(seconds.toSorted((a, b) => a - b));
    expect(seconds.at(-1)).toBe(clock.end);
  });

  it('goes on after the last packet until the client gives up', () => {
    const clock: Clock = { ns: 'lab/pod1a', waited: [0, 2000], end: 10e9, from: 1, result: 'timeout' };
    expect(tailOf(clock)).toBe(10e9 - 2000);
    expect(readClock(clock, 0.5, 0)).toBeUndefined();
    expect(readClock(clock, 1, 0)).toBe(2000);
    expect(readClock(clock, 1, 1)).toBe(10e9);
  });
});
