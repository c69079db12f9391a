/** What tcpdump 4.99.3 printed on Linux 6.18 of the same exchange, with times, ids and random numbers replaced by letters. */
import { describe, expect, it } from 'vitest';
import { ipv4 } from '../wire/address.ts';
import { inject, type Injection } from '../sim/inject.ts';
import { runUntilSettled } from '../sim/run.ts';
import { Rig } from '../sim/testing/rig.testing.ts';
import { parseFilter, passesFilter, type CaptureFilter } from './captureFilter.ts';
import { captured, type Capture } from './tcpdump.ts';
import type { NetNsId } from './types.ts';

const VXLAN = 'type vxlan id 1 dev eth0 local 192.168.0.';

function lab(): Rig {
  const rig = new Rig({
    tn1: [
      'ip link add eth0 address 02:00:00:00:00:01 type veth peer name eth0 address 02:00:00:00:00:02 netns tp1',
      'ip addr add 192.168.0.11/24 brd + dev eth0',
      'ip link set eth0 up',
      `ip link add vx address 0e:f1:a0:00:00:01 ${VXLAN}11 dstport 8472`,
      'ip addr add 10.0.0.1/24 brd + dev vx',
      'ip link set vx up',
      'bridge fdb append 0e:f1:a0:00:00:02 dev vx dst 192.168.0.12',
      'ip neigh replace 10.0.0.2 lladdr 0e:f1:a0:00:00:02 dev vx nud permanent',
      'sysctl -w net.ipv4.ip_forward=1',
    ],
    tp1: [
      'ip addr add 192.168.0.12/24 brd + dev eth0',
      'ip link set eth0 up',
      `ip link add vx address 0e:f1:a0:00:00:02 ${VXLAN}12 dstport 8472`,
      'ip addr add 10.0.0.2/24 brd + dev vx',
      'ip link set vx up',
      'bridge fdb append 0e:f1:a0:00:00:01 dev vx dst 192.168.0.11',
      'ip neigh replace 10.0.0.1 lladdr 0e:f1:a0:00:00:01 dev vx nud permanent',
      'ip route add 8.8.8.0/24 via 192.168.0.11 dev eth0',
    ],
  });
  rig.serve('tn1', { tcp: [8080] });
  return rig;
}

const ALL: CaptureFilter = { is: 'all' };

function dumped(
  sends: readonly (Partial<Injection> & { readonly to: string })[],
  more: Partial<Capture> = {},
): readonly string[] {
  const { world } = lab();
  for (const { to, ...injection } of sends) {
    inject(world, {
      protocol: 'icmp',
      discover: 'want',
      from: 'tp1' as NetNsId,
      dst: ipv4(to),
      ...injection,
    });
    runUntilSettled(world, () => world.step());
  }
  const recording = world.recorder.recording();
  const capture: Capture = { ns: 'tn1', dev: 'eth0', filter: ALL, ethernet: false, ...more };
  return captured(recording, capture, { from: 0, to: recording.entries.length }).lines.map((line) =>
    line
      .replace(/^\d\d:\d\d:\d\d\.\d{6} /, 'T ')
      .replace(/id \d+/, 'id N')
      .replace(/\.[3-6]\d{4}/, '.P'),
  );
}

describe('tcpdump', () => {
  it('prints ARP and an echo', () => {
    expect(dumped([{ to: '192.168.0.11' }])).toEqual([
      'T ARP, Request who-has 192.168.0.11 tell 192.168.0.12, length 28',
      'T ARP, Reply 192.168.0.11 is-at 02:00:00:00:00:01, length 28',
      'T IP 192.168.0.12 > 192.168.0.11: ICMP echo request, id N, seq 1, length 64',
      'T IP 192.168.0.11 > 192.168.0.12: ICMP echo reply, id N, seq 1, length 64',
    ]);
  });

  it('prints the link layer with -e', () => {
    expect(dumped([{ to: '192.168.0.11' }], { ethernet: true })).toEqual([
      'T 02:00:00:00:00:02 > ff:ff:ff:ff:ff:ff, ethertype ARP (0x0806), length 42: Request who-has 192.168.0.11 tell 192.168.0.12, length 28',
      'T 02:00:00:00:00:01 > 02:00:00:00:00:02, ethertype ARP (0x0806), length 42: Reply 192.168.0.11 is-at 02:00:00:00:00:01, length 28',
      'T 02:00:00:00:00:02 > 02:00:00:00:00:01, ethertype IPv4 (0x0800), length 98: 192.168.0.12 > 192.168.0.11: ICMP echo request, id N, seq 1, length 64',
      'T 02:00:00:00:00:01 > 02:00:00:00:00:02, ethertype IPv4 (0x0800), length 98: 192.168.0.11 > 192.168.0.12: ICMP echo reply, id N, seq 1, length 64',
    ]);
  });

  it('takes a frame of VXLAN on port 8472 for OTV, and prints what is inside', () => {
    expect(dumped([{ to: '10.0.0.1' }], { filter: { is: 'udp' } }).slice(0, 2)).toEqual([
      'T IP 192.168.0.12.P > 192.168.0.11.8472: OTV, flags [I] (0x08), overlay 0, instance 1',
      'IP 10.0.0.2 > 10.0.0.1: ICMP echo request, id N, seq 1, length 64',
    ]);
  });

  it('says on any device where a frame was, and which way it went', () => {
    expect(dumped([{ to: '10.0.0.1' }], { dev: 'any', filter: { is: 'icmp' } })).toEqual([
      'T vx    In  IP 10.0.0.2 > 10.0.0.1: ICMP echo request, id N, seq 1, length 64',
      'T vx    Out IP 10.0.0.1 > 10.0.0.2: ICMP echo reply, id N, seq 1, length 64',
    ]);
  });

  it('names only the first fragment', () => {
    expect(dumped([{ to: '192.168.0.11', size: 3028 }], { filter: { is: 'icmp' } }).slice(0, 3)).toEqual([
      'T IP 192.168.0.12 > 192.168.0.11: ICMP echo request, id N, seq 1, length 1480',
      'T IP 192.168.0.12 > 192.168.0.11: ip-proto-1',
      'T IP 192.168.0.12 > 192.168.0.11: ip-proto-1',
    ]);
  });

  it('says what an ICMP error is about', () => {
    const sends = [{ to: '8.8.8.8' }, { to: '192.168.0.11', protocol: 'udp' as const, dport: 9999 }];
    const errors = dumped(sends, {
      filter: {
        is: 'and',
        left: { is: 'icmp' },
        right: { is: 'net', side: 'dst', net: { address: ipv4('192.168.0.12'), bits: 32 } },
      },
    });
    expect(errors).toEqual([
      'T IP 192.168.0.11 > 192.168.0.12: ICMP net 8.8.8.8 unreachable, length 92',
      'T IP 192.168.0.11 > 192.168.0.12: ICMP 192.168.0.11 udp port 9999 unreachable, length 41',
    ]);
  });

  it('counts TCP from where the connection began, and knows HTTP by its first line', () => {
    const lines = dumped(
      [{ to: '192.168.0.11', protocol: 'tcp', dport: 8080, request: 'GET /nosuch HTTP/1.1\r\n\r\n' }],
      { filter: { is: 'tcp' } },
    );
    expect(lines[0]).toMatch(
      /^T IP 192\.168\.0\.12\.P > 192\.168\.0\.11\.8080: Flags \[S\], seq \d+, win \d+, options \[mss 1460.*\], length 0$/,
    );
    expect(lines[1]).toMatch(/Flags \[S\.\], seq \d+, ack \d+, win \d+, options \[mss 1460.*\], length 0$/);
    expect(lines[2]).toMatch(/Flags \[\.\], ack 1, win \d+(, options \[.*\])?, length 0$/);
    expect(lines[3]).toMatch(
      /Flags \[P\.\], seq 1:25, ack 1, win \d+.*, length 24: HTTP: GET \/nosuch HTTP\/1\.1$/,
    );
  });

  it('ends after so many packets', () => {
    expect(dumped([{ to: '192.168.0.11' }], { count: 1 })).toHaveLength(1);
  });
});

describe('a filter', () => {
  const filter = (text: string): CaptureFilter => {
    const parsed = parseFilter(text.split(' '));
    if (!parsed.ok) throw new Error(parsed.error);
    return parsed.value;
  };

  it('binds and and or alike, from the left, as libpcap does', () => {
    expect(filter('udp port 53 or icmp and not host 10.0.0.1')).toMatchObject({
      is: 'and',
      left: { is: 'or' },
      right: { is: 'not' },
    });
  });

  it.each([
    ['host 10.0.0.1', true],
    ['src 10.0.0.2', false],
    ['dst host 10.0.0.2', true],
    ['net 10.0.0.0/8 and udp', true],
    ['( tcp or arp ) and host 10.0.0.1', false],
    ['port 53', true],
    ['tcp port 53', false],
    ['not src port 99', true],
  ])('%s: %s', (text, passes) => {
    const udp = {
      kind: 'udp',
      sport: 1000,
      dport: 53,
      checksum: 'none',
      payload: { kind: 'bytes', bytes: new Uint8Array() },
    } as const;
    const ends = { src: ipv4('10.0.0.1'), dst: ipv4('10.0.0.2') };
    const header = {
      kind: 'ipv4',
      tos: 0,
      id: 0,
      df: false,
      mf: false,
      offset: 0,
      ttl: 64,
      protocol: 17,
    } as const;
    expect(passesFilter(filter(text), { kind: 'raw', payload: { ...header, ...ends, payload: udp } })).toBe(
      passes,
    );
  });
});
