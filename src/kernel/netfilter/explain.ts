/**
 * Why a rule fits a packet or does not: its conditions in the order in which the kernel looks at them, each asked by the very
 * functions that the walk asks (fit.ts, match/index.ts). @see net/ipv4/netfilter/ip_tables.c ipt_do_table
 */
import { message, type Message } from '../../lib/message.ts';
import { printIpv4 } from '../../wire/address.ts';
import { fieldFits, HEADER_FIELDS, type HeaderField } from './fit.ts';
import { explainMatch, matchesPacket } from './match/index.ts';
import type { Probe } from './probe.ts';
import { protocolName } from './protocol.ts';
import type { MaskedAddress, Negatable, RuleHeader, RuleSpec } from './rule.ts';
import { printMaskedAddress } from './values.ts';

export interface Condition {
  readonly says: Message;
  /** 'unasked': the kernel stops at the first condition that fails, and this one would have remembered the packet or drawn lots */
  readonly holds: 'yes' | 'no' | 'unasked';
}

/** Matches that change something whenever they are asked, or give another answer each time. */
const CHANGES_SOMETHING: readonly string[] = ['statistic', 'recent', 'limit'];

/** Every condition of a rule, against a packet as `probe` sees it. Nothing of the world is changed, the dice included. */
export function explainConditions({ header, matches }: RuleSpec, given: Probe): readonly Condition[] {
  const probe: Probe = { ...given, random: { ...given.random } };
  const conditions: Condition[] = [];
  const add = (says: Message, holds: boolean): void => {
    conditions.push({ says, holds: holds ? 'yes' : 'no' });
  };
  for (const field of HEADER_FIELDS) {
    const says = sayField(header, field, probe);
    if (says) add(says, fieldFits(header, field, probe));
  }
  for (const match of matches) {
    const says = explainMatch(match);
    const hasFailed = conditions.some(({ holds }) => holds === 'no');
    if (hasFailed && CHANGES_SOMETHING.includes(match.match)) conditions.push({ says, holds: 'unasked' });
    else add(says, matchesPacket(match, probe));
  }
  return conditions;
}

/** One part of the header as a sentence, with what the packet has; undefined when the rule does not ask for it. */
function sayField(header: RuleHeader, field: HeaderField, { packet, iif, oif }: Probe): Message | undefined {
  switch (field) {
    case 'source':
      return sayAddress('source', header.source, printIpv4(packet.src));
    case 'destination':
      return sayAddress('destination', header.destination, printIpv4(packet.dst));
    case 'in':
      return sayDevice('in', header.in, iif);
    case 'out':
      return sayDevice('out', header.out, oif);
    case 'protocol': {
      const { protocol } = header;
      if (protocol === undefined) return undefined;
      const params = { protocol: protocolName(protocol.number), is: protocolName(packet.protocol) };
      return protocol.invert ? message('rule.proto.not', params) : message('rule.proto', params);
    }
    case 'fragment':
      if (header.fragment === undefined) return undefined;
      return message(header.fragment.invert ? 'rule.fragment.not' : 'rule.fragment', {});
  }
}

function sayAddress(
  half: 'source' | 'destination',
  wanted: Negatable<MaskedAddress> | undefined,
  is: string,
): Message | undefined {
  if (wanted === undefined) return undefined;
  const params = { address: printMaskedAddress(wanted), is };
  return wanted.invert ? message(`rule.${half}.not`, params) : message(`rule.${half}`, params);
}

function sayDevice(
  side: 'in' | 'out',
  wanted: Negatable<{ readonly name: string }> | undefined,
  is: string | undefined,
): Message | undefined {
  if (wanted === undefined) return undefined;
  const { name, invert } = wanted;
  if (is === undefined) {
    return invert ? message(`rule.${side}.none.not`, { name }) : message(`rule.${side}.none`, { name });
  }
  return invert ? message(`rule.${side}.not`, { name, is }) : message(`rule.${side}`, { name, is });
}
