/** `ip route get`: asks the functions that route packets. @see net/ipv4/route.c inet_rtm_getroute, ip/iproute.c iproute_get */
import { isMulticast, printIpv4, type Ipv4 } from '../../wire/address.ts';
import { isLocal, lookup, sourceFor } from '../fib.ts';
import { forwards, type Route } from '../netns.ts';
import { refusesSource } from '../path.ts';
import { redirectedTo } from '../redirect.ts';
import type { IfName } from '../recorder.ts';
import {
  type Args,
  argument,
  hintOf,
  prefixOf,
  requireDevice,
  ShellError,
  type Reading,
  type View,
} from './reading.ts';
import type { IpOptions } from './showLink.ts';

interface Question {
  readonly to: Ipv4;
  readonly from?: Ipv4;
  readonly iif?: string;
  readonly oif?: string;
}

const SECOND = 1_000_000_000;

const WORDS = ['to', 'from', 'iif', 'oif'];

function parseQuestion(args: Args): Question {
  let question: Partial<Question> = {};
  while (!args.done) {
    const word = args.next();
    if (word === 'from') question = { ...question, from: prefixOf(argument(args)).address };
    else if (word === 'iif') question = { ...question, iif: argument(args) };
    else if (word === 'oif' || word === 'dev') question = { ...question, oif: argument(args) };
    else {
      const to = word === 'to' ? argument(args) : word;
      try {
        question = { ...question, to: prefixOf(to).address };
      } catch (error) {
        if (error instanceof ShellError) throw new ShellError(error.lines, hintOf(to, WORDS));
        throw error;
      }
    }
  }
  const { to } = question;
  if (to === undefined) throw new ShellError('need at least a destination address');
  return { ...question, to };
}

const REFUSED = {
  blackhole: 'Invalid argument',
  unreachable: 'No route to host',
  prohibit: 'Permission denied',
} as const;

function refuse(why: string): never {
  throw new ShellError(`RTNETLINK answers: ${why}`);
}

function usable(route: Route | 'miss'): Route {
  if (route === 'miss') return refuse('Network is unreachable');
  if (route.type === 'blackhole' || route.type === 'unreachable' || route.type === 'prohibit')
    return refuse(REFUSED[route.type]);
  return route;
}

function way(view: View, route: Route, to: Ipv4): string {
  const gateway = redirectedTo(view, route, to)?.gateway ?? route.via;
  const via = gateway === undefined ? '' : ` via ${printIpv4(gateway)}`;
  return `${via} dev ${route.type === 'local' ? 'lo' : (route.dev ?? '')}`;
}

function kind(route: Route): string {
  return route.type === 'local' || route.type === 'broadcast' ? `${route.type} ` : '';
}

/** Flags of the cached route, and how long an exception counts. */
function cache(view: View, route: Route, to: Ipv4): string {
  const exception = redirectedTo(view, route, to);
  if (exception) return `<redirected> expires ${Math.floor((exception.expires - view.now) / SECOND)}sec `;
  return route.type === 'local' ? '<local> ' : route.type === 'broadcast' ? '<local,brd> ' : '';
}

function output(view: View, { to, from }: Question, oif: IfName | undefined): readonly string[] {
  const { ns } = view;
  // ip_route_output_key: the source must be an address of this host
  if (from !== undefined && !isLocal(ns, from)) return refuse('Network is unreachable');
  const route = usable(lookup(ns, to, oif));
  const chosen = route.type === 'local' ? to : sourceFor(ns, route);
  const source = from !== undefined || chosen === 'none' ? '' : ` src ${printIpv4(chosen)}`;
  const asked = from === undefined ? '' : ` from ${printIpv4(from)}`;
  return [
    `${kind(route)}${printIpv4(to)}${asked}${way(view, route, to)}${source} uid 0 `,
    `    cache ${cache(view, route, to)}`,
  ];
}

function input(view: View, { to, from = 0 as Ipv4 }: Question, iif: IfName): readonly string[] {
  const { ns } = view;
  if (isMulticast(from) || from === 0xffffffff) return refuse('Invalid argument');
  const found = lookup(ns, to);
  const toHost = found !== 'miss' && (found.type === 'local' || found.type === 'broadcast');
  if (!toHost && !forwards(ns, iif)) return refuse('No route to host');
  const route = usable(found);
  const refused = from === 0 ? undefined : refusesSource(ns, from, iif);
  if (refused !== undefined)
    return refuse(refused === 'IP_RPFILTER' ? 'Invalid cross-device link' : 'Invalid argument');
  const asked = from === 0 ? '' : ` from ${printIpv4(from)}`;
  return [
    `${kind(route)}${printIpv4(to)}${asked}${way(view, route, to)} `,
    `    cache ${cache(view, route, to)}iif ${iif} `,
  ];
}

/** `ip route get ADDR [from A] [iif D] [oif D]` */
export function getRoute({ oneline }: IpOptions, args: Args): Reading {
  const question = parseQuestion(args);
  return (view) => {
    const iif = question.iif === undefined ? undefined : requireDevice(view, question.iif);
    const oif = question.oif === undefined ? undefined : requireDevice(view, question.oif);
    const lines = iif === undefined ? output(view, question, oif) : input(view, question, iif);
    return oneline ? [lines.join('\\')] : lines;
  };
}
