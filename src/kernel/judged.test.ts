/**
 * What the real kernel corrected (e2e/kernel): each was found by comparing random scenarios frame by frame, and is held here
 * in its smallest form. The kernel was Linux 6.18.44.
 */
import { describe, expect, it } from 'vitest';
import { twoHosts } from '../sim/testing/rig.testing.ts';

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

describe('neighbours', () => {
  it("a device's own retrans_time_ms comes before the default", () => {
    const rig = twoHosts({ a: ['sysctl -w net.ipv4.neigh.eth0.retrans_time_ms=50'] });
    rig.send('a', '10.0.0.77');
    expect(rig.world.now).toBeLessThan(200_000_000);
  });
});

describe('routes', () => {
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
