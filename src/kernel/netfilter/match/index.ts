/** Every match, as an explicit list: a match is one file and one line here. */
import { assertUnreachable } from '../../../lib/assert.ts';
import type { Message } from '../../../lib/message.ts';
import type { Hook } from '../../recorder.ts';
import type { OptionReader } from '../options.ts';
import type { Probe } from '../probe.ts';
import type { RuleHeader } from '../rule.ts';
import { addrtype } from './addrtype.ts';
import { comment } from './comment.ts';
import { conntrack, state } from './conntrack.ts';
import type { MatchDefinition } from './define.ts';
import { connmark, mark } from './mark.ts';
import { icmp } from './icmp.ts';
import { limit } from './limit.ts';
import { multiport } from './multiport.ts';
import { physdev } from './physdev.ts';
import { pkttype } from './pkttype.ts';
import { recent } from './recent.ts';
import { set } from './set.ts';
import { sctp, udp } from './ports.ts';
import { statistic } from './statistic.ts';
import { tcp } from './tcp.ts';

export const MATCHES = {
  addrtype,
  comment,
  connmark,
  conntrack,
  icmp,
  limit,
  multiport,
  physdev,
  pkttype,
  recent,
  set,
  mark,
  sctp,
  state,
  statistic,
  tcp,
  udp,
} as const;

export type MatchName = keyof typeof MATCHES;

type Defined<D> = D extends MatchDefinition<infer M> ? M : never;
export type Match = Defined<(typeof MATCHES)[MatchName]>;

export function isMatchName(name: string): name is MatchName {
  return Object.hasOwn(MATCHES, name);
}

/** The match that the given options make; throws an OptionError in iptables' words. */
export function parseMatch(name: MatchName, options: OptionReader): Match {
  return MATCHES[name].parse(options);
}

/** What is done with a match and its own definition, whichever it is. */
type Apply<R> = <M extends Match>(definition: MatchDefinition<M>, match: M) => R;

function withDefinition<R>(match: Match, apply: Apply<R>): R {
  switch (match.match) {
    case 'addrtype':
      return apply(addrtype, match);
    case 'comment':
      return apply(comment, match);
    case 'connmark':
      return apply(connmark, match);
    case 'conntrack':
      return apply(conntrack, match);
    case 'mark':
      return apply(mark, match);
    case 'icmp':
      return apply(icmp, match);
    case 'limit':
      return apply(limit, match);
    case 'multiport':
      return apply(multiport, match);
    case 'physdev':
      return apply(physdev, match);
    case 'pkttype':
      return apply(pkttype, match);
    case 'recent':
      return apply(recent, match);
    case 'set':
      return apply(set, match);
    case 'sctp':
      return apply(sctp, match);
    case 'state':
      return apply(state, match);
    case 'statistic':
      return apply(statistic, match);
    case 'tcp':
      return apply(tcp, match);
    case 'udp':
      return apply(udp, match);
    default:
      return assertUnreachable(match);
  }
}

/** True when the packet fits; stateful matches (statistic, limit, recent) change `probe.memory` or `probe.random`. */
export function matchesPacket(match: Match, probe: Probe): boolean {
  return withDefinition(match, (definition, own) => definition.matches(own, probe));
}

/** The condition as a sentence. */
export function explainMatch(match: Match): Message {
  return withDefinition(match, (definition, own) => definition.explain(own));
}

/** `-m name options`, as iptables-save prints it. */
export function printMatch(match: Match): string {
  const options = withDefinition(match, (definition, own) => definition.print(own));
  return options === '' ? `-m ${match.match}` : `-m ${match.match} ${options}`;
}

/** The test of a match when its rule comes in: false is the kernel's EINVAL, a sentence what iptables says. */
export function checkMatch(match: Match, header: RuleHeader): boolean | string {
  return withDefinition(match, (definition, own) => definition.check?.(own, header) ?? true);
}

/** From which hooks a rule with this match may be reached; undefined: from any. */
export function hooksOfMatch(match: Match): readonly Hook[] | undefined {
  return withDefinition(match, (definition, own) => definition.hooks?.(own));
}
