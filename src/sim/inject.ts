/** Starting an exchange: a client program in a namespace, with the ports and numbers that a real one would pick. */
import { nextInRange } from '../lib/random.ts';
import { printIpv4, type Ipv4 } from '../wire/address.ts';
import type { ExchangeRecord, NetNsId, Picked } from '../kernel/recorder.ts';
import type { Target } from './apps/client.ts';
import { NOTHING_SENT, ping, type PingState } from './apps/ping.ts';
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
  readonly dst: Ipv4;
  readonly dport?: number;
  readonly sport?: number;
  readonly ttl?: number;
  /** length of the IP packet of a ping; 84 as ping(8) sends it */
  readonly size?: number;
  readonly df?: boolean;
  /** icmp: `-M`, in place of `df` */
  readonly discover?: 'do' | 'want' | 'dont';
  /** icmp: several requests, with statistics at the end */
  readonly series?: { readonly count: number; readonly interval: number };
  /** text of a TCP request; without it the connection is only probed */
  readonly request?: string;
  /** destinations that rules which draw lots shall choose */
  readonly pick?: readonly Picked[];
  /** whose words the client prints */
  readonly says?: 'curl';
  /** traceroute: as far as this */
  readonly maxHops?: number;
  readonly timeout?: number;
}

const SECOND = 1_000_000_000;
/** long enough to hear that a host is unreachable, which takes the kernel three seconds */
const PATIENCE = 4 * SECOND;
const MAX_HOPS = 8;
const ICMP_HEADERS = 28;

/** The programs that exchanges are made of. */
export const APPS: readonly AnyBehaviour<unknown>[] = [
  behaviour(ping),
  behaviour(tcpClient),
  behaviour(udpClient),
  behaviour(traceroute),
  behaviour(server),
];

/** Starts the client of an exchange. @returns the exchange's number */
export function inject<C>(world: World<C>, injection: Injection): number {
  const { protocol, from, dst, dport = 0, pick } = injection;
  const to = dport === 0 ? printIpv4(dst) : `${printIpv4(dst)}:${dport}`;
  const exchange = world.recorder.openExchange({
    protocol,
    from,
    to,
    ...(pick === undefined ? {} : { pick }),
  });
  // ip_local_port_range; drawn even when not needed, so that a protocol does not shift the numbers of the next exchange
  const port = nextInRange(world.random, 32768, 60999);
  const sport = injection.sport ?? port;
  const ttl = injection.ttl === undefined ? {} : { ttl: injection.ttl };
  const target = { exchange, dst, dport, sport, timeout: injection.timeout ?? PATIENCE, ...ttl };
  const { name, state } = program(injection, target, port);
  world.spawn({ pid: pidOf(exchange), behaviour: name, ns: from, state });
  return exchange;
}

/** The process that is the client of an exchange. */
export function pidOf(exchange: number): string {
  return `client-${exchange}`;
}

function program(
  { protocol, size = 84, df = true, discover, request, series, says, maxHops = MAX_HOPS }: Injection,
  target: Target,
  icmpId: number,
): { readonly name: string; readonly state: unknown } {
  switch (protocol) {
    case 'icmp': {
      const state: PingState = {
        ...target,
        icmpId,
        size: size - ICMP_HEADERS,
        discover: discover ?? (df ? 'do' : 'dont'),
        ...NOTHING_SENT,
        ...(series === undefined ? {} : { series }),
      };
      return { name: ping.name, state };
    }
    case 'tcp': {
      const state: TcpClientState = {
        ...target,
        ...(request === undefined ? {} : { request }),
        ...(says === undefined ? {} : { says }),
      };
      return { name: tcpClient.name, state };
    }
    case 'udp': {
      const state: UdpClientState = { ...target, text: 'hello' };
      return { name: udpClient.name, state };
    }
    case 'traceroute': {
      const state: TracerouteState = { ...target, timeout: SECOND, icmpId, maxHops, ttl: 0, sentAt: 0 };
      return { name: traceroute.name, state };
    }
  }
}
