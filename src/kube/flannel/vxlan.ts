/**
 * The vxlan backend: one device, and for every remote lease three rows that make a table-driven tunnel without any broadcast:
 *
 *   route      10.244.2.0/24 via 10.244.2.0 dev flannel.1 onlink     which VTEP
 *   neighbour  10.244.2.0 lladdr <VTEP MAC>  PERMANENT                its MAC (inner destination)
 *   fdb        <VTEP MAC> dst <node IP>      permanent                its node (outer destination)
 *
 * Written in the order neighbour, fdb, route: were the route first, the kernel would ask for the gateway's MAC.
 * Left out: DirectRouting, GBP, learning (issue "Flannel, CNI and addresses").
 * @see flannel pkg/backend/vxlan/{vxlan,vxlan_network,device}.go
 */
import { printIpv4 } from '../../wire/address.ts';
import type { TableOp } from '../../kernel/op.ts';
import type { Origin } from '../../kernel/origin.ts';
import type { IfName } from '../../kernel/recorder.ts';
import { ETH0, nodeNs } from '../ids.ts';
import type { Wanted } from '../reconcile.ts';
import {
  BACKEND_DATA,
  because,
  encapOverhead,
  podMtu,
  POD_CIDR,
  PUBLIC_IP,
  type FlannelBackend,
  type Lease,
  type Plan,
} from './backend.ts';

export const vxlan: FlannelBackend = {
  type: 'vxlan',
  encapOverhead: encapOverhead('vxlan'),
  desired: (plan) => [...deviceRows(plan), ...plan.remotes.flatMap((lease) => leaseRows(plan, lease))],
};

/** the key of the device, on which every other row stands */
const DEVICE = 'vxlan device';
/** the key of its address: with the last address of a device its routes and neighbours go (fib_disable_ip) */
const ADDRESS = 'vxlan address';

function deviceName({ cluster }: Plan): IfName {
  return `flannel.${cluster.flannel.vni}` as IfName;
}

function deviceRows(plan: Plan): readonly Wanted[] {
  const { cluster, node, own } = plan;
  const ns = nodeNs(node.name);
  const name = deviceName(plan);
  const { vni, port } = cluster.flannel;
  const link = { type: 'vxlan' as const, vni, lower: ETH0, local: node.ip, port, learning: false };
  const options = { address: own.vtepMac, mtu: podMtu(cluster, node) };
  const row = (what: string, op: TableOp, origin: Origin): Wanted => ({
    key: `vxlan ${what}`,
    ns,
    op,
    on: DEVICE,
    origin,
  });
  // a /32, so that no connected route appears; it is the source of what the host itself sends to remote pods
  const address = { address: own.subnet.address, bits: 32 };
  return [
    {
      key: DEVICE,
      ns,
      op: { op: 'link-add', name, options, link },
      origin: because(own, BACKEND_DATA),
      undo: { op: 'link-del', name },
    },
    {
      ...row('address', { op: 'addr-add', dev: name, address, broadcast: false }, because(own, POD_CIDR)),
      undo: { op: 'addr-del', dev: name, address, broadcast: false },
    },
    row('up', { op: 'link-set', name, change: { set: 'up' } }, because(own, '')),
  ];
}

function leaseRows(plan: Plan, lease: Lease): readonly Wanted[] {
  const ns = nodeNs(plan.node.name);
  const dev = deviceName(plan);
  const { subnet, vtepMac: mac, publicIP: dst } = lease;
  const ip = subnet.address;
  const route = { type: 'unicast' as const, dst: subnet, via: ip, dev, onlink: true, metric: 0 };
  const key = `vxlan ${lease.node.name}`;
  return [
    {
      on: ADDRESS,
      key: `${key} neigh ${printIpv4(ip)}`,
      ns,
      op: { op: 'neigh-replace', dev, ip, lladdr: mac },
      undo: { op: 'neigh-del', dev, ip },
      overwrites: true,
      origin: because(lease, BACKEND_DATA),
    },
    {
      on: DEVICE,
      key: `${key} fdb`,
      ns,
      op: { op: 'fdb-append', dev, mac, dst },
      undo: { op: 'fdb-del', dev, mac, dst },
      // after a VTEP's MAC changed the old row stays behind, as with the real flanneld
      overwrites: true,
      origin: because(lease, PUBLIC_IP),
    },
    {
      on: ADDRESS,
      key: `${key} route`,
      ns,
      op: { op: 'route-add', route },
      undo: { op: 'route-del', route },
      origin: because(lease, POD_CIDR),
    },
  ];
}
