/** The lab of `facts/kernel.md` as a cluster: its nodes, pods, names and MACs, so that runs compare with the captures. */
import { cidr, ipv4, mac, type Mac } from '../../wire/address.ts';
import type { ObjectRef } from '../../kernel/origin.ts';
import type { IfName, NetNsId } from '../../kernel/recorder.ts';
import type { World } from '../../sim/world.ts';
import { createBoard } from '../board.ts';
import type { BackendType, Cluster, ClusterPod } from '../cluster.ts';
import { DEFAULT_KUBE_PROXY } from '../kubeProxy/options.ts';
import { SEEDED_NAMING, type Naming } from '../naming.ts';

/** An object of which only the name matters. */
export const ref = (kind: string, name: string, namespace = ''): ObjectRef => ({
  kind,
  name,
  namespace,
  path: '',
});

const LISTENS: ClusterPod['ports'] = [
  { port: 8080, protocol: 'TCP' },
  { port: 5353, protocol: 'UDP' },
];

/** A pod of the namespace `lab` that listens on `ports`. */
export function pod(name: string, node: string, ip: string, ports = LISTENS): ClusterPod {
  return {
    namespace: 'lab',
    name,
    node,
    ip: ipv4(ip),
    hostNetwork: false,
    labels: { app: name },
    ports,
    ready: true,
    terminating: false,
    targetPorts: [],
    ref: ref('Pod', name, 'lab'),
  };
}

/** Three nodes, the third behind the router; two pods on the first two, one on the third. */
export function labCluster(backend: BackendType = 'vxlan'): Cluster {
  const node = (n: number, ip: string, segment: string) => ({
    name: `node${n}`,
    ip: ipv4(ip),
    segment,
    podCIDR: cidr(`10.244.${n}.0/24`),
    vtepMac: mac(`0e:f1:a0:00:00:0${n}`),
    ref: ref('Node', `node${n}`),
  });
  return {
    name: 'lab',
    serviceCIDR: cidr('10.96.0.0/12'),
    flannel: {
      backend,
      network: cidr('10.244.0.0/16'),
      vni: 1,
      port: 8472,
      // the captures with rules have them from the lab's own files, those without have none
      trafficManager: 'none',
    },
    segments: [
      { name: 'a', cidr: cidr('192.168.0.0/24'), mtu: 1500 },
      { name: 'b', cidr: cidr('192.168.1.0/24'), mtu: 1500 },
    ],
    router: { name: 'rtr' },
    clients: [{ name: 'client', ip: ipv4('203.0.113.50') }],
    nodes: [node(1, '192.168.0.11', 'a'), node(2, '192.168.0.12', 'a'), node(3, '192.168.1.13', 'b')],
    pods: [
      pod('pod1a', 'node1', '10.244.1.2'),
      pod('pod1b', 'node1', '10.244.1.3'),
      pod('pod2a', 'node2', '10.244.2.2'),
      pod('pod2b', 'node2', '10.244.2.3'),
      pod('pod3a', 'node3', '10.244.3.2'),
    ],
    namespaces: [],
    policies: [],
    services: [],
    endpointSlices: [],
    // the captures with rules have them from the lab's own files
    kubeProxy: { ...DEFAULT_KUBE_PROXY, mode: 'none' },
    traffic: [],
    faults: [],
    expect: [],
  };
}

const ETH0: Readonly<Record<string, string>> = {
  node1: '52:54:00:00:00:01',
  node2: '52:54:00:00:00:02',
  node3: '52:54:00:00:00:03',
  rtr: '52:54:00:00:01:00',
  'rtr eth1': '52:54:00:00:01:01',
  'rtr eth2': '52:54:00:00:01:02',
  client: '52:54:00:00:02:50',
};
const PORTS: Readonly<Record<string, string>> = {
  node1: 'p1',
  node2: 'p2',
  node3: 'p3',
  'rtr eth0': 'pr0',
  'rtr eth1': 'pr1',
  'rtr eth2': 'pr2',
  client: 'pc',
};

function podMac(prefix: string, id: string): Mac {
  const match = /pod(\d)([ab])$/.exec(id);
  const octet = match?.[2] === 'a' ? '02' : '03';
  return mac(`${prefix}:58:0a:f4:0${match?.[1] ?? '0'}:${octet}`);
}

/** The names and MACs that lab.sh gives. */
export const LAB_NAMING: Naming = {
  mac(what, owner) {
    if (what === 'eth0') return mac(ETH0[owner] ?? '52:54:00:00:00:ff');
    if (what === 'cni0') return mac(`0a:58:0a:f4:0${owner.slice(-1)}:01`);
    if (what === 'pod') return podMac('0a', owner);
    if (what === 'veth') return podMac('fe', owner);
    return SEEDED_NAMING.mac(what, owner);
  },
  veth: (pod) => pod.replace('lab/pod', 'veth') as IfName,
  port: (machine) => (PORTS[machine] ?? 'px') as IfName,
};

/** The lab, set up and quiet. */
export function lab(
  backend: BackendType = 'vxlan',
  options: Partial<Cluster['flannel']> = {},
): World<Cluster> {
  const cluster = labCluster(backend);
  return createBoard({ ...cluster, flannel: { ...cluster.flannel, ...options } }, { naming: LAB_NAMING });
}

/** The namespace of a machine of the lab, or of a pod by its short name. */
export function labNs(name: string): NetNsId {
  return (name.startsWith('pod') ? `lab/${name}` : name) as NetNsId;
}
