/** Walks, threads and renamed addresses, read from a router that masquerades a client and sends a Service's address to a server. */
import { describe, expect, it } from 'vitest';
import { must } from '../lib/assert.ts';
import { Rig } from '../sim/testing/rig.testing.ts';
import { renamedAt } from './nat.ts';
import { briefOf, threadsOf } from './threads.ts';
import { beatsOf, stepOf } from './timeline.ts';
import { isStep, type Recording, type Step } from './types.ts';
import {
  connectionKey,
  connectionOf,
  deciderOf,
  hookOf,
  hooksPassed,
  walkOf,
  type ChainStep,
} from './walk.ts';

function routed(): Recording {
  const rig = new Rig({
    a: [],
    r: ['sysctl -w net.ipv4.ip_forward=1'],
    b: [],
  });
  for (const [ns, peer, near, far] of [
    ['a', 'toA', '10.0.1.2/24', '10.0.1.1/24'],
    ['b', 'toB', '10.0.2.2/24', '10.0.2.1/24'],
  ] as const) {
    rig.must('r', `ip link add ${peer} type veth peer name eth0 netns ${ns}`);
    rig.must('r', `ip addr add ${far} dev ${peer}`);
    rig.must('r', `ip link set ${peer} up`);
    rig.must(ns, `ip addr add ${near} dev eth0`);
    rig.must(ns, 'ip link set eth0 up');
  }
  rig.must('a', 'ip route add default via 10.0.1.1');
  for (const command of [
    'iptables -t nat -N SERVICES',
    'iptables -t nat -N SVC',
    'iptables -t nat -A SERVICES -d 10.96.0.1 -j RETURN',
    'iptables -t nat -A SERVICES -d 10.96.0.9 -p udp -j SVC',
    'iptables -t nat -A SVC -j MARK --set-mark 0x4000',
    'iptables -t nat -A SVC -p udp -j DNAT --to-destination 10.0.2.2:9999',
    'iptables -t nat -A PREROUTING -j SERVICES',
    'iptables -t nat -A POSTROUTING -j MASQUERADE',
  ])
    rig.must('r', command);
  rig.serve('b', { udp: [9999] });
  rig.send('a', '10.96.0.9', { protocol: 'udp', dport: 53, sport: 4000 });
  return rig.world.recorder.recording();
}

const recording = routed();
const steps = recording.entries.filter(isStep);
const chain = (fits: (step: ChainStep) => boolean): ChainStep =>
  must(
    steps.find((step): step is ChainStep => step.kind === 'chain' && fits(step)),
    'chain step',
  );
const nat = (half: 'src' | 'dst', nth = 0): Step =>
  must(steps.filter((step) => step.kind === 'nat' && step.manip === half)[nth], 'nat step');

describe('where a packet is in a walk', () => {
  it('is told by the chains around it, with the rule that led to the next', () => {
    const { stack, hook } = walkOf(
      recording,
      chain(({ verdict }) => verdict === 'DNAT'),
    );
    expect(stack).toEqual([{ chain: 'PREROUTING', by: 1 }, { chain: 'SERVICES', by: 2 }, { chain: 'SVC' }]);
    expect(hook).toMatchObject({ hook: 'PREROUTING', iif: 'toA' });
  });

  it('knows the mark before and after, and the steps around', () => {
    const marks = walkOf(
      recording,
      chain(({ verdict }) => verdict === 'MARK'),
    );
    expect([marks.markBefore, marks.markAfter]).toEqual([0, 0x4000]);
    expect([marks.previous?.to, marks.next?.verdict]).toEqual(['SVC', 'DNAT']);
    const later = walkOf(
      recording,
      chain(({ verdict }) => verdict === 'MASQUERADE'),
    );
    expect([later.markBefore, later.markAfter]).toEqual([0x4000, 0x4000]);
    expect([later.previous, later.next]).toEqual([undefined, undefined]);
  });

  it('a step away from a gate has none', () => {
    expect(
      hookOf(
        recording,
        must(
          steps.find(({ kind }) => kind === 'route'),
          'route',
        ),
      ),
    ).toBeUndefined();
  });
});

describe('the hooks passed on the way to a step', () => {
  const beats = beatsOf(recording, 0, new Set());
  const passed = (of: (step: Step) => boolean): readonly string[] => {
    const index = beats.findIndex((beat) => of(must(stepOf(recording, beat), 'step')));
    return hooksPassed(recording, beats, index).map(({ ns, hook }) => `${ns} ${hook}`);
  };

  it('are those of its namespace since the step before', () => {
    expect(passed((step) => step.kind === 'nat' && step.manip === 'dst')).toEqual(['r PREROUTING']);
    expect(passed((step) => step.kind === 'nat' && step.manip === 'src')).toEqual([
      'r FORWARD',
      'r POSTROUTING',
    ]);
  });

  it('are none where the step before was already past them', () => {
    expect(passed((step) => step.kind === 'route' && step.ns === 'r')).toEqual([]);
  });
});

describe('the rule that a step is about', () => {
  it('is its own, or for a rewriting the one that asked for it; for a packet of a known connection none', () => {
    expect(deciderOf(recording, nat('dst'))?.verdict).toBe('DNAT');
    expect(deciderOf(recording, nat('src'))?.verdict).toBe('MASQUERADE');
    expect(deciderOf(recording, nat('src', 1))).toBeUndefined();
    const own = chain(({ verdict }) => verdict === 'MARK');
    expect(deciderOf(recording, own)).toBe(own);
  });
});

describe('the connection of a packet', () => {
  it('is the same row for the request and its answer', () => {
    const keys = [nat('dst'), nat('src'), nat('src', 1)].map((step) =>
      connectionKey(must(connectionOf(recording, step), 'row').line),
    );
    expect(new Set(keys)).toEqual(new Set(['udp 17 src=10.0.1.2 dst=10.96.0.9 sport=4000 dport=53']));
  });

  it('supplied the rewritten header: a thread leads to its row', () => {
    const beats = beatsOf(recording, 0, new Set());
    const index = beats.findIndex((beat) => stepOf(recording, beat)?.kind === 'nat');
    expect(
      threadsOf(recording, beats, index).map(({ tiles, gives, row }) => [tiles, gives, briefOf(row)]),
    ).toEqual([[[1], 'header', '10.0.1.2:4000 → 10.96.0.9:53 ⇄ 10.0.2.2:9999 → 10.0.1.2:4000']]);
  });
});

describe('what an address was', () => {
  const told = (step: Step): readonly string[] =>
    renamedAt(recording, step.seq).map(({ half, was, is }) => `${half} ${was} ${is}`);

  it('stays with the packet on its way, through every machine', () => {
    const arrived = must(
      steps.findLast(({ kind, ns }) => kind === 'deliver' && ns === 'b'),
      'deliver',
    );
    expect(told(nat('dst'))).toEqual(['dst 10.96.0.9:53 10.0.2.2:9999']);
    expect(told(arrived).toSorted()).toEqual([
      'dst 10.96.0.9:53 10.0.2.2:9999',
      'src 10.0.1.2:4000 10.0.2.1:4000',
    ]);
  });

  it('is nothing before it was rewritten, and the answer begins anew', () => {
    expect(told(must(steps[0], 'step'))).toEqual([]);
    const answer = must(
      steps.find(({ kind, ns }) => kind === 'originate' && ns === 'b'),
      'answer',
    );
    expect(told(answer)).toEqual([]);
    const home = must(
      steps.findLast(({ kind, ns }) => kind === 'deliver' && ns === 'a'),
      'home',
    );
    expect(told(home).toSorted()).toEqual([
      'dst 10.0.2.1:4000 10.0.1.2:4000',
      'src 10.0.2.2:9999 10.96.0.9:53',
    ]);
  });
});
