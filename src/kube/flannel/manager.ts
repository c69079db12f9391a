/**
 * The two subnet managers: how flanneld comes to its lease. With kube it is the Node's podCIDR, with which flanneld publishes how
 * to reach it; with etcd it is a key that flanneld takes for a day at a time.
 * Left out: the race of two flannelds for one key (all of a board's programs are heard one after the other).
 * @see flannel pkg/subnet/kube/kube.go AcquireLease, pkg/subnet/etcd/local_manager.go tryAcquireLease
 */
import { hashText } from '../../lib/random.ts';
import { err, ok, type Result } from '../../lib/result.ts';
import { addressAt, contains, networkOf, printCidr, printIpv4, type Cidr } from '../../wire/address.ts';
import type { Cluster } from '../cluster.ts';
import {
  etcdKey,
  isEtcd,
  leasesOf,
  sameLease,
  withLease,
  withoutLease,
  type Lease,
  type LeaseObjects,
} from './lease.ts';
import { checkNetworkConfig, isCompatible, type Refused, type Subnets } from './netConf.ts';
import { noPodCIDR, wrongPodCIDRs } from './refusals.ts';

/** What a flanneld says of itself. */
export type Attrs = Omit<Lease, 'subnet' | 'revision' | 'expires'>;

export interface Acquired<C extends LeaseObjects = Cluster> {
  /** the objects as they are then; the same when there was nothing to write */
  readonly cluster: C;
  readonly lease: Result<Lease, string>;
  /** log lines */
  readonly says: readonly string[];
}

export interface Asking {
  readonly attrs: Attrs;
  /** FLANNEL_SUBNET of the subnet.env that is there */
  readonly previous: Cidr | undefined;
  /** it was told nothing yet: the board is being set up, and what stands there is its own */
  readonly first: boolean;
}

/** AcquireLease: the lease that this node gets, or the words with which flanneld ends. */
export function acquireLease<C extends LeaseObjects>(cluster: C, asking: Asking): Acquired<C> {
  return isEtcd(cluster) ? fromEtcd(cluster, asking) : fromKube(cluster, asking);
}

function put<C extends LeaseObjects>(
  cluster: C,
  lease: Omit<Lease, 'revision'>,
  old: Lease | undefined,
  first: boolean,
): { readonly cluster: C; readonly lease: Lease } {
  const next: Lease = { ...lease, revision: (old?.revision ?? 0) + (old && !first ? 1 : 0) };
  const isThere = old !== undefined && old.expires === undefined && sameLease(old, next);
  return isThere && old.revision === next.revision
    ? { cluster, lease: old }
    : { cluster: withLease(cluster, next), lease: next };
}

// ---------------------------------------------------------------------------------------------- kube

function fromKube<C extends LeaseObjects>(cluster: C, { attrs }: Asking): Acquired<C> {
  const node = cluster.nodes.find(({ name }) => name === attrs.node);
  if (node?.podCIDRs !== undefined) return refused(cluster, wrongPodCIDRs(attrs.node));
  if (!node?.podCIDR) return refused(cluster, noPodCIDR(attrs.node));
  const subnet = networkOf(node.podCIDR);
  const { network } = cluster.flannel;
  const { publicIPOverwrite: overwrite } = node;
  const says =
    overwrite === undefined || overwrite === attrs.publicIP
      ? []
      : [
          `Overriding public ip with '${printIpv4(overwrite)}' from node annotation 'flannel.alpha.coreos.com/public-ip-overwrite'`,
        ];
  const publicIP = overwrite ?? attrs.publicIP;
  const old = leasesOf(cluster).find((lease) => lease.node === attrs.node);
  // annotations that say the same already are not written again, and nobody hears of it
  const written = put(cluster, { ...attrs, publicIP, subnet }, old, true);
  if (!contains(network, subnet.address) || subnet.bits < network.bits)
    return {
      // the Node is patched before the network is looked at
      cluster: written.cluster,
      says,
      lease: err(
        `subnet "${printCidr(network)}" specified in the flannel net config doesn't contain "${printCidr(subnet)}" PodCIDR of the "${attrs.node}" node`,
      ),
    };
  return { cluster: written.cluster, lease: ok(written.lease), says };
}

function refused<C extends LeaseObjects>(
  cluster: C,
  error: string,
  says: readonly string[] = [],
): Acquired<C> {
  return { cluster, lease: err(error), says };
}

// ---------------------------------------------------------------------------------------------- etcd

const NO_IPV6 = 'ipv6: ::/0';
/** pkg/subnet/etcd/local_manager.go allocateSubnet */
const MOST_CANDIDATES = 100;

function fromEtcd<C extends LeaseObjects>(cluster: C, { attrs, previous, first }: Asking): Acquired<C> {
  const checked = subnetsOf(cluster);
  if (!checked.ok) return refused(cluster, checked.error.error);
  const subnets = checked.value;
  const says: string[] = [];
  let objects = cluster;
  const ip = printIpv4(attrs.publicIP);
  const own = leasesOf(cluster).find(({ publicIP }) => publicIP === attrs.publicIP);
  if (own) {
    if (isCompatible(subnets, own.subnet)) {
      const written = put(cluster, { ...attrs, subnet: own.subnet }, own, first);
      const line = `Found lease (ip: ${printCidr(own.subnet)} ${NO_IPV6}) for current IP (${ip}), reusing`;
      return { cluster: written.cluster, lease: ok(written.lease), says: [line] };
    }
    says.push(
      `Found lease (${printCidr(own.subnet)}) for current IP (${ip}) but not compatible with current config, deleting`,
    );
    objects = withoutLease(objects, (lease) => etcdKey(lease.subnet) === etcdKey(own.subnet));
  }
  const leases = leasesOf(objects);
  let subnet: Cidr | undefined;
  if (previous && !leases.some((lease) => printCidr(lease.subnet) === printCidr(previous))) {
    if (isCompatible(subnets, previous)) {
      says.push(`Found previously leased subnet (${printCidr(previous)}), reusing`);
      subnet = previous;
    } else
      says.push(
        `Found previously leased subnet (${printCidr(previous)}) that is not compatible with the Etcd network config, ignoring`,
      );
  }
  if (!subnet) {
    says.push(`Picking subnet in range ${printIpv4(subnets.min)} ... ${printIpv4(subnets.max)}`);
    subnet = pickSubnet(subnets, leases, attrs.node);
    if (!subnet) return refused(objects, 'out of subnets', says);
  }
  const written = put(objects, { ...attrs, subnet }, undefined, first);
  says.push(`Allocated lease (ip: ${printCidr(subnet)} ${NO_IPV6}) to current node (${ip}) `);
  return { cluster: written.cluster, lease: ok(written.lease), says };
}

/** The subnets of etcd's configuration. */
function subnetsOf({ flannel }: LeaseObjects): Result<Subnets, Refused> {
  return checkNetworkConfig(flannel.network, flannel.subnets ?? {});
}

/** One of the first hundred that are free; which one is drawn by lot, here from the node's name. */
export function pickSubnet(
  { len, min, max }: Subnets,
  leases: readonly Pick<Lease, 'subnet'>[],
  node: string,
): Cidr | undefined {
  const size = 2 ** (32 - len);
  const isWhole = ({ subnet }: Pick<Lease, 'subnet'>): boolean => subnet.bits === len;
  const taken = new Set<number>(leases.filter(isWhole).map(({ subnet }) => subnet.address));
  // leases of another SubnetLen: what is left of an older configuration
  const others = leases.filter((lease) => !isWhole(lease));
  const free: Cidr[] = [];
  for (let offset = 0; min + offset <= max && free.length < MOST_CANDIDATES; offset += size) {
    const subnet: Cidr = { address: addressAt(min, offset), bits: len };
    if (!taken.has(subnet.address) && !others.some((lease) => overlap(lease.subnet, subnet)))
      free.push(subnet);
  }
  return free[hashText(`lease of ${node}`) % Math.max(1, free.length)];
}

function overlap(a: Cidr, b: Cidr): boolean {
  return contains(a, b.address) || contains(b, a.address);
}
