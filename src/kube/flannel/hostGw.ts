/**
 * The host-gw backend: no device, one route for every remote lease, by the node's own address. The kernel refuses a gateway
 * that is on no connected prefix, which is why host-gw ends at the edge of a layer-2 segment. Every route that was wanted is
 * kept in a list, and every 10 s those that are absent are added again, in silence when Linux refuses; a route to the same
 * prefix by another gateway counts as refusal.
 * @see flannel pkg/backend/hostgw/hostgw.go, pkg/backend/route_network.go
 */
import { printCidr, printIpv4 } from '../../wire/address.ts';
import { lookup } from '../../kernel/fib.ts';
import type { NetNs, Route } from '../../kernel/netns.ts';
import type { RouteSpec } from '../../kernel/op.ts';
import type { Sys } from '../../sim/process.ts';
import type { IfName } from '../../kernel/recorder.ts';
import { ETH0 } from '../ids.ts';
import { goError, type FlannelBackend } from './backend.ts';
import { because, POD_CIDR, type Lease } from './lease.ts';

/** pkg/backend/route_network.go routeCheckRetries, in nanoseconds */
export const ROUTE_CHECK_PERIOD = 10_000_000_000;

export const hostGw: FlannelBackend = {
  type: 'host-gw',
  encapOverhead: 0,
  takes: ['host-gw'],
  ignored: ({ backendType }) =>
    `Ignoring non-host-gw subnet: type=${backendType === 'udp' ? '' : backendType}`,
  heard: ({ subnet, publicIP }) => `Subnet added: ${printCidr(subnet)} via ${printIpv4(publicIP)}`,
  gone: ({ subnet }) => `Subnet removed: ${printCidr(subnet)}`,
  remote: (_config, lease) => {
    const route = routeTo(lease, ETH0);
    const origin = because(lease.node, POD_CIDR);
    return {
      add: [
        {
          op: { op: 'route-add', route },
          origin,
          complaint: (error) => `Error adding route to ${goRoute(route)}: ${error}`,
        },
      ],
      remove: [
        {
          op: { op: 'route-del', route },
          origin,
          complaint: (error) => `Error deleting route to ${printCidr(lease.subnet)}: ${error}`,
        },
      ],
    };
  },
};

function routeTo({ subnet, publicIP }: Lease, dev: IfName): RouteSpec & { readonly via: Lease['publicIP'] } {
  return { type: 'unicast', dst: subnet, via: publicIP, dev, onlink: false, metric: 0 };
}

/** A netlink.Route as Go prints it. */
function goRoute({ dst, via }: Pick<RouteSpec, 'dst' | 'via'>): string {
  const gateway = via === undefined ? '<nil>' : printIpv4(via);
  return `{Ifindex: 2 Dst: ${printCidr(dst)} Src: <nil> Gw: ${gateway} Flags: [] Table: 0 Realm: 0}`;
}

function toSame(ns: NetNs, { dst }: Pick<RouteSpec, 'dst'>): Route | undefined {
  return ns.state.routes.find(
    (route) => route.table === 'main' && route.dst.address === dst.address && route.dst.bits === dst.bits,
  );
}

const isWanted = (route: Route | undefined, wanted: RouteSpec): boolean =>
  route !== undefined && route.via === wanted.via && route.dev === wanted.dev;

/** routeAdd: a route to the same prefix by another way gives place, one by this way stays. @returns what is still to be done */
export function makeWay(sys: Sys<unknown>, ns: NetNs, lease: Lease): 'add' | 'skip' {
  const wanted = routeTo(lease, ETH0);
  const there = toSame(ns, wanted);
  if (isWanted(there, wanted)) {
    sys.log(`Route to ${goRoute(wanted)} already exists, skipping.`, { by: 'flanneld' });
    return 'skip';
  }
  if (!there) return 'add';
  sys.log(`Replacing existing route to ${goRoute(there)} with ${goRoute(wanted)}`, { by: 'flanneld' });
  const { dst, via, dev, metric } = there;
  const route: RouteSpec = {
    type: 'unicast',
    dst,
    ...(via === undefined ? {} : { via }),
    ...(dev === undefined ? {} : { dev }),
    onlink: false,
    metric,
  };
  const gone = sys.op(sys.ns, { op: 'route-del', route }, because(lease.node, POD_CIDR));
  if (gone.ok) return 'add';
  sys.log(`Effor deleteing route to ${printCidr(dst)}: ${goError(gone.errno)}`, { by: 'flanneld' });
  return 'skip';
}

/** The leases whose route is not there, though the kernel would take it. */
export function recoverable(ns: NetNs, leases: Iterable<Lease>): readonly Lease[] {
  return [...leases].filter((lease) => {
    const wanted = routeTo(lease, ETH0);
    if (toSame(ns, wanted)) return false;
    const towards = lookup(ns, wanted.via, ETH0);
    return towards !== 'miss' && towards.type === 'unicast' && towards.scope === 'link';
  });
}

/** What is said of a route that came back. */
export function recovered({ subnet, publicIP }: Lease): string {
  return `Route recovered ${printCidr(subnet)} : ${printIpv4(publicIP)}`;
}
