/**
 * The forwarding information base: longest prefix wins, then the lower metric, then the older route. The local table is asked
 * first (`ip rule` 0), then main (32766). Left out: policy rules, multipath, TOS.
 *
 * Below 32 routes a walk over the sorted array is fastest; above, one map per prefix length (docs/performance). Tables are
 * immutable, so the compiled form is kept beside the array it was made from.
 */
import { contains, isMulticast, maskOf, type Ipv4 } from '../wire/address.ts';
import type { NetNs, Route } from './netns.ts';
import type { IfName } from './recorder.ts';

interface Compiled {
  readonly sorted: readonly Route[];
  /** longest prefix first; only for big tables */
  readonly byLength?: readonly {
    readonly mask: number;
    readonly routes: ReadonlyMap<number, readonly Route[]>;
  }[];
}

const WALK_BELOW = 32;
/** Each table is made when somebody first looks into it: who adds a thousand routes asks the short one a thousand times. */
interface Tables {
  readonly local: Compiled;
  readonly main: Compiled;
}

const compiledByRoutes = new WeakMap<readonly Route[], Tables>();

function compile(routes: readonly Route[]): Compiled {
  const sorted = routes.toSorted((a, b) => b.dst.bits - a.dst.bits || a.metric - b.metric);
  if (sorted.length < WALK_BELOW) return { sorted };
  const lengths = [...new Set(sorted.map((route) => route.dst.bits))];
  return {
    sorted,
    byLength: lengths.map((bits) => {
      const routesByPrefix = new Map<number, Route[]>();
      for (const route of sorted) {
        if (route.dst.bits !== bits) continue;
        const list = routesByPrefix.get(route.dst.address);
        if (list) list.push(route);
        else routesByPrefix.set(route.dst.address, [route]);
      }
      return { mask: maskOf(bits), routes: routesByPrefix };
    }),
  };
}

function compiled(routes: readonly Route[]): Tables {
  const known = compiledByRoutes.get(routes);
  if (known) return known;
  let local: Compiled | undefined;
  let main: Compiled | undefined;
  const tables: Tables = {
    get local() {
      return (local ??= compile(routes.filter(({ table }) => table === 'local')));
    },
    get main() {
      return (main ??= compile(routes.filter(({ table }) => table === 'main')));
    },
  };
  compiledByRoutes.set(routes, tables);
  return tables;
}

function search(table: Compiled, dst: Ipv4, usable: (route: Route) => boolean): Route | 'miss' {
  if (!table.byLength) {
    for (const route of table.sorted) if (contains(route.dst, dst) && usable(route)) return route;
    return 'miss';
  }
  for (const { mask, routes } of table.byLength) {
    const route = routes.get((dst & mask) >>> 0)?.find(usable);
    if (route) return route;
  }
  return 'miss';
}

/**
 * The route for `dst`, local table first. 'miss' = no route, the kernel says ENETUNREACH. With `oif` only routes by that
 * device count. @see RFC 1812 §5.2.4.3, net/ipv4/fib_rules.c
 */
export function lookup(ns: NetNs, dst: Ipv4, oif?: IfName): Route | 'miss' {
  const usable = (route: Route): boolean => {
    if (oif !== undefined && route.dev !== oif) return false;
    if (route.dev === undefined || route.table === 'local') return true;
    return ns.state.devices.get(route.dev)?.up === true;
  };
  const tables = compiled(ns.state.routes);
  const found = search(tables.local, dst, usable);
  return found === 'miss' ? search(tables.main, dst, usable) : found;
}

/** True when `ip` is one of this namespace's own addresses (RTN_LOCAL in the local table). */
export function isLocal(ns: NetNs, ip: Ipv4): boolean {
  const found = search(compiled(ns.state.routes).local, ip, () => true);
  return found !== 'miss' && found.type === 'local';
}

export type AddressType = 'unicast' | 'local' | 'broadcast' | 'multicast';

/**
 * inet_dev_addr_type: what the local table says of an address; with `dev`, only what it says of that device's addresses.
 * @see net/ipv4/fib_frontend.c __inet_dev_addr_type
 */
export function addressType(ns: NetNs, ip: Ipv4, dev?: IfName): AddressType {
  if (ip >>> 24 === 0 || ip === 0xffffffff) return 'broadcast';
  if (isMulticast(ip)) return 'multicast';
  const found = search(compiled(ns.state.routes).local, ip, () => true);
  if (found === 'miss' || (dev !== undefined && found.dev !== dev)) return 'unicast';
  return found.type === 'broadcast' ? 'broadcast' : found.type === 'local' ? 'local' : 'unicast';
}

/** The source address the kernel would choose for `route`: its `src`, else the first address of its device, else any. */
export function sourceFor(ns: NetNs, route: Route): Ipv4 | 'none' {
  if (route.src !== undefined) return route.src;
  return addressOf(ns, route.dev, route.via);
}

/**
 * inet_select_addr: the primary address of `dev`, preferring one whose prefix holds `towards`; else that of the first device, in the
 * order in which devices came, that has one with scope global, be it up or down. @see net/ipv4/devinet.c
 */
export function addressOf(ns: NetNs, dev: IfName | undefined, towards?: Ipv4): Ipv4 | 'none' {
  const global = ns.state.addresses.filter((address) => address.scope === 'global');
  const own = global.filter((address) => address.dev === dev);
  const near = own.find(
    (address) => towards !== undefined && contains({ address: address.ip, bits: address.bits }, towards),
  );
  const chosen = near ?? own[0] ?? firstOf(ns, global);
  return chosen?.ip ?? 'none';
}

/** Of these addresses the one whose device came first. */
function firstOf<Of extends { readonly dev: IfName }>(ns: NetNs, addresses: readonly Of[]): Of | undefined {
  if (addresses.length === 0) return undefined;
  for (const name of ns.state.devices.keys()) {
    const found = addresses.find(({ dev }) => dev === name);
    if (found) return found;
  }
  return undefined;
}
