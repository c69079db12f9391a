/** `ADDRESS[-ADDRESS][:PORT[-PORT][/BASE]]`: where DNAT and SNAT map to. @see iptables 1.8.9 libxt_NAT.c parse_to */
import { parseIpv4, printIpv4, type Ipv4 } from '../../../wire/address.ts';
import { OptionError, type OptionReader, type OptionTable } from '../options.ts';
import { parsePort, type PortRange } from '../values.ts';

export interface Randomness {
  /** the port is chosen at random */
  readonly random: boolean;
  /** ... and not even the old one is tried first */
  readonly randomFully: boolean;
}

export interface PortTarget extends PortRange {
  /** `/BASE`: ports are shifted by their distance from this one */
  readonly base?: number;
}

export interface NatTarget extends Randomness {
  readonly addresses?: { readonly from: Ipv4; readonly to: Ipv4 };
  readonly ports?: PortTarget;
  /** --persistent: a client keeps its mapping */
  readonly persistent: boolean;
}

export const RANDOM_OPTIONS: OptionTable = {
  random: { arguments: 0 },
  'random-fully': { arguments: 0 },
};

const WITH_PORTS: readonly number[] = [6, 17, 33, 132];

/** Throws when the rule's protocol has no ports. */
export function requirePorts(options: OptionReader): void {
  if (options.protocol === undefined || !WITH_PORTS.includes(options.protocol)) {
    throw new OptionError('Need TCP, UDP, SCTP or DCCP with port specification');
  }
}

function port(text: string): number {
  try {
    return parsePort(text);
  } catch (error) {
    if (error instanceof OptionError) throw new OptionError(`Port \`${text}' not valid`);
    throw error;
  }
}

/** `80`, `80-90`, `80-90/85`; throws in the words of libxt_NAT.c. */
export function parsePortTarget(text: string): PortTarget {
  const dash = text.indexOf('-');
  if (dash < 0) {
    const only = port(text);
    return { from: only, to: only };
  }
  const [high = '', base] = text.slice(dash + 1).split('/');
  const [from, to] = [port(text.slice(0, dash)), port(high)];
  if (from > to) throw new OptionError(`Port range \`${high}' funky`);
  return { from, to, ...(base === undefined ? {} : { base: port(base) }) };
}

export function printPortTarget({ from, to, base }: PortTarget): string {
  if (from === to && base === undefined) return String(from);
  return `${from}-${to}${base === undefined ? '' : `/${base}`}`;
}

export function parseRandom(options: OptionReader): Randomness {
  return { random: options.has('random'), randomFully: options.has('random-fully') };
}

export function printRandom({ random, randomFully }: Randomness): string {
  return `${random ? ' --random' : ''}${randomFully ? ' --random-fully' : ''}`;
}

/** What MASQUERADE and REDIRECT share: ports for what they map to, and how one is drawn. */
export interface PortedTarget extends Randomness {
  readonly ports?: PortTarget;
}

export const PORTED_OPTIONS: OptionTable = { 'to-ports': { arguments: 1 }, ...RANDOM_OPTIONS };

export function parsePorted(options: OptionReader): PortedTarget {
  const text = options.text('to-ports');
  if (text !== undefined) requirePorts(options);
  return {
    ...(text === undefined ? {} : { ports: parsePortTarget(text) }),
    ...parseRandom(options),
  };
}

export function printPorted(target: PortedTarget): string {
  const ports = target.ports ? ` --to-ports ${printPortTarget(target.ports)}` : '';
  return `${ports}${printRandom(target)}`.trimStart();
}

function address(text: string): Ipv4 {
  const parsed = parseIpv4(text);
  if (!parsed.ok) throw new OptionError(`Bad IP address "${text}"`);
  return parsed.value;
}

/** The value of `--to-destination` and `--to-source`. */
export function parseNatTarget(text: string, options: OptionReader): NatTarget {
  const colon = text.indexOf(':');
  const addresses = colon < 0 ? text : text.slice(0, colon);
  if (colon >= 0) requirePorts(options);
  const ports = colon < 0 ? undefined : parsePortTarget(text.slice(colon + 1));
  const [low = '', high = low] = addresses.split('-');
  return {
    ...(addresses === '' ? {} : { addresses: { from: address(low), to: address(high) } }),
    ...(ports === undefined ? {} : { ports }),
    ...parseRandom(options),
    persistent: options.has('persistent'),
  };
}

export function printNatTarget(target: NatTarget): string {
  const { addresses, ports, persistent } = target;
  const from = addresses ? printIpv4(addresses.from) : '';
  const to = addresses && addresses.to !== addresses.from ? `-${printIpv4(addresses.to)}` : '';
  return `${from}${to}${ports ? `:${printPortTarget(ports)}` : ''}${printRandom(target)}${persistent ? ' --persistent' : ''}`;
}
