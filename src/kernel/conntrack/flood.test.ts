import { expect, it } from 'vitest';
import { bridged } from '../../sim/testing/rig.testing.ts';

it('the copies of a flooded frame share one connection: each is rewritten alike, and none is lost', () => {
  const rig = bridged(['iptables -t nat -A POSTROUTING -p icmp -j SNAT --to-source 10.0.0.254']);
  // h1 knows the MAC of h2, the bridge does not know its port
  rig.must('h1', 'ip neigh replace 10.0.0.2 lladdr 02:00:00:00:00:02 dev eth0 nud permanent');
  rig.ping('h1', '10.0.0.2');
  for (const host of ['h2', 'h3'])
    expect(
      rig.taps(host).some((line) => line.includes('10.0.0.254>10.0.0.2 ')),
      host,
    ).toBe(true);
  expect(rig.drops).not.toContain('NETFILTER_DROP');
  expect(rig.state('sw').conntrack.entries.size).toBe(1);
});
