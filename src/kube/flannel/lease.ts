/**
 * Leases: which node has which subnet, and how to reach it. With the kube manager a lease is a Node's podCIDR and what flanneld
 * wrote to its annotations; with the etcd manager it is a key. Either way the API server (or etcd) holds them, whether or not the
 * flanneld that put one there still runs.
 * @see flannel pkg/lease/lease.go, pkg/subnet/kube/annotations.go, pkg/subnet/etcd/registry.go
 */
import { printCidr, printIpv4, type Cidr, type Ipv4, type Mac } from '../../wire/address.ts';
import type { Origin } from '../../kernel/origin.ts';
import type { BackendType, Cluster } from '../cluster.ts';

export interface Lease {
  /** the node whose flanneld put it there */
  readonly node: string;
  readonly subnet: Cidr;
  readonly publicIP: Ipv4;
  readonly backendType: BackendType;
  /** vxlan only */
  readonly vni?: number;
  readonly vtepMac?: Mac;
  /** it was put there so many times since the board began: putting it again is an event, though nothing else changes */
  readonly revision: number;
  /** etcd takes it away then, in nanoseconds; undefined while somebody renews it, and for ever with the kube manager */
  readonly expires?: number;
}

export const ANNOTATION = 'flannel.alpha.coreos.com/';
const ANNOTATION_PATH = `metadata.annotations.${ANNOTATION}`;
export const PUBLIC_IP = `${ANNOTATION_PATH}public-ip`;
export const BACKEND_DATA = `${ANNOTATION_PATH}backend-data`;
export const POD_CIDR = 'spec.podCIDR';
/** how long etcd keeps the lease of a flanneld that says nothing any more, in nanoseconds: subnetTTL of local_manager.go */
export const LEASE_TTL = 24 * 3_600_000_000_000;
/** `--etcd-prefix` */
export const ETCD_PREFIX = '/coreos.com/network';

/** flanneld wrote it, because of that field of the lease's Node. */
export function because(node: string, path: string): Origin {
  return { by: 'flanneld', object: { kind: 'Node', namespace: '', name: node, path } };
}

const subnetText = ({ subnet }: Pick<Lease, 'subnet'>): string => printCidr(subnet);

/** The objects that leases are among, or are made from. */
export type LeaseObjects = Pick<Cluster, 'flannel' | 'leases' | 'nodes'>;

const NONE: readonly Lease[] = [];

/** The leases that a watcher hears of, in the order in which they came; a deleted Node has taken its own with it. */
export function leasesOf(cluster: Pick<Cluster, 'leases'>): readonly Lease[] {
  return cluster.leases ?? NONE;
}

/** The lease of a node. */
export function leaseOf(cluster: Pick<Cluster, 'leases'>, node: string): Lease | undefined {
  return leasesOf(cluster).find((lease) => lease.node === node);
}

/** The same objects with this lease in place of the node's (or the subnet's) older one. */
export function withLease<C extends LeaseObjects>(cluster: C, lease: Lease): C {
  const isOld = (old: Lease): boolean =>
    isEtcd(cluster) ? subnetText(old) === subnetText(lease) : old.node === lease.node;
  const leases = leasesOf(cluster);
  const at = leases.findIndex(isOld);
  return { ...cluster, leases: at < 0 ? [...leases, lease] : leases.with(at, lease) };
}

/** The same objects without the leases that `is` says yes to. */
export function withoutLease<C extends LeaseObjects>(cluster: C, is: (lease: Lease) => boolean): C {
  return { ...cluster, leases: leasesOf(cluster).filter((lease) => !is(lease)) };
}

/**
 * Who edits the text of a board edits objects, and what programs wrote to others stays. Annotations go with their Node; a key of etcd
 * is nobody's but its own, and those that the text has for nodes which come are put there.
 */
export function carryLeases(edited: Cluster, before: Cluster): Cluster {
  const next = before.boots ? { ...edited, boots: before.boots } : edited;
  if (before.leases === undefined || isEtcd(next) !== isEtcd(before)) return next;
  if (!isEtcd(next)) {
    const nodes = new Set(next.nodes.map(({ name }) => name));
    return next.leases ? next : { ...next, leases: before.leases.filter(({ node }) => nodes.has(node)) };
  }
  const known = new Set(before.nodes.map(({ name }) => name));
  const taken = new Set(before.leases.map(subnetText));
  const come = leasesOf(next).filter((lease) => !known.has(lease.node) && !taken.has(subnetText(lease)));
  return { ...next, leases: [...before.leases, ...come] };
}

export function isEtcd({ flannel }: Pick<Cluster, 'flannel'>): boolean {
  return flannel.manager === 'etcd';
}

/** Annotation `backend-data`, and BackendData of etcd's value. */
export function backendData({ vni, vtepMac }: Lease): string {
  return vtepMac === undefined ? 'null' : `{"VNI":${vni ?? 1},"VtepMAC":"${vtepMac}"}`;
}

/** What flanneld writes to its Node: key and value of each annotation. udp has no name for itself. */
export function annotationsOf(lease: Lease): Readonly<Record<string, string>> {
  return {
    [`${ANNOTATION}backend-data`]: backendData(lease),
    [`${ANNOTATION}backend-type`]: lease.backendType === 'udp' ? '' : lease.backendType,
    [`${ANNOTATION}kube-subnet-manager`]: 'true',
    [`${ANNOTATION}public-ip`]: printIpv4(lease.publicIP),
  };
}

/** The key of a lease in etcd: a dash stands where a slash would open a directory. */
export function etcdKey(subnet: Cidr): string {
  return `${ETCD_PREFIX}/subnets/${printCidr(subnet).replace('/', '-')}`;
}

/** Its value, as flanneld prints it: what is empty is left out, and udp is. */
export function etcdValue(lease: Lease): string {
  const { backendType, publicIP, vtepMac } = lease;
  const type = backendType === 'udp' ? '' : `,"BackendType":"${backendType}"`;
  const data = vtepMac === undefined ? '' : `,"BackendData":${backendData(lease)}`;
  return `{"PublicIP":"${printIpv4(publicIP)}","PublicIPv6":null${type}${data}}`;
}

/** Equal in all that a peer acts upon. */
export function sameLease(a: Lease, b: Lease): boolean {
  return (
    subnetText(a) === subnetText(b) &&
    a.publicIP === b.publicIP &&
    a.backendType === b.backendType &&
    a.vni === b.vni &&
    a.vtepMac === b.vtepMac
  );
}

export interface LeaseChanges {
  readonly gone: readonly Lease[];
  readonly come: readonly Lease[];
}

const differences = new WeakMap<readonly Lease[], WeakMap<readonly Lease[], LeaseChanges>>();

/** The leases of one list that are not in the other; worked out once for all who saw the same list before. */
export function changesBetween(before: readonly Lease[], after: readonly Lease[]): LeaseChanges {
  let byBefore = differences.get(after);
  if (!byBefore) differences.set(after, (byBefore = new WeakMap<readonly Lease[], LeaseChanges>()));
  let changes = byBefore.get(before);
  if (!changes) {
    const [old, now] = [new Set(before), new Set(after)];
    changes = {
      gone: before.filter((lease) => !now.has(lease)),
      come: after.filter((lease) => !old.has(lease)),
    };
    byBefore.set(before, changes);
  }
  return changes;
}
