import { describe, expect, it } from 'vitest';
import { ipv4 } from '../../wire/address.ts';
import type { Packet } from '../../wire/frame.ts';
import { apply } from '../op.ts';
import { parseOp } from '../opText.ts';
import { createNetNs, type NetNs } from '../netns.ts';
import { BY_USER } from '../origin.ts';
import type { NetNsId, SimTime } from '../recorder.ts';
import { saveSets } from './ipset.ts';
import { holds, type Direction, type SetAnswer } from './setLookup.ts';

function run(ns: NetNs, command: string, at = 0): string {
  const op = parseOp(command);
  if (!op.ok) return op.error;
  const result = apply({ get: () => ns }, ns, op.value, { at: at as SimTime, origin: BY_USER });
  return result.ok ? 'ok' : result.text;
}

const IPSET = 'ipset v7.17: ';
const ADDED = `${IPSET}Element cannot be added to the set: it's already added`;
const NO_SET = `${IPSET}The set with the given name does not exist`;
const ADDRESS = (text: string): string =>
  `${IPSET}Syntax error: cannot parse ${text}: resolving to IPv4 address failed`;

/** Every text was printed by ipset 7.17 on Linux 6.18 for the same commands in the same order. */
describe('ipset', () => {
  it('answers as ipset does', () => {
    const ns = createNetNs('node' as NetNsId);
    const session: readonly (readonly [string, string])[] = [
      ['ipset create a hash:ip', 'ok'],
      ['ipset create a hash:ip', `${IPSET}Set cannot be created: set with the same name already exists`],
      ['ipset create a hash:ip -exist', 'ok'],
      [
        'ipset create a hash:net -exist',
        `${IPSET}Set cannot be created: set with the same name already exists`,
      ],
      ['ipset create b hash:foo', `${IPSET}Syntax error: typename 'hash:foo' is unknown`],
      ['ipset create n hash:net', 'ok'],
      ['ipset create p hash:ip,port', 'ok'],
      ['ipset create np hash:net,port', 'ok'],
      ['ipset create l list:set', 'ok'],
      [
        'ipset create averyveryverylongsetnamexxxxxxxxxxxxx hash:ip',
        `${IPSET}Syntax error: setname 'averyveryverylongsetnamexxxxxxxxxxxxx' is longer than 31 characters`,
      ],
      ['ipset create d hash:ip comment', 'ok'],
      ['ipset create f hash:ip hashsize 64 maxelem 2', 'ok'],
      ['ipset add a 1.2.3.4', 'ok'],
      ['ipset add a 1.2.3.4', ADDED],
      ['ipset add a 1.2.3.4 -exist', 'ok'],
      ['ipset -exist add a 1.2.3.4', 'ok'],
      ['ipset add a 1.2.3.10-1.2.3.12', 'ok'],
      ['ipset add a 1.2.3.400', ADDRESS('1.2.3.400')],
      ['ipset add a foo', ADDRESS('foo')],
      ['ipset add nope 1.2.3.4', NO_SET],
      ['ipset del a 9.9.9.9', `${IPSET}Element cannot be deleted from the set: it's not added`],
      ['ipset del a 9.9.9.9 -exist', 'ok'],
      ['ipset del nope 9.9.9.9', NO_SET],
      ['ipset test a 1.2.3.4', 'ok'],
      ['ipset test a 9.9.9.9', '9.9.9.9 is NOT in set a.'],
      ['ipset test nope 1.1.1.1', NO_SET],
      ['ipset add n 10.0.0.0/8', 'ok'],
      ['ipset add n 10.1.0.0/16 nomatch', 'ok'],
      ['ipset add n 10.2.3.4/16', 'ok'],
      ['ipset add n 10.9.9.9', 'ok'],
      ['ipset add n 0.0.0.0/0', `${IPSET}The value of the CIDR parameter of the IP address is invalid`],
      ['ipset add n 1.2.3.4/33', `${IPSET}Syntax error: '33' is out of range 0-32`],
      ['ipset add n 10.1.0.0/16', ADDED],
      ['ipset add n 10.5.0.0-10.5.1.255', 'ok'],
      ['ipset test n 10.1.2.3', '10.1.2.3 is NOT in set n.'],
      ['ipset test n 10.1.0.0/16', '10.1.0.0/16 is NOT in set n.'],
      ['ipset test n 10.3.2.3', 'ok'],
      ['ipset test n 10.3.0.0/16', '10.3.0.0/16 is NOT in set n.'],
      ['ipset add a 1.1.1.1 nomatch', `${IPSET}Unknown argument: \`nomatch'`],
      ['ipset add p 1.2.3.4,80', 'ok'],
      ['ipset add p 1.2.3.4,udp:53', 'ok'],
      ['ipset add p 1.2.3.4,tcp:80', ADDED],
      ['ipset add p 1.2.3.4', `${IPSET}Syntax error: Second element is missing from 1.2.3.4.`],
      ['ipset add p 1.2.3.4,icmp:8/0', 'ok'],
      ['ipset add p 1.2.3.4,icmp:ping', ADDED],
      ['ipset add p 1.2.3.4,http', ADDED],
      ['ipset add p 1.2.3.4,foo:5', `${IPSET}Syntax error: cannot parse 'foo' as a protocol`],
      ['ipset add np 10.0.0.0/8,80', 'ok'],
      ['ipset add np 10.0.0.0/8,80 nomatch', ADDED],
      ['ipset add l a', 'ok'],
      ['ipset add l nope', `${IPSET}Set to be added/deleted/tested as element does not exist.`],
      ['ipset add l l', `${IPSET}Sets with list:set type cannot be added to the set.`],
      ['ipset add l a', ADDED],
      ['ipset add l n before a', 'ok'],
      [
        'ipset add l np before nope',
        `${IPSET}The set to which you referred with 'before' or 'after' does not exist.`,
      ],
      ['ipset test l a', 'ok'],
      ['ipset test l p', 'p is NOT in set l.'],
      ['ipset add f 1.1.1.1', 'ok'],
      ['ipset add f 1.1.1.2', 'ok'],
      ['ipset add f 1.1.1.3', `${IPSET}Hash is full, cannot add more elements`],
      ['ipset add d 1.1.1.1 comment "hello w"', 'ok'],
      [
        'ipset add a 1.1.1.1 comment x',
        `${IPSET}Comment cannot be used: set was created without comment support`,
      ],
      ['ipset destroy a', `${IPSET}Set cannot be destroyed: it is in use by a kernel component`],
      ['ipset destroy nope', NO_SET],
      ['ipset flush nope', NO_SET],
      ['ipset rename a b', `${IPSET}Set cannot be renamed: it is in use by another system`],
      ['ipset rename nope b', NO_SET],
      ['ipset swap n np', `${IPSET}The sets cannot be swapped: their type does not match`],
      ['ipset swap n nope', `${IPSET}Sets cannot be swapped: the second set does not exist`],
      ['ipset foo', `${IPSET}No command specified: unknown argument foo`],
      ['ipset', `${IPSET}No command specified.`],
      ['ipset add', `${IPSET}Missing mandatory argument to command add`],
      ['ipset add a', `${IPSET}Missing second mandatory argument to command add`],
      ['ipset create x hash:ip foo 1', `${IPSET}Unknown argument: \`foo'`],
      ['ipset create x hash:ip maxelem x', `${IPSET}Syntax error: 'x' is invalid as number`],
      ['ipset flush a', 'ok'],
    ];
    for (const [command, words] of session) expect([command, run(ns, command)]).toEqual([command, words]);
    const saved = saveSets(ns.state.ipsets.values(), 0 as SimTime).map((line) =>
      line.replace(/ initval .*/, ''),
    );
    expect(saved).toEqual([
      'create a hash:ip family inet hashsize 1024 maxelem 65536 bucketsize 12',
      'create n hash:net family inet hashsize 1024 maxelem 65536 bucketsize 12',
      'add n 10.0.0.0/8',
      'add n 10.1.0.0/16 nomatch',
      'add n 10.2.0.0/16',
      'add n 10.9.9.9',
      'add n 10.5.0.0/23',
      'create p hash:ip,port family inet hashsize 1024 maxelem 65536 bucketsize 12',
      'add p 1.2.3.4,tcp:80',
      'add p 1.2.3.4,udp:53',
      'add p 1.2.3.4,icmp:echo-request',
      'create np hash:net,port family inet hashsize 1024 maxelem 65536 bucketsize 12',
      'add np 10.0.0.0/8,tcp:80',
      'create d hash:ip family inet hashsize 1024 maxelem 65536 comment bucketsize 12',
      'add d 1.1.1.1 comment "hello w"',
      'create f hash:ip family inet hashsize 64 maxelem 2 bucketsize 12',
      'add f 1.1.1.1',
      'add f 1.1.1.2',
      'create l list:set size 8',
      'add l n',
      'add l a',
    ]);
  });

  it('a set that a rule names cannot be destroyed, and one that is missing cannot be named', () => {
    const ns = createNetNs('node' as NetNsId);
    expect(run(ns, 'iptables -A INPUT -m set --match-set s src')).toBe(
      "iptables v1.8.9 (nf_tables): Set s doesn't exist.",
    );
    run(ns, 'ipset create s hash:ip');
    expect(run(ns, 'iptables -A INPUT -m set --match-set s src')).toBe('ok');
    expect(run(ns, 'ipset destroy s')).toBe(
      `${IPSET}Set cannot be destroyed: it is in use by a kernel component`,
    );
    expect(run(ns, 'iptables -F')).toBe('ok');
    expect(run(ns, 'ipset destroy s')).toBe('ok');
  });

  it('what ipset save prints is restored to the same', () => {
    const [one, other] = [createNetNs('a' as NetNsId), createNetNs('b' as NetNsId)];
    for (const command of [
      'ipset create n hash:net comment timeout 0',
      'ipset add n 10.0.0.0/8 comment "a b" timeout 0',
      'ipset create l list:set',
      'ipset add l n',
    ]) {
      expect(run(one, command)).toBe('ok');
    }
    const text = saveSets(one.state.ipsets.values(), 0 as SimTime).join('\n');
    expect(run(other, `ipset restore <<'EOF'\n${text}\nEOF`)).toBe('ok');
    expect(saveSets(other.state.ipsets.values(), 0 as SimTime).join('\n')).toBe(text);
  });

  it('a restore keeps what it did before the line that is refused, as ipset does', () => {
    const ns = createNetNs('node' as NetNsId);
    const text = 'create r hash:ip\nadd r 1.1.1.1\nadd r 1.1.1.1\nadd r 2.2.2.2\n';
    expect(run(ns, `ipset restore <<'EOF'\n${text}EOF`)).toBe(
      `${IPSET}Error in line 3: Element cannot be added to the set: it's already added`,
    );
    expect(run(ns, 'ipset test r 1.1.1.1')).toBe('ok');
    expect(run(ns, 'ipset test r 2.2.2.2')).toBe('2.2.2.2 is NOT in set r.');
  });

  it('an element with a timeout is gone when its time is over', () => {
    const ns = createNetNs('node' as NetNsId);
    run(ns, 'ipset create t hash:ip timeout 60');
    run(ns, 'ipset add t 1.1.1.1 timeout 5');
    expect(run(ns, 'ipset test t 1.1.1.1', 4e9)).toBe('ok');
    expect(run(ns, 'ipset test t 1.1.1.1', 5e9)).toBe('1.1.1.1 is NOT in set t.');
  });

  it('two sets that are swapped change what rules find under their names', () => {
    const ns = createNetNs('node' as NetNsId);
    for (const command of ['ipset create a hash:ip', 'ipset create b hash:ip', 'ipset add a 1.1.1.1'])
      run(ns, command);
    expect(run(ns, 'ipset swap a b')).toBe('ok');
    expect(run(ns, 'ipset test a 1.1.1.1')).toBe('1.1.1.1 is NOT in set a.');
    expect(run(ns, 'ipset test b 1.1.1.1')).toBe('ok');
  });
});

const packet: Packet = {
  kind: 'ipv4',
  tos: 0,
  id: 0,
  df: false,
  mf: false,
  offset: 0,
  ttl: 64,
  protocol: 17,
  src: ipv4('10.1.0.1'),
  dst: ipv4('10.2.0.2'),
  payload: {
    kind: 'udp',
    sport: 1000,
    dport: 53,
    checksum: 'computed',
    payload: { kind: 'bytes', bytes: new Uint8Array() },
  },
};

describe('a packet in a set', () => {
  const rows: readonly (readonly [string, string, readonly Direction[], SetAnswer])[] = [
    ['hash:ip', '10.1.0.1', ['src'], 'match'],
    ['hash:ip', '10.1.0.1', ['dst'], 'none'],
    ['hash:net', '10.0.0.0/8', ['dst'], 'match'],
    ['hash:net', '10.2.0.0/16 nomatch', ['dst'], 'nomatch'],
    ['hash:ip,port', '10.2.0.2,udp:53', ['dst', 'dst'], 'match'],
    ['hash:ip,port', '10.2.0.2,udp:53', ['dst', 'src'], 'none'],
    ['hash:ip,port', '10.2.0.2,tcp:53', ['dst', 'dst'], 'none'],
    ['hash:ip,port', '10.2.0.2,udp:53', ['dst'], 'none'],
    ['hash:net,port', '10.1.0.0/16,udp:1000', ['src', 'src'], 'match'],
  ];

  it.each(rows)('%s with %s asked by %j: %s', (type, element, directions, answer) => {
    const ns = createNetNs('node' as NetNsId);
    run(ns, `ipset create s ${type}`);
    run(ns, `ipset add s ${element}`);
    expect(holds(ns.state.ipsets, 's', { packet, directions, now: 0 as SimTime })).toBe(answer);
  });

  it('a list of sets holds what one of its members holds', () => {
    const ns = createNetNs('node' as NetNsId);
    for (const command of [
      'ipset create a hash:ip',
      'ipset create b hash:net',
      'ipset add b 10.1.0.0/16',
      'ipset create l list:set',
      'ipset add l a',
      'ipset add l b',
    ]) {
      run(ns, command);
    }
    const ask = (directions: readonly Direction[]): SetAnswer =>
      holds(ns.state.ipsets, 'l', { packet, directions, now: 0 as SimTime });
    expect([ask(['src']), ask(['dst'])]).toEqual(['match', 'none']);
  });

  it('the longest prefix decides, so an exception inside a network does not match', () => {
    const ns = createNetNs('node' as NetNsId);
    for (const command of [
      'ipset create n hash:net',
      'ipset add n 10.0.0.0/8',
      'ipset add n 10.1.0.0/16 nomatch',
    ]) {
      run(ns, command);
    }
    expect(holds(ns.state.ipsets, 'n', { packet, directions: ['src'], now: 0 as SimTime })).toBe('nomatch');
  });
});
