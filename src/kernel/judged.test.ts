/**
 * What the real kernel corrected (e2e/kernel): each was found by comparing random scenarios frame by frame, and is held here
 * in its smallest form. The kernel was Linux 6.18.44.
 */
import { describe, expect, it } from 'vitest';
import { printIpv4 } from '../wire/address.ts';
import { addressOf } from './fib.ts';
import type { IfName, NetNsId, SimTime } from './recorder.ts';
import { parseShell } from './shell/shell.ts';
import { bridged, routed, twoHosts, Rig } from '../sim/testing/rig.testing.ts';

describe('TCP', () => {
  it('the reset of a connection that is given up carries time stamps (tcp_send_active_reset): 52 bytes', () => {
    const rig = twoHosts();
    rig.serve('b', { tcp: [80] });
    rig.send('a', '10.0.0.2', { protocol: 'tcp', dport: 80 });
    expect(rig.taps('a').filter((line) => line.includes('[RA]'))).toEqual([
      expect.stringContaining('len=52'),
    ]);
  });

  it('the reset of a port that nobody listens on has no options (tcp_v4_send_reset): 40 bytes', () => {
    const rig = twoHosts();
    rig.send('a', '10.0.0.2', { protocol: 'tcp', dport: 80 });
    expect(rig.taps('a').filter((line) => line.includes('[RA]'))).toEqual([
      expect.stringContaining('len=40'),
    ]);
  });
});

describe('devices', () => {
  it('without carrier nothing leaves a device, not even to its tap: the queue of a device that is off is noop', () => {
    const rig = twoHosts({ b: ['ip link set eth0 down'] });
    expect(rig.send('a', '10.0.0.2').output.at(-1)).toBe(
      'From 10.0.0.1 icmp_seq=1 Destination Host Unreachable',
    );
    expect(rig.taps('a').filter((line) => line.startsWith('eth0'))).toEqual([]);
    expect(rig.drops[0]).toBe('QDISC_DROP');
  });
});

describe('a bridge', () => {
  it('forgets what it learned behind a port that goes down, and floods what is for there', () => {
    const rig = bridged();
    rig.ping('h1', '10.0.0.2');
    rig.must('sw', 'ip link set p2 down');
    expect([...rig.state('sw').fdb.values()].flat().filter((row) => row.port === 'p2')).toEqual([
      expect.objectContaining({ state: 'permanent' }),
    ]);
    const before = rig.taps('sw').length;
    rig.ping('h1', '10.0.0.2');
    expect(rig.taps('sw').slice(before)).toContainEqual(
      expect.stringMatching(/^p3 out .* ICMP echo-request/),
    );
  });
});

describe('MTU', () => {
  it('of a bridge is that of its smallest port, until somebody sets it (br_mtu_auto_adjust)', () => {
    const rig = bridged();
    const mtu = (): number | undefined => rig.state('sw').devices.get('br0' as IfName)?.mtu;
    rig.must('sw', 'ip link set p2 mtu 1300');
    expect(mtu()).toBe(1300);
    rig.must('sw', 'ip link set p2 nomaster');
    expect(mtu()).toBe(1500);
    rig.must('sw', 'ip link set br0 mtu 1500');
    rig.must('sw', 'ip link set p1 mtu 1200');
    expect(mtu()).toBe(1200);
    rig.must('sw', 'ip link set br0 mtu 1400');
    rig.must('sw', 'ip link set p1 mtu 1500');
    expect(mtu()).toBe(1400);
  });
});

describe('fragments', () => {
  it('after a piece that the other end of a pair refuses, the rest is not sent (ip_do_fragment stops at NET_XMIT_DROP)', () => {
    const rig = twoHosts({ a: ['ip link set eth0 mtu 1300'], b: ['ip link set eth0 mtu 1000'] });
    rig.ping('a', '10.0.0.2', { size: 84 });
    expect(rig.ping('a', '10.0.0.2', { size: 1400, df: false })).toBe('timeout');
    expect(rig.taps('a').filter((line) => line.includes('off='))).toEqual([
      expect.stringMatching(/^eth0 out .* len=1300 off=0\+/),
    ]);
    expect(rig.drops).toEqual(['NOT_SPECIFIED', 'NOT_SPECIFIED']);
  });
});

describe('addresses', () => {
  it('with its last address a device loses its routes and neighbours (fib_disable_ip)', () => {
    const rig = twoHosts({
      a: [
        'ip route add 10.9.0.0/24 via 10.0.0.2',
        'ip neigh replace 10.0.0.2 lladdr 02:00:00:00:00:0b dev eth0 nud permanent',
        'ip addr del 10.0.0.1/24 dev eth0',
      ],
    });
    expect(rig.state('a').routes.filter((route) => route.dev === 'eth0')).toEqual([]);
    expect(rig.state('a').neighs.size).toBe(0);
  });
});

describe('neighbours', () => {
  it('who asks from an address that may not come by this device gets no answer (arp_process routes the question)', () => {
    const rig = twoHosts({
      b: ['sysctl -w net.ipv4.conf.all.rp_filter=1', 'ip route replace prohibit 10.0.0.0/24'],
    });
    expect(rig.ping('a', '10.0.0.2')).toBe('unreachable');
    expect(rig.taps('b').filter((line) => line.startsWith('eth0 out'))).toEqual([]);
  });

  it('are forgotten when the device loses its carrier, but for the permanent ones (neigh_carrier_down)', () => {
    const rig = twoHosts({
      a: ['ip neigh replace 10.0.0.9 lladdr 02:00:00:00:00:09 dev eth0 nud permanent'],
    });
    rig.ping('a', '10.0.0.2');
    rig.must('b', 'ip link set eth0 down');
    expect([...rig.state('a').neighs.values()]).toEqual([expect.objectContaining({ state: 'permanent' })]);
  });

  it("a device's own retrans_time_ms comes before the default", () => {
    const rig = twoHosts({ a: ['sysctl -w net.ipv4.neigh.eth0.retrans_time_ms=50'] });
    rig.send('a', '10.0.0.77');
    expect(rig.world.now).toBeLessThan(200_000_000);
  });
});

describe('routes', () => {
  it('a packet from 127.0.0.1 has no way out by a wire (__mkroute_output), unless route_localnet is set', () => {
    const dnat = 'iptables -t nat -A OUTPUT -d 127.0.0.1 -p tcp -j DNAT --to-destination 10.0.0.2';
    const left = (commands: readonly string[]): number => {
      const rig = twoHosts({ a: [dnat, ...commands] });
      rig.send('a', '127.0.0.1', { protocol: 'tcp', dport: 80 });
      return rig.taps('a').filter((line) => line.startsWith('eth0 out')).length;
    };
    expect(left([])).toBe(0);
    expect(left(['sysctl -w net.ipv4.conf.all.route_localnet=1'])).toBeGreaterThan(0);
  });

  it('a gateway behind a device that is down is an invalid gateway, for the connected route is gone', () => {
    const rig = twoHosts({ a: ['ip link set eth0 down'] });
    expect(rig.error('a', 'ip route add 10.9.0.0/24 via 10.0.0.2 dev eth0')).toBe(
      'Error: Nexthop has invalid gateway.',
    );
    expect(rig.error('a', 'ip route add 10.9.0.0/24 via 10.0.0.2 dev eth0 onlink')).toBe(
      'Error: Device for nexthop is not up.',
    );
  });
});

describe('netfilter', () => {
  const TO_NOBODY = 'iptables -t nat -A PREROUTING -p tcp -j DNAT --to-destination 10.0.0.77';

  it('what OUTPUT or POSTROUTING refuses, its sender hears of as EPERM; a connecting TCP does not listen', () => {
    for (const rule of ['iptables -A OUTPUT -j DROP', 'iptables -t mangle -A POSTROUTING -j DROP']) {
      const rig = twoHosts({ a: [rule] });
      const ping = rig.send('a', '10.0.0.2');
      expect(ping.result).toBe('dropped');
      expect(ping.output.at(-1)).toBe('ping: sendmsg: Operation not permitted');
      expect(rig.send('a', '10.0.0.2', { protocol: 'udp', dport: 53 }).result).toBe('dropped');
      expect(rig.send('a', '10.0.0.2', { protocol: 'tcp', dport: 80 }).result).toBe('timeout');
    }
  });

  it('an error about a masqueraded packet goes to its sender by the way there, not round by lo (ip_route_me_harder)', () => {
    const rig = routed({ r: ['iptables -t nat -A POSTROUTING -o r2 -j MASQUERADE'] });
    expect(rig.send('a', '10.0.2.77').output.at(-1)).toContain('Destination Host Unreachable');
    expect(rig.taps('r').filter((line) => line.startsWith('lo '))).toEqual([]);
    expect(rig.taps('a').at(-1)).toContain('ttl=64');
  });

  it('an ICMP message that a rule rejects brings about no other one (icmp_xmit_lock)', () => {
    const rig = twoHosts({ b: ['iptables -A OUTPUT -j REJECT'] });
    expect(rig.ping('a', '10.0.0.2')).toBe('timeout');
    const made = rig.steps.filter((s) => s.ns === 'b' && s.kind === 'originate' && s.by !== 'arp');
    expect(made).toHaveLength(1);
  });

  it('what conntrack put together leaves a router in pieces as large as it came (frag_max_size)', () => {
    const rig = routed({
      a: ['ip link set eth0 mtu 1300'],
      r: ['iptables -A FORWARD -m conntrack --ctstate INVALID'],
    });
    rig.ping('a', '10.0.2.2', { size: 1400, df: false });
    expect(rig.taps('b')).toContainEqual(expect.stringMatching(/^eth0 in .* len=1300 off=0\+/));
  });

  it('a bridged frame that DNAT sent to a neighbour who does not answer: its sender is told', () => {
    const rig = bridged([TO_NOBODY, 'sysctl -w net.ipv4.ip_forward=1']);
    expect(rig.send('h1', '10.0.0.254', { protocol: 'tcp', dport: 80 }).result).toBe('unreachable');
  });

  it('DNAT to an address on the same bridge goes up to the host while ip_forward is off, and is lost there', () => {
    const rig = bridged([TO_NOBODY.replace('77', '2')]);
    expect(rig.send('h1', '10.0.0.254', { protocol: 'tcp', dport: 80 }).result).toBe('timeout');
    expect(rig.taps('sw').filter((line) => line.startsWith('br0 in') && line.includes('TCP'))).not.toEqual(
      [],
    );
    expect(rig.drops[0]).toBe('IP_INADDRERRORS');
  });

  /** what leaves a host by its device `out` (of `mtu` bytes), sent to it over a bridge: 1400 bytes in pieces of 996 and 424 */
  const leaving = (mtu: number): readonly string[] => {
    const rig = bridged([
      'iptables -A FORWARD -m conntrack --ctstate INVALID',
      'ip link add out address 02:00:00:00:09:01 type veth peer name eth1 netns h3',
      'ip addr add 10.9.0.1/24 brd + dev out',
      `ip link set out mtu ${mtu}`,
      'ip link set out up',
      'sysctl -w net.ipv4.ip_forward=1',
    ]);
    for (const command of ['ip addr add 10.9.0.2/24 brd + dev eth1', 'ip link set eth1 up'])
      rig.must('h3', command);
    rig.must('h1', 'ip link set eth0 mtu 1000');
    rig.must('h1', 'ip route add 10.9.0.0/24 via 10.0.0.254');
    rig.ping('h1', '10.9.0.2', { size: 1400, df: false });
    return rig.taps('sw').flatMap((line) => {
      const found = /^out out .*\| 10\.0\.0\.1>10\.9\.0\.2 .*len=(\d+)/.exec(line);
      return found?.[1] === undefined ? [] : [found[1]];
    });
  };

  it('what was put together on a bridge is whole from there on: ip_rcv forgets how large the pieces were', () => {
    expect(leaving(1500)).toEqual(['1400']);
  });

  it('where it must be cut again it leaves in the pieces it came in, if they fit (ip_do_fragment, frag_list)', () => {
    expect(leaving(1300)).toEqual(['996', '424']);
    expect(leaving(900)).toEqual(['900', '520']);
  });
});

describe('a bridge with br_netfilter', () => {
  const TRACKS = 'iptables -A FORWARD -m conntrack --ctstate INVALID';
  /** what leaves for h2 by its port of a ping of 1473 bytes that h1 sends in two pieces */
  const pieces = (commands: readonly string[], size = 1473): readonly string[] => {
    const rig = bridged([TRACKS, ...commands]);
    for (const ns of ['h1', 'h2']) rig.must(ns, 'ip link set eth0 mtu 1450');
    rig.ping('h1', '10.0.0.2', { size, df: false });
    return rig.taps('sw').flatMap((line) => {
      const found = /^p2 out .*10\.0\.0\.1>10\.0\.0\.2 .*len=(\d+)/.exec(line);
      return found?.[1] === undefined ? [] : [found[1]];
    });
  };

  it('does not cut what was put together from pieces larger than its own MTU (br_nf_ip_fragment): all is lost', () => {
    expect(pieces([])).toEqual(['1444', '49']);
    expect(pieces(['ip link set br0 mtu 1300'])).toEqual([]);
    expect(pieces(['ip link set br0 mtu 1300', 'ip link set br0 mtu 1444'])).toEqual(['1444', '49']);
  });

  it('takes 1500 for its own MTU as long as nobody changed the one it was made with (br_netfilter_rtable_init)', () => {
    /** what h2 gets of a packet that needs the room of a VLAN header on the ports, which take 1300 */
    const got = (commands: readonly string[]): readonly string[] => {
      const rig = new Rig({
        h1: [],
        h2: [],
        sw: ['ip link add br0 mtu 1300 type bridge', 'ip link set br0 up'],
      });
      for (const n of [1, 2]) {
        rig.must('sw', `ip link add p${n} mtu 1300 type veth peer name eth0 mtu 1400 netns h${n}`);
        rig.must('sw', `ip link set p${n} master br0`);
        rig.must('sw', `ip link set p${n} up`);
        rig.must(`h${n}`, `ip addr add 10.0.0.${n}/24 brd + dev eth0`);
        rig.must(`h${n}`, 'ip link set eth0 up');
      }
      for (const command of commands) rig.must('sw', command);
      rig.ping('h1', '10.0.0.2', { size: 1304, df: false });
      return rig.taps('h2').flatMap((line) => /^eth0 in .*ICMP|^eth0 in .*off=/.exec(line)?.[0] ?? []);
    };
    expect(got([])).toHaveLength(1);
    expect(got(['ip link set br0 mtu 1200', 'ip link set br0 mtu 1300'])).toHaveLength(2);
  });

  it('gives a port no whole packet longer than its MTU: with DF it is lost, without it is cut to what the bridge takes', () => {
    const asked = (df: boolean): string =>
      bridged(['ip link set p2 mtu 1300']).ping('h1', '10.0.0.2', { size: 1302, df });
    expect(asked(true)).toBe('timeout');
    expect(asked(false)).toBe('replied');
  });

  it('without it, a port takes four bytes more than its MTU (is_skb_forwardable: a VLAN header)', () => {
    const off = 'sysctl -w net.bridge.bridge-nf-call-iptables=0';
    const asked = (size: number): string =>
      bridged([off, 'ip link set p2 mtu 1300']).ping('h1', '10.0.0.2', { size, df: true });
    expect(asked(1304)).toBe('replied');
    expect(asked(1305)).toBe('timeout');
  });
});

describe('rp_filter', () => {
  it('refuses, loose as it may be, what comes by a device without an address from a sender behind another', () => {
    const rig = routed({ r: ['sysctl -w net.ipv4.conf.all.rp_filter=2'] });
    expect(rig.ping('a', '10.0.2.2')).toBe('replied');
    rig.must('r', 'ip addr del 10.0.1.1/24 dev r1');
    rig.must('r', 'ip route add 10.0.1.0/24 via 10.0.2.2');
    rig.ping('a', '10.0.2.2');
    expect(rig.drops).toContain('IP_RPFILTER');
  });
});

describe('redirects', () => {
  /** h1 sends to h2 what h3 takes; h2 tells it so. */
  const told = (commands: readonly string[] = []): Rig => {
    const rig = bridged();
    rig.must('h1', 'ip route add 10.9.0.0/24 via 10.0.0.2');
    rig.must('h2', 'ip route add 10.9.0.0/24 via 10.0.0.3');
    rig.must('h2', 'sysctl -w net.ipv4.ip_forward=1');
    rig.must('h3', 'ip addr add 10.9.0.1/32 dev lo');
    for (const command of commands) rig.must('h1', command);
    for (let i = 0; i < 3; i++) {
      rig.ping('h1', '10.9.0.1');
      rig.world.wait((rig.world.now + 100_000_000) as SimTime);
    }
    return rig;
  };
  /** the MACs that h1 sends the pings to, and its question for h3 */
  const sent = (rig: Rig): readonly string[] =>
    rig.taps('h1').flatMap((line) => {
      const found = /^eth0 out \S+>(\S+) .*(who-has 10\.0\.0\.3|echo-request)/.exec(line);
      return found ? [`${found[1] ?? ''} ${found[2] ?? ''}`] : [];
    });
  const TO_2 = '02:00:00:00:00:02 echo-request';
  const TO_3 = '02:00:00:00:00:03 echo-request';

  it('make a host ask for the gateway named, and use it once it is known (__ip_do_redirect)', () => {
    const rig = told();
    expect(sent(rig)).toEqual([TO_2, 'ff:ff:ff:ff:ff:ff who-has 10.0.0.3', TO_2, TO_3]);
    const ns = rig.world.netns('h1' as NetNsId);
    const parsed = parseShell('ip', ['route', 'get', '10.9.0.1']);
    if (parsed.kind !== 'read') throw new Error('ip route get changes nothing');
    expect(parsed.read({ ns, now: rig.world.now, namespaces: rig.world.namespaces })).toEqual([
      '10.9.0.1 via 10.0.0.3 dev eth0 src 10.0.0.1 uid 0 ',
      '    cache <redirected> expires 299sec ',
    ]);
  });

  it('are nothing to a router (inet_forward_change)', () => {
    expect(sent(told(['sysctl -w net.ipv4.ip_forward=1']))).toEqual([TO_2, TO_2, TO_2]);
  });
});

describe('ICMP errors', () => {
  it('without a limit of their own use up what ip_error has for the same sender (inet_peer_xrlim_allow)', () => {
    const rig = routed({
      r: ['sysctl -w net.ipv4.icmp_ratelimit=0', 'ip route add unreachable 10.9.0.0/16'],
    });
    expect(rig.ping('a', '10.9.0.1')).toBe('unreachable');
    expect(rig.ping('a', '10.0.2.2', { ttl: 1 })).toBe('ttl-exceeded');
    expect(rig.ping('a', '10.9.0.1')).toBe('timeout');
  });
});

describe('the address of what leaves by a device without one', () => {
  const made = (...more: readonly string[]): string => {
    const devices = [0, 1, 2].map((n) => `ip link add d${n} type bridge`);
    const addresses = ['ip addr add 10.2.0.1/24 dev d1', 'ip addr add 10.1.0.1/24 dev d0'];
    const rig = new Rig({ h: [...devices, ...addresses, ...more] });
    const found = addressOf(rig.world.netns('h' as NetNsId), 'd2' as IfName);
    return found === 'none' ? found : printIpv4(found);
  };

  it('is that of the device that came first, whenever the address came, be it up or down (inet_select_addr)', () => {
    expect(made()).toBe('10.1.0.1');
    expect(made('ip link set d1 up')).toBe('10.1.0.1');
  });
  it('is another one once that device is made anew', () => {
    const anew = ['ip link del d0', 'ip link add d0 type bridge', 'ip addr add 10.1.0.1/24 dev d0'];
    expect(made(...anew)).toBe('10.2.0.1');
  });
});
