/** Reads the allocators: what is given, to whom, and where the next comes from. Nothing here chooses an address of its own. */
import { touch } from '../kube/board.ts';
import { LAST_RESERVED, NETWORKS } from '../kube/cni/hostLocal.ts';
import { kubeletPid, type KubeletState } from '../kube/cni/index.ts';
import { namesIn } from '../kube/cni/plugin.ts';
import type { Cluster, ClusterNode, ClusterPod } from '../kube/cluster.ts';
import { LOCAL_KV, readBook } from '../kube/docker/container.ts';
import { DOCKER0 } from '../kube/docker/daemon.ts';
import { dockerOptions, hasFlannel, isCnm, lowestFree, NO_ADDRESSES } from '../kube/docker/options.ts';
import { SUBNET_ENV } from '../kube/flannel/subnetEnv.ts';
import { backendData, leasesOf } from '../kube/flannel/lease.ts';
import { nodeNs, podNs } from '../kube/ids.ts';
import { kubernetesServiceIp, serviceRange } from '../kube/ipam/clusterIp.ts';
import { allocate, gatewayOf } from '../kube/ipam/hostLocal.ts';
import { NODE_PORTS, portOffset } from '../kube/ipam/nodePort.ts';
import {
  allocateNext,
  blocksOf,
  createCidrSet,
  indices,
  occupy,
  type CidrSet,
} from '../kube/ipam/podCidr.ts';
import type { KnownPodCidrs } from '../kube/manifest/resolve/podCidrs.ts';
import type { NetNsState } from '../kernel/netns.ts';
import type { IfName } from '../kernel/recorder.ts';
import type { World } from '../sim/world.ts';
import {
  addressAt,
  contains,
  networkOf,
  parseIpv4,
  printCidr,
  printIpv4,
  type Cidr,
  type Ipv4,
} from '../wire/address.ts';
import type {
  AddressPlan,
  HostRange,
  LeaseRow,
  NodePortRange,
  PodRange,
  ServiceRangeView,
} from './addressProtocol.ts';

/** The addresses of the cluster in `world`, which is left to itself afterwards (`Run.at`); of the nodes' ranges that of `node`, or of the first that has one. */
export function addressPlan(
  world: World<Cluster>,
  known: KnownPodCidrs | undefined,
  node: string | undefined,
): AddressPlan {
  const { cluster } = world;
  const withRange = cluster.nodes.filter(
    ({ podCIDR }) => podCIDR !== undefined || (isCnm(cluster) && !hasFlannel(cluster)),
  );
  const shown = withRange.find(({ name }) => name === node) ?? withRange[0];
  const host = shown && (isCnm(cluster) ? dockerRange(world, shown) : hostRange(world, shown));
  return {
    leases: hasFlannel(cluster) ? leaseRows(cluster) : [],
    ...(hasFlannel(cluster) ? { pods: podRange(cluster, known) } : {}),
    ...(host ? { host } : {}),
    nodes: withRange.map(({ name }) => name),
    services: serviceView(cluster),
    nodePorts: nodePorts(cluster),
  };
}

/** What flannelds have put to the API server; a node whose flanneld could not start has a row without a lease. */
function leaseRows(cluster: Cluster): readonly LeaseRow[] {
  const leases = new Map(leasesOf(cluster).map((lease) => [lease.node, lease]));
  return cluster.nodes.map((node): LeaseRow => {
    const lease = leases.get(node.name);
    const backend = lease?.backendType ?? cluster.flannel.backend;
    return {
      node: node.name,
      ref: { ...node.ref, path: 'spec.podCIDR' },
      ...(lease ? { subnet: printCidr(lease.subnet) } : {}),
      publicIP: printIpv4(lease?.publicIP ?? node.ip),
      backendType: backend === 'udp' ? '' : backend,
      backendData: lease ? backendData(lease) : '',
      givenBy: node.givenPodCIDR === true ? 'kube-controller-manager' : 'text',
    };
  });
}

function podRange(cluster: Cluster, known: KnownPodCidrs | undefined): PodRange {
  const network = known?.clusterCIDR ?? cluster.flannel.network;
  const isGiven = known?.clusterCIDR !== undefined;
  const empty = createCidrSet(network);
  // a network smaller than a /24 is one block, which nobody can cut
  if (!empty.ok)
    return {
      cidr: printCidr(network),
      blockBits: network.bits,
      blocks: 1,
      taken: [],
      full: empty.error,
      isGiven,
    };
  let set: CidrSet = { ...empty.value, next: known?.next ?? 0 };
  const taken = cluster.nodes.flatMap((node): PodRange['taken'] => {
    const { podCIDR, name, ref } = node;
    const range = podCIDR && indices(set, podCIDR);
    if (!podCIDR || range?.ok !== true) return [];
    const [from, to] = range.value;
    return [
      { from, to, cidr: printCidr(networkOf(podCIDR)), node: name, ref: { ...ref, path: 'spec.podCIDR' } },
    ];
  });
  const occupied = [...cluster.nodes.flatMap(({ podCIDR }) => podCIDR ?? []), cluster.serviceCIDR];
  for (const each of occupied) {
    const marked = occupy(set, each);
    if (marked.ok) set = marked.value;
  }
  const next = allocateNext(set);
  return {
    cidr: printCidr(network),
    blockBits: set.nodeMask,
    blocks: blocksOf(set),
    taken: taken.toSorted((a, b) => a.from - b.from),
    ...(next.ok
      ? { next: { index: next.value.index, cidr: printCidr(next.value.cidr) } }
      : { full: next.error }),
    isGiven,
  };
}

type Taken = HostRange['taken'][number];

function hostRange(world: World<Cluster>, node: ClusterNode): HostRange | undefined {
  const { podCIDR } = node;
  if (!podCIDR) return undefined;
  const ns = nodeNs(node.name);
  // a node of a large board comes to life when it is looked at
  touch(world, ns);
  const subnet = networkOf(podCIDR);
  const state = world.namespaces.get(ns)?.state;
  const given = filesOf(world, node, subnet);
  const last = readIp(world.readFile(ns, LAST_RESERVED));
  const next = allocate(subnet, new Set(given.map(({ ip }) => ip)), last);
  const hostOf = (ip: Ipv4): number => ip - subnet.address;
  const network = state && deviceWith(state, subnet.address);
  return {
    node: node.name,
    ref: { ...node.ref, path: 'spec.podCIDR' },
    cidr: printCidr(subnet),
    size: 2 ** (32 - subnet.bits),
    by: 'host-local',
    taken: given
      .map(({ ip, pod, ref }): Taken => ({
        host: hostOf(ip),
        ip: printIpv4(ip),
        ...(pod === undefined ? {} : { pod }),
        ...(ref ? { ref } : {}),
      }))
      .toSorted((a, b) => a.host - b.host),
    ...(network === undefined ? {} : { network }),
    gateway: { host: 1, dev: (state && deviceWith(state, gatewayOf(subnet))) ?? 'cni0' },
    ...(last === undefined || !contains(subnet, last) ? {} : { last: hostOf(last) }),
    ...(next.ok ? { next: { host: hostOf(next.value), ip: printIpv4(next.value) } } : { full: next.error }),
  };
}

/** Docker's own book, in the range of docker0. */
function dockerRange(world: World<Cluster>, node: ClusterNode): HostRange | undefined {
  const ns = nodeNs(node.name);
  touch(world, ns);
  const options = dockerOptions(world.cluster, world.readFile(ns, SUBNET_ENV));
  if (!options) return undefined;
  const { bip } = options;
  const subnet = networkOf(bip);
  const state = world.namespaces.get(ns)?.state;
  const book = readBook(world.readFile(ns, LOCAL_KV));
  const podByContainer = containersOf(world, node);
  const next = lowestFree(bip, (ip) => book.has(ip));
  const hostOf = (ip: Ipv4): number => ip - subnet.address;
  const network = state && deviceWith(state, subnet.address);
  return {
    node: node.name,
    ref: { ...node.ref, path: '' },
    cidr: printCidr(subnet),
    size: 2 ** (32 - subnet.bits),
    by: 'docker',
    taken: [...book].map(([ip, container]): Taken => {
      const pod = podByContainer.get(container);
      const owner = pod ? { pod: podNs(pod), ref: { ...pod.ref, path: '' } } : {};
      return { host: hostOf(ip), ip: printIpv4(ip), ...owner };
    }),
    ...(network === undefined ? {} : { network }),
    gateway: { host: hostOf(bip.address), dev: DOCKER0 },
    ...(next === undefined ? { full: NO_ADDRESSES } : { next: { host: hostOf(next), ip: printIpv4(next) } }),
  };
}

interface Given {
  readonly ip: Ipv4;
  readonly pod?: string;
  readonly ref?: Taken['ref'];
}

function readIp(text: string | undefined): Ipv4 | undefined {
  const parsed = parseIpv4(text ?? '');
  return parsed.ok ? parsed.value : undefined;
}

/** The pods of a node by the container that holds their network. */
function containersOf(world: World<Cluster>, node: ClusterNode): ReadonlyMap<string, ClusterPod> {
  // the world hands a behaviour's state back as it got it
  const kubelet = world.process(kubeletPid(node.name))?.state as KubeletState | undefined;
  return new Map(Object.values(kubelet?.running ?? {}).map(({ sandbox, pod }) => [sandbox.id, pod]));
}

/** host-local's store: a file for each address, with the container that has it. */
function filesOf(world: World<Cluster>, node: ClusterNode, subnet: Cidr): readonly Given[] {
  const ns = nodeNs(node.name);
  const directory = `${NETWORKS}/cbr0`;
  const podBySandbox = containersOf(world, node);
  return namesIn(directory, world.filesOf(ns)).flatMap((name): readonly Given[] => {
    const ip = readIp(name);
    if (ip === undefined || !contains(subnet, ip)) return [];
    const [container = ''] = (world.readFile(ns, `${directory}/${name}`) ?? '').split('\r\n');
    const pod = podBySandbox.get(container);
    return [pod ? { ip, pod: podNs(pod), ref: { ...pod.ref, path: 'status.podIP' } } : { ip }];
  });
}

function deviceWith(state: NetNsState, ip: Ipv4): IfName | undefined {
  return state.addresses.find((address) => address.ip === ip)?.dev;
}

function serviceView({ serviceCIDR, services }: Cluster): ServiceRangeView {
  const { cidr, first, count, offset } = serviceRange(serviceCIDR);
  const at = (index: number): string => printIpv4(addressAt(first, index));
  const kubernetes = kubernetesServiceIp(serviceCIDR);
  const taken = services.flatMap(({ clusterIP, namespace, name, ref }): ServiceRangeView['taken'] =>
    clusterIP === undefined || !contains(cidr, clusterIP)
      ? []
      : [
          {
            index: clusterIP - first,
            ip: printIpv4(clusterIP),
            service: `${namespace}/${name}`,
            ref: { ...ref, path: 'spec.clusterIP' },
          },
        ],
  );
  const always = taken.some(({ ip }) => ip === printIpv4(kubernetes))
    ? []
    : [{ index: 0, ip: printIpv4(kubernetes), service: 'default/kubernetes' }];
  return {
    cidr: printCidr(cidr),
    count,
    offset,
    bands: {
      // the band is counted in addresses that can be given: the first of them is the first of the band
      ...(offset > 0 ? { lower: { from: at(0), to: at(offset - 1) } } : {}),
      upper: { from: at(offset), to: at(count - 1) },
    },
    taken: [...always, ...taken].toSorted((a, b) => a.index - b.index),
  };
}

function nodePorts({ services, nodePortRange = NODE_PORTS }: Cluster): NodePortRange {
  const { from, to } = nodePortRange;
  const taken = services.flatMap(({ namespace, name, ref, ports, healthCheckNodePort }) => {
    const all = [...ports.map(({ nodePort }) => nodePort), healthCheckNodePort];
    const numbers = new Set(all.filter((port) => port !== undefined && port >= from && port <= to));
    const service = `${namespace}/${name}`;
    return [...numbers].flatMap((port) =>
      port === undefined ? [] : [{ port, service, ref: { ...ref, path: 'spec.ports' } }],
    );
  });
  return { from, to, offset: portOffset(nodePortRange), taken: taken.toSorted((a, b) => a.port - b.port) };
}
