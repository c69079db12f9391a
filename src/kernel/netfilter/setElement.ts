/** Elements of ipsets, from and to text. @see ipset 7.17 lib/parse.c, lib/print.c, ipset(8) */
import { lastOf, maskOf, parseIpv4, printIpv4, type Ipv4 } from '../../wire/address.ts';
import { PROTOCOL } from '../../wire/frame.ts';
import type { HashType, SetPort } from './ipset.ts';
import { OptionError } from './options.ts';
import { parsePort, parseUint } from './values.ts';

/** What one element of a hash is made of. */
export interface Element {
  readonly address: Ipv4;
  readonly bits: number;
  readonly port?: SetPort;
}

/** A range may name no more elements than this at once, as in the kernel (IPSET_MAX_RANGE). */
const MAX_RANGE = 1 << 14;

const PROTOCOL_NAMES: ReadonlyMap<number, string> = new Map([
  [PROTOCOL.tcp, 'tcp'],
  [PROTOCOL.udp, 'udp'],
  [PROTOCOL.sctp, 'sctp'],
  [136, 'udplite'],
  [PROTOCOL.icmp, 'icmp'],
]);

const ICMP_NAMES: ReadonlyMap<number, string> = new Map([
  [0x000, 'echo-reply'],
  [0x300, 'network-unreachable'],
  [0x301, 'host-unreachable'],
  [0x302, 'protocol-unreachable'],
  [0x303, 'port-unreachable'],
  [0x304, 'fragmentation-needed'],
  [0x800, 'echo-request'],
  [0xb00, 'ttl-zero-during-transit'],
]);

function syntax(message: string): OptionError {
  return new OptionError(`Syntax error: ${message}`);
}

function address(text: string): Ipv4 {
  const parsed = parseIpv4(text);
  if (!parsed.ok) throw syntax(`cannot parse ${text}: resolving to IPv4 address failed`);
  return parsed.value;
}

interface Block {
  readonly address: Ipv4;
  readonly bits: number;
}

/** The largest prefixes that together are `from` .. `to`. */
function cover(from: number, to: number): readonly Block[] {
  const blocks: Block[] = [];
  for (let at = from; at <= to;) {
    let bits = 32;
    while (bits > 0) {
      const mask = maskOf(bits - 1);
      if ((at & mask) >>> 0 !== at || at + 2 ** (33 - bits) - 1 > to) break;
      bits--;
    }
    blocks.push({ address: at as Ipv4, bits });
    at += 2 ** (32 - bits);
  }
  return blocks;
}

function prefix(text: string): { readonly from: Ipv4; readonly to: Ipv4; readonly bits?: number } {
  const dash = text.indexOf('-');
  if (dash >= 0) {
    const [from, to] = [address(text.slice(0, dash)), address(text.slice(dash + 1))];
    return from <= to ? { from, to } : { from: to, to: from };
  }
  const slash = text.indexOf('/');
  const ip = address(slash < 0 ? text : text.slice(0, slash));
  if (slash < 0) return { from: ip, to: ip, bits: 32 };
  const bits = parseUint(text.slice(slash + 1), 0, 32);
  if (bits === undefined) throw syntax(`'${text.slice(slash + 1)}' is out of range 0-32`);
  if (bits === 0) throw new OptionError('The value of the CIDR parameter of the IP address is invalid');
  const network = ((ip & maskOf(bits)) >>> 0) as Ipv4;
  return { from: network, to: lastOf({ address: network, bits }), bits };
}

function blocks(type: HashType, text: string): readonly Block[] {
  const { from, to, bits } = prefix(text);
  if (type === 'hash:net' || type === 'hash:net,port') {
    return bits === undefined ? cover(from, to) : [{ address: from, bits }];
  }
  const count = Math.min(to - from + 1, MAX_RANGE + 1);
  if (count > MAX_RANGE)
    throw new OptionError('The range you specified exceeds the size limit of the set type');
  return Array.from({ length: count }, (_unused, i) => ({ address: (from + i) as Ipv4, bits: 32 }));
}

function icmpPort(text: string): number {
  for (const [port, name] of ICMP_NAMES)
    if (name === text || (text === 'ping' && port === 0x800)) return port;
  const [type = '', code = ''] = text.split('/');
  const numbers = [parseUint(type, 0, 255), parseUint(code, 0, 255)];
  if (numbers[0] === undefined || numbers[1] === undefined) {
    throw syntax(`cannot parse ${text} as an ICMP type`);
  }
  return (numbers[0] << 8) | numbers[1];
}

function ports(text: string): readonly SetPort[] {
  const colon = text.indexOf(':');
  const name = colon < 0 ? 'tcp' : text.slice(0, colon).toLowerCase();
  const value = colon < 0 ? text : text.slice(colon + 1);
  const protocol = [...PROTOCOL_NAMES].find(([, known]) => known === name)?.[0];
  if (protocol === undefined) throw syntax(`cannot parse '${text.slice(0, colon)}' as a protocol`);
  if (protocol === PROTOCOL.icmp) return [{ protocol, port: icmpPort(value) }];
  const [low = '', high = low] = value.split('-');
  try {
    const [from, to] = [parsePort(low), parsePort(high)];
    return Array.from({ length: Math.max(0, to - from + 1) }, (_unused, i) => ({ protocol, port: from + i }));
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    throw syntax(`cannot parse '${value}' as a ${name} port`);
  }
}

/** The elements that a word means: a range means many. Throws in ipset's words. */
export function parseElements(type: HashType, text: string): readonly Element[] {
  if (type === 'hash:ip' || type === 'hash:net') return blocks(type, text);
  const comma = text.indexOf(',');
  if (comma < 0) throw syntax(`Second element is missing from ${text}.`);
  const each = ports(text.slice(comma + 1));
  return blocks(type, text.slice(0, comma)).flatMap((block) => each.map((port) => ({ ...block, port })));
}

function printPort({ protocol, port }: SetPort): string {
  const name = PROTOCOL_NAMES.get(protocol) ?? String(protocol);
  if (protocol !== PROTOCOL.icmp) return `${name}:${port}`;
  return `${name}:${ICMP_NAMES.get(port) ?? `${port >> 8}/${port & 255}`}`;
}

/** As ipset prints it: a host without its /32. */
export function printElement({ address: ip, bits, port }: Element): string {
  const host = bits === 32 ? printIpv4(ip) : `${printIpv4(ip)}/${bits}`;
  return port === undefined ? host : `${host},${printPort(port)}`;
}
