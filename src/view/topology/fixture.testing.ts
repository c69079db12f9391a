/** Boards for tests: the canonical topology (facts/kernel.md) by hand, and boards of any size made of it. */
import type {
  Board,
  BoardDevice,
  BoardMachine,
  BoardNode,
  BoardPod,
  BoardSegment,
} from '../../engine/protocol.ts';

const hex = (n: number) => n.toString(16).padStart(2, '0');

type Wanted = Pick<BoardDevice, 'ns' | 'name' | 'kind' | 'mac'> &
  Partial<BoardDevice> & { readonly address?: string };

function device({ address, ...wanted }: Wanted): BoardDevice {
  return {
    addresses: address === undefined ? [] : [address],
    mtu: wanted.kind === 'vxlan' ? 1450 : 1500,
    up: true,
    ...wanted,
  };
}

export interface PodSpec {
  readonly name: string;
  readonly namespace: string;
  readonly port?: string;
}

function pod(
  node: string,
  n: number,
  i: number,
  { name, namespace, port }: PodSpec,
): { readonly pod: BoardPod; readonly veth: BoardDevice } {
  const ns = `${namespace}/${name}`;
  const ip = `10.244.${n}.${i + 2}`;
  const vethName = `veth${hex(n)}${hex(i)}9a5e`;
  const eth0 = device({
    ns,
    name: 'eth0',
    kind: 'veth',
    mac: `0a:58:0a:f4:${hex(n)}:${hex(i + 2)}`,
    address: `${ip}/24`,
    mtu: 1450,
    peer: { ns: node, dev: vethName },
  });
  const veth = device({
    ns: node,
    name: vethName,
    kind: 'veth',
    mac: `6e:2f:91:00:${hex(n)}:${hex(i)}`,
    mtu: 1450,
    master: 'cni0',
    peer: { ns, dev: 'eth0' },
  });
  return {
    pod: {
      ns,
      namespace,
      name,
      ip,
      labels: { app: name },
      ports: port === undefined ? [] : [port],
      devices: [eth0],
    },
    veth,
  };
}

export interface NodeSpec {
  readonly name: string;
  readonly ip: string;
  readonly segment: string;
  readonly pods: readonly PodSpec[];
}

export function nodeOf(spec: NodeSpec, n: number, backend: Board['backend'] = 'vxlan'): BoardNode {
  const ns = spec.name;
  const made = spec.pods.map((one, i) => pod(ns, n, i, one));
  const tunnel =
    backend === 'vxlan'
      ? [
          device({
            ns,
            name: 'flannel.1',
            kind: 'vxlan',
            mac: `0e:f1:a0:00:00:${hex(n)}`,
            address: `10.244.${n}.0/32`,
          }),
        ]
      : backend === 'udp'
        ? [device({ ns, name: 'flannel0', kind: 'tun', mac: '', address: `10.244.${n}.0/32` })]
        : [];
  return {
    name: spec.name,
    ns,
    ip: spec.ip,
    podCIDR: `10.244.${n}.0/24`,
    segments: [spec.segment],
    devices: [
      device({ ns, name: 'lo', kind: 'loopback', mac: '00:00:00:00:00:00', address: '127.0.0.1/8' }),
      device({
        ns,
        name: 'eth0',
        kind: 'physical',
        mac: `52:54:00:00:00:${hex(n)}`,
        address: `${spec.ip}/24`,
        peer: { ns: `segment/${spec.segment}`, dev: `p-${ns}` },
      }),
      device({
        ns,
        name: 'cni0',
        kind: 'bridge',
        mac: `0a:58:0a:f4:${hex(n)}:01`,
        address: `10.244.${n}.1/24`,
      }),
      ...tunnel,
      ...made.map(({ veth }) => veth),
    ],
    pods: made.map((one) => one.pod),
    hostPods: [],
  };
}

function routerFor(segments: readonly BoardSegment[]): BoardMachine {
  const devices = segments.map((segment, i) =>
    device({
      ns: 'rtr',
      name: `eth${i}`,
      kind: 'physical',
      mac: `52:54:00:00:0f:${hex(i)}`,
      address: segment.cidr.replace(/0\/24$/, '1/24'),
      peer: { ns: segment.ns, dev: 'p-rtr' },
    }),
  );
  return { name: 'rtr', ns: 'rtr', ip: '', devices, segments: segments.map(({ name }) => name) };
}

function clientOf(name: string, ip: string): BoardMachine {
  const eth0 = device({
    ns: name,
    name: 'eth0',
    kind: 'physical',
    mac: '52:54:00:00:0c:01',
    address: `${ip}/24`,
    peer: { ns: 'segment/outside', dev: `p-${name}` },
  });
  return { name, ns: name, ip, devices: [eth0], segments: ['outside'] };
}

export function boardOf(specs: readonly NodeSpec[], backend: Board['backend'] = 'vxlan'): Board {
  const names = [...new Set(specs.map(({ segment }) => segment))];
  const inner = names.map((name, i) => ({
    name,
    cidr: `192.168.${i}.0/24`,
    mtu: 1500,
    ns: `segment/${name}`,
  }));
  const segments = [...inner, { name: 'outside', cidr: '203.0.113.0/24', mtu: 1500, ns: 'segment/outside' }];
  return {
    name: 'fixture',
    clusterCIDR: '10.244.0.0/16',
    serviceCIDR: '10.96.0.0/12',
    services: [],
    traffic: [],
    expect: [],
    backend,
    segments,
    router: routerFor(segments),
    clients: [clientOf('client', '203.0.113.50')],
    nodes: specs.map((spec, i) => nodeOf(spec, i + 1, backend)),
  };
}

/** The same with a second client, and one plugged straight into the router. */
export function withClients(board: Board): Board {
  const direct = clientOf('direct', '198.51.100.7');
  const peer = { ns: 'rtr', dev: 'eth9' };
  const cable = device({
    ns: 'rtr',
    name: 'eth9',
    kind: 'physical',
    mac: '52:54:00:00:0f:09',
    peer: { ns: 'direct', dev: 'eth0' },
  });
  return {
    ...board,
    ...(board.router && { router: { ...board.router, devices: [...board.router.devices, cable] } }),
    clients: [
      ...board.clients,
      clientOf('second', '203.0.113.51'),
      { ...direct, segments: [], devices: direct.devices.map((one) => ({ ...one, peer })) },
    ],
  };
}

const node1: NodeSpec = {
  name: 'node1',
  ip: '192.168.0.11',
  segment: 'a',
  pods: [
    { name: 'web', namespace: 'shop', port: '8080/TCP' },
    { name: 'cart', namespace: 'shop', port: '8081/TCP' },
  ],
};
const node2: NodeSpec = {
  name: 'node2',
  ip: '192.168.0.12',
  segment: 'a',
  pods: [
    { name: 'db', namespace: 'data', port: '5432/TCP' },
    { name: 'api', namespace: 'shop', port: '3000/TCP' },
  ],
};
const node3: NodeSpec = {
  name: 'node3',
  ip: '192.168.1.13',
  segment: 'b',
  pods: [{ name: 'report', namespace: 'data' }],
};

export const twoNodes: Board = boardOf([node1, node2]);
export const twoSegments: Board = boardOf([node1, node2, node3]);

/** `count` nodes with `pods` pods each, all in one segment. */
export function manyNodes(count: number, pods: number, namePod = (i: number) => `pod-${i}`): Board {
  return boardOf(
    Array.from({ length: count }, (_, n) => ({
      name: `node${n + 1}`,
      ip: `192.168.0.${(n % 200) + 11}`,
      segment: 'a',
      pods: Array.from({ length: pods }, (__, i) => ({
        name: namePod(n * pods + i),
        namespace: `team-${i % 3}`,
      })),
    })),
  );
}

export const fixtureWords = {
  userSpace: 'user space',
  kernel: 'kernel',
  rootNetns: 'root netns',
  router: 'router',
  client: 'client',
  hostPods: (count: number) => `${count} × hostNetwork`,
  notReady: (status: string) => `NotReady: Ready is ${status}`,
  stopped: 'does not run',
  segment: (name: string, cidr: string, mtu?: number) =>
    `segment ${name} ${cidr}${mtu === undefined ? '' : ` MTU ${mtu}`}`,
};
