/** facts/dataplane.md 7.2, row by row: who heals what somebody deleted by hand, and when. */
import { describe, expect, it } from 'vitest';
import type { IfName } from '../../kernel/recorder.ts';
import type { FlannelConfig } from '../cluster.ts';
import { ipv4 } from '../../wire/address.ts';
import { podNs } from '../ids.ts';
import { SUBNET_ENV } from './subnetEnv.ts';
import { Rig } from './testing/rig.testing.ts';
import { act } from './testing/rows.testing.ts';

const has = (rig: Rig, command: string, text: string): boolean =>
  rig.show('node-b', command).some((line) => line.includes(text));
const vtepOfC = (rig: Rig): string => rig.ns('node-c').state.devices.get('flannel.1' as IfName)?.mac ?? '';
const restart = (rig: Rig): void => {
  act(rig, 'node-b', 'systemctl restart flanneld');
};
/** what somebody typed on node-b, one command or several */
const typed =
  (...commands: readonly string[]) =>
  (rig: Rig): void => {
    for (const command of commands) rig.type('node-b', command);
  };

interface Row {
  readonly state: string;
  readonly flannel?: Partial<FlannelConfig>;
  readonly deletes: (rig: Rig) => void;
  readonly stands: (rig: Rig) => boolean;
  /** seconds within which it is healed by itself; never: not within a minute */
  readonly heals: number | 'never';
  /** what heals it when nobody does */
  readonly cure?: (rig: Rig) => void;
}

const ROUTE = '10.244.2.0/24 via 10.244.2.0 dev flannel.1';
const ETCD: Partial<FlannelConfig> = { manager: 'etcd', subnets: { subnetMin: ipv4('10.244.0.0') } };

const ROWS: readonly Row[] = [
  {
    state: 'a FLANNEL-POSTRTG rule',
    deletes: typed('iptables -t nat -D FLANNEL-POSTRTG 3'),
    stands: (rig) => has(rig, 'iptables-save', '-s 10.244.0.0/16 -d 10.244.1.0/24'),
    heals: 5,
  },
  {
    state: 'a FLANNEL-FWD rule',
    deletes: typed('iptables -D FLANNEL-FWD 1'),
    stands: (rig) => has(rig, 'iptables-save', '-A FLANNEL-FWD -s 10.244.0.0/16'),
    heals: 5,
  },
  {
    state: 'a host-gw route',
    flannel: { backend: 'host-gw' },
    deletes: typed('ip route del 10.244.2.0/24'),
    stands: (rig) => has(rig, 'ip route', '10.244.2.0/24 via 192.168.1.12'),
    heals: 10,
  },
  {
    state: 'a vxlan route, until flanneld starts again',
    deletes: typed('ip route del 10.244.2.0/24'),
    stands: (rig) => has(rig, 'ip route', ROUTE),
    heals: 'never',
    cure: restart,
  },
  {
    state: 'a vxlan neighbour, until flanneld starts again',
    deletes: typed('ip neigh del 10.244.2.0 dev flannel.1'),
    stands: (rig) => has(rig, 'ip neigh', '10.244.2.0 dev flannel.1'),
    heals: 'never',
    cure: restart,
  },
  {
    state: 'a vxlan fdb entry, until flanneld starts again',
    deletes: (rig) => {
      rig.type('node-b', `bridge fdb del ${vtepOfC(rig)} dev flannel.1 dst 192.168.1.12`);
    },
    stands: (rig) => has(rig, 'bridge fdb', 'dst 192.168.1.12'),
    heals: 'never',
    cure: restart,
  },
  {
    state: 'a DirectRouting route, until flanneld starts again',
    flannel: { directRouting: true },
    deletes: typed('ip route del 10.244.2.0/24'),
    stands: (rig) => has(rig, 'ip route', '10.244.2.0/24 via 192.168.1.12'),
    heals: 'never',
    cure: restart,
  },
  {
    state: "a vxlan route with etcd, until that node's lease comes again",
    flannel: ETCD,
    deletes: (rig) => {
      const route = rig.show('node-b', 'ip route').find((line) => line.includes('onlink')) ?? '';
      rig.type('node-b', `ip route del ${route.split(' ')[0] ?? ''}`);
    },
    stands: (rig) => rig.show('node-b', 'ip route').filter((line) => line.includes('onlink')).length === 2,
    heals: 'never',
    cure: (rig) => {
      for (const peer of ['node-a', 'node-c']) act(rig, peer, 'systemctl restart flanneld');
    },
  },
  {
    state: 'flannel.1 with its address',
    deletes: typed('ip link del flannel.1'),
    stands: (rig) => has(rig, 'ip addr', '10.244.1.0/32'),
    // it is back before anything else happens: 4 ms
    heals: 0.004,
  },
  {
    state: 'what was written on flannel.1, until flanneld starts again',
    deletes: typed('ip link del flannel.1'),
    stands: (rig) => has(rig, 'ip route', ROUTE) && has(rig, 'ip neigh', '10.244.2.0 dev flannel.1'),
    heals: 'never',
    cure: restart,
  },
  {
    state: 'flannel0, until flanneld starts again',
    flannel: { backend: 'udp' },
    deletes: typed('ip link del flannel0'),
    stands: (rig) => has(rig, 'ip route', '10.244.0.0/16 dev flannel0'),
    heals: 'never',
    cure: restart,
  },
  {
    state: 'the udp route, until flanneld starts again',
    flannel: { backend: 'udp' },
    deletes: typed('ip route del 10.244.0.0/16'),
    stands: (rig) => has(rig, 'ip route', '10.244.0.0/16 dev flannel0'),
    heals: 'never',
    cure: restart,
  },
  {
    state: 'subnet.env, until flanneld starts again',
    deletes: (rig) => {
      act(rig, 'node-b', `rm ${SUBNET_ENV}`);
    },
    stands: (rig) => rig.world.readFile(rig.ns('node-b').id, SUBNET_ENV) !== undefined,
    heals: 'never',
    cure: restart,
  },
  {
    state: "a node's annotations, until its flanneld starts again",
    deletes: (rig) => {
      act(rig, 'node-a', 'kubectl annotate node node-b flannel.alpha.coreos.com/kube-subnet-manager-');
    },
    stands: (rig) => rig.world.cluster.leases?.some(({ node }) => node === 'node-b') === true,
    heals: 'never',
    cure: restart,
  },
  {
    state: "host-local's file of an address, for ever: the address can be given twice",
    deletes: (rig) => {
      act(rig, 'node-b', 'rm /var/lib/cni/networks/cbr0/10.244.1.2');
    },
    stands: (rig) =>
      rig.world.readFile(rig.ns('node-b').id, '/var/lib/cni/networks/cbr0/10.244.1.2') !== undefined,
    heals: 'never',
  },
  {
    state: 'cni0, until the next pod is made; those of before stay unplugged',
    deletes: typed('ip link del cni0'),
    stands: (rig) => has(rig, 'ip addr', '10.244.1.1/24'),
    heals: 'never',
    cure: (rig) => {
      rig.edit((cluster) => {
        const [like] = cluster.pods;
        if (!like) return cluster;
        const pod = {
          ...like,
          name: 'late',
          node: 'node-b',
          ip: ipv4('10.244.1.9'),
          ref: { ...like.ref, name: 'late' },
        };
        return { ...cluster, pods: [...cluster.pods, pod] };
      });
      expect(rig.world.namespaces.get(podNs({ namespace: 'lab', name: 'late' }))).toBeDefined();
      expect(rig.send('podb1', '10.244.1.9', { timeout: 1e9 }).result).not.toBe('replied');
    },
  },
];

describe('what somebody deletes is healed by itself', () => {
  it.each(ROWS.filter(({ heals }) => heals !== 'never'))(
    '$state, within $heals s',
    ({ flannel = {}, deletes, stands, heals }) => {
      const rig = new Rig({ flannel }).wait(1.7);
      expect(stands(rig)).toBe(true);
      const from = rig.now;
      deletes(rig);
      expect(rig.until(() => stands(rig))).toBeDefined();
      expect((rig.now - from) / 1e9).toBeLessThanOrEqual(Number(heals) + 0.001);
    },
  );
});

describe('what somebody deletes is healed by nobody', () => {
  it.each(ROWS.filter(({ heals }) => heals === 'never'))(
    '$state',
    ({ flannel = {}, deletes, stands, cure }) => {
      const rig = new Rig({ flannel }).wait(1.7);
      expect(stands(rig)).toBe(true);
      deletes(rig);
      expect(rig.until(() => stands(rig), 60)).toBeUndefined();
      cure?.(rig);
      expect(stands(rig)).toBe(cure !== undefined);
    },
  );
});
