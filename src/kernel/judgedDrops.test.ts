/**
 * What the real kernel corrected about reasons of drops (e2e/kernel/drops.py): each was found by comparing random scenarios,
 * and is held here in its smallest form. The kernel was Linux 6.18.44.
 */
import { describe, expect, it } from 'vitest';
import { bridged, routed, twoHosts } from '../sim/testing/rig.testing.ts';

describe('the reason of a drop', () => {
  it('a bridge that is down: its ports are disabled, which is a state of spanning tree (br_handle_frame)', () => {
    const rig = bridged(['ip link set br0 down']);
    rig.send('h1', '10.0.0.2');
    expect(rig.drops[0]).toBe('BRIDGE_INGRESS_STP_STATE');
  });

  it.each(['unreachable', 'prohibit', 'blackhole'])(
    'a route that says %s: none is given, for ip_error names only the want of a route',
    (type) => {
      const rig = routed({ r: [`ip route add ${type} 10.9.0.0/16`] });
      rig.send('a', '10.9.0.1');
      expect(rig.drops).toEqual(['NOT_SPECIFIED']);
    },
  );

  it('a VXLAN frame that has come back to its sender carries a MAC of the receiver: LOCAL_MAC (vxlan_set_mac)', () => {
    const rig = twoHosts();
    const other = { a: 'b', b: 'a' } as const;
    const address = { a: '10.0.0.1', b: '10.0.0.2' } as const;
    for (const ns of ['a', 'b'] as const) {
      const link = 'ip link add vx0 address 02:00:00:00:00:77 type vxlan id 1 dev eth0';
      rig.must(ns, `${link} local ${address[ns]} dstport 8472 nolearning`);
      rig.must(ns, `ip addr add 10.50.0.${ns === 'a' ? 1 : 2}/24 dev vx0`);
      rig.must(ns, 'ip link set vx0 up');
      rig.must(ns, `bridge fdb append 00:00:00:00:00:00 dev vx0 dst ${address[other[ns]]} self permanent`);
    }
    rig.send('a', '10.50.0.2');
    expect(rig.drops).toContain('LOCAL_MAC');
  });
});

describe('a neighbour that does not answer', () => {
  /** r has two ways that lead by a host that is not there: to 10.0.3.0/24, and back to 10.0.1.9, one of a's addresses */
  const toItself = (): ReturnType<typeof routed> => {
    const rig = routed({
      r: [
        'sysctl -w net.ipv4.icmp_ratelimit=0',
        'ip route add 10.0.3.0/24 via 10.0.2.77',
        'ip route add 10.0.1.9/32 via 10.0.2.77',
      ],
      a: ['ip addr add 10.0.1.9/32 dev eth0', 'ip route add 10.0.3.0/24 via 10.0.1.1 src 10.0.1.9'],
    });
    return rig;
  };

  it('an error that needs the same neighbour asks anew; what waits for it is thrown away at once (neigh_invalidate)', () => {
    const rig = toItself();
    rig.ping('a', '10.0.3.1', { timeout: 9_000_000_000 });
    expect(rig.drops).toEqual(['NEIGH_FAILED', 'QUEUE_PURGE']);
    expect(rig.taps('r').filter((line) => line.startsWith('r2 out'))).toHaveLength(6);
  });

  it('is asked for the last packet that waits, by its source address (neigh_probe)', () => {
    const rig = twoHosts({ a: ['ip addr add 10.0.0.9/24 dev eth0'] });
    rig.start('a', '10.0.0.77');
    rig.must('a', 'ip route add 10.7.0.0/16 via 10.0.0.77 src 10.0.0.9');
    rig.start('a', '10.7.0.1');
    rig.settle();
    const asked = rig.taps('a').filter((line) => line.includes('who-has 10.0.0.77'));
    expect(asked.map((line) => /tell (\S+)/.exec(line)?.[1])).toEqual(['10.0.0.1', '10.0.0.9', '10.0.0.9']);
  });

  it('of several that wait only the first is answered then', () => {
    const rig = toItself();
    rig.ping('a', '10.0.3.1', { size: 2000, df: false, timeout: 9_000_000_000 });
    expect(rig.drops).toEqual(['NEIGH_FAILED', 'QUEUE_PURGE', 'QUEUE_PURGE']);
  });
});
