/** Does a rule fit a packet: its header (ip_packet_match), then its matches in their order. @see net/ipv4/netfilter/ip_tables.c */
import { matchesPacket } from './match/index.ts';
import type { Probe } from './probe.ts';
import type { RuleHeader, RuleSpec } from './rule.ts';
import { isNamed, isUnderMask } from './values.ts';

export type HeaderField = keyof RuleHeader;

/** Whether one part of the header fits; a part that the rule does not ask for always does. */
export function fieldFits(header: RuleHeader, field: HeaderField, { packet, iif, oif }: Probe): boolean {
  const { source, destination, in: entry, out: exit } = header;
  switch (field) {
    case 'source':
      return source === undefined || isUnderMask(packet.src, source) !== source.invert;
    case 'destination':
      return destination === undefined || isUnderMask(packet.dst, destination) !== destination.invert;
    case 'in':
      return entry === undefined || isNamed(entry.name, iif) !== entry.invert;
    case 'out':
      return exit === undefined || isNamed(exit.name, oif) !== exit.invert;
    case 'protocol': {
      const { protocol } = header;
      // protocol 0 is "all"
      if (protocol === undefined || protocol.number === 0) return true;
      return (packet.protocol === protocol.number) !== protocol.invert;
    }
    case 'fragment':
      return header.fragment === undefined || packet.offset > 0 !== header.fragment.invert;
  }
}

/** The parts of a header in the order in which the kernel compares them. */
export const HEADER_FIELDS: readonly HeaderField[] = [
  'source',
  'destination',
  'in',
  'out',
  'protocol',
  'fragment',
];

/** True when every part of the header and every match fits; stops at the first that does not. */
export function fits({ header, matches }: RuleSpec, probe: Probe): boolean {
  return (
    HEADER_FIELDS.every((field) => fieldFits(header, field, probe)) &&
    matches.every((match) => matchesPacket(match, probe))
  );
}
