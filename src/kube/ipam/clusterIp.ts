/**
 * ClusterIPs: numbers that the API server reserves and no device owns. Two allocators exist and choose alike: the older one
 * keeps a bitmap of one range in etcd; the newer one (MultiCIDRServiceAllocator, default since 1.33) has an IPAddress object
 * for each address and takes any range for which there is a ServiceCIDR object. They differ in what they say.
 * @see kubernetes pkg/registry/core/service/ipallocator/{interfaces,bitmap,ipallocator,cidrallocator}.go,
 *      pkg/registry/core/service/storage/alloc.go (facts/dataplane.md 4.2)
 * Left out: IPv6, and the objects themselves (finalizers, the repair loop).
 */
import type { Random } from '../../lib/random.ts';
import { err, ok, type Result } from '../../lib/result.ts';
import {
  addressAt,
  contains,
  networkOf,
  printCidr,
  printIpv4,
  type Cidr,
  type Ipv4,
} from '../../wire/address.ts';
import { bandOffset, pick } from './band.ts';

export type ClusterIpAllocator = 'bitmap' | 'ipaddress';

export const RANGE_FULL = 'range is full';
export const IP_ALLOCATED = 'provided IP is already allocated';
export const NO_SUCH_RANGE = 'the provided network does not match the current range';

/** Addresses of a service CIDR that can be given, and how many of the first are the static band. */
export interface ServiceRange {
  readonly cidr: Cidr;
  /** the address behind the network's own */
  readonly first: Ipv4;
  readonly count: number;
  /** size of the static band: min(max(16, size/16), 256), 0 up to 16 addresses */
  readonly offset: number;
}

export function serviceRange(serviceCIDR: Cidr): ServiceRange {
  const cidr = networkOf(serviceCIDR);
  const size = 2 ** (32 - cidr.bits);
  return {
    cidr,
    first: addressAt(cidr.address, 1),
    count: Math.max(0, size - 2),
    offset: bandOffset(size, { min: 16, max: 256, step: 16 }),
  };
}

/** The ClusterIP of the Service `default/kubernetes`: always the first of the range. @see pkg/controlplane/controller/kubernetesservice */
export function kubernetesServiceIp(serviceCIDR: Cidr): Ipv4 {
  return serviceRange(serviceCIDR).first;
}

function holds({ first, count }: ServiceRange, ip: Ipv4): boolean {
  return ip >= first && ip < first + count;
}

/** An address for a Service that asks for none: upper band first, then the lower. 'range is full' when there is none. */
export function allocateClusterIp(
  ranges: readonly Cidr[],
  taken: ReadonlySet<Ipv4>,
  random: Random,
): Result<Ipv4, string> {
  for (const range of ranges.map(serviceRange)) {
    const index = pick(range, (i) => taken.has(addressAt(range.first, i)), random);
    if (index !== undefined) return ok(addressAt(range.first, index));
  }
  return err(RANGE_FULL);
}

/** Takes the address that a Service asks for; the error is what the allocator says. */
export function requestClusterIp(
  { ranges, allocator }: { readonly ranges: readonly Cidr[]; readonly allocator: ClusterIpAllocator },
  taken: ReadonlySet<Ipv4>,
  ip: Ipv4,
): Result<Ipv4, string> {
  const range = ranges.map(serviceRange).find(({ cidr }) => contains(cidr, ip));
  const [only] = ranges;
  if (!range && allocator === 'ipaddress') return err(NO_SUCH_RANGE);
  if (!range || !holds(range, ip)) {
    const valid = range?.cidr ?? (only && networkOf(only));
    return err(
      `the provided IP (${printIpv4(ip)}) is not in the valid range. The range of valid IPs is ${valid ? printCidr(valid) : ''}`,
    );
  }
  return taken.has(ip) ? err(IP_ALLOCATED) : ok(ip);
}

/** What a user reads when `requestClusterIp` fails (422), without the name of the Service in front. */
export function requestRefused(ip: Ipv4, error: string): string {
  const text = printIpv4(ip);
  return `spec.clusterIPs: Invalid value: ["${text}"]: failed to allocate IP ${text}: ${error}`;
}

/** What a user reads when `allocateClusterIp` fails (500). */
export function allocationFailed(error: string): string {
  return `Internal error occurred: failed to allocate a serviceIP: ${error}`;
}
