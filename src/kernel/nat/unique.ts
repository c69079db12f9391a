/**
 * Which tuple a flow gets: the old one when the range allows and nobody has it, else another address of the range, else another
 * port. The kernel's lots are drawn from the world's seeded source. @see net/netfilter/nf_nat_core.c get_unique_tuple
 */
import { hashText, nextUint32 } from '../../lib/random.ts';
import type { Ipv4 } from '../../wire/address.ts';
import { PROTOCOL } from '../../wire/frame.ts';
import { findEntry } from '../conntrack/table.ts';
import { invert, sameTuple } from '../conntrack/tuple.ts';
import type { CtEntry, CtTuple } from '../conntrack/types.ts';
import type { Kernel } from '../context.ts';
import type { NatRange } from '../netfilter/target/define.ts';

export type Manip = 'src' | 'dst';

/** nf_nat_used_tuple: would the answers be taken for those of another flow? */
function used(k: Kernel, tuple: CtTuple, own: CtEntry): boolean {
  const found = findEntry(k.ns, invert(tuple), k.now);
  return found !== undefined && found.entry.id !== own.id;
}

function portOf(tuple: CtTuple, manip: Manip): number {
  return manip === 'src' || tuple.protocol === PROTOCOL.icmp ? tuple.sport : tuple.dport;
}

function withPort(tuple: CtTuple, manip: Manip, port: number): CtTuple {
  return manip === 'src' || tuple.protocol === PROTOCOL.icmp
    ? { ...tuple, sport: port }
    : { ...tuple, dport: port };
}

function inRange(tuple: CtTuple, { from, to, fromPort, toPort }: NatRange): boolean {
  if (tuple.src < from || tuple.src > to) return false;
  return fromPort === undefined || (tuple.sport >= fromPort && tuple.sport <= (toPort ?? fromPort));
}

/** find_appropriate_src: another flow of the same source address and port was mapped to a source that this range allows. */
function knownSource(k: Kernel, tuple: CtTuple, range: NatRange): CtTuple | undefined {
  for (const { original, reply } of k.ns.state.conntrack.entries.values()) {
    const same =
      original.protocol === tuple.protocol && original.src === tuple.src && original.sport === tuple.sport;
    if (!same) continue;
    const mapped = { ...tuple, src: reply.dst, sport: invert(reply).sport };
    if (inRange(mapped, range)) return mapped;
  }
  return undefined;
}

/** find_best_ips_proto: one address of the range, the same for the same pair of addresses (or source, when persistent). */
function addressIn(tuple: CtTuple, { from, to, persistent }: NatRange): Ipv4 {
  if (from === to) return from;
  const hash = hashText(persistent ? `${tuple.src}` : `${tuple.src} ${tuple.dst}`);
  return (from + (hash % (to - from + 1))) as Ipv4;
}

/** The ports among which to look: nf_nat_l4proto_unique_tuple. 'none' = destination ports are not changed unasked. */
function portRange(tuple: CtTuple, manip: Manip, range: NatRange): readonly [number, number] | 'none' {
  if (range.fromPort !== undefined) return [range.fromPort, range.toPort ?? range.fromPort];
  if (tuple.protocol === PROTOCOL.icmp) return [0, 0xffff];
  if (manip === 'dst') return 'none';
  if (tuple.sport < 512) return [1, 511];
  return tuple.sport < 1024 ? [600, 1023] : [1024, 0xffff];
}

/** The tuple that `current` becomes by mapping its `manip` half into `range`. */
export function uniqueTuple(
  k: Kernel,
  current: CtTuple,
  { manip, range, entry }: { readonly manip: Manip; readonly range: NatRange; readonly entry: CtEntry },
): CtTuple {
  if (manip === 'src' && !range.random) {
    const first = inRange(current, range) ? current : knownSource(k, current, range);
    if (first && !used(k, first, entry)) return first;
  }
  const mapped = { ...current, [manip]: addressIn(current, range) };
  const ports = portRange(mapped, manip, range);
  const known = [PROTOCOL.icmp, PROTOCOL.tcp, PROTOCOL.udp, PROTOCOL.sctp] as readonly number[];
  if (!range.random) {
    if (range.fromPort !== undefined) {
      const port = portOf(mapped, manip);
      const [from, to] = [range.fromPort, range.toPort ?? range.fromPort];
      if (port >= from && port <= to && (from === to || !used(k, mapped, entry))) return mapped;
    } else if (!used(k, mapped, entry)) {
      return mapped;
    }
  }
  if (ports === 'none' || !known.includes(mapped.protocol)) return mapped;
  const [from, to] = ports;
  const size = to - from + 1;
  let tuple = mapped;
  const start = manip === 'src' || range.random ? nextUint32(k.random) & 0xffff : portOf(mapped, manip);
  for (let i = 0; i < size; i++) {
    tuple = withPort(mapped, manip, from + ((start + i) % size));
    if (!used(k, tuple, entry)) return tuple;
  }
  return tuple;
}

/** True when nothing was mapped. */
export function unchanged(a: CtTuple, b: CtTuple): boolean {
  return sameTuple(a, b);
}
