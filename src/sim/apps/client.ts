/** What client programs have in common: the words they end with. */
import { printIpv4, type Ipv4 } from '../../wire/address.ts';
import type { Disposition, HopIndex } from '../../kernel/recorder.ts';
import { NO_HOP } from '../../kernel/recorder.ts';
import type { SendError } from '../../kernel/socket.ts';
import type { ConnectError } from '../../kernel/socketTypes.ts';
import type { Sys } from '../process.ts';

/** strerror(3) */
export const ERROR_TEXT: Readonly<Record<ConnectError | SendError['errno'], string>> = {
  ECONNREFUSED: 'Connection refused',
  ECONNRESET: 'Connection reset by peer',
  EHOSTUNREACH: 'No route to host',
  ENETUNREACH: 'Network is unreachable',
  ETIMEDOUT: 'Connection timed out',
  EACCES: 'Permission denied',
  EINVAL: 'Invalid argument',
  EMSGSIZE: 'Message too long',
  EPERM: 'Operation not permitted',
};

/** How a connection that failed is called; `local` when the host itself had no way, before any packet. */
export function dispositionOf(errno: ConnectError | SendError['errno'], local: boolean): Disposition {
  switch (errno) {
    case 'ECONNREFUSED':
    case 'ECONNRESET':
      return 'refused';
    case 'ENETUNREACH':
      return local ? 'no-route' : 'unreachable';
    case 'EHOSTUNREACH':
    case 'EACCES':
    case 'EINVAL':
      return 'unreachable';
    case 'ETIMEDOUT':
      return 'timeout';
    case 'EMSGSIZE':
      return 'too-big';
    case 'EPERM':
      return 'dropped';
  }
}

/** An ICMP error as ping(8) prints it, and the disposition it means. */
export function icmpWords(error: {
  readonly type: number;
  readonly code: number;
  readonly mtu: number;
}): readonly [string, Disposition] {
  if (error.type === 11) return ['Time to live exceeded', 'ttl-exceeded'];
  if (error.type !== 3) return [`ICMP type ${error.type} code ${error.code}`, 'unreachable'];
  switch (error.code) {
    case 0:
      return ['Destination Net Unreachable', 'unreachable'];
    case 1:
      return ['Destination Host Unreachable', 'unreachable'];
    case 2:
      return ['Destination Protocol Unreachable', 'refused'];
    case 3:
      return ['Destination Port Unreachable', 'refused'];
    case 4:
      return [`Frag needed and DF set (mtu = ${error.mtu})`, 'too-big'];
    case 13:
      return ['Packet filtered', 'refused'];
    default:
      return [`Dest Unreachable, Bad Code: ${error.code}`, 'unreachable'];
  }
}

export interface Target {
  readonly exchange: number;
  readonly dst: Ipv4;
  /** as the user wrote it, when it was a name */
  readonly name?: string;
  readonly dport: number;
  readonly sport: number;
  /** how long the program waits for an answer, ns */
  readonly timeout: number;
  /** IP_TTL, when it is not the system's */
  readonly ttl?: number;
}

/** The parentage of the first packet of an exchange. */
export function asked(
  exchange: number,
  parent: HopIndex = NO_HOP,
): { parent: HopIndex; cause: 'send' | 'reply'; exchange: number } {
  return { parent, cause: parent === NO_HOP ? 'send' : 'reply', exchange };
}

/** Prints the last line and ends the exchange and the program. */
export function end<C>(sys: Sys<C>, exchange: number, result: Disposition, line?: string): void {
  if (line !== undefined) sys.print(exchange, line);
  sys.finish(exchange, result);
  sys.kill(sys.pid);
}

/** `a.b.c.d:port` */
export function endpoint(ip: Ipv4, port: number): string {
  return `${printIpv4(ip)}:${port}`;
}
