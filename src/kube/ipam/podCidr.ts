/**
 * Which podCIDR a node gets: the range allocator of kube-controller-manager (`--allocate-node-cidrs`, `--cluster-cidr`). The
 * cluster CIDR is cut in equal blocks; a pointer moves past each block that is given and wraps, so a freed block is given
 * again only after all others, or after a restart (the pointer is at 0 then, and what nodes have is marked first).
 * @see kubernetes pkg/controller/nodeipam/ipam/{range_allocator.go,cidrset/cidr_set.go} (facts/dataplane.md 4.1)
 * Left out: IPv6, and the bitmap's bound of 2^16 blocks that only IPv6 meets.
 */
import { err, ok, type Result } from '../../lib/result.ts';
import { addressAt, contains, lastOf, networkOf, printCidr, type Cidr } from '../../wire/address.ts';

/** --node-cidr-mask-size for IPv4 */
export const NODE_MASK = 24;

export const NO_CIDRS_LEFT =
  'CIDR allocation failed; there are no remaining CIDRs left to allocate in the accepted range';

/** What the API server answers to a change of podCIDR: it may be given once. @see pkg/apis/core/validation/validation.go */
export const POD_CIDR_IMMUTABLE =
  'spec.podCIDRs: Forbidden: node updates may not change podCIDR except from "" to valid';

/** The allocator's memory, as plain data. */
export interface CidrSet {
  readonly clusterCIDR: Cidr;
  readonly nodeMask: number;
  /** the block that is tried next */
  readonly next: number;
  readonly used: ReadonlySet<number>;
}

/** How many blocks a set has: 256 of /24 in a /16. */
export function blocksOf({ clusterCIDR, nodeMask }: CidrSet): number {
  return 2 ** (nodeMask - clusterCIDR.bits);
}

/** Block number `index`. */
export function blockAt({ clusterCIDR, nodeMask }: CidrSet, index: number): Cidr {
  return { address: addressAt(clusterCIDR.address, index * 2 ** (32 - nodeMask)), bits: nodeMask };
}

/** An empty set; the error is the text with which kube-controller-manager ends. @see cmd/kube-controller-manager/app/core.go */
export function createCidrSet(clusterCIDR: Cidr, nodeMask = NODE_MASK): Result<CidrSet, string> {
  if (clusterCIDR.bits > nodeMask)
    return err(
      'Controller: Invalid --cluster-cidr, mask size of cluster CIDR must be less than or equal to --node-cidr-mask-size configured for CIDR family',
    );
  return ok({ clusterCIDR: networkOf(clusterCIDR), nodeMask, next: 0, used: new Set() });
}

/** First and last block that `cidr` touches, or the allocator's error when it lies outside. */
export function indices(set: CidrSet, cidr: Cidr): Result<readonly [number, number], string> {
  const { clusterCIDR, nodeMask } = set;
  const from = networkOf(cidr).address;
  const within = contains(clusterCIDR, from);
  if (!within && !contains(cidr, clusterCIDR.address))
    return err(
      `cidr ${printCidr(networkOf(cidr))} is out the range of cluster cidr ${printCidr(clusterCIDR)}`,
    );
  // a block that holds the whole cluster CIDR marks all of it
  if (cidr.bits <= clusterCIDR.bits) return ok([0, blocksOf(set) - 1]);
  const size = 2 ** (32 - nodeMask);
  const indexOf = (address: number): number => Math.floor((address - clusterCIDR.address) / size);
  return ok([indexOf(from), indexOf(lastOf(cidr))]);
}

/** Marks what is taken already: a node's podCIDR at start, the service CIDR. Fails with the allocator's text when outside. */
export function occupy(set: CidrSet, cidr: Cidr): Result<CidrSet, string> {
  const range = indices(set, cidr);
  if (!range.ok) return range;
  const used = new Set(set.used);
  for (let i = range.value[0]; i <= range.value[1]; i++) used.add(i);
  return ok({ ...set, used });
}

/** Frees a block, when its Node is deleted; the pointer stays. */
export function release(set: CidrSet, cidr: Cidr): Result<CidrSet, string> {
  const range = indices(set, cidr);
  if (!range.ok) return range;
  const used = new Set(set.used);
  for (let i = range.value[0]; i <= range.value[1]; i++) used.delete(i);
  return ok({ ...set, used });
}

/** The next free block and the set behind it; fails with the allocator's text when none is left. */
export function allocateNext(
  set: CidrSet,
): Result<{ readonly set: CidrSet; readonly cidr: Cidr; readonly index: number }, string> {
  const blocks = blocksOf(set);
  for (let i = 0; i < blocks; i++) {
    const index = (set.next + i) % blocks;
    if (set.used.has(index)) continue;
    const used = new Set(set.used).add(index);
    return ok({ set: { ...set, next: (index + 1) % blocks, used }, cidr: blockAt(set, index), index });
  }
  return err(NO_CIDRS_LEFT);
}
