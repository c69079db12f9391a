/**
 * How host-local chooses: which address a pod gets. One range per node, round robin: the search starts behind the address
 * given last, skips the gateway and what is taken, and wraps, so a freed address is not reused at once. The plugin around it,
 * with its files, is `kube/cni/hostLocal.ts`.
 * @see containernetworking/plugins plugins/ipam/host-local/backend/allocator/{allocator,range}.go (facts/dataplane.md 2.5)
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

/** The plugin's text when a subnet has no room for gateway and pod; /30 is the smallest. */
export function tooSmall(subnet: Cidr): string | undefined {
  return subnet.bits > 30
    ? `invalid range set 0: Network ${printCidr(networkOf(subnet))} too small to allocate from`
    : undefined;
}

/** The next free address behind `last` (none given yet: undefined), or undefined when the range is used up. */
export function nextAddress(
  subnet: Cidr,
  isTaken: (ip: Ipv4) => boolean,
  last: Ipv4 | undefined,
): Ipv4 | undefined {
  const first = gatewayOf(subnet);
  const end = addressAt(lastOf(subnet), -1);
  let ip = last === undefined || last < first || last > end ? first : last;
  for (let i = first; i <= end; i++) {
    ip = ip >= end ? first : addressAt(ip, 1);
    if (ip !== first && !isTaken(ip)) return ip;
  }
  return undefined;
}

/** The same, with the plugin's own text as the error. */
export function allocate(subnet: Cidr, taken: ReadonlySet<Ipv4>, last?: Ipv4): Result<Ipv4, string> {
  const small = tooSmall(subnet);
  if (small !== undefined) return err(small);
  const ip = nextAddress(subnet, (candidate) => taken.has(candidate), last);
  if (ip !== undefined) return ok(ip);
  const range = `${printIpv4(gatewayOf(subnet))}-${printIpv4(addressAt(lastOf(subnet), -1))}`;
  return err(`failed to allocate for range 0: no IP addresses available in range set: ${range}`);
}
