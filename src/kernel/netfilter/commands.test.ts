import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import type { Ipv4 } from '../../wire/address.ts';
import { apply } from '../op.ts';
import { parseOp, printOp } from '../opText.ts';
import { createNetNs, type NetNs } from '../netns.ts';
import { BY_USER } from '../origin.ts';
import type { NetNsId, SimTime } from '../recorder.ts';
import type { TableOp } from '../ops/types.ts';
import { printRule } from './command.ts';
import type { Match } from './match/index.ts';
import { parseCommand } from './parseCommand.ts';
import type { RuleHeader, RuleSpec } from './rule.ts';
import { iptablesSave } from './save.ts';
import type { Target } from './target/index.ts';
import { restoreWords } from './words.ts';

function run(ns: NetNs, command: string): string {
  const op = parseOp(command);
  if (!op.ok) return op.error;
  const result = apply({ get: () => ns }, ns, op.value, { at: 0 as SimTime, origin: BY_USER });
  return result.ok ? 'ok' : result.text;
}

/** What each command says, one after the other, in one namespace. */
function expectSession(lines: readonly (readonly [command: string, words: string])[]): NetNs {
  const ns = createNetNs('node' as NetNsId);
  for (const [command, words] of lines) expect([command, run(ns, command)]).toEqual([command, words]);
  return ns;
}

const ARG = 'iptables v1.8.9 (nf_tables): ';

/** Every text was printed by iptables 1.8.9 (nf_tables) on Linux 6.18 for the same commands in the same order. */
describe('iptables refuses', () => {
  it('what does not fit the chains there are', () => {
    const ns = expectSession([
      ['iptables -N A', 'ok'],
      ['iptables -N A', 'iptables: Chain already exists.'],
      ['iptables -A A -j B', `${ARG}Chain 'B' does not exist`],
      ['iptables -A B -j ACCEPT', 'iptables: No chain/target/match by that name.'],
      ['iptables -A INPUT -j A', 'ok'],
      ['iptables -X A', `${ARG} CHAIN_DEL failed (Device or resource busy): chain A`],
      ['iptables -X B', 'iptables: No chain/target/match by that name.'],
      ['iptables -N B', 'ok'],
      ['iptables -A B -j ACCEPT', 'ok'],
      ['iptables -X B', `${ARG} CHAIN_DEL failed (Device or resource busy): chain B`],
      ['iptables -A A -j A', `${ARG} RULE_APPEND failed (Too many links): rule in chain A`],
      ['iptables -A A -j B', 'ok'],
      ['iptables -A B -j A', `${ARG} RULE_APPEND failed (Too many links): rule in chain B`],
      ['iptables -D INPUT 5', 'iptables: Index of deletion too big.'],
      ['iptables -D INPUT -j B', 'iptables: Bad rule (does a matching rule exist in that chain?).'],
      ['iptables -D INPUT -j NOPE', `${ARG}Chain 'NOPE' does not exist`],
      ['iptables -R INPUT 5 -j B', 'iptables: Index of replacement too big.'],
      ['iptables -I INPUT 5 -j B', 'iptables: Index of insertion too big.'],
      ['iptables -P INPUT REJECT', "iptables: Bad policy name. Run `dmesg' for more information."],
      ['iptables -P A DROP', 'iptables: Bad built-in chain name.'],
      ['iptables -C INPUT -j B', 'iptables: Bad rule (does a matching rule exist in that chain?).'],
      ['iptables -C INPUT -j A', 'ok'],
      ['iptables -E A INPUT', 'iptables: File exists.'],
      ['iptables -E A B', 'iptables: File exists.'],
      ['iptables -E A C', 'ok'],
      ['iptables -E INPUT D', 'iptables: File exists.'],
      ['iptables -F NOPE', 'iptables: No chain/target/match by that name.'],
      ['iptables -Z NOPE', 'iptables: No chain/target/match by that name.'],
      ['iptables -X INPUT', `${ARG} CHAIN_DEL failed (Device or resource busy): chain INPUT`],
      ['iptables -t nat -A FORWARD -j ACCEPT', 'iptables: No chain/target/match by that name.'],
    ]);
    expect(iptablesSave(ns.state.rules)).toBe(
      '*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:B - [0:0]\n:C - [0:0]\n' +
        '-A INPUT -j C\n-A B -j ACCEPT\n-A C -j B\nCOMMIT\n',
    );
  });

  it('a target where it does not work, also when a jump leads there', () => {
    expectSession([
      ['iptables -t nat -N Q', 'ok'],
      ['iptables -t nat -A Q -j MASQUERADE', 'ok'],
      [
        'iptables -t nat -A PREROUTING -j Q',
        `${ARG} RULE_APPEND failed (Invalid argument): rule in chain PREROUTING`,
      ],
      ['iptables -t nat -A POSTROUTING -j Q', 'ok'],
      [
        'iptables -t nat -A POSTROUTING -j DROP',
        `${ARG}\nThe "nat" table is not intended for filtering, the use of DROP is therefore inhibited.`,
      ],
    ]);
  });

  it.each([
    ['iptables -N ACCEPT', `${ARG}chain name may not clash with target name`],
    [
      'iptables -N averyveryverylongchainnamexxxxx',
      `${ARG}chain name \`averyveryverylongchainnamexxxxx' too long (must be under 29 chars)`,
    ],
    ['iptables -N -x', `${ARG}chain name not allowed to start with \`-'`],
    ["iptables -N '!x'", `${ARG}chain name not allowed to start with \`!'`],
    ["iptables -N 'a b'", `${ARG}Invalid chain name \`a b'`],
    [
      'iptables -t foo -A INPUT',
      `${ARG}table 'foo' does not exist\nPerhaps iptables or your kernel needs to be upgraded.`,
    ],
    ['iptables -A INPUT -j', `${ARG}option "-j" requires an argument`],
    ['iptables -A INPUT foo', "Bad argument `foo'"],
    ['iptables -A INPUT -j ACCEPT -j DROP', `${ARG}multiple -j flags not allowed`],
    ['iptables -A INPUT -s 1.1.1.1 -s 2.2.2.2', `${ARG}multiple -s flags not allowed`],
    ['iptables -A INPUT ! ! -s 1.1.1.1', `${ARG}multiple consecutive ! not allowed`],
    ['iptables -A INPUT ! -j ACCEPT', `${ARG}cannot have ! before -j`],
    ['iptables', `${ARG}no command specified`],
    ['iptables -A', `${ARG}option "-A" requires an argument`],
    ['iptables -A INPUT -D INPUT', `${ARG}Cannot use -D with -A`],
    ['iptables -I INPUT 0 -j ACCEPT', `${ARG}Invalid rule number \`0'`],
    ['iptables -D INPUT x', `${ARG}Invalid rule number \`x'`],
    ['iptables -P INPUT', `${ARG}-P requires a chain and a policy`],
    ['iptables -E a', `${ARG}-E requires old-chain-name and new-chain-name`],
    ['iptables -R INPUT -j ACCEPT', `${ARG}-R requires a rule number`],
    ['iptables -A INPUT -c 1', `${ARG}-c requires packet and byte counter`],
    ['iptables -A INPUT -c x y', `${ARG}-c packet counter not numeric`],
    ['iptables -F -j ACCEPT', `${ARG}Illegal option \`-j' with this command`],
    ['iptables -A INPUT -s ::1', `${ARG}host/network \`::1' not found`],
    ['iptables -A INPUT -m recent ! --name q --rcheck', `${ARG}recent: option "--name" cannot be inverted.`],
  ])('%s', (command, words) => {
    const ns = createNetNs('node' as NetNsId);
    expect(run(ns, command)).toBe(words);
    expect(ns.state.rules).toEqual({});
  });
});

describe('several addresses in one command', () => {
  it('make one rule for each pair, and those that are inserted come in reverse', () => {
    const ns = expectSession([
      ['iptables -A INPUT -s 1.1.1.1,2.2.2.2 -d 3.3.3.3,4.4.4.4', 'ok'],
      ['iptables -I INPUT -s 5.5.5.5,6.6.6.6', 'ok'],
    ]);
    expect(ns.state.rules.filter?.chains.get('INPUT')?.rules.map(({ text }) => text)).toEqual([
      '-s 6.6.6.6/32',
      '-s 5.5.5.5/32',
      '-s 1.1.1.1/32 -d 3.3.3.3/32',
      '-s 1.1.1.1/32 -d 4.4.4.4/32',
      '-s 2.2.2.2/32 -d 3.3.3.3/32',
      '-s 2.2.2.2/32 -d 4.4.4.4/32',
    ]);
  });
});

const ip = fc.integer({ min: 0, max: 0xffffffff }).map((n) => n as Ipv4);
const invert = fc.boolean();
const address = fc.tuple(ip, fc.integer({ min: 1, max: 32 }), invert).map(([a, bits, inverted]) => {
  const mask = ((0xffffffff << (32 - bits)) >>> 0) as Ipv4;
  return { address: ((a & mask) >>> 0) as Ipv4, mask, invert: inverted };
});
const device = fc.stringMatching(/^[a-z][a-z0-9.]{0,12}\+?$/);
const range = fc
  .tuple(fc.integer({ min: 0, max: 65535 }), fc.integer({ min: 0, max: 65534 }))
  .map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) }));
const uint = fc.integer({ min: 0, max: 0xffffffff });
const word = fc.stringMatching(/^[a-zA-Z0-9_.-]{1,10}$/).filter((text) => !text.startsWith('-'));
const line = fc.string({ minLength: 1, maxLength: 40 }).filter((text) => !/[\n\0]/.test(text));

const header: fc.Arbitrary<RuleHeader> = fc.record(
  {
    source: address,
    destination: address,
    in: fc.record({ name: device, invert }),
    out: fc.record({ name: device, invert }),
    fragment: fc.record({ invert }),
  },
  { requiredKeys: [] },
);

const ctstates = fc
  .subarray(['INVALID', 'NEW', 'RELATED', 'ESTABLISHED', 'UNTRACKED', 'SNAT', 'DNAT'] as const, {
    minLength: 1,
  })
  .map((states) => ({ states }));

const match: fc.Arbitrary<Match> = fc.oneof(
  line.map((comment) => ({ match: 'comment' as const, comment })),
  fc.record({
    match: fc.constantFrom('mark' as const, 'connmark' as const),
    mark: fc.record({ value: uint, mask: uint, invert }),
  }),
  fc.record(
    {
      match: fc.constant('tcp' as const),
      dport: fc
        .record({ invert })
        .chain(() => fc.tuple(range, invert).map(([r, i]) => ({ ...r, invert: i }))),
    },
    { requiredKeys: ['match'] },
  ),
  fc.record({
    match: fc.constant('conntrack' as const),
    ctstate: fc.tuple(ctstates, invert).map(([states, i]) => ({ ...states, invert: i })),
  }),
  fc.record({
    match: fc.constant('statistic' as const),
    mode: fc.constant('random' as const),
    probability: fc.integer({ min: 0, max: 0x80000000 }),
    invert,
  }),
  fc.record({
    match: fc.constant('icmp' as const),
    type: fc.integer({ min: 0, max: 254 }),
    code: fc.integer({ min: 0, max: 255 }),
    invert,
  }),
  fc.record({
    match: fc.constant('set' as const),
    name: word,
    directions: fc.array(fc.constantFrom('src' as const, 'dst' as const), { minLength: 1, maxLength: 3 }),
    invert,
    returnNomatch: fc.boolean(),
  }),
  fc.record(
    {
      match: fc.constant('recent' as const),
      action: fc.constantFrom('rcheck' as const, 'update' as const),
      invert,
      seconds: fc.integer({ min: 1, max: 99999 }),
      reap: fc.constant(false),
      hitcount: fc.integer({ min: 1, max: 99 }),
      rttl: fc.boolean(),
      name: word,
      mask: ip,
      side: fc.constantFrom('source' as const, 'dest' as const),
    },
    { requiredKeys: ['match', 'action', 'invert', 'reap', 'rttl', 'name', 'mask', 'side'] },
  ),
);

const target: fc.Arbitrary<Target> = fc.oneof(
  fc.constantFrom<Target>(
    { target: 'ACCEPT' },
    { target: 'DROP' },
    { target: 'RETURN' },
    { target: 'TRACE' },
  ),
  fc.record({
    target: fc.constantFrom('jump' as const, 'goto' as const),
    chain: word.map((name) => `C${name}`),
  }),
  fc.record({ target: fc.constant('MARK' as const), value: uint, mask: uint }),
  fc.record({
    target: fc.constant('LOG' as const),
    prefix: line.filter((text) => text.length < 30),
    level: fc.integer({ min: 0, max: 7 }),
    flags: fc.constant([]),
  }),
  fc.record(
    {
      target: fc.constantFrom('SNAT' as const, 'DNAT' as const),
      addresses: fc.record({ from: ip, to: ip }),
      random: fc.boolean(),
      randomFully: fc.boolean(),
      persistent: fc.boolean(),
    },
    { requiredKeys: ['target', 'addresses', 'random', 'randomFully', 'persistent'] },
  ),
);

const spec: fc.Arbitrary<RuleSpec> = fc.record(
  { header, matches: fc.array(match, { maxLength: 4 }), target },
  { requiredKeys: ['header', 'matches'] },
);

describe('the text of a rule', () => {
  it('is read back as the same rule, by iptables-restore and from a shell', () => {
    fc.assert(
      fc.property(spec, (rule) => {
        const text = printRule(rule);
        const { command } = parseCommand(restoreWords(`-A KUBE ${text}`));
        expect('rules' in command ? command.rules : []).toEqual([rule]);
        const op: TableOp = {
          op: 'iptables',
          table: 'nat',
          command: { command: 'append', chain: 'KUBE', rules: [rule] },
        };
        expect(parseOp(printOp(op))).toEqual({ ok: true, value: op });
      }),
      { seed: 11, numRuns: 400 },
    );
  });
});

describe('the text of other commands', () => {
  const chain = word.map((name) => `C${name}`);
  const number = fc.integer({ min: 1, max: 99 });
  const counters = fc.boolean();
  const anyOp: fc.Arbitrary<TableOp> = fc.oneof(
    fc.record({
      op: fc.constant('iptables' as const),
      table: fc.constantFrom('raw' as const, 'mangle' as const, 'nat' as const, 'filter' as const),
      command: fc.oneof(
        fc.record({ command: fc.constant('new' as const), chain }),
        fc.record({ command: fc.constant('rename' as const), chain, to: chain }),
        fc.record({ command: fc.constant('delete-number' as const), chain, number }),
        fc.record(
          { command: fc.constantFrom('flush' as const, 'zero' as const, 'delete-chain' as const), chain },
          { requiredKeys: ['command'] },
        ),
        fc.record({
          command: fc.constant('policy' as const),
          chain,
          policy: fc.constantFrom('ACCEPT', 'DROP'),
        }),
        fc.record({
          command: fc.constant('insert' as const),
          chain,
          number,
          rules: fc.array(spec, { minLength: 1, maxLength: 1 }),
        }),
      ),
    }),
    fc.record({
      op: fc.constant('iptables-restore' as const),
      text: fc.array(line).map((lines) => lines.map((each) => `${each}\n`).join('')),
      noflush: counters,
      counters,
      test: counters,
    }),
    fc.record({
      op: fc.constant('ipset' as const),
      exist: fc.boolean(),
      command: fc.oneof(
        fc.record({ command: fc.constantFrom('rename' as const, 'swap' as const), set: word, to: word }),
        fc.record(
          { command: fc.constantFrom('flush' as const, 'destroy' as const), set: word },
          { requiredKeys: ['command'] },
        ),
        fc.record(
          {
            command: fc.constant('add' as const),
            set: word,
            element: word,
            nomatch: fc.boolean(),
            comment: line,
            timeout: uint,
          },
          { requiredKeys: ['command', 'set', 'element', 'nomatch'] },
        ),
        fc.record({
          command: fc.constant('create' as const),
          set: word,
          type: fc.constantFrom('hash:ip' as const, 'hash:net' as const, 'hash:ip,port' as const),
          hashsize: fc.constantFrom(64, 1024),
          maxelem: uint,
          size: fc.constant(8),
          comment: fc.boolean(),
        }),
      ),
    }),
    fc.record({
      op: fc.constant('ipset-restore' as const),
      text: fc.array(word).map((words) => words.map((each) => `${each}\n`).join('')),
      exist: fc.boolean(),
    }),
    fc.record({ op: fc.constant('conntrack' as const), words: fc.array(line, { minLength: 1 }) }),
  );

  it('is read back as the same op', () => {
    fc.assert(
      fc.property(anyOp, (op) => {
        expect(parseOp(printOp(op))).toEqual({ ok: true, value: op });
      }),
      { seed: 12, numRuns: 400 },
    );
  });
});
