/** What ping(8) of iputils 20221126 printed, with its times left out: they are the simulator's own. */
import { describe, expect, it } from 'vitest';
import { Rig } from '../testing/rig.testing.ts';
import { ipv4 } from '../../wire/address.ts';
import { inject, pidOf, type Injection } from '../inject.ts';
import { runUntilSettled } from '../run.ts';
import type { NetNsId } from '../../kernel/recorder.ts';

function pair(): Rig {
  return new Rig({
    a: [
      'ip link add eth0 type veth peer name eth0 netns b',
      'ip addr add 192.168.0.11/24 brd + dev eth0',
      'ip link set eth0 up',
    ],
    b: ['ip addr add 192.168.0.12/24 brd + dev eth0', 'ip link set eth0 up'],
  });
}

function ping(more: Partial<Injection> = {}, to = '192.168.0.12'): readonly string[] {
  const { world } = pair();
  const series = { count: 2, interval: 1_000_000_000 };
  const id = inject(world, {
    protocol: 'icmp',
    from: 'a' as NetNsId,
    dst: ipv4(to),
    series,
    discover: 'want',
    ...more,
  });
  runUntilSettled(world, () => world.step());
  return world.recorder
    .exchange(id)
    .output.map((line) => line.replace(/time=[\d.]+|[\d.]+(\/[\d.]+){3}/, 'T'));
}

describe('a series of pings', () => {
  it('ends with statistics', () => {
    expect(ping()).toEqual([
      'PING 192.168.0.12 (192.168.0.12) 56(84) bytes of data.',
      '64 bytes from 192.168.0.12: icmp_seq=1 ttl=64 T ms',
      '64 bytes from 192.168.0.12: icmp_seq=2 ttl=64 T ms',
      '',
      '--- 192.168.0.12 ping statistics ---',
      '2 packets transmitted, 2 received, 0% packet loss, time 1000ms',
      'rtt min/avg/max/mdev = T ms',
    ]);
  });

  it('knows no times when there is no room for one in its data', () => {
    expect(ping({ size: 36 }).slice(0, 3)).toEqual([
      'PING 192.168.0.12 (192.168.0.12) 8(36) bytes of data.',
      '16 bytes from 192.168.0.12: icmp_seq=1 ttl=64',
      '16 bytes from 192.168.0.12: icmp_seq=2 ttl=64',
    ]);
  });

  it('goes on after a request that is too long, and counts it as an error', () => {
    expect(ping({ size: 2028, discover: 'do', series: { count: 1, interval: 1 } })).toEqual([
      'PING 192.168.0.12 (192.168.0.12) 2000(2028) bytes of data.',
      'ping: local error: message too long, mtu=1500',
      '',
      '--- 192.168.0.12 ping statistics ---',
      '1 packets transmitted, 0 received, +1 errors, 100% packet loss, time 0ms',
      '',
    ]);
  });

  it('says which requests the host could not be reached with', () => {
    expect(ping({}, '192.168.0.99').slice(1)).toEqual([
      'From 192.168.0.11 icmp_seq=1 Destination Host Unreachable',
      'From 192.168.0.11 icmp_seq=2 Destination Host Unreachable',
      '',
      '--- 192.168.0.99 ping statistics ---',
      '2 packets transmitted, 0 received, +2 errors, 100% packet loss, time 1000ms',
      '',
    ]);
  });

  it('says nothing of a series when there is no way', () => {
    expect(ping({}, '10.200.0.1').slice(1)).toEqual(['ping: connect: Network is unreachable']);
  });

  it('stops at Ctrl-C with what it knows by then', () => {
    const { world } = pair();
    const series = { count: 100, interval: 1_000_000_000 };
    const id = inject(world, { protocol: 'icmp', from: 'a' as NetNsId, dst: ipv4('192.168.0.12'), series });
    while (world.recorder.exchange(id).output.length < 3) world.step();
    world.interrupt(pidOf(id));
    runUntilSettled(world, () => world.step());
    expect(world.recorder.exchange(id).output.slice(3, 6)).toEqual([
      '^C',
      '',
      '--- 192.168.0.12 ping statistics ---',
    ]);
    expect(world.recorder.exchange(id).result).toBe('replied');
  });

  it('each line knows where in the recording it was printed', () => {
    const { world } = pair();
    const id = inject(world, {
      protocol: 'icmp',
      from: 'a' as NetNsId,
      dst: ipv4('192.168.0.12'),
      series: { count: 2, interval: 5 },
    });
    runUntilSettled(world, () => world.step());
    const { output, printedAt = [] } = world.recorder.exchange(id);
    expect(printedAt).toHaveLength(output.length);
    expect(printedAt[0]).toBeLessThan(printedAt[1] ?? 0);
  });
});
