/**
 * What becomes of a Node whose kubelet is heard of no more. kubelet renews its Lease every 10 s; kube-controller-manager looks
 * every 5 s, and when the last renewal is more than 40 s ago it sets the Node's condition Ready to Unknown and the condition Ready
 * of all its pods to False, so the EndpointSlice controller takes them out. Nothing else stops: containers run on, flannel's rows
 * stay. Both clocks tick with the board's, and only while somebody is silent: a quiet board has no events.
 * @see kubernetes pkg/controller/nodelifecycle/node_lifecycle_controller.go monitorNodeHealth, --node-monitor-grace-period (50 s from 1.32)
 * Left out: taints and eviction after tolerationSeconds.
 */
import type { NetNsId, SimTime } from '../kernel/recorder.ts';
import type { Behaviour, Process } from '../sim/process.ts';
import type { Cluster, ClusterNode, ClusterPod } from './cluster.ts';
import { withOwnSlices } from './endpointSlices.ts';
import type { Endpoint, EndpointSlice } from './service.ts';

const SECOND = 1_000_000_000;
const RENEWED_EVERY = 10 * SECOND;
const LOOKS_EVERY = 5 * SECOND;
const GRACE_PERIOD = 40 * SECOND;

/** Its process, from the first kubelet that is stopped. */
export const NODE_LIFECYCLE: Process = {
  pid: 'node-lifecycle',
  behaviour: 'node-lifecycle',
  ns: '' as NetNsId,
  state: undefined,
};

/** kubelet of a node is stopped: what was heard of it last is its last renewal. */
export function kubeletStopped(cluster: Cluster, node: string, now: SimTime): Cluster {
  const { silent = {} } = cluster;
  if (node in silent) return cluster;
  return { ...cluster, silent: { ...silent, [node]: now - (now % RENEWED_EVERY) } };
}

/** It runs again, and posts its state at once. */
export function kubeletStarted(cluster: Cluster, node: string): Cluster {
  if (cluster.silent?.[node] === undefined) return cluster;
  const { [node]: _since, ...silent } = cluster.silent;
  return { ...cluster, silent };
}

/** An edited text knows nothing of kubelets that are stopped, and of Nodes that are lost. */
export function carrySilence(edited: Cluster, { silent, nodes }: Cluster): Cluster {
  if (silent === undefined) return edited;
  const lost = new Set(nodes.flatMap((node) => (node.lost ? [node.name] : [])));
  return withLost({ ...edited, silent }, lost);
}

/** When it is noticed that nobody has heard of a node since. */
const noticedAt = (heard: number): number =>
  (Math.floor((heard + GRACE_PERIOD) / LOOKS_EVERY) + 1) * LOOKS_EVERY;

/** When it looks next at somebody who is silent. */
type LifecycleState = number | undefined;

/** What it does. */
export const nodeLifecycle: Behaviour<LifecycleState, Cluster> = {
  name: 'node-lifecycle',
  watches: true,
  wake(sys, due, why) {
    const { silent = {}, nodes } = sys.cluster;
    const isLost = (name: string): boolean => noticedAt(silent[name] ?? Infinity) <= sys.now;
    const changed = nodes.filter(({ name, lost = false }) => isLost(name) !== lost);
    if (changed.length > 0) {
      for (const { name, lost } of changed)
        sys.log(
          `Node ${name} status is now: ${lost ? 'NodeReady' : 'NodeNotReady'}`,
          { by: 'machine' },
          { kind: 'object' },
        );
      sys.setCluster(withLost(sys.cluster, new Set(nodes.map(({ name }) => name).filter(isLost))));
    }
    const later = Object.values(silent)
      .map(noticedAt)
      .filter((at) => at > sys.now);
    if (later.length === 0) return undefined;
    const next = Math.min(...later);
    const isArmed = due === next && why.why !== 'timer';
    if (!isArmed) sys.timer(next - sys.now, 'look');
    return next;
  },
};

/** The objects when these Nodes are lost and no others. */
function withLost(cluster: Cluster, lost: ReadonlySet<string>): Cluster {
  const nodes = cluster.nodes.map((node) => asNode(node, lost.has(node.name)));
  const pods = cluster.pods.map((pod) => asPod(pod, lost.has(pod.node)));
  const published = new Set(
    cluster.services.flatMap((s) => (s.publishNotReadyAddresses ? [`${s.namespace}/${s.name}`] : [])),
  );
  const given = cluster.endpointSlices
    .filter(({ generated }) => generated !== true)
    .map((slice) => asSlice(slice, lost, published.has(`${slice.namespace}/${slice.service}`)));
  return {
    ...cluster,
    nodes,
    pods,
    endpointSlices: withOwnSlices({ services: cluster.services, pods, nodes }, given),
  };
}

function asNode(node: ClusterNode, isLost: boolean): ClusterNode {
  if (isLost === (node.lost ?? false)) return node;
  const { lost: was, notReady, ...rest } = node;
  // a Node of which the text says that it is not Ready is so afterwards, too
  if (isLost) return { ...rest, notReady: 'Unknown', lost: notReady ?? true };
  return was === 'False' || was === 'Unknown' ? { ...rest, notReady: was } : rest;
}

function asPod(pod: ClusterPod, isLost: boolean): ClusterPod {
  if (isLost) return pod.wasReady === undefined ? { ...pod, ready: false, wasReady: pod.ready } : pod;
  if (pod.wasReady === undefined) return pod;
  const { wasReady, ...rest } = pod;
  return { ...rest, ready: wasReady };
}

function asSlice(slice: EndpointSlice, lost: ReadonlySet<string>, isPublished: boolean): EndpointSlice {
  const endpoints = slice.endpoints.map((endpoint) =>
    asEndpoint(endpoint, endpoint.node !== undefined && lost.has(endpoint.node), isPublished),
  );
  return endpoints.every((endpoint, i) => endpoint === slice.endpoints[i]) ? slice : { ...slice, endpoints };
}

function asEndpoint(endpoint: Endpoint, isLost: boolean, isPublished: boolean): Endpoint {
  const { ready, serving, was } = endpoint;
  if (isLost)
    return was === undefined
      ? { ...endpoint, ready: isPublished, serving: isPublished, was: { ready, serving } }
      : endpoint;
  if (was === undefined) return endpoint;
  const { was: _was, ...rest } = endpoint;
  return { ...rest, ...was };
}
