import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { ipv4 } from '../wire/address.ts';
import { parseOp } from '../kernel/opText.ts';
import type { NetNsId, Recording } from '../kernel/recorder.ts';
import { Run, type Input } from '../engine/run.ts';
import { labCluster, LAB_NAMING, labNs } from '../kube/testing/lab.testing.ts';
import type { BackendType } from '../kube/cluster.ts';
import { encodeColumns } from '../trace/columns.ts';
import { Journal } from './journal.ts';

function newRun(): Run {
  return new Run(labCluster('vxlan'), { naming: LAB_NAMING, seed: 3 });
}

/** The recording as bytes: two of them are the same run if and only if these are equal. */
function bytes(recording: Recording): string {
  const { frameBytes, ...rest } = encodeColumns(recording, { entries: 0, hops: 0, frames: 0 });
  return (
    JSON.stringify(rest, (_key, value: unknown) =>
      ArrayBuffer.isView(value) ? Array.from(value as Uint8Array) : value,
    ) + frameBytes.join()
  );
}

function command(ns: string, text: string): Input {
  const op = parseOp(text);
  if (!op.ok) throw new Error(op.error);
  return { input: 'command', ns: labNs(ns), op: op.value };
}

const pods = ['pod1a', 'pod1b', 'pod2a', 'pod2b', 'pod3a'] as const;
const addresses = [
  '10.244.1.2',
  '10.244.1.3',
  '10.244.2.2',
  '10.244.2.99',
  '10.244.3.2',
  '10.244.9.9',
  '192.168.0.12',
] as const;

const input: fc.Arbitrary<Input> = fc.oneof(
  fc
    .record({
      from: fc.constantFrom(...pods),
      to: fc.constantFrom(...addresses),
      protocol: fc.constantFrom('icmp', 'tcp', 'udp'),
      ttl: fc.constantFrom(64, 2),
    })
    .map(({ from, to, protocol, ttl }): Input => ({
      input: 'send',
      injection: { from: labNs(from), dst: ipv4(to), protocol, dport: 8080, ttl, timeout: 200_000_000 },
    })),
  fc.constantFrom(
    command('node1', 'ip route del default'),
    command('node1', 'bridge fdb del 0e:f1:a0:00:00:02 dev flannel.1 dst 192.168.0.12 self permanent'),
    command('node2', 'ip link set flannel.1 down'),
    command('node1', 'sysctl -w net.ipv4.ip_forward=0'),
  ),
  fc
    .constantFrom<BackendType>('vxlan', 'host-gw', 'udp')
    .map((backend): Input => ({ input: 'cluster', cluster: labCluster(backend) })),
  fc.constant<Input>({ input: 'kill', pid: 'flanneld@node2' }),
);

describe('a journal', () => {
  it('does not give an earlier input again to see what came of the next', () => {
    const given: string[] = [];
    let state = { events: 0, length: 0 };
    const journal = new Journal<string, typeof state>({
      get events() {
        return state.events;
      },
      get length() {
        return state.length;
      },
      apply: (text) => {
        given.push(text);
        state = { ...state, length: state.length + 1 };
      },
      advance: () => false,
      snapshot: () => state,
      restore: (snapshot) => {
        state = snapshot;
      },
    });
    for (const text of ['a hundred thousand rules', 'a packet']) journal.apply(text);
    given.length = 0;
    journal.seek(2);
    expect(given).toEqual(['a packet']);
  });

  it('the same seed and inputs give the same recording, byte for byte', () => {
    fc.assert(
      fc.property(fc.array(input, { minLength: 1, maxLength: 5 }), (inputs) => {
        const [a, b] = [newRun(), newRun()];
        for (const i of inputs) {
          a.give(i);
          b.give(i);
        }
        expect(bytes(a.recording)).toBe(bytes(b.recording));
      }),
      { seed: 5, numRuns: 15 },
    );
  });

  it('seek and run again equals an uninterrupted run, byte for byte, wherever one seeks to', () => {
    fc.assert(
      fc.property(
        fc.array(input, { minLength: 1, maxLength: 6 }),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 4 }),
        (inputs, places) => {
          const run = newRun();
          for (const i of inputs) run.give(i);
          const whole = bytes(run.recording);
          const { events } = run.world;
          const { length } = run.recording.entries;
          for (const place of places) {
            const target = Math.floor(place * length);
            run.journal.seek(target);
            expect(run.recording.entries.length).toBeGreaterThanOrEqual(target);
            run.journal.replay({ events });
            expect(bytes(run.recording)).toBe(whole);
            run.journal.seekBefore(target);
            expect(run.recording.entries.length).toBeLessThanOrEqual(target);
            run.journal.replay({ events });
            expect(bytes(run.recording)).toBe(whole);
          }
        },
      ),
      { seed: 9, numRuns: 25 },
    );
  });

  it('a fork forgets what came after it, and goes on as if that had never been', () => {
    const forked = newRun();
    const send = (to: string): Input => ({
      input: 'send',
      injection: { from: labNs('pod1a'), dst: ipv4(to), protocol: 'icmp' },
    });
    forked.give(send('10.244.2.2'));
    const { length } = forked.recording.entries;
    forked.give(send('10.244.3.2'));
    forked.journal.seek(length);
    forked.give(send('10.244.1.3'));
    expect(forked.journal.entries.map((e) => e.input)).toHaveLength(2);
    expect(forked.recording.exchanges.map((e) => [e.to, e.result])).toEqual([
      ['10.244.2.2', 'replied'],
      ['10.244.1.3', 'replied'],
    ]);
  });

  it('reading the past leaves the present as it was', () => {
    const run = newRun();
    run.give({
      input: 'send',
      injection: { from: labNs('pod1a'), dst: ipv4('10.244.2.2'), protocol: 'icmp' },
    });
    const before = bytes(run.recording);
    const neighs = (at: number): number =>
      run.at(at, (world) => world.netns('node1' as NetNsId).state.neighs.size);
    expect(neighs(0)).toBe(2);
    expect(neighs(run.recording.entries.length)).toBe(4);
    expect(bytes(run.recording)).toBe(before);
  });

  it('a run that exceeds its budget is taken back as a whole', () => {
    const run = newRun();
    const loop = [
      'ip link add x type veth peer name y netns node1',
      'ip link set x master cni0',
      'ip link set y master cni0',
      'ip link set x up',
      'ip link set y up',
    ];
    for (const text of loop) {
      const op = parseOp(text);
      if (!op.ok) throw new Error(op.error);
      run.give({ input: 'command', ns: 'node1' as NetNsId, op: op.value });
    }
    const before = bytes(run.recording);
    expect(
      run.give({
        input: 'send',
        injection: { from: labNs('pod1a'), dst: ipv4('10.244.2.2'), protocol: 'icmp' },
      }),
    ).toBe('budget');
    expect(bytes(run.recording)).toBe(before);
    expect(run.world.quiet).toBe(true);
  });
});
