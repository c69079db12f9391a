/** What each backend does in its own way: DirectRouting, the proxy of udp, the routes of host-gw. */
import { describe, expect, it } from 'vitest';
import { Rig } from './testing/rig.testing.ts';
import { act, fdb, neighs, routes } from './testing/rows.testing.ts';

describe('DirectRouting', () => {
  it('routes to who is on the same link and tunnels to the others', () => {
    const rig = new Rig({ across: true, flannel: { directRouting: true } });
    expect(routes(rig, 'node-b').toSorted()).toEqual([
      '10.244.0.0/24 via 192.168.1.10 dev eth0',
      '10.244.2.0/24 via 10.244.2.0 dev flannel.1 onlink',
    ]);
    expect([neighs(rig, 'node-b').length, fdb(rig, 'node-b').length]).toEqual([1, 1]);
  });
});

describe('udp', () => {
  it('what is longer than the proxy’s buffer is cut, and the far kernel throws it away', () => {
    const rig = new Rig({ flannel: { backend: 'udp' } });
    for (const [ns, dev] of [
      ['node-b', 'flannel0'],
      ['node-b', 'cni0'],
      ['podb1', 'eth0'],
    ] as const)
      rig.type(ns, `ip link set ${dev} mtu 1500`);
    for (const { name } of rig.ns('node-b').state.devices.values())
      if (name.startsWith('veth')) rig.type('node-b', `ip link set ${name} mtu 1500`);
    const from = rig.recording.entries.length;
    expect(rig.send('podb1', '10.244.2.2', { size: 1500, timeout: 1e9 }).result).toBe('timeout');
    const drops = rig.recording.entries
      .slice(from)
      .flatMap((e) => (e.kind === 'drop' ? [`${e.ns} ${e.reason}`] : []));
    expect(drops).toContain('node-c PKT_TOO_SMALL');
    expect(rig.send('podb1', '10.244.2.2', { size: 1472 }).result).toBe('replied');
  });

  it('its TUN deleted, nothing comes back before it is started again', () => {
    const rig = new Rig({ flannel: { backend: 'udp' } }).type('node-b', 'ip link del flannel0').wait(60);
    expect(rig.log('node-b')).toEqual([]);
    expect(rig.send('podc1', '10.244.1.2', { timeout: 1e9 }).result).toBe('timeout');
    act(rig, 'node-b', 'systemctl restart flanneld');
    expect(rig.send('podc1', '10.244.1.2').result).toBe('replied');
  });
});

describe('host-gw', () => {
  it('across a router is refused by the kernel, once, and the other routes work', () => {
    const rig = new Rig({ across: true, flannel: { backend: 'host-gw' } });
    expect(routes(rig, 'node-b')).toEqual(['10.244.0.0/24 via 192.168.1.10 dev eth0']);
    const { length } = rig.recording.entries;
    rig.wait(120);
    expect(rig.recording.entries).toHaveLength(length);
    act(rig, 'node-b', 'systemctl restart flanneld');
    expect(rig.log('node-b', length)).toContain(
      'Error adding route to {Ifindex: 2 Dst: 10.244.2.0/24 Src: <nil> Gw: 192.168.2.12 Flags: [] Table: 0 Realm: 0}: network is unreachable',
    );
  });

  it('a route that was deleted is back within ten seconds; one that was replaced is not', () => {
    const rig = new Rig({ flannel: { backend: 'host-gw' } }).wait(5.59);
    const route = '10.244.2.0/24 via 192.168.1.12 dev eth0';
    rig.type('node-b', 'ip route del 10.244.2.0/24');
    expect(rig.until(() => routes(rig, 'node-b').includes(route))).toBeCloseTo(4.41, 2);
    expect(rig.log('node-b')).toEqual(['Route recovered 10.244.2.0/24 : 192.168.1.12']);
    rig.type('node-b', 'ip route replace 10.244.2.0/24 via 192.168.1.1');
    expect(rig.until(() => routes(rig, 'node-b').includes(route), 25)).toBeUndefined();
  });
});
