/** `ip route add|replace|del`, with the checks of net/ipv4/fib_semantics.c. */
import { networkOf } from '../../wire/address.ts';
import { addressType, lookup } from '../fib.ts';
import { update, type NetNs, type Route } from '../netns.ts';
import { printRoute } from '../print.ts';
import type { RouteSpec } from './types.ts';
import { FILE_EXISTS, noDevice, refuse, type OpContext, type OpResult } from './types.ts';

const INVALID_GATEWAY = 'Error: Nexthop has invalid gateway.';

/**
 * fib_check_nh: the gateway must be on a connected prefix unless `onlink` is given; with it the device must be up and the gateway be
 * no address of this host and no broadcast address. @see net/ipv4/fib_semantics.c fib_check_nh_v4_gw
 */
function nexthop(ns: NetNs, spec: RouteSpec): Route['dev'] | OpResult {
  if (spec.type !== 'unicast') return undefined;
  if (spec.dev !== undefined) {
    const device = ns.state.devices.get(spec.dev);
    if (!device) return noDevice(spec.dev);
    if (spec.via === undefined || spec.onlink) {
      if (!device.up) return refuse('ENETDOWN', 'Error: Device for nexthop is not up.');
      const isOther = spec.via === undefined || addressType(ns, spec.via) === 'unicast';
      return isOther ? spec.dev : refuse('EINVAL', INVALID_GATEWAY);
    }
  }
  const invalid = refuse('ENETUNREACH', INVALID_GATEWAY);
  if (spec.via === undefined) return refuse('ENODEV', 'RTNETLINK answers: No such device');
  const towards = lookup(ns, spec.via, spec.dev);
  if (towards !== 'miss' && towards.type === 'broadcast') return refuse('EINVAL', INVALID_GATEWAY);
  if (towards === 'miss' || towards.type !== 'unicast' || towards.scope !== 'link') return invalid;
  if (spec.dev !== undefined && towards.dev !== spec.dev) return invalid;
  return towards.dev;
}

export function addRoute(c: OpContext, spec: RouteSpec, replace: boolean): OpResult | undefined {
  const { ns } = c;
  if (networkOf(spec.dst).address !== spec.dst.address) {
    return refuse('EINVAL', 'Error: Invalid prefix for given prefix length.');
  }
  const dev = nexthop(ns, spec);
  if (typeof dev === 'object') return dev;
  const route: Route = {
    table: 'main',
    type: spec.type,
    dst: spec.dst,
    ...(spec.via === undefined ? {} : { via: spec.via }),
    ...(dev === undefined ? {} : { dev }),
    onlink: spec.onlink,
    scope: spec.scope ?? (spec.type === 'unicast' && spec.via === undefined ? 'link' : 'global'),
    ...(spec.src === undefined ? {} : { src: spec.src }),
    metric: spec.metric,
    proto: 'boot',
    origin: c.origin,
  };
  // the key of a route is prefix, TOS and metric
  const old = ns.state.routes.find(
    (r) => r.table === 'main' && samePrefix(r, spec) && r.metric === spec.metric,
  );
  if (old && !replace) return refuse('EEXIST', FILE_EXISTS);
  const rest = old ? ns.state.routes.filter((r) => r !== old) : ns.state.routes;
  update(ns, { routes: [...rest, route] });
  if (old) c.change({ table: 'route', op: 'delete', line: () => printRoute(old) }, ns, old.origin);
  c.change({ table: 'route', op: 'add', line: () => printRoute(route) });
  return undefined;
}

function samePrefix(route: Route, spec: RouteSpec): boolean {
  return route.dst.address === spec.dst.address && route.dst.bits === spec.dst.bits;
}

export function deleteRoute(c: OpContext, spec: RouteSpec): OpResult | undefined {
  const { ns } = c;
  const found = ns.state.routes.find(
    (route) =>
      route.table === 'main' &&
      samePrefix(route, spec) &&
      route.type === spec.type &&
      (spec.via === undefined || route.via === spec.via) &&
      (spec.dev === undefined || route.dev === spec.dev) &&
      (spec.metric === 0 || route.metric === spec.metric),
  );
  if (!found) return refuse('ESRCH', 'RTNETLINK answers: No such process');
  update(ns, { routes: ns.state.routes.filter((route) => route !== found) });
  c.change({ table: 'route', op: 'delete', line: () => printRoute(found) }, ns, found.origin);
  return undefined;
}
