/** Numbers, ports and marks as iptables reads and prints them. @see iptables 1.8.9 libxtables/xtables.c, xtoptions.c */
import { parseIpv4, printIpv4, maskOf, type Ipv4 } from '../../wire/address.ts';
import { PROTOCOL, type Packet } from '../../wire/frame.ts';
import { OptionError } from './options.ts';
import type { MaskedAddress } from './rule.ts';

export const MAX_UINT32 = 0xffffffff;

/** xtables_strtoui: decimal, 0x hexadecimal or 0 octal; undefined for anything else, or what is not in `min` .. `max`. */
export function parseUint(text: string, min = 0, max = MAX_UINT32): number | undefined {
  const value = /^0x[0-9a-f]+$/i.test(text)
    ? Number(text)
    : /^0[0-7]*$/.test(text)
      ? parseInt(text, 8)
      : /^\d+$/.test(text)
        ? Number(text)
        : NaN;
  return value >= min && value <= max ? value : undefined;
}

/** An option's number; throws in the words of xtopt_parse_int and xtopt_parse_mint. */
export function uintOption(text: string, name: string, option: string): number {
  const value = parseUint(text);
  if (value === undefined) {
    throw new OptionError(`${name}: bad integer value for option "--${option}", or out of range.\n`);
  }
  return value;
}

/** A number between bounds that iptables names in its error. */
export function boundedOption(
  text: string,
  { name, option, min, max }: { name: string; option: string; min: number; max: number },
): number {
  const value = parseUint(text, min, max);
  if (value === undefined) {
    throw new OptionError(`${name}: bad value for option "--${option}", or out of range (${min}-${max}).\n`);
  }
  return value;
}

export interface PortRange {
  readonly from: number;
  readonly to: number;
}

/** Service names that `iptables` resolves by /etc/services: those that rules of a cluster use. */
const SERVICES: Readonly<Record<string, number>> = {
  ftp: 21,
  ssh: 22,
  telnet: 23,
  smtp: 25,
  domain: 53,
  http: 80,
  ntp: 123,
  https: 443,
  postgresql: 5432,
  mysql: 3306,
  redis: 6379,
  'http-alt': 8080,
};

/** The name of a port in that list, undefined when it has none. */
export function serviceName(port: number): string | undefined {
  return Object.entries(SERVICES).find(([, number]) => number === port)?.[0];
}

/** A port by number or name; throws `invalid port/service`. */
export function parsePort(text: string): number {
  const port = parseUint(text, 0, 65535) ?? (Object.hasOwn(SERVICES, text) ? SERVICES[text] : undefined);
  if (port === undefined) throw new OptionError(`invalid port/service \`${text}' specified`);
  return port;
}

/** `80`, `80:90`, `:90`, `80:`. */
export function parsePorts(text: string): PortRange {
  const colon = text.indexOf(':');
  if (colon < 0) {
    const port = parsePort(text);
    return { from: port, to: port };
  }
  const [low, high] = [text.slice(0, colon), text.slice(colon + 1)];
  const from = low === '' ? 0 : parsePort(low);
  const to = high === '' ? 65535 : parsePort(high);
  if (from > to) throw new OptionError('invalid portrange (min > max)');
  return { from, to };
}

export function printPorts({ from, to }: PortRange): string {
  return from === to ? String(from) : `${from}:${to}`;
}

export function isInRange(port: number, { from, to }: PortRange): boolean {
  return port >= from && port <= to;
}

export interface MaskedValue {
  readonly value: number;
  readonly mask: number;
}

/** `VALUE[/MASK]`: a mark under a mask. */
export function parseMasked(text: string, name: string, option: string): MaskedValue {
  const slash = text.indexOf('/');
  if (slash < 0) return { value: uintOption(text, name, option), mask: MAX_UINT32 };
  return {
    value: uintOption(text.slice(0, slash), name, option),
    mask: uintOption(text.slice(slash + 1), name, option),
  };
}

export function hex(value: number): string {
  return `0x${value.toString(16)}`;
}

export function printMasked({ value, mask }: MaskedValue): string {
  return mask === MAX_UINT32 ? hex(value) : `${hex(value)}/${hex(mask)}`;
}

/** The prefix length of a mask, or undefined when it has holes. */
export function bitsOf(mask: number): number | undefined {
  const bits = mask === 0 ? 0 : Math.clz32(~mask);
  return maskOf(bits) === mask ? bits : undefined;
}

/** `a.b.c.d[/n | /mask]`, with the bits behind the mask cleared; throws `host/network ... not found`, `invalid mask`. */
export function parseMaskedAddress(text: string): MaskedAddress {
  const slash = text.indexOf('/');
  const name = slash < 0 ? text : text.slice(0, slash);
  const parsed = parseIpv4(name);
  if (!parsed.ok) throw new OptionError(`host/network \`${name}' not found`);
  const mask = slash < 0 ? (MAX_UINT32 as Ipv4) : parseMask(text.slice(slash + 1));
  return { address: ((parsed.value & mask) >>> 0) as Ipv4, mask };
}

function parseMask(text: string): Ipv4 {
  const dotted = parseIpv4(text);
  if (dotted.ok) return dotted.value;
  const bits = parseUint(text, 0, 32);
  if (bits === undefined) throw new OptionError(`invalid mask \`${text}' specified`);
  return maskOf(bits) as Ipv4;
}

export function printMaskedAddress({ address, mask }: MaskedAddress): string {
  return `${printIpv4(address)}/${bitsOf(mask) ?? printIpv4(mask)}`;
}

export function isUnderMask(ip: Ipv4, { address, mask }: MaskedAddress): boolean {
  return (ip & mask) >>> 0 === address;
}

/** `eth0` is `eth0`; `eth+` is every name that begins so. */
export function isNamed(pattern: string, dev: string | undefined): boolean {
  if (pattern.endsWith('+')) return (dev ?? '').startsWith(pattern.slice(0, -1));
  return dev === pattern;
}

/** The ports of a TCP, UDP or SCTP packet: of the first fragment too, of no further one. */
export function portsOf(packet: Packet): { readonly sport: number; readonly dport: number } | undefined {
  const { payload, protocol } = packet;
  if (payload.kind === 'tcp' || payload.kind === 'udp') return payload;
  if (payload.kind !== 'bytes' || packet.offset !== 0) return undefined;
  if (protocol !== PROTOCOL.tcp && protocol !== PROTOCOL.udp && protocol !== PROTOCOL.sctp) return undefined;
  const { bytes } = payload;
  // the header must be there as a whole: 20 bytes of TCP, 8 of UDP, 12 of SCTP
  const least = protocol === PROTOCOL.tcp ? 20 : protocol === PROTOCOL.udp ? 8 : 12;
  if (bytes.length < least) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { sport: view.getUint16(0), dport: view.getUint16(2) };
}

/** A string option as xtables_save_string prints it: quoted when anything in it is not a letter, digit, `_` or `-`. */
export function quote(text: string): string {
  if (/^[A-Za-z0-9_-]+$/.test(text)) return text;
  return `"${text.replace(/["\\']/g, (char) => `\\${char}`)}"`;
}

/** `! ` when inverted. */
export function not(inverted: boolean): string {
  return inverted ? '! ' : '';
}
