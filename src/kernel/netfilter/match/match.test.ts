import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../lib/random.ts';
import { ipv4 } from '../../../wire/address.ts';
import type { Packet, TcpFlags } from '../../../wire/frame.ts';
import { apply } from '../../op.ts';
import { parseOp } from '../../opText.ts';
import { createNetNs } from '../../netns.ts';
import { BY_USER } from '../../origin.ts';
import type { IfName, NetNsId, SimTime } from '../../recorder.ts';
import { parseCommand } from '../parseCommand.ts';
import { NO_MEMORY, type Probe } from '../probe.ts';
import { actOf } from '../target/index.ts';
import { restoreWords } from '../words.ts';
import { matchesPacket } from './index.ts';

function namespace(): Probe['ns'] {
  const ns = createNetNs('node' as NetNsId);
  for (const command of [
    'ip tuntap add dev eth0 mode tun',
    'ip link set eth0 up',
    'ip addr add 192.168.0.1/24 brd + dev eth0',
  ]) {
    const op = parseOp(command);
    if (op.ok) apply({ get: () => ns }, ns, op.value, { at: 0 as SimTime, origin: BY_USER });
  }
  return ns;
}

const FLAGS: TcpFlags = { fin: false, syn: false, rst: false, psh: false, ack: false, urg: false };
const EMPTY = new Uint8Array();

function packet(payload: Packet['payload'], fields: Partial<Packet> = {}): Packet {
  const protocol = payload.kind === 'tcp' ? 6 : payload.kind === 'udp' ? 17 : 1;
  return {
    kind: 'ipv4',
    tos: 0,
    id: 0,
    df: false,
    mf: false,
    offset: 0,
    ttl: 64,
    protocol,
    src: ipv4('10.0.0.1'),
    dst: ipv4('192.168.0.1'),
    payload,
    ...fields,
  };
}

function tcp(flags: Partial<TcpFlags> = { syn: true }, dport = 80): Packet {
  return packet({
    kind: 'tcp',
    sport: 1000,
    dport,
    seq: 0,
    ack: 0,
    flags: { ...FLAGS, ...flags },
    window: 0,
    options: [{ kind: 'mss', mss: 1460 }],
    data: EMPTY,
  });
}

const echo = packet({ kind: 'icmp-echo', reply: false, id: 1, seq: 1, data: EMPTY });
/** the first fragment of a UDP datagram 1000 > 53: its header is there as bytes */
const firstFragment = packet(
  { kind: 'bytes', bytes: new Uint8Array([0x03, 0xe8, 0, 53, 0, 8, 0, 0]) },
  { protocol: 17, mf: true },
);

function probe(fields: Partial<Probe> = {}): Probe {
  return {
    hook: 'INPUT',
    packet: tcp(),
    iif: 'eth0' as IfName,
    bridged: false,
    mark: 0,
    pkttype: 'host',
    ns: namespace(),
    now: 0 as SimTime,
    random: createRandom(1),
    rule: 1,
    memory: NO_MEMORY,
    ...fields,
  };
}

/** Whether all matches of the rule fit. */
function fits(text: string, at: Probe = probe()): boolean {
  const { command } = parseCommand(restoreWords(`-A INPUT ${text}`));
  const matches = 'rules' in command ? (command.rules[0]?.matches ?? []) : [];
  expect(matches.length).toBeGreaterThan(0);
  return matches.every((match) => matchesPacket(match, at));
}

describe('a match', () => {
  const rows: readonly (readonly [string, Partial<Probe>, boolean])[] = [
    ['-p tcp --dport 80', {}, true],
    ['-p tcp ! --dport 80', {}, false],
    ['-p tcp --sport 1001:', {}, false],
    ['-p tcp --syn', {}, true],
    ['-p tcp --syn', { packet: tcp({ syn: true, ack: true }) }, false],
    ['-p tcp ! --syn', { packet: tcp({ ack: true }) }, true],
    ['-p tcp --tcp-flags ACK SYN', {}, false],
    ['-p tcp --tcp-option 2', {}, true],
    ['-p tcp ! --tcp-option 8', {}, true],
    ['-p udp --dport 53', { packet: firstFragment }, true],
    ['-p udp --dport 53', { packet: { ...firstFragment, mf: false, offset: 8 } }, false],
    ['-p tcp -m multiport --dports 22,80:90', {}, true],
    ['-p tcp -m multiport --ports 1000', {}, true],
    ['-p tcp -m multiport ! --sports 1000', {}, false],
    ['-p icmp --icmp-type echo-request', { packet: echo }, true],
    ['-p icmp --icmp-type 8/1', { packet: echo }, false],
    ['-p icmp ! --icmp-type 0', { packet: echo }, true],
    ['-m mark --mark 0x4000/0x4000', { mark: 0x4001 }, true],
    ['-m mark --mark 0x4000', { mark: 0x4001 }, false],
    ['-m addrtype --dst-type LOCAL', {}, true],
    ['-m addrtype --dst-type UNICAST', {}, false],
    ['-m addrtype --src-type UNICAST', {}, true],
    ['-m addrtype --dst-type LOCAL --limit-iface-in', { iif: 'lo' as IfName }, false],
    ['-m addrtype --dst-type BROADCAST', { packet: { ...tcp(), dst: ipv4('192.168.0.255') } }, true],
    ['-m addrtype --dst-type MULTICAST', { packet: { ...tcp(), dst: ipv4('224.0.0.1') } }, true],
    ['-m conntrack --ctstate INVALID', {}, true],
    ['-m conntrack ! --ctstate NEW', {}, true],
    ['-m conntrack --ctproto 6', {}, false],
    ['-m connmark ! --mark 5', {}, false],
    ['-m pkttype --pkt-type unicast', {}, true],
    ['-m pkttype ! --pkt-type broadcast', { pkttype: 'broadcast' }, false],
    // measured on the loopback device: without a bridge only what is asked inverted fits
    ['-m physdev ! --physdev-in foo', {}, true],
    ['-m physdev --physdev-is-in', {}, false],
    ['-m physdev --physdev-in veth+', { physin: 'veth1' as IfName }, true],
    ['-m physdev --physdev-is-bridged', { physin: 'veth1' as IfName }, false],
    ['-m comment --comment words', {}, true],
  ];

  it.each(rows)('%s, with %j: %s', (text, fields, expected) => {
    expect(fits(text, probe(fields))).toBe(expected);
  });
});

/** Which of `count` packets fit, one after the other, `apart` nanoseconds from each other. */
function run(text: string, count: number, apart = 0): string {
  let memory = NO_MEMORY;
  const random = createRandom(1);
  let seen = '';
  for (let i = 0; i < count; i++) {
    const at = probe({ now: (i * apart) as SimTime, random, memory });
    seen += fits(text, at) ? 'x' : '.';
    memory = at.memory;
  }
  return seen;
}

/** Measured on Linux 6.18 with pings and the counters of the rules. */
describe('a match with a memory', () => {
  it.each([
    ['-m statistic --mode nth --every 4 --packet 0', 'x...x...x'],
    ['-m statistic --mode nth --every 4 --packet 2', '..x...x..'],
    ['-m statistic --mode nth ! --every 3 --packet 1', 'x.xx.xx.x'],
    ['-m limit --limit 1/s --limit-burst 2', 'xx.......'],
    ['-m recent --name r --set', 'xxxxxxxxx'],
    ['-m recent --name q --update', '.........'],
  ])('%s', (text, seen) => {
    expect(run(text, 9)).toBe(seen);
  });

  it('limit gives back credit as time goes by', () => {
    expect(run('-m limit --limit 1/s --limit-burst 2', 9, 500e6)).toBe('xxx.x.x.x');
  });

  it('recent counts how often an address was seen in the last seconds', () => {
    let memory = NO_MEMORY;
    let seen = '';
    for (let i = 0; i < 5; i++) {
      const at = probe({ now: (i * 10e6) as SimTime, memory });
      seen += fits('-m recent --name r --rcheck --seconds 1 --hitcount 2', at) ? 'x' : '.';
      fits('-m recent --name r --set', at);
      memory = at.memory;
    }
    expect(seen).toBe('..xxx');
  });

  it('recent forgets after its seconds, and with --remove at once', () => {
    const at = probe();
    expect(fits('-m recent --set', at)).toBe(true);
    expect(fits('-m recent --rcheck --seconds 10', { ...at, now: 9e9 as SimTime })).toBe(true);
    expect(fits('-m recent --rcheck --seconds 10', { ...at, now: 11e9 as SimTime })).toBe(false);
    expect(fits('-m recent --remove', at)).toBe(true);
    expect(fits('-m recent --rcheck', at)).toBe(false);
  });

  it('recent keeps a hundred addresses; the one seen longest ago makes room', () => {
    let memory = NO_MEMORY;
    for (let i = 0; i <= 100; i++) {
      const at = probe({ packet: { ...tcp(), src: ipv4(`10.0.1.${i}`) }, memory });
      fits('-m recent --set', at);
      memory = at.memory;
    }
    const knows = (src: string): boolean =>
      fits('-m recent --rcheck', probe({ packet: { ...tcp(), src: ipv4(src) }, memory }));
    expect([knows('10.0.1.0'), knows('10.0.1.1'), knows('10.0.1.100')]).toEqual([false, true, true]);
  });

  it('statistic random fits its share of the packets', () => {
    const count = run('-m statistic --mode random --probability 0.25', 2000).replaceAll('.', '').length;
    expect(count).toBeGreaterThan(430);
    expect(count).toBeLessThan(570);
  });
});

describe('a target', () => {
  const act = (text: string, fields: Partial<Probe> = {}): unknown => {
    const { command } = parseCommand(restoreWords(`-A PREROUTING ${text}`));
    const target = 'rules' in command ? command.rules[0]?.target : undefined;
    return target === undefined ? undefined : actOf(target, probe({ hook: 'PREROUTING', ...fields }));
  };

  it.each([
    ['-j MARK --set-xmark 0x4000/0x4000', 0x4001],
    ['-j MARK --xor-mark 0x1', 0],
    ['-j MARK --and-mark 0xf0', 0],
    ['-j MARK --set-mark 0x10/0xf0', 0x11],
  ])('%s makes mark 1 into %i', (text, mark) => {
    expect(act(text, { mark: 1 })).toEqual({ act: 'mark', mark });
  });

  it('REDIRECT goes to the first address of the device the packet came in by, and to 127.0.0.1 from here', () => {
    const range = { fromPort: 81, toPort: 81, random: false, persistent: false };
    expect(act('-p tcp -j REDIRECT --to-ports 81')).toEqual({
      act: 'nat',
      manip: 'dst',
      range: { ...range, from: ipv4('192.168.0.1'), to: ipv4('192.168.0.1') },
    });
    expect(act('-p tcp -j REDIRECT --to-ports 81', { hook: 'OUTPUT' })).toMatchObject({
      range: { from: ipv4('127.0.0.1') },
    });
  });

  it('DNAT to a port alone keeps the address', () => {
    expect(act('-p tcp -j DNAT --to-destination :8080')).toMatchObject({
      act: 'nat',
      range: { from: ipv4('192.168.0.1'), to: ipv4('192.168.0.1'), fromPort: 8080 },
    });
  });

  it("LOG writes the line of the kernel's log", () => {
    expect(act('-j LOG --log-prefix "in: "')).toEqual({
      act: 'log',
      text: 'in: IN=eth0 OUT= SRC=10.0.0.1 DST=192.168.0.1 LEN=44 TOS=0x00 PREC=0x00 TTL=64 ID=0 PROTO=TCP SPT=1000 DPT=80 WINDOW=0 RES=0x00 SYN URGP=0',
    });
  });
});
