/** Starting an exchange: a client program in a namespace, with the ports and numbers that a real one would pick. */
import { nextInRange } from '../lib/random.ts';
import { printIpv4, type Ipv4 } from '../wire/address.ts';
import type { ExchangeRecord, NetNsId, Picked } from '../kernel/recorder.ts';
import type { Target } from './apps/client.ts';
import { NOTHING_SENT, ping, type PingState } from './apps/ping.ts';
import { nslookup } from './apps/nslookup.ts';
import { resolver, type ResolverState } from './apps/resolver.ts';
import { server } from './apps/server.ts';
import { tcpClient, type TcpClientState } from './apps/tcpClient.ts';
import { traceroute, type TracerouteState } from './apps/traceroute.ts';
import { udpClient, type UdpClientState } from './apps/udpClient.ts';
import { behaviour, type AnyBehaviour } from './process.ts';
import type { World } from './world.ts';

/** What to send. Times are nanoseconds, sizes bytes of data. */
export interface Injection {
  readonly protocol: ExchangeRecord['protocol'];
  readonly from: NetNsId;
  /** an address, or a name that the machine's resolver looks up first */
  readonly dst: Ipv4 | string;
  /** what the client prints when the name has no address; `%s` stands for the resolver's reason */
  readonly sorry?: readonly string[];
  readonly dport?: number;
  readonly sport?: number;
  readonly ttl?: number;
  /** length of the IP packet of a ping (84 as ping(8) sends it), of a datagram (as long as its word `hello` without it) */
  readonly size?: number;
  /** IP_MTU_DISCOVER: `do` or `dont`; without it a ping says `do`, a datagram `want`, as its socket does by default */
  readonly df?: boolean;
  /** `ping -M`, in place of `df` */
  readonly discover?: 'do' | 'want' | 'dont';
  /** icmp: several requests, with statistics at the end */
  readonly series?: { readonly count: number; readonly interval: number };
  /** text of a TCP request; without it the connection is only probed */
  readonly request?: string;
  /** destinations that rules which draw lots shall choose */
  readonly pick?: readonly Picked[];
  /** whose words the client prints */
  readonly says?: 'curl' | 'nslookup';
  /** nslookup: asks this server in place of those of /etc/resolv.conf */
  readonly server?: Ipv4;
  /** traceroute: as far as this */
  readonly maxHops?: number;
  readonly timeout?: number;
}

const SECOND = 1_000_000_000;
/** long enough to hear that a host is unreachable, which takes the kernel three seconds */
const PATIENCE = 4 * SECOND;
const MAX_HOPS = 8;
/** until the name is looked up */
const NO_ADDRESS = 0 as Ipv4;
const RESOLVER = 'resolver';
/** as ping(8) sends it */
const PING_SIZE = 84;
/** of IPv4 and ICMP */
const ICMP_HEADERS = 28;
/** of IPv4 and UDP */
const UDP_HEADERS = 28;
const HELLO = 'hello';

const CLIENTS: readonly AnyBehaviour<unknown>[] = [
  behaviour(ping),
  behaviour(tcpClient),
  behaviour(udpClient),
  behaviour(traceroute),
];
/** The programs that exchanges are made of. */
export const APPS: readonly AnyBehaviour<unknown>[] = [
  ...CLIENTS,
  behaviour(resolver(CLIENTS)),
  behaviour(nslookup),
  behaviour(server),
];

/** Starts the client of an exchange. @returns the exchange's number */
export function inject<C>(world: World<C>, injection: Injection): number {
  const { protocol, from, dst, dport = 0, pick } = injection;
  const host = typeof dst === 'string' ? dst : printIpv4(dst);
  const exchange = world.recorder.openExchange({
    protocol,
    from,
    to: dport === 0 ? host : `${host}:${dport}`,
    ...(pick === undefined ? {} : { pick }),
  });
  // ip_local_port_range; drawn even when not needed, so that a protocol does not shift the numbers of the next exchange
  const port = nextInRange(world.random, 32768, 60999);
  const sport = injection.sport ?? port;
  const ttl = injection.ttl === undefined ? {} : { ttl: injection.ttl };
  const address = typeof dst === 'string' ? NO_ADDRESS : dst;
  const timeout = injection.timeout ?? PATIENCE;
  const { name, state } = program(injection, { exchange, dst: address, dport, sport, timeout, ...ttl }, port);
  const started = typeof dst === 'string' ? byName(injection, dst, { name, state }) : { name, state };
  world.spawn({ pid: pidOf(exchange), behaviour: started.name, ns: from, state: started.state });
  return exchange;
}

/** The program behind a name: its resolver comes first. */
function byName(
  { says, sorry, server: asks, timeout }: Injection,
  name: string,
  program: { readonly name: string; readonly state: Target },
): { readonly name: string; readonly state: unknown } {
  const { exchange } = program.state;
  if (says === 'nslookup')
    return {
      name: nslookup.name,
      state: { exchange, name, ...(asks === undefined ? {} : { server: asks }) },
    };
  const limited = `curl: (28) Resolving timed out after ${Math.floor((timeout ?? 0) / 1e6)} milliseconds`;
  const state: ResolverState = {
    exchange,
    name,
    program: program.name,
    target: program.state,
    sorry: sorry ?? [`${name}: %s`],
    ...(says === 'curl' && timeout !== undefined ? { limit: { after: timeout, says: limited } } : {}),
  };
  return { name: RESOLVER, state };
}

/** The process that is the client of an exchange. */
export function pidOf(exchange: number): string {
  return `client-${exchange}`;
}

function program(
  { protocol, size, df, discover, request, series, says, maxHops = MAX_HOPS }: Injection,
  target: Target,
  icmpId: number,
): { readonly name: string; readonly state: Target } {
  switch (protocol) {
    case 'icmp': {
      const state: PingState = {
        ...target,
        icmpId,
        size: (size ?? PING_SIZE) - ICMP_HEADERS,
        discover: discover ?? (df === false ? 'dont' : 'do'),
        ...NOTHING_SENT,
        ...(series === undefined ? {} : { series }),
      };
      return { name: ping.name, state };
    }
    case 'tcp': {
      const state: TcpClientState = {
        ...target,
        ...(request === undefined ? {} : { request }),
        ...(says === 'curl' ? { says } : {}),
      };
      return { name: tcpClient.name, state };
    }
    case 'udp': {
      const text = size === undefined ? HELLO : HELLO.padEnd(size - UDP_HEADERS, '.');
      const byDf = df === undefined ? 'want' : df ? 'do' : 'dont';
      const state: UdpClientState = { ...target, text, discover: discover ?? byDf };
      return { name: udpClient.name, state };
    }
    case 'traceroute': {
      const state: TracerouteState = { ...target, timeout: SECOND, icmpId, maxHops, ttl: 0, sentAt: 0 };
      return { name: traceroute.name, state };
    }
  }
}
