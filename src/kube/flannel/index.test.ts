/** flanneld among others: who joins, leaves, is killed and comes back; what is made again by whom, and what stays away. */
import { describe, expect, it } from 'vitest';
import { cidr, ipv4 } from '../../wire/address.ts';
import { leasesOf } from './lease.ts';
import { Rig, rigCluster } from './testing/rig.testing.ts';
import { act, fdb, neighs, routes } from './testing/rows.testing.ts';

const macOf = (rig: Rig, node: string): string =>
  [...rig.ns(node).state.devices.values()].find(({ kind }) => kind === 'vxlan')?.mac ?? '';

describe('a node that goes', () => {
  it('takes its neighbour, fdb entry and route with it, in that order', () => {
    const rig = new Rig();
    const mac = macOf(rig, 'node-c');
    const from = rig.recording.entries.length;
    rig.edit((cluster) => ({
      ...cluster,
      nodes: cluster.nodes.filter(({ name }) => name !== 'node-c'),
      pods: cluster.pods.filter(({ node }) => node !== 'node-c'),
      leases: leasesOf(cluster).filter(({ node }) => node !== 'node-c'),
    }));
    const ops = rig.recording.entries
      .slice(from)
      .flatMap((e) => (e.kind === 'op' && e.ns === 'node-b' ? [e.text] : []));
    expect(ops).toEqual([
      'ip neigh del 10.244.2.0 dev flannel.1',
      `bridge fdb del ${mac} dev flannel.1 dst 192.168.1.12 self permanent`,
      'ip route del 10.244.2.0/24 via 10.244.2.0 dev flannel.1 onlink',
    ]);
  });

  it('while flanneld is down leaves its rows behind for ever', () => {
    const rig = act(new Rig(), 'node-b', 'pkill -9 flanneld');
    rig.edit((cluster) => ({
      ...cluster,
      nodes: cluster.nodes.filter(({ name }) => name !== 'node-c'),
      pods: cluster.pods.filter(({ node }) => node !== 'node-c'),
      leases: leasesOf(cluster).filter(({ node }) => node !== 'node-c'),
    }));
    act(rig, 'node-b', 'systemctl start flanneld').wait(60);
    expect(routes(rig, 'node-b')).toContain('10.244.2.0/24 via 10.244.2.0 dev flannel.1 onlink');
    expect(routes(rig, 'node-a')).not.toContain('10.244.2.0/24 via 10.244.2.0 dev flannel.1 onlink');
  });
});

describe('flanneld that is killed', () => {
  it.each(['vxlan', 'host-gw'] as const)('leaves a %s data plane that works', (backend) => {
    const rig = act(new Rig({ flannel: { backend } }), 'node-b', 'pkill -9 flanneld');
    expect(rig.send('podb1', '10.244.2.2').result).toBe('replied');
    expect(rig.rules('node-b', 'nat').join('\n')).toContain('FLANNEL-POSTRTG');
  });

  it('takes flannel0 with it in udp mode, and started again all is as before', () => {
    const rig = act(new Rig({ flannel: { backend: 'udp' } }), 'node-b', 'pkill -9 flanneld');
    expect([...rig.ns('node-b').state.devices.keys()]).not.toContain('flannel0');
    expect(rig.send('podb1', '10.244.2.2', { timeout: 1e9 }).result).toBe('timeout');
    act(rig, 'node-b', 'systemctl start flanneld');
    expect(rig.send('podb1', '10.244.2.2').result).toBe('replied');
  });

  it('and started again keeps its device and MAC, and peers hear of nothing', () => {
    const rig = new Rig();
    const mac = macOf(rig, 'node-b');
    const from = rig.recording.entries.length;
    act(act(rig, 'node-b', 'pkill flanneld'), 'node-b', 'systemctl start flanneld');
    expect(macOf(rig, 'node-b')).toBe(mac);
    expect(rig.log('node-c', from)).toEqual([]);
    expect(rig.send('podb1', '10.244.2.2').result).toBe('replied');
  });

  it.each([
    ['kube', true],
    ['etcd', false],
  ] as const)('after a reboot draws another MAC unless it reads the old one back (%s)', (manager, same) => {
    const rig = new Rig({ flannel: { manager, subnets: { subnetMin: ipv4('10.244.0.0') } } });
    const before = macOf(rig, 'node-b');
    act(rig, 'node-b', 'pkill flanneld').type('node-b', 'ip link del flannel.1');
    act(rig, 'node-b', 'systemctl start flanneld');
    const after = macOf(rig, 'node-b');
    expect(after === before).toBe(same);
    const stale = same ? [] : [`${before} dst 192.168.1.11 self permanent`];
    expect(
      fdb(rig, 'node-c')
        .filter((line) => line.includes('192.168.1.11'))
        .toSorted(),
    ).toEqual([...stale, `${after} dst 192.168.1.11 self permanent`].toSorted());
    expect(rig.log('node-c').length).toBe(same ? 0 : 1);
  });
});

describe('a machine that is started again', () => {
  it.each(['kube', 'etcd'] as const)('comes back with its lease, its pods and all routes (%s)', (manager) => {
    // what etcd holds before anybody starts: a reservation of its podCIDR for each node
    const leases = rigCluster().nodes.flatMap(({ name, ip, podCIDR }) =>
      podCIDR
        ? [{ node: name, subnet: podCIDR, publicIP: ip, backendType: 'vxlan' as const, revision: 0 }]
        : [],
    );
    const flannel = { manager, subnets: { subnetMin: ipv4('10.244.0.0') } };
    const rig = new Rig({ flannel, with: manager === 'etcd' ? { leases } : {} });
    const env = rig.world.readFile(rig.ns('node-b').id, '/run/flannel/subnet.env');
    const mac = macOf(rig, 'node-b');
    act(rig, 'node-b', 'reboot');
    expect(rig.world.readFile(rig.ns('node-b').id, '/run/flannel/subnet.env')).toBe(env);
    expect(macOf(rig, 'node-b') === mac).toBe(manager === 'kube');
    expect([routes(rig, 'node-b').length, neighs(rig, 'node-b').length]).toEqual([2, 2]);
    expect(rig.rules('node-b', 'nat').join()).toContain('FLANNEL-POSTRTG');
    expect(rig.send('podb1', '10.244.2.2').result).toBe('replied');
    // the others kept everything; with etcd they heard of another MAC, and the old fdb entry stays
    const known = fdb(rig, 'node-c').filter((line) => line.includes('192.168.1.11'));
    expect(known).toHaveLength(manager === 'kube' ? 1 : 2);
  });

  it('that is off takes nothing from the others: they send into the void', () => {
    const rig = new Rig().type('node-c', 'ip link set eth0 down').wait(3600);
    expect(routes(rig, 'node-b')).toHaveLength(2);
    expect(rig.send('podb1', '10.244.2.2', { timeout: 5e9 }).result).not.toBe('replied');
  });
});

describe('a lease in etcd', () => {
  const rigged = (): Rig =>
    new Rig({ flannel: { manager: 'etcd', subnets: { subnetMin: ipv4('10.244.0.0') } } });
  const subnetOf = (rig: Rig, node: string): string => {
    const env = rig.world.readFile(rig.ns(node).id, '/run/flannel/subnet.env') ?? '';
    return /FLANNEL_SUBNET=(\S+)\.1\/24/.exec(env)?.[1] ?? '';
  };

  it('that is revoked ends its flanneld, and the others forget it at once', () => {
    const rig = rigged();
    const net = subnetOf(rig, 'node-c');
    act(rig, 'node-a', `etcdctl del /coreos.com/network/subnets/${net}.0-24`);
    expect(rig.log('node-c')).toEqual(['Lease has been revoked. Shutting down daemon.']);
    expect(routes(rig, 'node-b').join()).not.toContain(`${net}.0/24`);
    expect(routes(rig, 'node-c')).toHaveLength(2);
    act(rig, 'node-c', 'systemctl start flanneld');
    expect(rig.log('node-c')).toContain(`Found previously leased subnet (${net}.0/24), reusing`);
    expect(rig.world.process('flanneld@node-c')).toBeDefined();
    expect(routes(rig, 'node-b')).toContain(`${net}.0/24 via ${net}.0 dev flannel.1 onlink`);
  });

  it('of a flanneld that does not run ends a day after it was renewed last', () => {
    const rig = rigged();
    const net = subnetOf(rig, 'node-c');
    act(rig.wait(24 * 3600), 'node-c', 'pkill -9 flanneld');
    rig.wait(23 * 3600 - 1);
    expect(routes(rig, 'node-b').join()).toContain(`${net}.0/24`);
    rig.wait(2);
    expect(routes(rig, 'node-b').join()).not.toContain(`${net}.0/24`);
  });

  it('of a machine that is gone is kept for a day', () => {
    const rig = rigged();
    const net = subnetOf(rig, 'node-c');
    rig.edit((cluster) => ({
      ...cluster,
      nodes: cluster.nodes.filter(({ name }) => name !== 'node-c'),
      pods: cluster.pods.filter(({ node }) => node !== 'node-c'),
    }));
    rig.wait(24 * 3600 - 1);
    expect(routes(rig, 'node-b').join()).toContain(`${net}.0/24`);
    rig.wait(2);
    expect(routes(rig, 'node-b').join()).not.toContain(`${net}.0/24`);
  });

  it('put again by a restart heals what somebody deleted on a peer', () => {
    const rig = rigged();
    const net = subnetOf(rig, 'node-c');
    rig.type('node-b', `ip route del ${net}.0/24`).wait(60);
    expect(routes(rig, 'node-b').join()).not.toContain(`${net}.0/24`);
    act(rig, 'node-c', 'systemctl restart flanneld');
    expect(routes(rig, 'node-b').join()).toContain(`${net}.0/24`);
  });
});

describe('a device that stands when flanneld starts', () => {
  it('is taken with the MAC that somebody gave it, and the others hear of that', () => {
    const rig = new Rig();
    const before = macOf(rig, 'node-c');
    rig.type('node-c', 'ip link set flannel.1 address 02:11:22:33:44:55');
    // the kernel flushes what stood on the old address; flanneld does not notice
    expect([neighs(rig, 'node-c').length, fdb(rig, 'node-c').length, routes(rig, 'node-c').length]).toEqual([
      0, 2, 2,
    ]);
    expect(rig.send('podb1', '10.244.2.2', { timeout: 1e9 }).result).toBe('timeout');
    act(rig.wait(60), 'node-c', 'systemctl restart flanneld');
    expect(neighs(rig, 'node-b')).toContain('10.244.2.0 lladdr 02:11:22:33:44:55 PERMANENT');
    expect(
      fdb(rig, 'node-b')
        .filter((line) => line.includes('192.168.1.12'))
        .toSorted(),
    ).toEqual(
      [before, '02:11:22:33:44:55'].map((mac) => `${mac} dst 192.168.1.12 self permanent`).toSorted(),
    );
    expect(rig.send('podb1', '10.244.2.2').result).toBe('replied');
  });

  it('keeps its MTU, though subnet.env says another one', () => {
    const rig = new Rig().type('node-b', 'ip link set eth0 mtu 1400');
    act(rig, 'node-b', 'systemctl restart flanneld');
    const env = rig.world.readFile(rig.ns('node-b').id, '/run/flannel/subnet.env');
    expect(env).toContain('FLANNEL_MTU=1350');
    expect(rig.show('node-b', 'ip link show flannel.1')[0]).toContain('mtu 1450');
    expect(rig.show('node-b', 'ip link show cni0')[0]).toContain('mtu 1450');
  });

  it('of another VTEP is made anew', () => {
    const rig = new Rig()
      .type('node-b', 'ip addr add 192.168.1.99/24 dev eth0')
      .type('node-b', 'ip addr del 192.168.1.11/24 dev eth0')
      .type('node-b', 'ip route replace default via 192.168.1.1 dev eth0');
    act(rig, 'node-b', 'systemctl restart flanneld');
    expect(rig.log('node-b')).toContain(
      '"flannel.1" already exists with incompatible configuration: vtep (external) IP: 192.168.1.99 vs 192.168.1.11; recreating device',
    );
    expect(rig.show('node-b', 'ip -d link show flannel.1').join()).toContain('local 192.168.1.99 dev eth0');
    expect(fdb(rig, 'node-a').join()).toContain('dst 192.168.1.99');
  });
});

describe('flanneld that cannot start', () => {
  it('says that it finds no interface where no default route leads out', () => {
    const rig = new Rig().type('node-b', 'ip route del default');
    act(rig, 'node-b', 'systemctl restart flanneld');
    expect(rig.log('node-b').at(-1)).toBe(
      'Failed to find any valid interface to use: failed to get default interface: unable to find default route',
    );
    rig.type('node-b', 'ip route add default via 192.168.1.1 dev eth0');
    act(rig, 'node-b', 'systemctl restart flanneld');
    expect(rig.log('node-b').at(-1)).toContain('Received Subnet Event');
  });

  it('says that its node has no podCIDR, with the device made and nothing on it; and starts when it gets one', () => {
    const bare = rigCluster({ pods: false });
    const [a, b, ...others] = bare.nodes;
    if (!a || !b) throw new Error('two nodes');
    const { podCIDR, ...without } = b;
    const rig = new Rig({ pods: false, with: { nodes: [a, without, ...others] } });
    expect(rig.show('node-b', 'ip -br link show flannel.1').join()).toContain('DOWN');
    expect([routes(rig, 'node-b'), routes(rig, 'node-a').length]).toEqual([[], 1]);
    act(rig, 'node-b', 'systemctl restart flanneld');
    rig.edit((cluster) => ({
      ...cluster,
      nodes: [a, { ...without, ...(podCIDR ? { podCIDR } : {}) }, ...others],
    }));
    expect([routes(rig, 'node-b').length, routes(rig, 'node-a').length]).toEqual([2, 2]);
  });

  it('refuses a podCIDR outside its Network, in its own words', () => {
    const { nodes } = rigCluster({ pods: false });
    const outside = nodes.map((node) =>
      node.name === 'node-b' ? { ...node, podCIDR: cidr('10.99.1.0/24') } : node,
    );
    const rig = new Rig({ pods: false, with: { nodes: outside } });
    const from = rig.recording.entries.length;
    // a failed one is not there to be restarted: it is started
    act(rig, 'node-b', 'pkill flanneld');
    act(rig, 'node-b', 'systemctl start flanneld');
    expect(rig.log('node-b', from).at(-1)).toBe(
      'Error registering network: failed to acquire lease: subnet "10.244.0.0/16" specified in the flannel net config doesn\'t contain "10.99.1.0/24" PodCIDR of the "node-b" node',
    );
  });
});

describe('leases of another backend', () => {
  it('are remarked upon and passed over: a node whose flanneld did not start with the others is alone', () => {
    const rig = act(new Rig(), 'node-c', 'pkill flanneld');
    const from = rig.recording.entries.length;
    rig.edit((cluster) => ({ ...cluster, flannel: { ...cluster.flannel, backend: 'host-gw' } }));
    expect(rig.log('node-b', from)).toContain('Ignoring non-host-gw subnet: type=vxlan');
    expect(routes(rig, 'node-b')).toEqual(['10.244.0.0/24 via 192.168.1.10 dev eth0']);
    act(rig, 'node-c', 'systemctl start flanneld');
    expect(routes(rig, 'node-b')).toHaveLength(2);
  });
});

describe('two nodes that are known by one address', () => {
  const lone = ipv4('10.0.2.15');
  const both = (manager: 'kube' | 'etcd'): Rig => {
    const { nodes } = rigCluster();
    const known = nodes.map((node) => (node.name === 'node-a' ? node : { ...node, publicIP: lone }));
    return new Rig({ flannel: { manager }, pods: false, with: { nodes: known } });
  };

  it('share a lease in etcd, and know nothing of each other; the third has two fdb entries for them', () => {
    const rig = both('etcd');
    const env = (node: string): string | undefined =>
      rig.world.readFile(rig.ns(node).id, '/run/flannel/subnet.env');
    expect(env('node-b')).toBe(env('node-c'));
    const seen = (node: string): readonly number[] => [
      routes(rig, node).length,
      neighs(rig, node).length,
      fdb(rig, node).length,
    ];
    expect([seen('node-b'), seen('node-c')]).toEqual([
      [1, 1, 1],
      [1, 1, 1],
    ]);
    // whoever starts writes its own MAC into the lease of both
    act(rig, 'node-b', 'systemctl restart flanneld');
    expect(seen('node-a')).toEqual([1, 1, 2]);
    expect(fdb(rig, 'node-a').every((line) => line.includes('dst 10.0.2.15'))).toBe(true);
  });

  it('have leases of their own with the kube manager, that lead the others to one place', () => {
    const rig = both('kube');
    expect(routes(rig, 'node-a')).toHaveLength(2);
    expect(fdb(rig, 'node-a').map((line) => line.split(' ')[2])).toEqual(['10.0.2.15', '10.0.2.15']);
  });
});

describe('what flanneld keeps', () => {
  it('flannel.1 that is deleted comes back at once with its address, and nothing of what was written on it', () => {
    const rig = new Rig();
    const before = macOf(rig, 'node-b');
    rig.type('node-b', 'ip link del flannel.1');
    expect(rig.log('node-b')).toEqual([
      'Interface flannel.1 deleted',
      'vxlan device missing, attempting to recreate...',
      'VXLAN device flannel.1 recreated successfully',
    ]);
    expect(rig.now).toBe(4_000_000);
    expect(macOf(rig, 'node-b')).toBe(before);
    expect(rig.show('node-b', 'ip -br addr show flannel.1').join()).toContain('10.244.1.0/32');
    expect([routes(rig, 'node-b'), neighs(rig, 'node-b'), fdb(rig, 'node-b')]).toEqual([[], [], []]);
    expect(rig.until(() => routes(rig, 'node-b').length > 0)).toBeUndefined();
    act(rig, 'node-b', 'systemctl restart flanneld');
    expect(routes(rig, 'node-b')).toHaveLength(2);
  });

  it.each([
    ['ip route del 10.244.2.0/24', routes],
    ['ip neigh del 10.244.2.0 dev flannel.1', neighs],
  ])('not what somebody deletes: %s', (command, rows) => {
    const rig = new Rig();
    rig.type('node-b', command);
    expect(rig.until(() => rows(rig, 'node-b').length === 2)).toBeUndefined();
    act(rig, 'node-b', 'systemctl restart flanneld');
    expect(rows(rig, 'node-b')).toHaveLength(2);
  });

  it('annotations that somebody wiped are only missed by who comes later, until flanneld writes them again', () => {
    const rig = act(
      new Rig(),
      'node-a',
      'kubectl annotate node node-c flannel.alpha.coreos.com/kube-subnet-manager-',
    );
    expect(routes(rig, 'node-b')).toHaveLength(2);
    expect(leasesOf(rig.world.cluster).map(({ node }) => node)).toEqual(['node-a', 'node-b']);
    rig.type('node-b', 'ip link del flannel.1');
    act(rig, 'node-b', 'systemctl restart flanneld');
    expect(routes(rig, 'node-b')).toEqual(['10.244.0.0/24 via 10.244.0.0 dev flannel.1 onlink']);
    act(rig, 'node-c', 'systemctl restart flanneld');
    expect(routes(rig, 'node-b')).toHaveLength(2);
  });
});
