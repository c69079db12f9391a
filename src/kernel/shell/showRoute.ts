/** `ip route`, `ip rule` and `ip neigh` as iproute2 prints them. @see ip/iproute.c, ip/iprule.c, ip/ipneigh.c */
import { contains, printIpv4, type Cidr, type Ipv4 } from '../../wire/address.ts';
import type { Neigh, Route } from '../netns.ts';
import { printNeigh, printRoute } from '../print.ts';
import { type Args, argument, hintOf, prefixOf, requireDevice, ShellError, type Reading } from './reading.ts';
import type { IpOptions } from './showLink.ts';

type TableChoice = 'main' | 'local' | 'all' | 'default';

interface RouteFilter {
  readonly table: TableChoice;
  readonly dev?: string;
  readonly via?: Ipv4;
  readonly proto?: string;
  readonly type?: Route['type'];
  /** of exactly this prefix */
  readonly exact?: Cidr;
  /** inside of it */
  readonly root?: Cidr;
  /** around it */
  readonly match?: Cidr;
}

const ROUTE_WORDS = ['table', 'dev', 'via', 'proto', 'type', 'root', 'match', 'exact'];
const TABLES: readonly (readonly [string, TableChoice])[] = [
  ['main', 'main'],
  ['254', 'main'],
  ['local', 'local'],
  ['255', 'local'],
  ['default', 'default'],
  ['253', 'default'],
  ['all', 'all'],
  ['0', 'all'],
];
const TYPES = ['unicast', 'local', 'broadcast', 'blackhole', 'unreachable', 'prohibit'] as const;

function tableOf(word: string): TableChoice {
  const found = TABLES.find(([name]) => name === word)?.[1];
  if (found !== undefined) return found;
  if (/^\d+$/.test(word)) throw new ShellError(['Error: ipv4: FIB table does not exist.', 'Dump terminated']);
  throw new ShellError(
    `Error: argument "${word}" is wrong: table id value is invalid`,
    hintOf(word, ['main', 'local', 'all', 'default']),
  );
}

function parseFilter(args: Args): RouteFilter {
  let filter: RouteFilter = { table: 'main' };
  while (!args.done) {
    const word = args.next();
    switch (word) {
      case 'table':
        filter = { ...filter, table: tableOf(argument(args)) };
        break;
      case 'dev':
      case 'oif':
        filter = { ...filter, dev: argument(args) };
        break;
      case 'via':
        filter = { ...filter, via: prefixOf(argument(args)).address };
        break;
      case 'proto':
      case 'protocol':
        filter = { ...filter, proto: argument(args) };
        break;
      case 'type': {
        const name = argument(args);
        const type = TYPES.find((t) => t === name);
        if (type === undefined)
          throw new ShellError(
            `Error: argument "${name}" is wrong: node type value is invalid`,
            hintOf(name, TYPES),
          );
        filter = { ...filter, type };
        break;
      }
      case 'root':
        filter = { ...filter, root: prefixOf(argument(args)) };
        break;
      case 'match':
        filter = { ...filter, match: prefixOf(argument(args)) };
        break;
      case 'to':
      case 'exact':
        filter = { ...filter, exact: prefixOf(argument(args)) };
        break;
      default:
        filter = { ...filter, exact: exactOf(word) };
    }
  }
  return filter;
}

function exactOf(word: string): Cidr {
  try {
    return prefixOf(word);
  } catch (error) {
    if (error instanceof ShellError) throw new ShellError(error.lines, hintOf(word, ROUTE_WORDS));
    throw error;
  }
}

function same(a: Cidr, b: Cidr): boolean {
  return a.address === b.address && a.bits === b.bits;
}

function passes(filter: RouteFilter, route: Route): boolean {
  const { table, dev, via, proto, type, exact, root, match } = filter;
  return (
    (table === 'all' || route.table === table) &&
    (dev === undefined || route.dev === dev) &&
    (via === undefined || route.via === via) &&
    (proto === undefined || route.proto === proto) &&
    (type === undefined || route.type === type) &&
    (exact === undefined || same(route.dst, exact)) &&
    (root === undefined || (contains(root, route.dst.address) && route.dst.bits >= root.bits)) &&
    (match === undefined || (contains(route.dst, match.address) && route.dst.bits <= match.bits))
  );
}

/** The order of the kernel's trie: by address, then the longer prefix, then the lower metric; main before local. */
function inOrder(a: Route, b: Route): number {
  if (a.table !== b.table) return a.table === 'main' ? -1 : 1;
  return a.dst.address - b.dst.address || b.dst.bits - a.dst.bits || a.metric - b.metric;
}

/** `ip route show ...`: what was asked for by `table all` and `dev` is said, and left out, as iproute2 does. */
export function showRoutes(args: Args): Reading {
  const filter = parseFilter(args);
  return (view) => {
    const { dev } = filter;
    if (dev !== undefined) requireDevice(view, dev);
    return view.ns.state.routes
      .filter((route) => passes(filter, route))
      .toSorted(inOrder)
      .map((route) => {
        const device = route.dev === undefined ? undefined : view.ns.state.devices.get(route.dev);
        // RTNH_F_LINKDOWN
        const linkdown = route.type !== 'local' && device?.up === true && !device.carrier;
        const { dev: own, ...rest } = route;
        const shown = dev === undefined || own === undefined ? route : rest;
        const text = printRoute(shown);
        const withTable =
          filter.table === 'all' && route.table === 'local'
            ? text.replace(/( dev \S+)/, '$1 table local')
            : text;
        return `${withTable} ${linkdown ? 'linkdown ' : ''}`;
      });
  };
}

/** `ip rule`: the three that every namespace has; no others can be made here. */
export const showRules: Reading = () => [
  '0:\tfrom all lookup local',
  '32766:\tfrom all lookup main',
  '32767:\tfrom all lookup default',
];

const NUD = [
  'permanent',
  'noarp',
  'reachable',
  'stale',
  'none',
  'incomplete',
  'delay',
  'probe',
  'failed',
  'all',
];

interface NeighFilter {
  readonly dev?: string;
  readonly nud?: string;
  readonly to?: Cidr;
}

function parseNeigh(args: Args): NeighFilter {
  let filter: NeighFilter = {};
  while (!args.done) {
    const word = args.next();
    if (word === 'dev') filter = { ...filter, dev: argument(args) };
    else if (word === 'nud') {
      const nud = argument(args);
      if (!NUD.includes(nud))
        throw new ShellError(`Error: argument "${nud}" is wrong: nud state is bad`, hintOf(nud, NUD));
      filter = { ...filter, nud };
    } else {
      const to = word === 'to' ? argument(args) : word;
      try {
        filter = { ...filter, to: prefixOf(to) };
      } catch (error) {
        if (error instanceof ShellError) throw new ShellError(error.lines, hintOf(to, ['dev', 'nud', 'to']));
        throw error;
      }
    }
  }
  return filter;
}

/** `ip [-br] neigh [show] [dev X] [nud STATE] [to PREFIX]` */
export function showNeighs(options: IpOptions, args: Args): Reading {
  const { dev, nud, to } = parseNeigh(args);
  const passed = (neigh: Neigh): boolean =>
    (dev === undefined || neigh.dev === dev) &&
    (nud === undefined || nud === 'all' || neigh.state === nud) &&
    (to === undefined || contains(to, neigh.ip));
  return (view) => {
    if (dev !== undefined) requireDevice(view, dev);
    return [...view.ns.state.neighs.values()].filter(passed).map((neigh) => {
      if (options.brief)
        return `${printIpv4(neigh.ip).padEnd(40)}${neigh.dev.padEnd(17)}${neigh.lladdr ?? ''}`;
      const text = printNeigh(neigh);
      return `${dev === undefined ? text : text.replace(` dev ${dev}`, '')} `;
    });
  };
}
