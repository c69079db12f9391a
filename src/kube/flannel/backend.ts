/** What a flannel backend is: a pure plan of what shall stand on a node. @see flannel pkg/backend/common.go */
import { networkOf, type Cidr, type Ipv4, type Mac } from '../../wire/address.ts';
import type { Origin } from '../../kernel/origin.ts';
import type { BackendType, Cluster, ClusterNode } from '../cluster.ts';
import type { Naming } from '../naming.ts';
import type { Wanted } from '../reconcile.ts';

/** A lease as flanneld holds it: which node has which subnet, and how to reach it. */
export interface Lease {
  readonly node: ClusterNode;
  readonly subnet: Cidr;
  readonly publicIP: Ipv4;
  readonly vtepMac: Mac;
}

export interface Plan {
  readonly cluster: Cluster;
  readonly node: ClusterNode;
  readonly own: Lease;
  readonly remotes: readonly Lease[];
}

export interface FlannelBackend {
  readonly type: BackendType;
  /** bytes that the backend puts in front of a pod's packet; the pods' MTU is that much smaller */
  readonly encapOverhead: number;
  desired(plan: Plan): readonly Wanted[];
}

const OVERHEAD: Readonly<Record<BackendType, number>> = { vxlan: 50, udp: 28, 'host-gw': 0 };

/** FLANNEL_MTU: what subnet.env tells the bridge plugin. */
export function podMtu(cluster: Cluster, node: ClusterNode): number {
  const underlay = cluster.segments.find((segment) => segment.name === node.segment)?.mtu ?? 1500;
  return underlay - OVERHEAD[cluster.flannel.backend];
}

export function encapOverhead(type: BackendType): number {
  return OVERHEAD[type];
}

/** The leases of the cluster: nodes with a podCIDR. Without one flanneld does not start there. */
export function leasesOf(cluster: Cluster, naming: Naming): readonly Lease[] {
  return cluster.nodes.flatMap((node) => {
    if (!node.podCIDR) return [];
    const vtepMac = node.vtepMac ?? naming.mac('vtep', node.name);
    return [{ node, subnet: networkOf(node.podCIDR), publicIP: node.ip, vtepMac }];
  });
}

/** flanneld wrote it, because of that field of the lease's Node. */
export function because(lease: Lease, path: string): Origin {
  return { by: 'flanneld', object: { ...lease.node.ref, path } };
}

const ANNOTATION = 'metadata.annotations.flannel.alpha.coreos.com/';
export const PUBLIC_IP = `${ANNOTATION}public-ip`;
export const BACKEND_DATA = `${ANNOTATION}backend-data`;
export const POD_CIDR = 'spec.podCIDR';
