/**
 * The host-gw backend: no device, one route for every remote lease, by the node's own address. The kernel refuses a gateway
 * that is on no connected prefix, which is why host-gw ends at the edge of a layer-2 segment.
 * Left out: the route check every 10 s. @see flannel pkg/backend/hostgw, pkg/backend/route_network.go
 */
import { printCidr, printIpv4 } from '../../wire/address.ts';
import { ETH0, nodeNs } from '../ids.ts';
import type { Wanted } from '../reconcile.ts';
import { because, encapOverhead, POD_CIDR, type FlannelBackend } from './backend.ts';

export const hostGw: FlannelBackend = {
  type: 'host-gw',
  encapOverhead: encapOverhead('host-gw'),
  desired: ({ node, remotes }) =>
    remotes.map((lease): Wanted => {
      const route = {
        type: 'unicast' as const,
        dst: lease.subnet,
        via: lease.publicIP,
        dev: ETH0,
        onlink: false,
        metric: 0,
      };
      return {
        key: `host-gw ${lease.node.name}`,
        ns: nodeNs(node.name),
        op: { op: 'route-add', route },
        undo: { op: 'route-del', route },
        origin: because(lease, POD_CIDR),
      };
    }),
};

/** flanneld's log line when the kernel refuses a route. */
export function routeComplaint(wanted: Wanted): string {
  if (wanted.op.op !== 'route-add') return '';
  const { dst, via } = wanted.op.route;
  const gateway = via === undefined ? '<nil>' : printIpv4(via);
  return `Error adding route to {Ifindex: 2 Dst: ${printCidr(dst)} Src: <nil> Gw: ${gateway} Flags: [] Table: 0 Realm: 0}: network is unreachable`;
}
