/**
 * Who takes part in a connection, as policies see it: a pod, a machine of the cluster, or an address outside. A hostNetwork pod
 * is its node: no selector finds it, only an ipBlock with the node's address does.
 */
import type { Ipv4 } from '../../wire/address.ts';
import type { Cluster, ClusterPod, ContainerPort } from '../cluster.ts';
import { NAMESPACE_NAME_LABEL } from './networkPolicy.ts';

export type Labels = Readonly<Record<string, string>>;

/** What selectors look at. */
export interface SelectablePod {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Labels;
  readonly ports: readonly ContainerPort[];
}

export interface Subject {
  /** in the spelling of the command line: `pod/NAMESPACE/NAME`, `node/NAME`, `client/NAME`, or an address */
  readonly id: string;
  /** undefined: selectors do not find it */
  readonly pod?: SelectablePod;
  /** the address it sends from, as the other side's node sees it; undefined: it has none (yet) */
  readonly ip?: Ipv4;
  /** the address it is reached at, where that is another one */
  readonly reachedAt?: Ipv4;
  /** the node that it is on, or is */
  readonly node?: string;
  /** is it the node itself (or a hostNetwork pod on it)? */
  readonly isNode: boolean;
}

/** The labels of every namespace by its name. */
export type NamespaceLabels = ReadonlyMap<string, Labels>;

export function namespaceLabels(cluster: Pick<Cluster, 'namespaces'>): NamespaceLabels {
  return new Map(cluster.namespaces.map(({ name, labels }) => [name, labels]));
}

const NO_LABELS: Labels = {};

/** A namespace without a document still has the label of its name. */
export function labelsOfNamespace(namespaces: NamespaceLabels, name: string): Labels {
  return namespaces.get(name) ?? { ...NO_LABELS, [NAMESPACE_NAME_LABEL]: name };
}

/**
 * The address at which a node's own packets arrive at another node: its own, but with a tunnel device it is that device's,
 * because the route to the other podCIDR leads through it.
 */
function addressOfNode(cluster: Cluster, name: string): { readonly ip?: Ipv4; readonly reachedAt?: Ipv4 } {
  const node = cluster.nodes.find((n) => n.name === name);
  if (!node) return {};
  const isTunnel = cluster.flannel.backend !== 'host-gw' && node.podCIDR !== undefined;
  return { ip: isTunnel && node.podCIDR ? node.podCIDR.address : node.ip, reachedAt: node.ip };
}

export function subjectOfNode(cluster: Cluster, name: string): Subject {
  return { id: `node/${name}`, ...addressOfNode(cluster, name), node: name, isNode: true };
}

export function subjectOfPod(cluster: Cluster, pod: ClusterPod): Subject {
  const id = `pod/${pod.namespace}/${pod.name}`;
  if (pod.hostNetwork) return { id, ...addressOfNode(cluster, pod.node), node: pod.node, isNode: true };
  return {
    id,
    pod,
    ...(pod.ip === undefined ? {} : { ip: pod.ip }),
    ...(pod.node === '' ? {} : { node: pod.node }),
    isNode: false,
  };
}

export function subjectOfClient({ name, ip }: { readonly name: string; readonly ip: Ipv4 }): Subject {
  return { id: `client/${name}`, ip, isNode: false };
}
