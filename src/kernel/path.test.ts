import { describe, expect, it } from 'vitest';
import { bridged, Rig, routed, twoHosts } from '../sim/testing/rig.testing.ts';
import type { IfName } from './recorder.ts';

const STORM_BUDGET = 5_000;

describe('forwarding', () => {
  it('takes one from the TTL', () => {
    const rig = routed();
    expect(rig.send('a', '10.0.2.2').output.at(-1)).toContain('ttl=63');
  });

  it('with ip_forward 0 the packet is dropped as IP_INADDRERRORS, and nobody is told', () => {
    const rig = routed({ r: ['sysctl -w net.ipv4.ip_forward=0'] });
    expect(rig.ping('a', '10.0.2.2')).toBe('timeout');
    expect(rig.drops).toEqual(['IP_INADDRERRORS']);
  });

  it('longest prefix wins, then the lower metric', () => {
    const rig = routed({
      a: ['ip route add 10.0.2.0/24 via 10.0.1.9', 'ip route add 10.0.2.2/32 via 10.0.1.1'],
    });
    expect(rig.ping('a', '10.0.2.2')).toBe('replied');
    const worse = routed({
      a: [
        'ip route add 10.0.2.0/24 via 10.0.1.9 metric 50',
        'ip route add 10.0.2.0/24 via 10.0.1.1 metric 10',
      ],
    });
    expect(worse.ping('a', '10.0.2.2')).toBe('replied');
  });

  it('a blackhole route swallows, an unreachable one answers host unreachable, a prohibit one "filtered"', () => {
    const answer = (type: string): string =>
      routed({ r: [`ip route add ${type} 10.0.2.2/32`] })
        .send('a', '10.0.2.2')
        .output.at(-1) ?? '';
    expect(answer('blackhole')).toContain('100% packet loss');
    expect(answer('unreachable')).toBe('From 10.0.1.1 icmp_seq=1 Destination Host Unreachable');
    expect(answer('prohibit')).toBe('From 10.0.1.1 icmp_seq=1 Packet filtered');
  });

  it("the node's own sockets hear of such routes at once", () => {
    const errors = (type: string): readonly string[] =>
      twoHosts({ a: [`ip route add ${type} 10.7.0.0/16`] })
        .send('a', '10.7.0.1')
        .output.slice(1);
    expect(errors('blackhole')).toEqual(['ping: connect: Invalid argument']);
    expect(errors('unreachable')).toEqual(['ping: connect: No route to host']);
    expect(errors('prohibit')).toEqual(['ping: connect: Permission denied']);
    const tcp = twoHosts({ a: ['ip route add blackhole 10.7.0.0/16'] }).send('a', '10.7.0.1', {
      protocol: 'tcp',
      dport: 80,
    });
    expect(tcp.output).toEqual(['connect to 10.7.0.1:80: Invalid argument']);
  });

  it('a routing loop ends with the TTL: time exceeded from one of the two', () => {
    const rig = routed({
      r: ['ip route add 10.9.0.0/16 via 10.0.2.2'],
      b: ['sysctl -w net.ipv4.ip_forward=1'],
    });
    expect(rig.ping('a', '10.9.0.1')).toBe('ttl-exceeded');
    expect(rig.drops).toEqual(['IP_INHDR']);
  });
});

describe('a packet that leaves by the device it came in by', () => {
  // three hosts on one segment: h1 thinks 10.9.0.1 is behind h2, which knows that it is behind h3. As measured on Linux 6.18.
  const triangle = (commands: readonly string[] = []): Rig => {
    const rig = bridged();
    rig.must('h1', 'ip route add 10.9.0.0/16 via 10.0.0.2');
    rig.must('h2', 'sysctl -w net.ipv4.ip_forward=1');
    rig.must('h2', 'ip route add 10.9.0.0/16 via 10.0.0.3');
    rig.must('h3', 'ip addr add 10.9.0.1/32 dev lo');
    for (const command of commands) rig.must('h2', command);
    return rig;
  };
  const redirects = (rig: Rig): readonly string[] =>
    rig.taps('h1').filter((line) => line.includes('ICMP redirect-host'));

  it('is forwarded, and its sender is told the shorter way by a redirect that quotes TTL 63', () => {
    const rig = triangle();
    expect(rig.ping('h1', '10.9.0.1')).toBe('replied');
    expect(redirects(rig)).toHaveLength(1);
    expect(redirects(rig)[0]).toMatch(/10\.0\.0\.2>10\.0\.0\.1 .*ttl=63/);
  });

  it('tells a sender that does not listen nine times, and no more', () => {
    const rig = triangle();
    for (let i = 0; i < 20; i++) rig.ping('h1', '10.9.0.1');
    expect(redirects(rig).length).toBeLessThanOrEqual(9);
  });

  it('tells nobody when send_redirects is off', () => {
    const rig = triangle(['all', 'eth0'].map((dev) => `sysctl -w net.ipv4.conf.${dev}.send_redirects=0`));
    expect(rig.ping('h1', '10.9.0.1')).toBe('replied');
    expect(redirects(rig)).toEqual([]);
  });
});

describe('the check of the source', () => {
  // a question from an address that is refused has no answer either
  const KNOWS_R = 'ip neigh replace 10.0.1.1 lladdr 02:00:00:00:01:01 dev eth0 nud permanent';

  it('a packet from one of our own addresses is a martian (IP_LOCAL_SOURCE), unless accept_local is set', () => {
    const commands = ['ip addr add 10.0.2.99/32 dev r1'];
    const rig = routed({
      r: commands,
      a: [
        'ip addr add 10.0.2.99/32 dev eth0',
        'ip route add 10.0.2.2/32 via 10.0.1.1 src 10.0.2.99',
        KNOWS_R,
      ],
    });
    expect(rig.ping('a', '10.0.2.2')).toBe('timeout');
    expect(rig.drops).toEqual(['IP_LOCAL_SOURCE']);
    const lenient = routed({
      r: [...commands, 'sysctl -w net.ipv4.conf.r1.accept_local=1'],
      a: [
        'ip addr add 10.0.2.99/32 dev eth0',
        'ip route add 10.0.2.2/32 via 10.0.1.1 src 10.0.2.99',
        KNOWS_R,
      ],
    });
    lenient.ping('a', '10.0.2.2');
    expect(lenient.taps('b').some((line) => line.includes('10.0.2.99>10.0.2.2'))).toBe(true);
  });

  it.each([
    ['0', 'arrives'],
    ['1', 'IP_RPFILTER'],
    ['2', 'arrives'],
  ])('rp_filter %s and an answer that would leave by another device: %s', (value, outcome) => {
    // r would answer 10.0.9.1 by r2, but it comes in by r1
    const rig = routed({
      r: ['ip route add 10.0.9.0/24 via 10.0.2.2', `sysctl -w net.ipv4.conf.all.rp_filter=${value}`],
      a: ['ip addr add 10.0.9.1/32 dev eth0', 'ip route add 10.0.2.2/32 via 10.0.1.1 src 10.0.9.1', KNOWS_R],
    });
    rig.ping('a', '10.0.2.2');
    const seen = rig.taps('b').some((line) => line.includes('10.0.9.1>10.0.2.2'));
    expect(seen ? 'arrives' : rig.drops[0]).toBe(outcome);
  });

  it('rp_filter 2 still refuses a source that no route reaches', () => {
    const rig = routed({
      r: ['sysctl -w net.ipv4.conf.all.rp_filter=2'],
      a: ['ip addr add 10.0.9.1/32 dev eth0', 'ip route add 10.0.2.2/32 via 10.0.1.1 src 10.0.9.1', KNOWS_R],
    });
    rig.ping('a', '10.0.2.2');
    expect(rig.drops).toEqual(['IP_RPFILTER']);
  });

  it('the larger of conf.all and conf.DEV counts', () => {
    const rig = routed({
      r: ['ip route add 10.0.9.0/24 via 10.0.2.2', 'sysctl -w net.ipv4.conf.r1.rp_filter=1'],
      a: ['ip addr add 10.0.9.1/32 dev eth0', 'ip route add 10.0.2.2/32 via 10.0.1.1 src 10.0.9.1', KNOWS_R],
    });
    rig.ping('a', '10.0.2.2');
    expect(rig.drops).toEqual(['IP_RPFILTER']);
  });

  it('127.0.0.0/8 does not cross a wire (IP_LOCALNET) unless route_localnet is set', () => {
    const send = (b: readonly string[]): Rig => {
      const rig = twoHosts({
        a: [
          'sysctl -w net.ipv4.conf.all.route_localnet=1',
          'ip addr add 127.0.0.9/32 dev eth0',
          'ip route add 10.0.0.2/32 dev eth0 src 127.0.0.9',
          'ip neigh replace 10.0.0.2 lladdr 02:00:00:00:00:0b dev eth0 nud permanent',
        ],
        b,
      });
      rig.ping('a', '10.0.0.2');
      return rig;
    };
    expect(send([]).drops[0]).toBe('IP_LOCALNET');
    expect(send(['sysctl -w net.ipv4.conf.all.route_localnet=1']).drops).not.toContain('IP_LOCALNET');
  });
});

describe('a bridge', () => {
  it('floods what it does not know, the port added last first, and learns from every frame', () => {
    const rig = bridged();
    expect(rig.ping('h1', '10.0.0.2')).toBe('replied');
    const flooded = rig
      .taps('sw')
      .slice(0, 4)
      .map((line) => line.split(' ').slice(0, 2).join(' '));
    expect(flooded).toEqual(['p1 in', 'p3 out', 'p2 out', 'br0 in']);
    expect(rig.taps('h3').every((line) => line.includes('ARP who-has'))).toBe(true);
    expect(rig.state('sw').fdb.get('br0 02:00:00:00:00:01')?.[0]).toMatchObject({
      port: 'p1',
      state: 'learned',
    });
  });

  it('does not send a frame back by the port it came in by, unless hairpin is on', () => {
    const first = (rig: Rig): readonly string[] => {
      rig.ping('h1', '10.0.0.2');
      return rig
        .taps('sw')
        .slice(0, 5)
        .map((line) => line.split(' ').slice(0, 2).join(' '));
    };
    expect(first(bridged())).not.toContain('p1 out');
    expect(first(bridged(['bridge link set dev p1 hairpin on']))).toContain('p1 out');
  });

  it('with hairpin off, a unicast frame for a MAC behind its own port is dropped', () => {
    const rig = bridged();
    // h1 sends to a MAC that the bridge has learned on p1
    rig.must('h1', 'ip link set eth0 address 02:00:00:00:00:aa');
    rig.ping('h1', '10.0.0.2');
    rig.must('h1', 'ip link set eth0 address 02:00:00:00:00:01');
    rig.must('h1', 'ip neigh replace 10.0.0.9 lladdr 02:00:00:00:00:aa dev eth0 nud permanent');
    expect(rig.ping('h1', '10.0.0.9')).toBe('timeout');
    expect(rig.drops.at(-1)).toBe('NOT_SPECIFIED');
  });

  it('passes what is for the host up to its own device, whatever port it came by', () => {
    const rig = bridged();
    expect(rig.ping('h1', '10.0.0.254')).toBe('replied');
    expect(rig.taps('sw').some((line) => line.startsWith('br0 in') && line.includes('echo-request'))).toBe(
      true,
    );
  });

  it('runs PREROUTING and FORWARD for bridged IPv4 with bridge-nf-call-iptables 1, and none with 0', () => {
    const hooks = (value: string): readonly string[] => {
      const rig = bridged([`sysctl -w net.bridge.bridge-nf-call-iptables=${value}`]);
      rig.ping('h1', '10.0.0.2');
      return rig.steps.flatMap((s) => (s.ns === 'sw' && s.kind === 'hook' ? [s.hook] : [])).slice(0, 3);
    };
    expect(hooks('1')).toEqual(['PREROUTING', 'FORWARD', 'POSTROUTING']);
    expect(hooks('0')).toEqual([]);
  });

  it('without a port that has carrier it has none itself', () => {
    const rig = new Rig({ a: ['ip link add br0 type bridge', 'ip link set br0 up'] });
    expect(rig.state('a').devices.get('br0' as IfName)).toMatchObject({ up: true, carrier: false });
  });

  it('drops a frame that is longer than the MTU of the port it should leave by', () => {
    const rig = bridged(['ip link set p2 mtu 1000']);
    rig.ping('h1', '10.0.0.2');
    expect(rig.ping('h1', '10.0.0.2', { size: 1200 })).toBe('timeout');
    expect(rig.drops.at(-1)).toBe('NOT_SPECIFIED');
  });

  it('two bridges joined twice make a storm; the run ends at its budget, with everything recorded so far', () => {
    const rig = bridged(['ip link add brx type bridge', 'ip link set brx up']);
    for (const n of [8, 9]) {
      rig.must('sw', `ip link add x${n} type veth peer name y${n} netns sw`);
      for (const [port, bridge] of [
        [`x${n}`, 'br0'],
        [`y${n}`, 'brx'],
      ] as const) {
        rig.must('sw', `ip link set ${port} master ${bridge}`);
        rig.must('sw', `ip link set ${port} up`);
      }
    }
    rig.start('h1', '10.0.0.99');
    expect(rig.settle(STORM_BUDGET)).toBe('budget');
    expect(rig.world.recorder.length).toBeLessThan(STORM_BUDGET + 200);
  });
});

describe('a veth', () => {
  it('does not take in a frame longer than its own MTU', () => {
    const rig = twoHosts({ b: ['ip link set eth0 mtu 1000'] });
    rig.ping('a', '10.0.0.2');
    expect(rig.ping('a', '10.0.0.2', { size: 1400 })).toBe('timeout');
    expect(rig.drops.at(-1)).toBe('NOT_SPECIFIED');
  });

  it('whose other half is down loses what is sent into it', () => {
    const rig = twoHosts({
      a: ['ip neigh replace 10.0.0.2 lladdr 02:00:00:00:00:0b dev eth0 nud permanent'],
      b: ['ip link set eth0 down'],
    });
    expect(rig.ping('a', '10.0.0.2')).toBe('timeout');
    expect(rig.drops).toEqual(['QDISC_DROP']);
  });
});

describe('a tun', () => {
  it('that no process holds drops what is routed into it', () => {
    const rig = twoHosts({
      a: [
        'ip tuntap add dev tun0 mode tun',
        'ip link set tun0 up',
        'ip addr add 10.8.0.1/32 dev tun0',
        'ip route add 10.8.0.0/16 dev tun0',
      ],
    });
    expect(rig.ping('a', '10.8.0.2')).toBe('timeout');
    expect(rig.drops).toEqual(['QDISC_DROP']);
    expect(rig.taps('a')).toEqual([]);
  });
});

/** a and b with a VXLAN device each, over the wire of twoHosts. */
function tunnel(
  options: { readonly learning?: boolean; readonly vniOfB?: number; readonly lower?: readonly string[] } = {},
): Rig {
  const learning = options.learning === true ? '' : ' nolearning';
  const device = (local: string, own: number, vni = 1): readonly string[] => [
    ...(options.lower ?? []),
    `ip link add vx0 address 0e:00:00:00:00:0${own} type vxlan id ${vni} dev eth0 local ${local} dstport 8472${learning}`,
    `ip addr add 10.50.0.${own}/24 brd + dev vx0`,
    'ip link set vx0 up',
  ];
  return twoHosts({ a: device('10.0.0.1', 1), b: device('10.0.0.2', 2, options.vniOfB) });
}

describe('a vxlan device', () => {
  const flood = 'bridge fdb append 00:00:00:00:00:00 dev vx0 dst';

  it('sends what has no row of its own to the all-zero rows, and with learning remembers where answers came from', () => {
    const rig = tunnel({ learning: true });
    rig.must('a', `${flood} 10.0.0.2 self permanent`);
    rig.must('b', `${flood} 10.0.0.1 self permanent`);
    expect(rig.ping('a', '10.50.0.2')).toBe('replied');
    expect(rig.state('a').fdb.get('vx0 0e:00:00:00:00:02')?.[0]).toMatchObject({ state: 'learned' });
  });

  it('with nolearning it remembers nothing', () => {
    const rig = tunnel();
    rig.must('a', `${flood} 10.0.0.2 self permanent`);
    rig.must('b', `${flood} 10.0.0.1 self permanent`);
    expect(rig.ping('a', '10.50.0.2')).toBe('replied');
    expect(rig.state('a').fdb.has('vx0 0e:00:00:00:00:02')).toBe(false);
  });

  it('another VNI at the other end: VXLAN_VNI_NOT_FOUND', () => {
    const rig = tunnel({ vniOfB: 2 });
    rig.must('a', `${flood} 10.0.0.2 self permanent`);
    expect(rig.ping('a', '10.50.0.2')).toBe('unreachable');
    expect(rig.drops).toContain('VXLAN_VNI_NOT_FOUND');
  });

  it('the outer packet is fragmented when the underlay cannot carry it, since its DF is clear', () => {
    const rig = tunnel();
    for (const [ns, peer] of [
      ['a', '10.0.0.2'],
      ['b', '10.0.0.1'],
    ] as const)
      rig.must(ns, `${flood} ${peer} self permanent`);
    rig.ping('a', '10.50.0.2');
    for (const ns of ['a', 'b']) rig.must(ns, 'ip link set eth0 mtu 1400');
    expect(rig.ping('a', '10.50.0.2', { size: 1450 })).toBe('replied');
    expect(
      rig.taps('a').filter((line) => line.startsWith('eth0 out') && line.includes('len=1396 off=0+')),
    ).toHaveLength(1);
  });

  it('the outer TTL is net.ipv4.ip_default_ttl, whatever the inner one', () => {
    const rig = tunnel();
    for (const [ns, peer] of [
      ['a', '10.0.0.2'],
      ['b', '10.0.0.1'],
    ] as const)
      rig.must(ns, `${flood} ${peer} self permanent`);
    rig.ping('a', '10.50.0.2', { ttl: 7 });
    expect(
      rig
        .taps('a')
        .some((line) => line.startsWith('eth0 out') && /10\.0\.0\.1>10\.0\.0\.2 ttl=64 .*ttl=7 /.test(line)),
    ).toBe(true);
  });

  it('a tunnel whose outer route leads into itself ends at the recursion limit', () => {
    const rig = tunnel();
    // the underlay address of b is made reachable only through the tunnel: eth0's own route goes
    rig.must('a', 'ip link add vx1 type vxlan id 9 dev vx0 local 10.50.0.1 dstport 8472 nolearning');
    rig.must('a', 'ip link set vx1 up');
    rig.must('a', `${flood} 10.0.0.2 self permanent`);
    rig.must('a', 'bridge fdb append 00:00:00:00:00:00 dev vx1 dst 10.50.0.2 self permanent');
    rig.must('a', 'ip addr add 10.60.0.1/24 dev vx1');
    expect(rig.ping('a', '10.60.0.2', { timeout: 4_000_000_000 })).toBe('unreachable');
    expect(rig.world.recorder.length).toBeLessThan(1_000);
  });
});

describe('neighbours', () => {
  it('an answer makes the asker know REACHABLE and the asked STALE', () => {
    const rig = twoHosts();
    rig.ping('a', '10.0.0.2');
    expect([...rig.state('a').neighs.values()].map((n) => n.state)).toEqual(['reachable']);
    expect([...rig.state('b').neighs.values()].map((n) => n.state)).toEqual(['delay']);
  });

  it('REACHABLE is STALE after 30 s, and a used STALE entry is probed by unicast 5 s later', () => {
    const rig = twoHosts();
    rig.ping('a', '10.0.0.2');
    // an exchange that waits in vain lets the clock run
    rig.send('a', '10.0.0.77', { timeout: 40_000_000_000 });
    rig.send('a', '10.0.0.77', { timeout: 40_000_000_000 });
    while (rig.world.now < 60_000_000_000 && rig.world.step());
    rig.ping('a', '10.0.0.2');
    expect([...rig.state('a').neighs.values()].find((n) => n.ip === 0x0a000002)?.state).toBe('delay');
    while (rig.world.step());
    expect(
      rig
        .taps('a')
        .some((line) => line.includes('02:00:00:00:00:0a>02:00:00:00:00:0b | ARP who-has 10.0.0.2')),
    ).toBe(true);
  });

  it('a PERMANENT entry is not changed by what ARP says', () => {
    const rig = twoHosts({
      b: ['ip neigh replace 10.0.0.1 lladdr 02:00:00:00:00:99 dev eth0 nud permanent'],
    });
    expect(rig.ping('a', '10.0.0.2')).toBe('timeout');
    expect(rig.state('b').neighs.get('eth0 10.0.0.1')).toBeUndefined();
    expect([...rig.state('b').neighs.values()][0]).toMatchObject({
      state: 'permanent',
      lladdr: '02:00:00:00:00:99',
    });
  });

  it('retrans_time_ms sets how far the three questions are apart', () => {
    const rig = twoHosts({ a: ['sysctl -w net.ipv4.neigh.default.retrans_time_ms=50'] });
    const { output } = rig.send('a', '10.0.0.77');
    expect(output.at(-1)).toBe('From 10.0.0.1 icmp_seq=1 Destination Host Unreachable');
    expect(rig.world.now).toBeLessThan(200_000_000);
  });
});

describe('ICMP errors', () => {
  const eight = (rig: Rig, to: string, ttl: number): number =>
    Array.from({ length: 8 }, () => rig.ping('a', to, { timeout: 1_000_000, ttl })).filter(
      (r) => r !== 'timeout',
    ).length;

  // counts measured with ping -i0.01 in network namespaces of Linux 6.18
  const NO_LIMIT = 'sysctl -w net.ipv4.icmp_ratelimit=0';
  it.each([
    { what: 'a TTL that runs out: six in a row (icmp_ratelimit)', to: '10.0.2.2', ttl: 1, heard: 6 },
    { what: 'a TTL that runs out, no limit: all', to: '10.0.2.2', ttl: 1, commands: [NO_LIMIT], heard: 8 },
    {
      what: 'no way to go on: two, since ip_error and ICMP take from the same tokens',
      to: '10.9.0.1',
      ttl: 64,
      heard: 2,
    },
    {
      what: 'no way to go on, no limit: five, that of ip_error',
      to: '10.9.0.1',
      ttl: 64,
      commands: [NO_LIMIT],
      heard: 5,
    },
  ])('are held back: $what', ({ to, ttl, commands = [], heard }) => {
    const rig = routed({ r: ['ip route add unreachable 10.9.0.0/16', ...commands] });
    expect(eight(rig, to, ttl)).toBe(heard);
    const unsent = rig.world.recorder
      .recording()
      .entries.flatMap((entry) => (entry.kind === 'unsent' ? [entry.why] : []));
    expect(unsent).toEqual(Array.from({ length: 8 - heard }, () => 'limit'));
  });

  it('quote the first 548 bytes of the packet, 576 in all', () => {
    const rig = routed({ r: ['ip route add unreachable 10.9.0.0/16'] });
    rig.ping('a', '10.9.0.1', { size: 1400 });
    expect(rig.taps('a').at(-1)).toContain('len=576 | ICMP host-unreach');
  });
});

describe('fragments', () => {
  it('are cut by the sender, put together by the receiver, and the answer the same way back', () => {
    const rig = twoHosts();
    expect(rig.send('a', '10.0.0.2', { size: 4000, df: false }).output.at(-1)).toContain(
      '3980 bytes from 10.0.0.2',
    );
    expect(rig.taps('b').filter((line) => line.includes('eth0 in') && line.includes('off='))).toHaveLength(3);
  });

  it('are given up 30 s after the first when one is missing', () => {
    const rig = routed({ r: ['ip link set r2 mtu 600'] });
    rig.must('b', 'ip link set eth0 mtu 500');
    rig.ping('a', '10.0.2.2', { size: 1400, df: false });
    while (rig.world.step());
    expect(rig.drops).toContain('FRAG_REASM_TIMEOUT');
  });
});

describe('TCP', () => {
  it('a request and its answer: S, SA, A, PA, A, PA, A, FA, A, FA, A', () => {
    const rig = twoHosts();
    rig.serve('b', { tcp: [80] });
    const exchange = rig.send('a', '10.0.0.2', {
      protocol: 'tcp',
      dport: 80,
      sport: 40000,
      request: 'GET /\r\n',
    });
    expect(exchange).toMatchObject({
      result: 'connected',
      output: ['connected to 10.0.0.2:80', 'b saw 10.0.0.1:40000'],
    });
    const flags = rig.taps('a').flatMap((line) => /TCP .*\[(\w+)\]/.exec(line)?.[1] ?? []);
    expect(flags).toEqual(['S', 'SA', 'A', 'PA', 'A', 'PA', 'A', 'FA', 'A', 'FA', 'A']);
  });

  it('a probe: S, SA, A, RA', () => {
    const rig = twoHosts();
    rig.serve('b', { tcp: [80] });
    rig.send('a', '10.0.0.2', { protocol: 'tcp', dport: 80 });
    expect(rig.taps('a').flatMap((line) => /TCP .*\[(\w+)\]/.exec(line)?.[1] ?? [])).toEqual([
      'S',
      'SA',
      'A',
      'RA',
    ]);
  });

  it('a SYN into the void is sent again a second apart, from another hash', () => {
    const rig = routed({ r: ['ip route add blackhole 10.9.0.0/16'] });
    expect(rig.send('a', '10.9.0.1', { protocol: 'tcp', dport: 80 }).result).toBe('timeout');
    const at = rig.steps.flatMap((s) =>
      s.kind === 'originate' && s.by === 'tcp' ? [Math.round(s.at / 1e9)] : [],
    );
    expect(at).toEqual([0, 1, 2, 3]);
  });

  it('data that is lost is sent again after 200 ms and then ever more slowly', () => {
    const rig = twoHosts();
    rig.serve('b', { tcp: [80] });
    const exchange = rig.start('a', '10.0.0.2', { protocol: 'tcp', dport: 80, request: 'GET /\r\n' });
    const connected = (): boolean => rig.world.recorder.exchange(exchange).output.length > 0;
    while (!connected() && rig.world.step());
    rig.must('b', 'ip route add blackhole 10.0.0.1');
    rig.settle();
    const data = rig.steps.filter(
      (s) => s.ns === 'a' && s.kind === 'tx' && rig.taps('a').length > 0 && s.at > 0,
    );
    const times = [...new Set(data.map((s) => s.at))].slice(-3);
    const [first = 0, second = 0, third = 0] = times;
    expect((third - second) / (second - first)).toBeCloseTo(2, 0);
  });
});

describe('UDP', () => {
  it('a datagram is answered from the address it was sent to', () => {
    const rig = twoHosts();
    rig.serve('b', { udp: [53] });
    const exchange = rig.send('a', '10.0.0.2', { protocol: 'udp', dport: 53, sport: 40000 });
    expect(exchange).toMatchObject({ result: 'replied', output: ['10.0.0.2:53: b saw 10.0.0.1:40000'] });
  });

  it('nobody listens: port unreachable', () => {
    const rig = twoHosts();
    expect(rig.send('a', '10.0.0.2', { protocol: 'udp', dport: 53 })).toMatchObject({
      result: 'refused',
      output: ['send to 10.0.0.2:53: Destination Port Unreachable'],
    });
  });
});
