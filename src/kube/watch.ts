/**
 * What a controller watches: the part of the cluster that its rows depend on, as a text. Equal texts mean that nothing it
 * cares about has changed, so an edit of one pod costs one node's CNI and nobody else. Made once for a cluster and shared.
 */
import type { Cluster, ClusterPod } from './cluster.ts';

interface Watched {
  /** leases and machines: nodes, segments, router, clients, flannel's configuration */
  readonly nodes: string;
  readonly podsByNode: ReadonlyMap<string, readonly ClusterPod[]>;
}

const watchedByCluster = new WeakMap<Cluster, Watched>();

function watched(cluster: Cluster): Watched {
  const known = watchedByCluster.get(cluster);
  if (known) return known;
  const { flannel, segments, router, clients, nodes } = cluster;
  const podsByNode = new Map<string, ClusterPod[]>();
  for (const pod of cluster.pods) {
    const pods = podsByNode.get(pod.node);
    if (pods) pods.push(pod);
    else podsByNode.set(pod.node, [pod]);
  }
  const made = { nodes: JSON.stringify({ flannel, segments, router, clients, nodes }), podsByNode };
  watchedByCluster.set(cluster, made);
  return made;
}

/** Everything about machines and leases. */
export function nodesText(cluster: Cluster): string {
  return watched(cluster).nodes;
}

/** The pods of a node, in the order of the documents. */
export function podsOn(cluster: Cluster, node: string): readonly ClusterPod[] {
  return watched(cluster).podsByNode.get(node) ?? [];
}

/** Everything about the pods of a node, and about machines and leases. */
export function podsText(cluster: Cluster, node: string): string {
  return nodesText(cluster) + JSON.stringify(podsOn(cluster, node));
}
