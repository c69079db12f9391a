/**
 * What a controller watches: the part of the cluster that its rows depend on, as a text. Equal texts mean that nothing it
 * cares about has changed, so an edit of one pod costs one node's CNI and nobody else. Made once for a cluster and shared.
 */
import { hashText } from '../lib/random.ts';
import type { Cluster, ClusterNode, ClusterPod } from './cluster.ts';

type PodsByNode = ReadonlyMap<string, readonly ClusterPod[]>;

const podsByNodes = new WeakMap<Cluster['pods'], PodsByNode>();
const textByNodes = new WeakMap<Cluster['nodes'], NodesText>();

interface NodesText {
  readonly of: Machines;
  readonly text: string;
  /** as good as the text, and short: a hash of the nodes' hashes */
  readonly digest: string;
}

type Machines = Pick<Cluster, 'flannel' | 'segments' | 'router' | 'clients'>;

/** Machines: nodes, segments, router, clients, flannel's configuration. Whoever writes a status or a lease leaves the lists of nodes and pods as they were, so their texts are known. */
function textOf({ flannel, segments, router, clients, nodes }: Cluster): NodesText {
  const known = textByNodes.get(nodes);
  const isSame =
    known?.of.flannel === flannel &&
    known.of.segments === segments &&
    known.of.router === router &&
    known.of.clients === clients;
  if (isSame) return known;
  const machines = JSON.stringify({ flannel, segments, router, clients });
  const texts = nodes.map(textOfNode);
  const text = [machines, ...texts.map((node) => node.text)].join('\n');
  const hashes = [hashText(machines), ...texts.map(({ hash }) => hash)].join(' ');
  const digest = `${nodes.length} ${text.length} ${hashText(hashes)}`;
  const made: NodesText = { of: { flannel, segments, router, clients }, text, digest };
  textByNodes.set(nodes, made);
  return made;
}

const textByNode = new WeakMap<ClusterNode, { readonly text: string; readonly hash: number }>();

/** Of a thousand nodes one is new: the others' texts are known. */
function textOfNode(node: ClusterNode): { readonly text: string; readonly hash: number } {
  const known = textByNode.get(node);
  if (known) return known;
  const text = JSON.stringify(node);
  const made = { text, hash: hashText(text) };
  textByNode.set(node, made);
  return made;
}

function podsByNodeOf({ pods }: Cluster): PodsByNode {
  const known = podsByNodes.get(pods);
  if (known) return known;
  const byNode = new Map<string, ClusterPod[]>();
  for (const pod of pods) {
    const there = byNode.get(pod.node);
    if (there) there.push(pod);
    else byNode.set(pod.node, [pod]);
  }
  podsByNodes.set(pods, byNode);
  return byNode;
}

/** Everything about machines and leases. */
export function nodesText(cluster: Cluster): string {
  return textOf(cluster).text;
}

/** The pods of a node, in the order of the documents. */
export function podsOn(cluster: Cluster, node: string): readonly ClusterPod[] {
  return podsByNodeOf(cluster).get(node) ?? [];
}

/** Everything about the pods of a node, and about machines and leases. */
export function podsText(cluster: Cluster, node: string): string {
  return `${textOf(cluster).digest} ${JSON.stringify(podsOn(cluster, node))}`;
}
