import { describe, expect, it } from 'vitest';
import { createRandom } from '../../lib/random.ts';
import { ipv4 } from '../../wire/address.ts';
import { PROTOCOL, type Packet } from '../../wire/frame.ts';
import { createNetNs } from '../netns.ts';
import type { IfName, NetNsId, SimTime } from '../recorder.ts';
import { explainConditions } from './explain.ts';
import { fits } from './fit.ts';
import { parseCommand } from './parseCommand.ts';
import { NO_MEMORY, type Probe } from './probe.ts';
import type { RuleSpec } from './rule.ts';
import { restoreWords } from './words.ts';

function ruleOf(text: string): RuleSpec {
  const { command } = parseCommand(restoreWords(`-A FORWARD ${text}`));
  if (command.command !== 'append' || !command.rules[0]) throw new Error(text);
  return command.rules[0];
}

const packet: Packet = {
  kind: 'ipv4',
  tos: 0,
  id: 1,
  df: true,
  mf: false,
  offset: 0,
  ttl: 63,
  protocol: PROTOCOL.udp,
  src: ipv4('10.244.1.2'),
  dst: ipv4('10.244.2.3'),
  payload: {
    kind: 'udp',
    sport: 4000,
    dport: 53,
    checksum: 'computed',
    payload: { kind: 'bytes', bytes: new Uint8Array(4) },
  },
};

function probe(changes: Partial<Probe> = {}): Probe {
  return {
    hook: 'FORWARD',
    packet,
    iif: 'cni0' as IfName,
    oif: 'flannel.1' as IfName,
    bridged: false,
    mark: 0,
    pkttype: 'host',
    ns: createNetNs('node1' as NetNsId),
    now: 0 as SimTime,
    random: createRandom(7),
    rule: 1,
    memory: NO_MEMORY,
    ...changes,
  };
}

const told = (rule: string, changes: Partial<Probe> = {}) =>
  explainConditions(ruleOf(rule), probe(changes)).map(({ says, holds }) => `${says.id} ${holds}`);

describe('why a rule fits a packet or does not', () => {
  it('lists the conditions in the order of the kernel: header first, then matches', () => {
    expect(
      told('-p udp -d 10.244.2.0/24 -i cni0 -m udp --dport 53 -m mark --mark 0x4000/0x4000 -j ACCEPT'),
    ).toEqual(['rule.destination yes', 'rule.in yes', 'rule.proto yes', 'rule.dport yes', 'rule.mark no']);
  });

  it('says what the packet has beside what was asked for', () => {
    const [condition] = explainConditions(ruleOf('! -s 10.244.0.0/16 -j MASQUERADE'), probe());
    expect(condition).toEqual({
      says: { id: 'rule.source.not', params: { address: '10.244.0.0/16', is: '10.244.1.2' } },
      holds: 'no',
    });
  });

  it('tells a device that a gate does not know from one that is another', () => {
    expect(told('-i eth0 -j DROP')).toEqual(['rule.in no']);
    const { iif: _iif, ...rest } = probe();
    expect(explainConditions(ruleOf('-i eth0 -j DROP'), rest).map(({ says }) => says.id)).toEqual([
      'rule.in.none',
    ]);
  });

  it('does not draw lots for a packet that has failed already, as the kernel does not', () => {
    const rule = '-d 10.0.0.1/32 -m statistic --mode random --probability 0.5 -j DROP';
    expect(told(rule)).toEqual(['rule.destination no', 'rule.random unasked']);
  });

  it('leaves the dice as they lie', () => {
    const random = createRandom(7);
    told('-m statistic --mode random --probability 0.5 -j DROP', { random });
    expect(random).toEqual(createRandom(7));
  });

  it.each([
    '-j ACCEPT',
    '-s 10.244.1.0/24 -o flannel.+ -j ACCEPT',
    '! -d 10.244.2.3/32 -j DROP',
    '-p tcp -j DROP',
    '! -f -j ACCEPT',
    '-m comment --comment hello -j DROP',
    '-m conntrack --ctstate NEW -j ACCEPT',
  ])('says of "%s" what the walk itself finds', (text) => {
    const rule = ruleOf(text);
    const holds = explainConditions(rule, probe()).every((condition) => condition.holds === 'yes');
    expect(holds).toBe(fits(rule, probe()));
  });
});
