/** Is a packet in an ipset? @see net/netfilter/ipset/ip_set_hash_gen.h mtype_test_cidrs, ip_set_list_set.c */
import { maskOf, printIpv4, type Ipv4 } from '../../wire/address.ts';
import { PROTOCOL, type Packet } from '../../wire/frame.ts';
import type { HashSet, IpSet, SetEntry } from './ipset.ts';
import { portsOf } from './values.ts';

export type Direction = 'src' | 'dst';
/** `nomatch`: an exception of the set holds it */
export type SetAnswer = 'match' | 'nomatch' | 'none';

export interface SetQuestion {
  readonly packet: Packet;
  readonly directions: readonly Direction[];
}

/** The key under which an element is kept. */
export function setKey(address: number, bits: number, port?: { protocol: number; port: number }): string {
  return port === undefined ? `${address}/${bits}` : `${address}/${bits},${port.protocol}:${port.port}`;
}

/** Prefix lengths that are in use, longest first. */
const lengthsByEntries = new WeakMap<ReadonlyMap<string, SetEntry>, readonly number[]>();

function lengthsOf({ entries }: HashSet): readonly number[] {
  let lengths = lengthsByEntries.get(entries);
  if (lengths === undefined) {
    lengths = [...new Set([...entries.values()].map(({ bits }) => bits))].sort((a, b) => b - a);
    lengthsByEntries.set(entries, lengths);
  }
  return lengths;
}

/** The longest prefix of the set that holds the address decides. */
export function lookUp(
  set: HashSet,
  address: Ipv4,
  port?: { readonly protocol: number; readonly port: number },
): SetEntry | undefined {
  for (const bits of lengthsOf(set)) {
    const found = set.entries.get(setKey((address & maskOf(bits)) >>> 0, bits, port));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The port dimension of a packet: for ICMP its type and code. Undefined when there is none to read. */
function portOf(
  packet: Packet,
  direction: Direction,
): { readonly protocol: number; readonly port: number } | undefined {
  const { payload, protocol } = packet;
  if (protocol === PROTOCOL.icmp) {
    if (payload.kind === 'icmp-echo') return { protocol, port: payload.reply ? 0 : 0x800 };
    return payload.kind === 'icmp-error' ? { protocol, port: (payload.type << 8) | payload.code } : undefined;
  }
  const ports = portsOf(packet);
  if (ports === undefined) return undefined;
  return { protocol, port: direction === 'src' ? ports.sport : ports.dport };
}

function inHash(set: HashSet, { packet, directions }: SetQuestion): SetAnswer {
  const [first = 'src', second] = directions;
  const address = first === 'src' ? packet.src : packet.dst;
  let entry: SetEntry | undefined;
  if (set.type === 'hash:ip' || set.type === 'hash:net') entry = lookUp(set, address);
  else {
    // a set of two dimensions matches nothing when only one is asked for
    const port = second === undefined ? undefined : portOf(packet, second);
    entry = port === undefined ? undefined : lookUp(set, address, port);
  }
  if (entry === undefined) return 'none';
  return entry.nomatch ? 'nomatch' : 'match';
}

/** How the set of this name answers; a set that is not there holds nothing. */
export function holds(sets: ReadonlyMap<string, IpSet>, name: string, question: SetQuestion): SetAnswer {
  const set = sets.get(name);
  if (set === undefined) return 'none';
  if (set.type !== 'list:set') return inHash(set, question);
  for (const member of set.members) {
    const inner = sets.get(member.set);
    if (inner === undefined || inner.type === 'list:set') continue;
    // members that ask for more dimensions than are given are passed over
    if (inHash(inner, question) === 'match') return 'match';
  }
  return 'none';
}

export function printEntryAddress({ address, bits }: SetEntry): string {
  return bits === 32 ? printIpv4(address) : `${printIpv4(address)}/${bits}`;
}
