/** Pods of a running board: their births step by step, and what becomes of those that fail. */
import { expect, test } from 'vitest';
import { must } from '../../lib/assert.ts';
import { cidr, ipv4, printIpv4 } from '../../wire/address.ts';
import { parseOp } from '../../kernel/opText.ts';
import { BY_USER } from '../../kernel/origin.ts';
import type { Event, NetNsId } from '../../kernel/recorder.ts';
import type { World } from '../../sim/world.ts';
import { isStep } from '../../trace/types.ts';
import type { Cluster, ClusterPod } from '../cluster.ts';
import { lab, labCluster } from '../testing/lab.testing.ts';
import { createBoard } from '../board.ts';
import { addressesOf } from './memory.ts';

const SECOND = 1_000_000_000;
const NODE1 = 'node1' as NetNsId;

function settle(world: World<Cluster>): void {
  while (!world.quiet) world.step();
}

function edit(world: World<Cluster>, change: (cluster: Cluster) => Partial<Cluster>): void {
  world.setCluster({ ...world.cluster, ...change(world.cluster) });
  settle(world);
}

function wait(world: World<Cluster>, seconds: number): void {
  world.pause(seconds * SECOND);
  settle(world);
}

function run(world: World<Cluster>, ns: NetNsId, command: string): void {
  const op = parseOp(command);
  const result = world.op(ns, must(op.ok ? op.value : undefined, command), BY_USER);
  if (!result.ok) throw new Error(result.text);
  settle(world);
}

/** A pod of node1 to which host-local has to give an address. */
function newPod(name: string, node = 'node1'): ClusterPod {
  const { ip: _given, ...rest } = must(labCluster().pods[0], 'a pod');
  return { ...rest, name, node, chosen: true, ref: { ...rest.ref, name } };
}

const add = (world: World<Cluster>, ...pods: readonly ClusterPod[]): void => {
  edit(world, (cluster) => ({ pods: [...cluster.pods, ...pods] }));
};

const podOf = (world: World<Cluster>, name: string): ClusterPod =>
  must(
    world.cluster.pods.find((pod) => pod.name === name),
    name,
  );

const ipOf = (world: World<Cluster>, name: string): string => {
  const { ip } = podOf(world, name);
  return ip === undefined ? '-' : printIpv4(ip);
};

function events(world: World<Cluster>, from = 0): readonly Event[] {
  return world.recorder
    .recording()
    .entries.slice(from)
    .flatMap((entry) => (isStep(entry) ? [] : [entry]));
}

/** What an event is about, short enough to read in a row. */
function short({ by, text }: Event): string {
  return `${by.by}: ${text
    .replaceAll(/[0-9a-f]{64}/g, 'ID')
    .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'UUID')
    .replace(/&PodSandboxMetadata\{.*?\}/, 'POD')
    .replace(/CNI_COMMAND=(\S+) .* (\S+)$/, '$2 $1')}`;
}

test('the pods of a board have their files, and none of it was recorded', () => {
  const world = lab();
  const files = world.filesOf(NODE1).filter((path) => path.startsWith('/var/lib/cni/networks'));
  expect(files.map((path) => path.split('/').at(-1))).toEqual([
    '10.244.1.2',
    '10.244.1.3',
    'last_reserved_ip.0',
    'lock',
  ]);
  expect(world.readFile(NODE1, '/var/lib/cni/networks/cbr0/10.244.1.2')).toMatch(/^[0-9a-f]{64}\r\neth0$/);
  expect(events(world)).toEqual([]);
});

test('containerd makes the namespace, the plugins plug it in, then pause starts and the containers join', () => {
  const world = createBoard(labCluster());
  add(world, newPod('web'));
  expect(events(world).map(short)).toEqual([
    'containerd: RunPodSandbox for POD',
    'containerd: ip netns add cni-UUID',
    'cni: flannel ADD',
    'cni: delegateAdd: netconf sent to delegate plugin:',
    'cni: write /var/lib/cni/flannel/ID',
    'cni: bridge ADD',
    expect.stringMatching(/^cni: ip link add veth\w+ .*type veth peer name eth0/),
    expect.stringMatching(/^cni: ip link set veth\w+ up/),
    expect.stringMatching(/^cni: ip link set veth\w+ master cni0/),
    expect.stringMatching(/^cni: bridge link set dev veth\w+ hairpin on/),
    'cni: host-local ADD',
    'cni: write /var/lib/cni/networks/cbr0/10.244.1.4',
    'cni: write /var/lib/cni/networks/cbr0/last_reserved_ip.0',
    'cni: host-local returned rc=0',
    'cni: ip addr add 10.244.1.4/24 brd + dev eth0',
    'cni: ip link set eth0 up',
    'cni: ip route add 10.244.0.0/16 via 10.244.1.1 dev eth0',
    'cni: ip route add default via 10.244.1.1 dev eth0',
    'cni: bridge returned rc=0',
    'cni: flannel returned rc=0',
    'containerd: /pause',
    'containerd: RunPodSandbox for POD returns sandbox id "ID"',
    'containerd: CreateContainer within sandbox "ID" for container &ContainerMetadata{Name:web,Attempt:0,}',
    'containerd: StartContainer for "ID" returns successfully',
    'kubelet: Pod/lab/web status.podIP: 10.244.1.4',
  ]);
  expect(ipOf(world, 'web')).toBe('10.244.1.4');
});

test('cni0 is born with the first pod, with its address, and forwarding begins', () => {
  const cluster = labCluster();
  const world = createBoard({ ...cluster, pods: [] });
  expect([...must(world.namespaces.get(NODE1), 'node1').state.devices.keys()]).not.toContain('cni0');
  add(world, newPod('web'));
  const texts = events(world).map(({ text }) => text);
  const at = (part: string): number => texts.findIndex((text) => text.includes(part));
  expect(at('ip link add cni0')).toBeGreaterThan(at('bridge'));
  expect(at('ip addr add 10.244.1.1/24 brd + dev cni0')).toBeGreaterThan(at('default via 10.244.1.1'));
  expect(at('net.ipv4.ip_forward')).toBeGreaterThan(at('10.244.1.1/24 brd + dev cni0'));
});

test('dockershim starts pause first, and the network comes to it', () => {
  const world = createBoard({ ...labCluster(), runtime: 'dockershim', pods: [] });
  add(world, newPod('web'));
  const order = events(world)
    .map(short)
    .filter((text) => /docker run|flannel ADD/.test(text));
  expect(order).toEqual([
    expect.stringMatching(
      /^docker: docker run -d --net=none --name k8s_POD_web_lab_UUID_0 k8s.gcr.io\/pause/,
    ),
    'cni: flannel ADD',
    expect.stringMatching(/^docker: docker run -d --net=container:ID --name k8s_web_web_lab_UUID_0/),
  ]);
});

test('a pod that goes gives its address back, and the next one gets another: round robin', () => {
  const world = lab();
  add(world, newPod('a'));
  expect(ipOf(world, 'a')).toBe('10.244.1.4');
  const from = world.recorder.length;
  edit(world, ({ pods }) => ({ pods: pods.filter(({ name }) => name !== 'a') }));
  expect(events(world, from).map(short)).toEqual([
    'containerd: StopPodSandbox for "ID"',
    'cni: flannel DEL',
    'cni: bridge DEL',
    'cni: ip link del eth0',
    'cni: host-local DEL',
    'cni: unlink /var/lib/cni/networks/cbr0/10.244.1.4',
    'cni: host-local returned rc=0',
    'cni: bridge returned rc=0',
    'cni: unlink /var/lib/cni/flannel/ID',
    'cni: flannel returned rc=0',
    'containerd: TearDown network for sandbox "ID" successfully',
    'containerd: ip netns del cni-UUID',
    'containerd: RemovePodSandbox "ID" returns successfully',
  ]);
  add(world, newPod('b'));
  expect(ipOf(world, 'b')).toBe('10.244.1.5');
  expect(addressesOf(world)).toMatchObject({
    pods: { 'Pod/lab/b': ipv4('10.244.1.5') },
    last: { node1: ipv4('10.244.1.5') },
  });
});

test('without subnet.env a pod stays ContainerCreating with the error as an event, and comes up once flanneld has written it', () => {
  const world = lab();
  const env = must(world.readFile(NODE1, '/run/flannel/subnet.env'), 'subnet.env');
  world.writeFile(NODE1, '/run/flannel/subnet.env', undefined);
  add(world, newPod('web'));
  const said =
    /^Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "[0-9a-f]{64}": plugin type="flannel" failed \(add\): failed to load flannel 'subnet.env' file: open \/run\/flannel\/subnet.env: no such file or directory. Check the flannel pod log for this node.$/;
  expect(podOf(world, 'web').waiting).toMatch(said);
  expect(events(world).findLast(({ kind }) => kind === 'object')).toMatchObject({
    text: 'FailedCreatePodSandBox',
    result: 'failed',
    error: expect.stringMatching(said) as string,
  });
  expect(world.namespaces.get('lab/web' as NetNsId)).toBeUndefined();
  // the pods that run do not notice
  expect(ipOf(world, 'pod1a')).toBe('10.244.1.2');
  const before = podOf(world, 'web').waiting;
  wait(world, 10);
  expect(podOf(world, 'web').waiting).toMatch(said);
  expect(podOf(world, 'web').waiting).not.toBe(before);
  world.writeFile(NODE1, '/run/flannel/subnet.env', env);
  wait(world, 9);
  expect(ipOf(world, 'web')).toBe('-');
  wait(world, 1);
  expect(ipOf(world, 'web')).toBe('10.244.1.4');
  expect(podOf(world, 'web').waiting).toBeUndefined();
});

test('a subnet.env with keys left out is refused, and the keys are named', () => {
  const world = lab();
  world.writeFile(NODE1, '/run/flannel/subnet.env', 'FLANNEL_NETWORK=10.244.0.0/16\n');
  add(world, newPod('web'));
  expect(podOf(world, 'web').waiting).toContain(
    "failed to load flannel 'subnet.env' file: /run/flannel/subnet.env is missing FLANNEL_SUBNET, FLANNEL_IPV6_SUBNET, FLANNEL_MTU, FLANNEL_IPMASQ",
  );
});

test('a cni0 with another address: every try costs an address of the range, until cni0 is deleted', () => {
  const world = lab();
  run(world, NODE1, 'ip addr del 10.244.1.1/24 dev cni0');
  run(world, NODE1, 'ip addr add 10.244.9.1/24 dev cni0');
  add(world, newPod('web'));
  expect(podOf(world, 'web').waiting).toContain(
    'failed to set bridge addr: "cni0" already has an IP address different from 10.244.1.1/24',
  );
  const host = (): readonly string[] =>
    [...must(world.namespaces.get(NODE1), 'node1').state.devices.keys()].filter((name) =>
      name.startsWith('veth'),
    );
  // DEL after the failure took the veth away again
  expect(host()).toHaveLength(2);
  wait(world, 10);
  run(world, NODE1, 'ip link del cni0');
  wait(world, 10);
  // .4 and .5 went to the failed ones
  expect(ipOf(world, 'web')).toBe('10.244.1.6');
  // those that ran before stay without a bridge
  const veths = [...must(world.namespaces.get(NODE1), 'node1').state.devices.values()].filter(
    ({ kind }) => kind === 'veth',
  );
  expect(veths.map(({ master }) => master)).toEqual([undefined, undefined, 'cni0']);
});

test('a cni0 that is no bridge is refused', () => {
  const world = createBoard({ ...labCluster(), pods: [] });
  run(world, NODE1, 'ip tuntap add dev cni0 mode tun');
  add(world, newPod('web'));
  expect(podOf(world, 'web').waiting).toContain(
    'failed to create bridge "cni0": "cni0" already exists but is not a bridge',
  );
});

test('a range that is used up leaves the last pod waiting; a leaked file does the same', () => {
  const cluster = labCluster();
  const nodes = cluster.nodes.map((node) =>
    node.name === 'node1' ? { ...node, podCIDR: cidr('10.244.1.0/30') } : node,
  );
  const world = createBoard({ ...cluster, nodes, pods: [newPod('a'), newPod('b')] });
  expect([ipOf(world, 'a'), ipOf(world, 'b')]).toEqual(['10.244.1.2', '-']);
  const full =
    'failed to allocate for range 0: no IP addresses available in range set: 10.244.1.1-10.244.1.2';
  expect(podOf(world, 'b').waiting).toContain(full);
  edit(world, ({ pods }) => ({ pods: pods.filter(({ name }) => name !== 'a') }));
  wait(world, 10);
  expect(ipOf(world, 'b')).toBe('10.244.1.2');

  const leaky = createBoard({ ...cluster, nodes, pods: [] });
  leaky.writeFile(NODE1, '/var/lib/cni/networks/cbr0/10.244.1.2', 'dead\r\neth0');
  add(leaky, newPod('a'));
  expect(podOf(leaky, 'a').waiting).toContain(full);
});

test('a node without podCIDR keeps its pods waiting', () => {
  const cluster = labCluster();
  const nodes = cluster.nodes.map((node) => {
    const { podCIDR: _none, ...rest } = node;
    return node.name === 'node1' ? rest : node;
  });
  const world = createBoard({ ...cluster, nodes, pods: [newPod('web')] });
  expect(podOf(world, 'web').waiting).toContain('open /run/flannel/subnet.env: no such file or directory');
  edit(world, () => ({ nodes: cluster.nodes }));
  expect(ipOf(world, 'web')).toBe('10.244.1.2');
});

test('a pod that moves to another node is another sandbox there', () => {
  const world = lab();
  edit(world, ({ pods }) => ({
    pods: pods.map((pod) => (pod.name === 'pod1a' ? newPod('pod1a', 'node3') : pod)),
  }));
  expect(ipOf(world, 'pod1a')).toBe('10.244.3.3');
  const eth0 = must(world.namespaces.get('lab/pod1a' as NetNsId), 'pod1a').state.devices.get('eth0' as never);
  expect(eth0).toMatchObject({ peer: { ns: 'node3' } });
  expect(world.readFile(NODE1, '/var/lib/cni/networks/cbr0/10.244.1.2')).toBeUndefined();
});
