/**
 * The host-local IPAM plugin: which address a pod gets. One range per node, round robin: the search starts behind the
 * address given last, skips the gateway and what is taken, and wraps, so a freed address is not reused at once.
 * @see containernetworking/plugins plugins/ipam/host-local/backend/allocator/{allocator,range}.go (facts/dataplane.md 2.5)
 * Left out: several ranges per node, requested addresses, and the files in /var/lib/cni that leak when a node dies.
 */
import { err, ok, type Result } from '../../lib/result.ts';
import {
  addressAt,
  lastOf,
  networkOf,
  printCidr,
  printIpv4,
  type Cidr,
  type Ipv4,
} from '../../wire/address.ts';

/** The gateway is the first address of the subnet; cni0 has it. */
export function gatewayOf(subnet: Cidr): Ipv4 {
  return addressAt(networkOf(subnet).address, 1);
}

/** The next free address behind `last` (none given yet: undefined); the error is the plugin's own text. */
export function allocate(subnet: Cidr, taken: ReadonlySet<Ipv4>, last?: Ipv4): Result<Ipv4, string> {
  if (subnet.bits > 30) {
    return err(`invalid range set 0: Network ${printCidr(networkOf(subnet))} too small to allocate from`);
  }
  const first = gatewayOf(subnet);
  const end = addressAt(lastOf(subnet), -1);
  // One more than what is taken is enough: gateway and taken addresses are all that can be in the way
  const tries = Math.min(end - first + 1, taken.size + 2);
  let ip = last ?? first;
  for (let i = 0; i < tries; i++) {
    ip = ip >= end || ip < first ? first : addressAt(ip, 1);
    if (ip !== first && !taken.has(ip)) return ok(ip);
  }
  return err(
    `failed to allocate for range 0: no IP addresses available in range set: ${printIpv4(first)}-${printIpv4(end)}`,
  );
}
