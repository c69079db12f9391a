/** With what flanneld ends where a Node is not to its liking; whoever reads the Node's text says it before (pkg/subnet/kube/kube.go, main.go). */
import type { BackendType, ClusterNode } from '../cluster.ts';

export const notLeased = (why: string): string =>
  `Error registering network: failed to acquire lease: ${why}`;

export const noPodCIDR = (node: string): string => `node "${node}" pod cidr not assigned`;

export const wrongPodCIDRs = (node: string): string =>
  `node "${node}" pod cidrs should be IPv4/IPv6 only or dualstack`;

/** pkg/backend/udp/udp.go, built for every architecture but amd64 */
export const UDP_NOT_SUPPORTED = 'Error fetching backend: UDP backend is not supported on this architecture';

/** The proxy of the udp backend is amd64's alone. */
export function isBuiltFor(
  backend: BackendType,
  { architecture }: Pick<ClusterNode, 'architecture'>,
): boolean {
  return backend !== 'udp' || architecture === undefined;
}
