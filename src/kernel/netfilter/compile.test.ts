import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../lib/random.ts';
import { ipv4 } from '../../wire/address.ts';
import { emitPacket } from '../../wire/codec.ts';
import { echoRequest, packet, syn } from '../../wire/frame.testing.ts';
import type { Packet } from '../../wire/frame.ts';
import type { Kernel } from '../context.ts';
import { createNetNs, update, type NetNs } from '../netns.ts';
import { BY_USER } from '../origin.ts';
import { PATH } from '../path.ts';
import { Recorder } from '../record.ts';
import type { HopIndex, IfName, NetNsId, SimTime } from '../recorder.ts';
import { newSkb } from '../skb.ts';
import { evaluate } from './evaluate.ts';
import { restore } from './restore.ts';

const TABLE = 'filter';
const CHAINS = ['A', 'B', 'C'];

/** Rules of every kind that a chain is indexed by, and of kinds it is not, with some that remember or draw lots. */
const condition = fc.oneof(
  fc.integer({ min: 0, max: 3 }).map((n) => `-d 10.0.0.${n}/32`),
  fc.integer({ min: 0, max: 3 }).map((n) => `! -d 10.0.0.${n}/32`),
  fc.integer({ min: 0, max: 3 }).map((n) => `-s 10.1.0.${n}/32`),
  fc.constant('-d 10.0.0.0/30'),
  fc.constant('-i eth0'),
  fc.constant(''),
);
const matches = fc.oneof(
  fc.integer({ min: 80, max: 83 }).map((port) => `-p tcp -m tcp --dport ${port}`),
  fc.integer({ min: 80, max: 83 }).map((port) => `-p tcp -m tcp ! --dport ${port}`),
  fc.integer({ min: 80, max: 83 }).map((port) => `-p tcp -m comment --comment x -m tcp --dport ${port}`),
  fc
    .integer({ min: 80, max: 83 })
    .map((port) => `-p tcp -m statistic --mode random --probability 0.5 -m tcp --dport ${port}`),
  fc.constant('-p tcp -m statistic --mode nth --every 3 --packet 1'),
  fc.constant('-p icmp'),
  fc.constant('-m mark --mark 0x1/0x1'),
  fc.constant(''),
);
/** a chain jumps to later ones only, so there is no loop */
const verdict = (from: number) =>
  fc.constantFrom(
    '-j ACCEPT',
    '-j DROP',
    '-j RETURN',
    '-j MARK --set-xmark 0x1/0x1',
    '',
    ...CHAINS.slice(from).flatMap((c) => [`-j ${c}`, `-g ${c}`]),
  );

const chain = (name: string, from: number) =>
  fc
    .array(fc.tuple(condition, matches, verdict(from)), { minLength: 0, maxLength: 40, size: 'max' })
    .map((rules) => rules.map((words) => `-A ${name} ${words.filter((w) => w !== '').join(' ')}`));

const ruleset = fc
  .tuple(chain('FORWARD', 0), ...CHAINS.map((name, i) => chain(name, i + 1)))
  .map((chains) =>
    [
      `*${TABLE}`,
      ':FORWARD ACCEPT',
      ...CHAINS.map((name) => `:${name} -`),
      ...chains.flat(),
      'COMMIT',
      '',
    ].join('\n'),
  );

const sent = fc
  .record({
    dst: fc.integer({ min: 0, max: 4 }),
    src: fc.integer({ min: 0, max: 4 }),
    dport: fc.integer({ min: 79, max: 84 }),
    kind: fc.constantFrom('echo', 'syn', 'first fragment'),
  })
  .map(({ dst, src, dport, kind }): Packet => {
    const ends = { dst: ipv4(`10.0.0.${dst}`), src: ipv4(`10.1.0.${src}`) };
    if (kind === 'echo') return packet(echoRequest, ends);
    const whole = packet({ ...syn, dport }, ends);
    if (kind === 'syn') return whole;
    // its ports are bytes, yet the rules see them
    return { ...whole, df: false, mf: true, payload: { kind: 'bytes', bytes: emitPacket(whole).slice(20) } };
  });

function load(text: string): NetNs {
  const ns = createNetNs('n' as NetNsId);
  const { committed, error } = restore(
    text,
    { rules: {}, origin: BY_USER, nextId: 1, hasSet: () => false },
    { noflush: false, counters: false, test: false },
  );
  expect(error).toBeUndefined();
  for (const { name, after } of committed) update(ns, { rules: { ...ns.state.rules, [name]: after } });
  return ns;
}

/** Everything that a run of packets leaves behind. */
function run(text: string, packets: readonly Packet[], linear: boolean) {
  const ns = load(text);
  const recorder = new Recorder();
  const k: Kernel = {
    ns,
    now: 0 as SimTime,
    recorder,
    random: createRandom(7),
    path: PATH,
    depth: 0,
    emit: () => undefined,
    farEnd: () => undefined,
  };
  const place = {
    hook: 'FORWARD',
    iif: 'eth0' as IfName,
    oif: 'eth1' as IfName,
    bridged: false,
    linear,
  } as const;
  const verdicts = packets.map((payload) => {
    const skb = newSkb({ frame: { kind: 'raw', payload }, hop: 0 as HopIndex });
    const { final, skb: after } = evaluate(k, skb, TABLE, place);
    return [final, after.mark];
  });
  const steps = recorder.recording().entries.map(({ seq: _seq, ...rest }) => rest);
  return { verdicts, steps, counters: [...ns.state.counters], memory: [...ns.state.ruleMemory.nth] };
}

describe('a compiled chain', () => {
  it('gives the verdicts, the visible walk, the counters and the memory of the linear walk', () => {
    fc.assert(
      fc.property(ruleset, fc.array(sent, { minLength: 1, maxLength: 12 }), (text, packets) => {
        expect(run(text, packets, false)).toEqual(run(text, packets, true));
      }),
      { numRuns: 150, seed: 5 },
    );
  });
});
