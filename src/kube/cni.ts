/**
 * What makes pods on a node: kubelet, the container runtime and the CNI plugins flannel -> bridge -> host-local, as one
 * program. A pod's namespace is made first, then the bridge plugin plugs it in; `cni0` is born with the first pod and stays.
 * Left out: the pause container, subnet.env, portmap, the plugin's waiting for the port (issue "Flannel, CNI and addresses").
 * @see containernetworking/plugins plugins/main/bridge/bridge.go
 */
import { addressAt, networkOf, printIpv4, type Ipv4 } from '../wire/address.ts';
import type { TableOp } from '../kernel/op.ts';
import type { Origin } from '../kernel/origin.ts';
import type { NetNsId } from '../kernel/recorder.ts';
import type { Behaviour, Process } from '../sim/process.ts';
import type { ServerState } from '../sim/apps/server.ts';
import type { Cluster, ClusterNode, ClusterPod } from './cluster.ts';
import { podMtu } from './flannel/backend.ts';
import { CNI0, ETH0, nodeNs, podNs } from './ids.ts';
import type { Naming } from './naming.ts';
import { reconcile, type Wanted } from './reconcile.ts';
import { podsOn, podsText } from './watch.ts';

export interface CniState {
  readonly applied: readonly Wanted[];
  readonly pods: readonly NetNsId[];
  /** the containers that run, by process: what they do, as text */
  readonly containers: Readonly<Record<string, string>>;
  /** cni0 was made: nothing ever deletes it */
  readonly bridge: boolean;
  /** what it saw when it last looked */
  readonly seen: string;
}

const DEFAULT_PORT = 8080;

/** The pods that the CNI plugs in on `node`. */
export function podsOf(cluster: Cluster, node: ClusterNode): readonly (ClusterPod & { readonly ip: Ipv4 })[] {
  if (!node.podCIDR) return [];
  return podsOn(cluster, node.name).flatMap((pod) =>
    !pod.hostNetwork && pod.ip !== undefined ? [{ ...pod, ip: pod.ip }] : [],
  );
}

function bridgeRows(cluster: Cluster, node: ClusterNode, naming: Naming): readonly Wanted[] {
  if (!node.podCIDR) return [];
  const ns = nodeNs(node.name);
  const origin: Origin = { by: 'cni', object: { ...node.ref, path: 'spec.podCIDR' } };
  const gateway = { address: addressAt(networkOf(node.podCIDR).address, 1), bits: node.podCIDR.bits };
  const options = { address: naming.mac('cni0', node.name) };
  const mtu = podMtu(cluster, node);
  const row = (what: string, op: TableOp): Wanted => ({ key: `cni0 ${what}`, ns, op, origin });
  return [
    row('link', { op: 'link-add', name: CNI0, options, link: { type: 'bridge' } }),
    { ...row('mtu', { op: 'link-set', name: CNI0, change: { set: 'mtu', mtu } }), overwrites: true },
    row('up', { op: 'link-set', name: CNI0, change: { set: 'up' } }),
    {
      ...row('address', { op: 'addr-add', dev: CNI0, address: gateway, broadcast: true }),
      undo: { op: 'addr-del', dev: CNI0, address: gateway, broadcast: true },
    },
    row('forward', { op: 'sysctl', key: 'net.ipv4.ip_forward', value: '1' }),
  ];
}

function podRows(
  cluster: Cluster,
  node: ClusterNode,
  pod: ClusterPod & { readonly ip: Ipv4 },
  naming: Naming,
): readonly Wanted[] {
  if (!node.podCIDR) return [];
  const host = nodeNs(node.name);
  const ns = podNs(pod);
  const veth = naming.veth(ns);
  const mtu = podMtu(cluster, node);
  const gateway = addressAt(networkOf(node.podCIDR).address, 1);
  const origin: Origin = { by: 'cni', object: { ...pod.ref, path: 'status.podIP' } };
  // another address is another sandbox: everything is plugged in anew
  const pair = `${ns} ${printIpv4(pod.ip)}`;
  const row = (what: string, where: NetNsId, op: TableOp): Wanted => ({
    key: `${pair} ${what}`,
    ns: where,
    op,
    on: pair,
    origin,
  });
  const via = (dst: { readonly address: Ipv4; readonly bits: number }): TableOp => ({
    op: 'route-add',
    route: { type: 'unicast', dst, via: gateway, dev: ETH0, onlink: false, metric: 0 },
  });
  const link = {
    type: 'veth' as const,
    peer: ETH0,
    peerNs: ns,
    peerOptions: { address: naming.mac('pod', ns), mtu },
    cable: false,
  };
  const address = { address: pod.ip, bits: node.podCIDR.bits };
  return [
    {
      key: pair,
      ns: host,
      op: { op: 'link-add', name: veth, options: { address: naming.mac('veth', ns), mtu }, link },
      origin,
      undo: { op: 'link-del', name: veth },
    },
    row('port', host, { op: 'link-set', name: veth, change: { set: 'master', master: CNI0 } }),
    row('hairpin', host, { op: 'link-set', name: veth, change: { set: 'hairpin', on: true } }),
    row('veth up', host, { op: 'link-set', name: veth, change: { set: 'up' } }),
    row('address', ns, { op: 'addr-add', dev: ETH0, address, broadcast: true }),
    row('up', ns, { op: 'link-set', name: ETH0, change: { set: 'up' } }),
    row('route to the pod network', ns, via(cluster.flannel.network)),
    row('default', ns, via({ address: 0 as Ipv4, bits: 0 })),
  ];
}

/** Everything the plugins shall have done on `node`. Pure. */
export function desiredPods(
  cluster: Cluster,
  node: ClusterNode,
  { naming, bridge }: { readonly naming: Naming; readonly bridge: boolean },
): readonly Wanted[] {
  const pods = podsOf(cluster, node);
  if (pods.length === 0 && !bridge) return [];
  return [
    ...bridgeRows(cluster, node, naming),
    ...pods.flatMap((pod) => podRows(cluster, node, pod, naming)),
  ];
}

const containersOf = (ns: NetNsId): string => `containers@${ns}`;

/** What the pod's containers do: listen on their ports, and where Services that select them expect it. */
function containers(pod: ClusterPod): Process {
  const listens = [...pod.ports, ...pod.targetPorts];
  const ports = (protocol: 'TCP' | 'UDP'): number[] => [
    ...new Set(listens.filter((p) => p.protocol === protocol).map((p) => p.port)),
  ];
  const state: ServerState = {
    name: pod.name,
    tcp: listens.length === 0 ? [DEFAULT_PORT] : ports('TCP'),
    udp: ports('UDP'),
    peers: {},
  };
  return { pid: containersOf(podNs(pod)), behaviour: 'server', ns: podNs(pod), state };
}

/** Plugs pods in and out as they come and go, or move to another address. */
export function cni(naming: Naming): Behaviour<CniState | undefined, Cluster> {
  return {
    name: 'cni',
    watches: true,
    wake(sys, state = { applied: [], pods: [], containers: {}, bridge: false, seen: '' }, why) {
      if (why.why !== 'start' && why.why !== 'objects') return state;
      const seen = podsText(sys.cluster, sys.ns);
      if (seen === state.seen) return state;
      const node = sys.cluster.nodes.find((n) => nodeNs(n.name) === sys.ns);
      const pods = node ? podsOf(sys.cluster, node) : [];
      const wanted = node ? desiredPods(sys.cluster, node, { naming, bridge: state.bridge }) : [];
      const ids = pods.map(podNs);
      const programs = new Map(pods.map((pod) => [containersOf(podNs(pod)), containers(pod)]));
      // a container whose ports changed is another container
      const same = (pid: string): boolean =>
        state.containers[pid] === JSON.stringify(programs.get(pid)?.state);
      for (const pid of Object.keys(state.containers)) if (!same(pid)) sys.kill(pid);
      for (const id of ids) if (!state.pods.includes(id)) sys.addNetns(id, { conntrackHooks: false });
      const applied = reconcile(sys, state.applied, wanted);
      for (const id of state.pods) if (!ids.includes(id)) sys.deleteNetns(id);
      for (const [pid, program] of programs) if (!same(pid)) sys.spawn(program);
      const running = Object.fromEntries(
        [...programs].map(([pid, { state: s }]) => [pid, JSON.stringify(s)]),
      );
      return { applied, pods: ids, containers: running, bridge: state.bridge || pods.length > 0, seen };
    },
  };
}
