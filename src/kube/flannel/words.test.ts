/** What flanneld logs, each line for its cause (facts/dataplane.md 1.2, 1.3, 1.7, 1.9). */
import { describe, expect, it } from 'vitest';
import { cidr, ipv4 } from '../../wire/address.ts';
import type { Cluster, FlannelConfig } from '../cluster.ts';
import { leasesOf } from './lease.ts';
import { Rig, rigCluster } from './testing/rig.testing.ts';
import { act } from './testing/rows.testing.ts';

/** What node-b's flanneld says while something is done. */
const saidBy = (rig: Rig, does: () => void): readonly string[] => {
  const from = rig.recording.entries.length;
  does();
  return rig.log('node-b', from);
};
const withoutC = (cluster: Cluster): Cluster => ({
  ...cluster,
  nodes: cluster.nodes.filter(({ name }) => name !== 'node-c'),
  pods: cluster.pods.filter(({ node }) => node !== 'node-c'),
  leases: leasesOf(cluster).filter(({ node }) => node !== 'node-c'),
});
const restart = (rig: Rig) => (): void => {
  act(rig, 'node-b', 'systemctl restart flanneld');
};

describe('udp', () => {
  it('is not built for other machines than amd64: flanneld ends there, and the others do not hear of it', () => {
    const { nodes } = rigCluster();
    const arm = nodes.map((n) => (n.name === 'node-b' ? { ...n, architecture: 'arm64' } : n));
    const rig = new Rig({ flannel: { backend: 'udp' }, pods: false, with: { nodes: arm } });
    expect(leasesOf(rig.world.cluster).map(({ node }) => node)).toEqual(['node-a', 'node-c']);
    expect(rig.show('node-b', 'ip link').join()).not.toContain('flannel0');
    expect(saidBy(rig, restart(rig)).at(-1)).toBe(
      'Error fetching backend: UDP backend is not supported on this architecture',
    );
  });
});

describe('a lease', () => {
  it('is not taken by a node with more than two podCIDRs', () => {
    const { nodes } = rigCluster();
    const three = nodes.map((n) => (n.name === 'node-b' ? { ...n, podCIDRs: 3 } : n));
    const rig = new Rig({ flannel: { backend: 'vxlan' }, pods: false, with: { nodes: three } });
    expect(leasesOf(rig.world.cluster).map(({ node }) => node)).toEqual(['node-a', 'node-c']);
    expect(saidBy(rig, restart(rig)).at(-1)).toBe(
      'Error registering network: failed to acquire lease: node "node-b" pod cidrs should be IPv4/IPv6 only or dualstack',
    );
  });
});

describe('host-gw', () => {
  it('refuses to start behind NAT: its public IP is not that of its card', () => {
    const { nodes } = rigCluster();
    const known = nodes.map((n) => (n.name === 'node-b' ? { ...n, publicIP: ipv4('10.0.2.15') } : n));
    const rig = new Rig({ flannel: { backend: 'host-gw' }, pods: false, with: { nodes: known } });
    act(rig, 'node-b', 'pkill flanneld');
    expect(saidBy(rig, () => act(rig, 'node-b', 'systemctl start flanneld')).at(-1)).toBe(
      "Error fetching backend: your PublicIP differs from interface IP, meaning that probably you're on a NAT, which is not supported by host-gw backend",
    );
    expect(rig.show('node-b', 'ip route').filter((line) => line.startsWith('10.244.'))).toEqual([]);
  });

  it('cannot delete the route of a node that goes when somebody has done so', () => {
    const rig = new Rig({ flannel: { backend: 'host-gw' } });
    rig.type('node-b', 'ip route del 10.244.2.0/24');
    const said = saidBy(rig, () => rig.edit(withoutC));
    expect(said).toContain('Error deleting route to 10.244.2.0/24: no such process');
  });

  it('puts its route in the place of one that leads elsewhere, and says both', () => {
    const rig = new Rig({ flannel: { backend: 'host-gw' } });
    rig.type('node-b', 'ip route replace 10.244.2.0/24 via 192.168.1.10 dev eth0');
    expect(saidBy(rig, restart(rig))).toContain(
      'Replacing existing route to {Ifindex: 2 Dst: 10.244.2.0/24 Src: <nil> Gw: 192.168.1.10 Flags: [] Table: 0 Realm: 0} with {Ifindex: 2 Dst: 10.244.2.0/24 Src: <nil> Gw: 192.168.1.12 Flags: [] Table: 0 Realm: 0}',
    );
    expect(rig.show('node-b', 'ip route').join()).toContain('10.244.2.0/24 via 192.168.1.12 dev eth0');
  });
});

describe('vxlan', () => {
  it('passes over the lease of a node whose flanneld speaks something else', () => {
    const rig = new Rig({ flannel: { backend: 'host-gw' } });
    act(rig, 'node-c', 'pkill flanneld');
    const said = saidBy(rig, () =>
      rig.edit((cluster) => ({ ...cluster, flannel: { ...cluster.flannel, backend: 'vxlan' } })),
    );
    expect(said).toContain('ignoring non-vxlan v4Subnet(10.244.2.0/24) v6Subnet(::/0): type=host-gw');
  });

  it('of a node that goes, goes on with what it can delete and says what it cannot', () => {
    const rig = new Rig().type('node-b', 'ip neigh del 10.244.2.0 dev flannel.1');
    const said = saidBy(rig, () => rig.edit(withoutC));
    expect(said.filter((line) => line.startsWith('Del'))).toEqual([
      'DelARP failed: no such file or directory',
    ]);
    expect(rig.show('node-b', 'ip route').join()).not.toContain('10.244.2.0/24');
    expect(rig.show('node-b', 'bridge fdb show dev flannel.1').join()).not.toContain('192.168.1.12');
  });

  it('takes other addresses of the network off its device', () => {
    const rig = new Rig().type('node-b', 'ip addr add 10.244.77.0/32 dev flannel.1');
    expect(saidBy(rig, restart(rig))).toContain('removed IP address 10.244.77.0/32 flannel.1 from flannel.1');
    const addresses = rig
      .show('node-b', 'ip addr show dev flannel.1')
      .join('\n')
      .match(/inet [^ ]+/g);
    expect(addresses).toEqual(['inet 10.244.1.0/32']);
  });

  it('says that it opens FORWARD, whose policy stays as it was', () => {
    const rig = new Rig().type('node-b', 'iptables -P FORWARD DROP');
    expect(saidBy(rig, restart(rig))).toContain('Changing default FORWARD chain policy to ACCEPT');
    expect(rig.rules('node-b', 'filter')).toContainEqual(expect.stringMatching(/^:FORWARD DROP/));
  });
});

describe('the etcd manager', () => {
  const etcd = (more: Partial<FlannelConfig> = {}): Rig =>
    new Rig({ flannel: { manager: 'etcd', ...more }, pods: false });
  const start = (rig: Rig, node: string) => (): void => {
    act(rig, node, 'systemctl start flanneld');
  };

  it('takes its lease again under the address that it has', () => {
    const rig = etcd();
    expect(saidBy(rig, restart(rig))).toContainEqual(
      expect.stringMatching(
        /^Found lease \(ip: 10\.244\.\d+\.0\/24 ipv6: ::\/0\) for current IP \(192\.168\.1\.11\), reusing$/,
      ),
    );
  });

  it('lets a lease go that is no subnet of the configuration of now, and picks another', () => {
    const rig = etcd({ subnets: { subnetLen: 26 } });
    const said = saidBy(rig, () =>
      rig.edit((cluster) => ({ ...cluster, flannel: { ...cluster.flannel, subnets: {} } })),
    );
    expect(said).toContainEqual(
      expect.stringMatching(
        /^Found lease .* for current IP \(192\.168\.1\.11\) but not compatible with current config, deleting$/,
      ),
    );
    expect(said).toContain('Picking subnet in range 10.244.1.0 ... 10.244.255.0');
    expect(leasesOf(rig.world.cluster).map(({ subnet }) => subnet.bits)).toEqual([24, 24, 24]);
  });

  it('without a free subnet ends, in its own words', () => {
    const rig = etcd({ network: cidr('10.244.0.0/28'), subnets: { subnetMax: ipv4('10.244.0.8') } });
    const without = ['node-a', 'node-b', 'node-c'].filter((name) =>
      leasesOf(rig.world.cluster).every(({ node }) => node !== name),
    );
    expect(without).toHaveLength(1);
    const [node = ''] = without;
    act(rig, node, 'pkill flanneld');
    const from = rig.recording.entries.length;
    start(rig, node)();
    expect(rig.log(node, from).at(-1)).toBe(
      'Error registering network: failed to acquire lease: out of subnets',
    );
  });
});
