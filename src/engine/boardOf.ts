/** The board as the page draws it, read from the tables of the world: names, addresses and doors, no positions. */
import { printCidr, printIpv4 } from '../wire/address.ts';
import type { Device } from '../kernel/device/index.ts';
import type { NetNsId } from '../kernel/recorder.ts';
import type { Cluster, ClusterNode, ClusterPod } from '../kube/cluster.ts';
import { hasFlannel } from '../kube/docker/options.ts';
import { flanneldPid } from '../kube/flannel/index.ts';
import { runningOf } from '../kube/flannel/state.ts';
import { nodeNs, podNs, segmentNs } from '../kube/ids.ts';
import { allSegments } from '../kube/machines.ts';
import type { World } from '../sim/world.ts';
import { boardServices } from './services.ts';
import type { Board, BoardDevice, BoardMachine, BoardNode, BoardPod } from './protocol.ts';

function deviceOf(world: World<Cluster>, ns: NetNsId, device: Device): BoardDevice {
  const { name, kind, mtu, up, mac, master } = device;
  const addresses = world
    .netns(ns)
    .state.addresses.filter((a) => a.dev === name)
    .map((a) => printCidr({ address: a.ip, bits: a.bits }));
  const peer = device.kind === 'veth' || device.kind === 'physical' ? { peer: device.peer } : {};
  return {
    name,
    kind,
    ns,
    mac: mac ?? '',
    addresses,
    mtu,
    up,
    ...peer,
    ...(master === undefined ? {} : { master }),
  };
}

function devicesOf(world: World<Cluster>, ns: NetNsId): readonly BoardDevice[] {
  const state = world.namespaces.get(ns)?.state;
  return [...(state?.devices.values() ?? [])].map((device) => deviceOf(world, ns, device));
}

/** The segments that a machine's cards are plugged into, in the order of its devices. */
function segmentsOf(devices: readonly BoardDevice[], cluster: Cluster): readonly string[] {
  const nameByNs = new Map(allSegments(cluster).map((s) => [segmentNs(s.name) as string, s.name]));
  return devices.flatMap((device) => {
    const name = device.peer === undefined ? undefined : nameByNs.get(device.peer.ns);
    return name === undefined ? [] : [name];
  });
}

function machine(world: World<Cluster>, name: string, ip: string): BoardMachine {
  const ns = nodeNs(name);
  const devices = devicesOf(world, ns);
  return { name, ns, ip, devices, segments: segmentsOf(devices, world.cluster) };
}

function podOf(world: World<Cluster>, pod: ClusterPod): BoardPod {
  const { namespace, name, labels, ip } = pod;
  const ns = podNs(pod);
  const ports = pod.ports.map((port) => `${port.port}/${port.protocol}`);
  return {
    ns,
    namespace,
    name,
    labels,
    ports,
    ip: ip === undefined ? '' : printIpv4(ip),
    ...(pod.waiting === undefined ? {} : { waiting: pod.waiting }),
    devices: devicesOf(world, ns),
  };
}

function nodeOf(world: World<Cluster>, node: ClusterNode, pods: readonly ClusterPod[]): BoardNode {
  return {
    ...machine(world, node.name, printIpv4(node.ip)),
    podCIDR: node.podCIDR ? printCidr(node.podCIDR) : '',
    ...(node.notReady === undefined ? {} : { notReady: node.notReady }),
    ...flanneldOf(world, node),
    pods: pods.filter((pod) => !pod.hostNetwork).map((pod) => podOf(world, pod)),
    hostPods: pods.filter((pod) => pod.hostNetwork).map(({ namespace, name }) => ({ namespace, name })),
  };
}

/** What became of the node's flanneld, when it does not run. */
function flanneldOf(world: World<Cluster>, { name }: ClusterNode): Pick<BoardNode, 'flanneld'> {
  if (!hasFlannel(world.cluster) || world.sleeps(nodeNs(name))) return {};
  const process = world.process(flanneldPid(name));
  if (process === undefined) return { flanneld: 'stopped' };
  return runningOf(process.state) === undefined ? { flanneld: 'failed' } : {};
}

/** One node with one pod on it, which is there as far as its namespace is: what a birth has made so far. */
export function nodeWith(world: World<Cluster>, node: ClusterNode, pod: ClusterPod): BoardNode {
  const isThere = world.namespaces.get(podNs(pod)) !== undefined;
  return { ...nodeOf(world, node, isThere ? [pod] : []), hostPods: [] };
}

/** Nodes that nothing has touched yet. */
export function sleepersOf(world: World<Cluster>): readonly ClusterNode[] {
  return world.cluster.nodes.filter((node) => world.sleeps(nodeNs(node.name)));
}

/** Those of `sleepers` that have been touched since, with their devices. */
export function wokenOf(world: World<Cluster>, sleepers: readonly ClusterNode[]): readonly BoardNode[] {
  return sleepers
    .filter((node) => !world.sleeps(nodeNs(node.name)))
    .map((node) =>
      nodeOf(
        world,
        node,
        world.cluster.pods.filter((pod) => pod.node === node.name),
      ),
    );
}

/** Everything that stands on the board at this moment. */
export function boardOf(world: World<Cluster>): Board {
  const { cluster } = world;
  const podsByNode = new Map<string, ClusterPod[]>();
  for (const pod of cluster.pods) podsByNode.set(pod.node, [...(podsByNode.get(pod.node) ?? []), pod]);
  const router = nodeNs(cluster.router.name);
  return {
    name: cluster.name,
    clusterCIDR: printCidr(cluster.flannel.network),
    serviceCIDR: printCidr(cluster.serviceCIDR),
    backend: cluster.flannel.backend,
    ...(hasFlannel(cluster) ? {} : { withoutFlannel: true as const }),
    segments: allSegments(cluster).map((s) => ({
      name: s.name,
      cidr: printCidr(s.cidr),
      mtu: s.mtu,
      ns: segmentNs(s.name),
    })),
    router: world.namespaces.get(router) ? machine(world, cluster.router.name, '') : undefined,
    clients: cluster.clients.map((client) => machine(world, client.name, printIpv4(client.ip))),
    nodes: cluster.nodes.map((node) => nodeOf(world, node, podsByNode.get(node.name) ?? [])),
    ...(cluster.policyController === undefined ? {} : { policyController: cluster.policyController }),
    services: boardServices(cluster),
    traffic: cluster.traffic,
    expect: cluster.expect,
  };
}
