/** Is a packet in an ipset? @see net/netfilter/ipset/ip_set_hash_gen.h mtype_test_cidrs, ip_set_list_set.c */
import { maskOf, type Ipv4 } from '../../wire/address.ts';
import { PROTOCOL, type Packet } from '../../wire/frame.ts';
import type { SimTime } from '../recorder.ts';
import { isLive, type HashSet, type IpSet, type SetEntry, type SetPort } from './ipset.ts';
import type { Element } from './setElement.ts';
import { portsOf } from './values.ts';

export type Direction = 'src' | 'dst';
/** `nomatch`: an exception of the set holds it */
export type SetAnswer = 'match' | 'nomatch' | 'none';

export interface SetQuestion {
  readonly packet: Packet;
  readonly directions: readonly Direction[];
  readonly now: SimTime;
}

/** The key under which an element is kept. */
export function setKey({ address, bits, port }: Element): string {
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

/** The longest prefix of the set that holds the address decides; an element whose time is over is not there. */
export function lookUp(
  set: HashSet,
  asked: { readonly address: Ipv4; readonly port?: SetPort },
  now: SimTime,
): SetEntry | undefined {
  for (const bits of lengthsOf(set)) {
    const address = ((asked.address & maskOf(bits)) >>> 0) as Ipv4;
    const found = set.entries.get(setKey({ ...asked, address, bits }));
    if (found !== undefined && isLive(found, now)) return found;
  }
  return undefined;
}

/** The port dimension of a packet: for ICMP its type and code. Undefined when there is none to read. */
function portOf(packet: Packet, direction: Direction): SetPort | undefined {
  const { payload, protocol } = packet;
  if (protocol === PROTOCOL.icmp) {
    if (payload.kind === 'icmp-echo') return { protocol, port: payload.reply ? 0 : 0x800 };
    return payload.kind === 'icmp-error' ? { protocol, port: (payload.type << 8) | payload.code } : undefined;
  }
  const ports = portsOf(packet);
  if (ports === undefined) return undefined;
  return { protocol, port: direction === 'src' ? ports.sport : ports.dport };
}

function inHash(set: HashSet, { packet, directions, now }: SetQuestion): SetAnswer {
  const [first = 'src', second] = directions;
  const address = first === 'src' ? packet.src : packet.dst;
  let entry: SetEntry | undefined;
  if (set.type === 'hash:ip' || set.type === 'hash:net') entry = lookUp(set, { address }, now);
  else {
    // a set of two dimensions matches nothing when only one is asked for
    const port = second === undefined ? undefined : portOf(packet, second);
    entry = port === undefined ? undefined : lookUp(set, { address, port }, now);
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
    const inner = isLive(member, question.now) ? sets.get(member.set) : undefined;
    if (inner === undefined || inner.type === 'list:set') continue;
    if (inHash(inner, question) === 'match') return 'match';
  }
  return 'none';
}
