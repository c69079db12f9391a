/** `-m udp`, `-m sctp`: source and destination ports; `-m tcp` has them too. @see net/netfilter/xt_tcpudp.c */
import { message, type Message } from '../../../lib/message.ts';
import type { OptionReader, OptionTable } from '../options.ts';
import type { Probe } from '../probe.ts';
import type { Negatable, RuleHeader } from '../rule.ts';
import { isInRange, not, parsePorts, portsOf, printPorts, type PortRange } from '../values.ts';
import { defineMatch, type MatchDefinition } from './define.ts';

export interface Ports {
  readonly sport?: Negatable<PortRange>;
  readonly dport?: Negatable<PortRange>;
}

export interface PortMatch<P extends string> extends Ports {
  readonly match: P;
}

export const PORT_OPTIONS: OptionTable = {
  'source-port': { arguments: 1, negatable: true },
  sport: { arguments: 1, negatable: true, is: 'source-port' },
  'destination-port': { arguments: 1, negatable: true },
  dport: { arguments: 1, negatable: true, is: 'destination-port' },
};

/** Every port is no condition, so it is not kept (iptables-save does not print it). */
function condition(ports: Negatable<PortRange> | undefined): Negatable<PortRange> | undefined {
  return ports?.from === 0 && ports.to === 65535 && !ports.invert ? undefined : ports;
}

export function parsePortOptions(options: OptionReader): Ports {
  const sport = condition(options.negatable('source-port', parsePorts));
  const dport = condition(options.negatable('destination-port', parsePorts));
  return { ...(sport === undefined ? {} : { sport }), ...(dport === undefined ? {} : { dport }) };
}

export function printPortOptions({ sport, dport }: Ports): string[] {
  const words: string[] = [];
  if (sport) words.push(`${not(sport.invert)}--sport ${printPorts(sport)}`);
  if (dport) words.push(`${not(dport.invert)}--dport ${printPorts(dport)}`);
  return words;
}

/** False for fragments other than the first: the ports are not in them. */
export function matchesPorts({ sport, dport }: Ports, { packet }: Probe): boolean {
  const ports = portsOf(packet);
  if (ports === undefined) return false;
  if (sport && isInRange(ports.sport, sport) === sport.invert) return false;
  return !(dport && isInRange(ports.dport, dport) === dport.invert);
}

/** One sentence for the usual case, a single port; otherwise the options speak for themselves. */
export function explainPorts(protocol: string, { sport, dport }: Ports, others: readonly string[]): Message {
  if (others.length === 0 && sport === undefined && dport !== undefined) {
    const params = { protocol, ports: printPorts(dport) };
    return dport.invert ? message('rule.dport.not', params) : message('rule.dport', params);
  }
  const words = [
    ...printPortOptions({ ...(sport ? { sport } : {}), ...(dport ? { dport } : {}) }),
    ...others,
  ];
  return words.length === 0
    ? message('rule.protocol', { protocol })
    : message('rule.transport', { protocol, options: words.join(' ') });
}

/** The kernel's tcp_mt_check and udp_mt_check: the rule must have that very protocol. */
export function hasProtocol(header: RuleHeader, number: number): boolean {
  return header.protocol?.number === number && !header.protocol.invert;
}

function portMatch<P extends string>(name: P, number: number): MatchDefinition<PortMatch<P>> {
  return defineMatch<PortMatch<P>>({
    name,
    options: PORT_OPTIONS,
    parse: (options) => ({ match: name, ...parsePortOptions(options) }),
    print: (match) => printPortOptions(match).join(' '),
    check: (match, header) => {
      if (hasProtocol(header, number)) return true;
      // iptables turns these into nftables' own expressions, and looks at the protocol for it
      return name === 'udp' && (match.sport ?? match.dport) !== undefined && "UDP match requires '-p udp'";
    },
    matches: (match, probe) => matchesPorts(match, probe),
    explain: (match) => explainPorts(name.toUpperCase(), match, []),
  });
}

export const udp = portMatch('udp', 17);
export const sctp = portMatch('sctp', 132);
