import { describe, expect, it } from 'vitest';
import { ipv4, mac } from '../../wire/address.ts';
import type { EthernetFrame, Packet } from '../../wire/frame.ts';
import type { FrameIndex, Step } from '../../trace/types.ts';
import { alignBytes, dumpText, inspect } from './inspect.ts';

const ping = (ttl: number): Packet => ({
  kind: 'ipv4',
  tos: 0,
  id: 1,
  df: true,
  mf: false,
  offset: 0,
  ttl,
  protocol: 1,
  src: ipv4('10.244.1.2'),
  dst: ipv4('10.244.2.2'),
  payload: { kind: 'icmp-echo', reply: false, id: 7, seq: 1, data: new Uint8Array(56) },
});
const frame = (ttl: number): EthernetFrame => ({
  kind: 'ethernet',
  dst: mac('0a:58:0a:f4:01:01'),
  src: mac('0a:58:0a:f4:01:02'),
  payload: ping(ttl),
});
const wrapped: EthernetFrame = {
  kind: 'ethernet',
  dst: mac('52:54:00:00:00:02'),
  src: mac('52:54:00:00:00:01'),
  payload: {
    ...ping(64),
    protocol: 17,
    src: ipv4('192.168.0.11'),
    dst: ipv4('192.168.0.12'),
    payload: {
      kind: 'udp',
      sport: 45659,
      dport: 8472,
      checksum: 'none',
      payload: { kind: 'vxlan', vni: 1, inner: frame(63) },
    },
  },
};
const frames = [frame(64), frame(63), wrapped];

/** Only the frames of a step are looked at. */
const step = (index: number, before?: number): Step => ({
  kind: 'tx',
  seq: 0 as Step['seq'],
  at: 0 as Step['at'],
  ns: 'node1' as Step['ns'],
  hop: 0 as Step['hop'],
  dev: 'eth0' as Extract<Step, { kind: 'tx' }>['dev'],
  frame: index as FrameIndex,
  ...(before === undefined ? {} : { before: before as FrameIndex }),
});

describe('inspect', () => {
  it('shows the old value beside a changed field and nothing else', () => {
    const changed = inspect(step(1, 0), undefined, { frames })?.diffs.flatMap(({ layer, fields }) =>
      fields
        .filter(({ was }) => was !== undefined)
        .map(({ name, was, value }) => [layer.kind, name, was, value]),
    );
    expect(changed).toContainEqual(['ipv4', 'ttl', '64', '63']);
    expect(changed?.map(([, name]) => name)).toEqual(['ttl', 'checksum']);
  });

  it('shows what happened since the beat before, also in steps that were not told', () => {
    const ttl = (previous: Step) =>
      inspect(step(1), previous, { frames })
        ?.diffs.flatMap(({ fields }) => fields)
        .find(({ name }) => name === 'ttl');
    expect(ttl(step(0))).toMatchObject({ value: '63', was: '64' });
    expect(ttl(step(1))).not.toHaveProperty('was');
  });

  it('compares a packet that a program made with nothing', () => {
    const made: Step = { ...step(1), kind: 'originate', by: 'ping' };
    expect(inspect(made, step(0), { frames })?.diffs.every(({ change }) => change === 'same')).toBe(true);
  });

  it('shows the outer headers that a VTEP puts on as added, outermost first', () => {
    const diffs = inspect(step(2, 1), undefined, { frames })?.diffs.map(
      ({ layer, change }) => `${change} ${layer.kind} ${layer.depth}`,
    );
    expect(diffs).toEqual([
      'added ethernet 0',
      'added ipv4 0',
      'added udp 0',
      'added vxlan 0',
      'same ethernet 1',
      'same ipv4 1',
      'same icmp 1',
      'same data 1',
    ]);
  });

  it('gives removed headers no bytes to point at', () => {
    const removed =
      inspect(step(1, 2), undefined, { frames })?.diffs.filter(({ change }) => change === 'removed') ?? [];
    expect(removed).toHaveLength(4);
    expect(removed.flatMap(({ fields }) => fields).every(({ key }) => key === undefined)).toBe(true);
  });

  it('gives every byte of the frame to one field', () => {
    for (const index of [0, 1, 2]) {
      const { length, runs } = inspect(step(index), undefined, { frames })?.frame ?? { length: -1, runs: [] };
      let at = 0;
      for (const run of runs) {
        expect(run.from).toBe(at);
        at += run.bytes.length;
      }
      expect(at).toBe(length);
    }
  });
});

describe('the bytes of two hops', () => {
  it('are laid with their ends together, so that what was wrapped stands under itself', () => {
    expect(alignBytes(Uint8Array.of(1, 2), Uint8Array.of(9, 9, 1, 3))).toEqual([undefined, undefined, 1, 2]);
    expect(alignBytes(Uint8Array.of(9, 9, 1, 2), Uint8Array.of(1, 2))).toEqual([1, 2]);
    const frame = inspect(step(2, 1), undefined, { frames })?.frame;
    const changed = frame?.runs.flatMap(({ from, bytes }) =>
      [...bytes].flatMap((byte, i) => (frame.was?.[from + i] === byte ? [] : [from + i])),
    );
    expect(changed).toEqual(Array.from({ length: 50 }, (_, i) => i));
  });

  it('cannot be compared when the packet is new', () => {
    expect(inspect(step(0), undefined, { frames })?.frame.was).toBeUndefined();
  });

  it('are copied as a dump that Wireshark can import', () => {
    const frame = inspect(step(0), undefined, { frames })?.frame;
    const text = dumpText(frame ?? { runs: [] });
    expect(text.split('\n')[0]).toBe('0000  0a 58 0a f4 01 01 0a 58 0a f4 01 02 08 00 45 00');
    expect(text.trimEnd().split('\n')).toHaveLength(Math.ceil((frame?.length ?? 0) / 16));
  });
});

describe('the size of a frame', () => {
  it('is told in two parts: the outer Ethernet header, and what an MTU counts', () => {
    const inspected = inspect(step(2, 1), undefined, { frames });
    expect(inspected?.sizeIn).toEqual({ ethernet: 14, counted: { kind: 'ipv4', length: 84 } });
    expect(inspected?.sizeOut).toEqual({ ethernet: 14, counted: { kind: 'ipv4', length: 134 } });
  });
  it('is nothing before a program has made the packet', () => {
    const { seq, at, ns, hop, frame: made } = step(0);
    const origin: Step = { kind: 'originate', seq, at, ns, hop, frame: made, by: 'ping' };
    expect(inspect(origin, undefined, { frames })?.sizeIn).toBeUndefined();
  });
});
