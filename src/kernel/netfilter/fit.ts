/** Does a rule fit a packet: its header (ip_packet_match), then its matches in their order. @see net/ipv4/netfilter/ip_tables.c */
import type { IfName } from '../recorder.ts';
import { matchesPacket } from './match/index.ts';
import type { Probe } from './probe.ts';
import type { MaskedAddress, Negatable, RuleHeader, RuleSpec } from './rule.ts';

export type HeaderField = keyof RuleHeader;

function inMask(address: number, { address: wanted, mask, invert }: Negatable<MaskedAddress>): boolean {
  return ((address & mask) >>> 0 === (wanted & mask) >>> 0) !== invert;
}

function isNamed(dev: IfName | undefined, { name, invert }: Negatable<{ readonly name: string }>): boolean {
  const own = dev ?? '';
  return (name.endsWith('+') ? own.startsWith(name.slice(0, -1)) : own === name) !== invert;
}

/** Whether one part of the header fits; a part that the rule does not ask for always does. */
export function fieldFits(header: RuleHeader, field: HeaderField, { packet, iif, oif }: Probe): boolean {
  switch (field) {
    case 'source':
      return header.source === undefined || inMask(packet.src, header.source);
    case 'destination':
      return header.destination === undefined || inMask(packet.dst, header.destination);
    case 'in':
      return header.in === undefined || isNamed(iif, header.in);
    case 'out':
      return header.out === undefined || isNamed(oif, header.out);
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
