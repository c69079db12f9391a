/** `ip addr add|del`, and the routes the kernel keeps for an address. @see net/ipv4/devinet.c, fib_frontend.c */
import { lastOf, networkOf, type Cidr, type Ipv4 } from '../../wire/address.ts';
import { localRoute, update, type Address, type NetNs, type Route } from '../netns.ts';
import { BY_KERNEL } from '../origin.ts';
import { printAddress, printNeigh, printRoute } from '../print.ts';
import type { IfName } from '../recorder.ts';
import { noDevice, refuse, type OpContext, type OpResult } from './types.ts';

export function addAddress(
  c: OpContext,
  dev: IfName,
  address: Cidr,
  broadcast: boolean | Ipv4,
): OpResult | undefined {
  const { ns } = c;
  if (!ns.state.devices.has(dev)) return noDevice(dev);
  if (ns.state.addresses.some((a) => a.dev === dev && a.ip === address.address && a.bits === address.bits)) {
    return refuse('EEXIST', 'Error: ipv4: Address already assigned.');
  }
  const added: Address = {
    dev,
    ip: address.address,
    bits: address.bits,
    scope: 'global',
    ...(broadcast === false ? {} : { broadcast: broadcast === true ? lastOf(address) : broadcast }),
    origin: c.origin,
  };
  update(ns, { addresses: [...ns.state.addresses, added] });
  c.change({ table: 'addr', op: 'add', line: () => printAddress(added) });
  addRoutesOf(c, added);
  return undefined;
}

export function deleteAddress(c: OpContext, dev: IfName, address: Cidr): OpResult | undefined {
  const { ns } = c;
  if (!ns.state.devices.has(dev)) return noDevice(dev);
  const found = ns.state.addresses.find(
    (a) => a.dev === dev && a.ip === address.address && a.bits === address.bits,
  );
  if (!found) return refuse('EADDRNOTAVAIL', 'Error: ipv4: Address not found.');
  removeAddress(c, ns, found);
  return undefined;
}

/** Takes an address away with the routes the kernel kept for it and those that prefer it as source. */
export function removeAddress(c: OpContext, ns: NetNs, address: Address): void {
  update(ns, { addresses: ns.state.addresses.filter((a) => a !== address) });
  c.change({ table: 'addr', op: 'delete', line: () => printAddress(address) }, ns, address.origin);
  removeRoutes(
    c,
    ns,
    (route) => route.src === address.ip && (route.dev === address.dev || route.table === 'main'),
  );
  // fib_disable_ip: a device without an address is out of IP
  if (ns.state.addresses.every(({ dev }) => dev !== address.dev)) flushDown(c, ns, address.dev);
}

/** The rows the kernel makes for an address: local, broadcast, and the connected prefix while the device is up. */
export function addRoutesOf(c: OpContext, address: Address, ns: NetNs = c.ns): void {
  const { dev, ip, bits } = address;
  const up = ns.state.devices.get(dev)?.up === true;
  const own = { dev, src: ip, origin: BY_KERNEL };
  const routes: Route[] = [localRoute('local', { address: ip, bits: 32 }, own)];
  const last = lastOf({ address: ip, bits });
  const given = address.broadcast;
  if (up && given !== undefined && given !== last)
    routes.push(localRoute('broadcast', { address: given, bits: 32 }, own));
  if (up && bits < 32) {
    const origin = address.origin;
    const dst = networkOf({ address: ip, bits });
    routes.push({
      table: 'main',
      type: 'unicast',
      dst,
      dev,
      onlink: false,
      scope: 'link',
      src: ip,
      metric: 0,
      proto: 'kernel',
      origin,
    });
    if (given === last || bits < 31) routes.push(localRoute('broadcast', { address: last, bits: 32 }, own));
  }
  const fresh = routes.filter(
    (route) =>
      !ns.state.routes.some(
        (old) => old.dst.address === route.dst.address && printRoute(old) === printRoute(route),
      ),
  );
  update(ns, { routes: [...ns.state.routes, ...fresh] });
  for (const route of fresh) {
    if (route.table === 'main')
      c.change({ table: 'route', op: 'add', line: () => printRoute(route) }, ns, BY_KERNEL);
  }
}

export function removeRoutes(c: OpContext, ns: NetNs, gone: (route: Route) => boolean): void {
  const removed = ns.state.routes.filter(gone);
  if (removed.length === 0) return;
  update(ns, { routes: ns.state.routes.filter((route) => !gone(route)) });
  for (const route of removed) {
    if (route.table === 'main')
      c.change({ table: 'route', op: 'delete', line: () => printRoute(route) }, ns, BY_KERNEL);
  }
}

/** Routes by the device go (local ones stay), every neighbour goes; the fdb stays. @see fib_sync_down_dev, neigh_ifdown */
export function flushDown(c: OpContext, ns: NetNs, dev: IfName): void {
  removeRoutes(c, ns, (route) => route.dev === dev && route.type !== 'local');
  flushNeighs(c, ns, dev);
}

/** neigh_flush_dev: a device that goes down, or changes its MAC, forgets all; one that loses its carrier keeps the permanent ones. */
export function flushNeighs(c: OpContext, ns: NetNs, dev: IfName, which: 'all' | 'learned' = 'all'): void {
  const gone = [...ns.state.neighs].filter(
    ([, neigh]) => neigh.dev === dev && (which === 'all' || neigh.state !== 'permanent'),
  );
  if (gone.length === 0) return;
  const neighs = new Map(ns.state.neighs);
  for (const [key, neigh] of gone) {
    neighs.delete(key);
    c.change({ table: 'neigh', op: 'delete', line: () => printNeigh(neigh) }, ns, BY_KERNEL);
  }
  update(ns, { neighs });
}
