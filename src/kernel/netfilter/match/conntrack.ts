/** `-m conntrack`: state, tuples, status and direction of the connection. @see net/netfilter/xt_conntrack.c, libxt_conntrack.c */
import { message, type Message } from '../../../lib/message.ts';
import { printIpv4 } from '../../../wire/address.ts';
import type { CtEntry } from '../../conntrack/types.ts';
import { OptionError, type OptionReader } from '../options.ts';
import type { CtView, Probe } from '../probe.ts';
import { protocolNumber } from '../protocol.ts';
import type { MaskedAddress, Negatable } from '../rule.ts';
import {
  bitsOf,
  isInRange,
  isUnderMask,
  not,
  parseMaskedAddress,
  parsePorts,
  parseUint,
  printMaskedAddress,
  printPorts,
  type PortRange,
} from '../values.ts';
import { defineMatch } from './define.ts';

/** In the order in which iptables-save prints them. */
export const CT_STATES = ['INVALID', 'NEW', 'RELATED', 'ESTABLISHED', 'UNTRACKED', 'SNAT', 'DNAT'] as const;
export type CtStateName = (typeof CT_STATES)[number];

const STATUSES = ['NONE', 'EXPECTED', 'SEEN_REPLY', 'ASSURED', 'CONFIRMED'] as const;
type Status = (typeof STATUSES)[number];

const ADDRESSES = ['ctorigsrc', 'ctorigdst', 'ctreplsrc', 'ctrepldst'] as const;
const PORTS = ['ctorigsrcport', 'ctorigdstport', 'ctreplsrcport', 'ctrepldstport'] as const;

export interface ConntrackMatch {
  readonly match: 'conntrack';
  readonly ctstate?: Negatable<{ readonly states: readonly CtStateName[] }>;
  readonly ctproto?: Negatable<{ readonly number: number }>;
  readonly ctorigsrc?: Negatable<MaskedAddress>;
  readonly ctorigdst?: Negatable<MaskedAddress>;
  readonly ctreplsrc?: Negatable<MaskedAddress>;
  readonly ctrepldst?: Negatable<MaskedAddress>;
  readonly ctorigsrcport?: Negatable<PortRange>;
  readonly ctorigdstport?: Negatable<PortRange>;
  readonly ctreplsrcport?: Negatable<PortRange>;
  readonly ctrepldstport?: Negatable<PortRange>;
  readonly ctstatus?: Negatable<{ readonly statuses: readonly Status[] }>;
  /** seconds left */
  readonly ctexpire?: Negatable<PortRange>;
  readonly ctdir?: 'ORIGINAL' | 'REPLY';
}

export interface StateMatch {
  readonly match: 'state';
  readonly state: Negatable<{ readonly states: readonly CtStateName[] }>;
}

function parseStates(
  known: readonly CtStateName[],
): (text: string) => { readonly states: readonly CtStateName[] } {
  return (text) => {
    const named = new Set<CtStateName>();
    for (const word of text.split(',')) {
      const state = known.find((name) => name === word.toUpperCase());
      if (state === undefined) throw new OptionError(`Bad ctstate "${word}"`);
      named.add(state);
    }
    return { states: CT_STATES.filter((name) => named.has(name)) };
  };
}

function parseStatuses(text: string): { readonly statuses: readonly Status[] } {
  const named = new Set<Status>();
  for (const word of text.split(',')) {
    const status = STATUSES.find((name) => name === word.toUpperCase());
    if (status === undefined) throw new OptionError(`Bad ctstatus "${word}"`);
    named.add(status);
  }
  return { statuses: STATUSES.filter((name) => named.has(name)) };
}

function parseProtocol(text: string): { readonly number: number } {
  const number = protocolNumber(text);
  if (number === 0) throw new OptionError('conntrack: rule would never match protocol');
  return { number };
}

function parseSeconds(text: string): PortRange {
  const [low = '', high = low] = text.split(':');
  const [from, to] = [parseUint(low), parseUint(high)];
  if (from === undefined || to === undefined) {
    throw new OptionError('conntrack: bad value for option "--ctexpire", or out of range.\n');
  }
  return { from, to };
}

function parseDirection(text: string): 'ORIGINAL' | 'REPLY' {
  const direction = (['ORIGINAL', 'REPLY'] as const).find((name) => name === text.toUpperCase());
  if (direction === undefined) throw new OptionError(`conntrack: Bad value for "--ctdir" option: "${text}"`);
  return direction;
}

function parse(options: OptionReader): ConntrackMatch {
  let match: ConntrackMatch = { match: 'conntrack' };
  const states = options.negatable('ctstate', parseStates(CT_STATES));
  if (states) match = { ...match, ctstate: states };
  const protocol = options.negatable('ctproto', parseProtocol);
  if (protocol) match = { ...match, ctproto: protocol };
  for (const name of ADDRESSES) {
    const address = options.negatable(name, parseMaskedAddress);
    if (address) match = { ...match, [name]: address };
  }
  for (const name of PORTS) {
    const ports = options.negatable(name, parsePorts);
    if (ports) match = { ...match, [name]: ports };
  }
  const status = options.negatable('ctstatus', parseStatuses);
  if (status) match = { ...match, ctstatus: status };
  const expire = options.negatable('ctexpire', parseSeconds);
  if (expire) match = { ...match, ctexpire: expire };
  const direction = options.text('ctdir');
  if (direction !== undefined) match = { ...match, ctdir: parseDirection(direction) };
  if (Object.keys(match).length === 1) throw new OptionError('conntrack: At least one option is required');
  return match;
}

/** A host without its /32, as dump_addr prints it. */
function printAddress(address: MaskedAddress): string {
  return bitsOf(address.mask) === 32 ? printIpv4(address.address) : printMaskedAddress(address);
}

function print(match: ConntrackMatch): string {
  const words: string[] = [];
  const { ctstate, ctproto, ctstatus, ctexpire, ctdir } = match;
  if (ctstate) words.push(`${not(ctstate.invert)}--ctstate ${ctstate.states.join(',')}`);
  if (ctproto) words.push(`${not(ctproto.invert)}--ctproto ${ctproto.number}`);
  for (const name of ADDRESSES) {
    const address = match[name];
    if (address) words.push(`${not(address.invert)}--${name} ${printAddress(address)}`);
  }
  for (const name of PORTS) {
    const ports = match[name];
    if (ports) words.push(`${not(ports.invert)}--${name} ${printPorts(ports)}`);
  }
  if (ctstatus) words.push(`${not(ctstatus.invert)}--ctstatus ${ctstatus.statuses.join(',')}`);
  if (ctexpire) words.push(`${not(ctexpire.invert)}--ctexpire ${printPorts(ctexpire)}`);
  if (ctdir) words.push(`--ctdir ${ctdir}`);
  return words.join(' ');
}

function isInState(states: readonly CtStateName[], ct: CtView | undefined): boolean {
  if (states.includes(ct?.state ?? 'INVALID')) return true;
  return (
    ct?.entry !== undefined &&
    ((ct.entry.srcNat && states.includes('SNAT')) || (ct.entry.dstNat && states.includes('DNAT')))
  );
}

function hasStatus(
  statuses: readonly Status[],
  { entry, confirmed }: { entry: CtEntry; confirmed: boolean },
): boolean {
  return statuses.some((status) => {
    switch (status) {
      case 'SEEN_REPLY':
        return entry.seenReply;
      case 'ASSURED':
        return entry.assured;
      case 'CONFIRMED':
        return confirmed;
      // nothing here expects connections (no helpers), and NONE is no bit at all
      case 'EXPECTED':
      case 'NONE':
        return false;
    }
  });
}

function matchesTuples(match: ConntrackMatch, { original, reply }: CtEntry): boolean {
  const addresses = [original.src, original.dst, reply.src, reply.dst];
  const ports = [original.sport, original.dport, reply.sport, reply.dport];
  return (
    ADDRESSES.every((name, i) => {
      const wanted = match[name];
      const ip = addresses[i];
      return !wanted || ip === undefined || isUnderMask(ip, wanted) !== wanted.invert;
    }) &&
    PORTS.every((name, i) => {
      const wanted = match[name];
      const port = ports[i];
      return !wanted || port === undefined || isInRange(port, wanted) !== wanted.invert;
    })
  );
}

function matches(match: ConntrackMatch, probe: Probe): boolean {
  const { ctstate, ctproto, ctstatus, ctexpire, ctdir } = match;
  const { ct } = probe;
  if (ctstate && isInState(ctstate.states, ct) === ctstate.invert) return false;
  // without a connection only its state can be asked for
  if (ct?.entry === undefined) return ctstate !== undefined;
  const { entry } = ct;
  if (ctdir && (ct.direction === 'original') !== (ctdir === 'ORIGINAL')) return false;
  if (!matchesTuples(match, entry)) return false;
  if (ctproto && (entry.original.protocol === ctproto.number) === ctproto.invert) return false;
  if (ctstatus && hasStatus(ctstatus.statuses, { entry, confirmed: ct.confirmed }) === ctstatus.invert)
    return false;
  if (!ctexpire) return true;
  const seconds = Math.max(0, Math.floor((entry.expires - probe.now) / 1e9));
  return isInRange(seconds, ctexpire) !== ctexpire.invert;
}

/** The sentence of a state condition, the same for `-m state`. */
function explainStates({ states, invert }: { states: readonly CtStateName[]; invert: boolean }): Message {
  const params = { states: states.join(', ') };
  return invert ? message('rule.ctstate.not', params) : message('rule.ctstate', params);
}

export const conntrack = defineMatch<ConntrackMatch>({
  name: 'conntrack',
  options: {
    ctstate: { arguments: 1, negatable: true },
    ctproto: { arguments: 1, negatable: true },
    ctorigsrc: { arguments: 1, negatable: true },
    ctorigdst: { arguments: 1, negatable: true },
    ctreplsrc: { arguments: 1, negatable: true },
    ctrepldst: { arguments: 1, negatable: true },
    ctorigsrcport: { arguments: 1, negatable: true },
    ctorigdstport: { arguments: 1, negatable: true },
    ctreplsrcport: { arguments: 1, negatable: true },
    ctrepldstport: { arguments: 1, negatable: true },
    ctstatus: { arguments: 1, negatable: true },
    ctexpire: { arguments: 1, negatable: true },
    ctdir: { arguments: 1 },
  },
  parse,
  print,
  matches,
  explain: (match) =>
    match.ctstate !== undefined && Object.keys(match).length === 2
      ? explainStates(match.ctstate)
      : message('rule.conntrack', { options: print(match) }),
});

export const state = defineMatch<StateMatch>({
  name: 'state',
  options: { state: { arguments: 1, mandatory: true, negatable: true } },
  parse: (options) => ({
    match: 'state',
    state: {
      ...parseStates(CT_STATES.slice(0, 5))(options.text('state') ?? ''),
      invert: options.inverted('state'),
    },
  }),
  print: ({ state: wanted }) => `${not(wanted.invert)}--state ${wanted.states.join(',')}`,
  matches: ({ state: wanted }, probe) => isInState(wanted.states, probe.ct) !== wanted.invert,
  explain: ({ state: wanted }) => explainStates(wanted),
});
