/** `conntrack -L` and `-C`: the connection table, and which entries a filter means. @see conntrack-tools src/conntrack.c */
import { parseIpv4, type Ipv4 } from '../../wire/address.ts';
import { liveEntries, printEntry } from '../conntrack/table.ts';
import type { CtEntry, CtTuple } from '../conntrack/types.ts';
import { parseUint } from '../netfilter/values.ts';
import { Args, hintOf, ShellError, type Reading } from './reading.ts';

/** Which entries; all that is given must fit. */
export interface ConntrackFilter {
  readonly protocol?: number;
  readonly origSrc?: Ipv4;
  readonly origDst?: Ipv4;
  readonly replySrc?: Ipv4;
  readonly replyDst?: Ipv4;
  readonly sport?: number;
  readonly dport?: number;
  readonly replySport?: number;
  readonly replyDport?: number;
  readonly state?: string;
  readonly mark?: number;
  readonly srcNat?: true;
  readonly dstNat?: true;
  readonly status?: 'ASSURED' | 'SEEN_REPLY' | 'UNREPLIED';
}

export type ConntrackCommand =
  | { readonly command: 'list'; readonly filter: ConntrackFilter; readonly extended: boolean }
  | { readonly command: 'delete'; readonly filter: ConntrackFilter }
  | { readonly command: 'flush' }
  | { readonly command: 'count' };

const PROTOCOLS: Readonly<Record<string, number>> = { tcp: 6, udp: 17, icmp: 1, sctp: 132 };
const STATES = [
  'NONE',
  'SYN_SENT',
  'SYN_RECV',
  'ESTABLISHED',
  'FIN_WAIT',
  'CLOSE_WAIT',
  'LAST_ACK',
  'TIME_WAIT',
  'CLOSE',
];
const STATUSES = ['ASSURED', 'SEEN_REPLY', 'UNREPLIED'] as const;
const PREFIX = 'conntrack v1.4.7 (conntrack-tools): ';

export function conntrackError(text: string, hint?: ReturnType<typeof hintOf>): ShellError {
  return new ShellError(
    [PREFIX + text, "Try `conntrack -h' or 'conntrack --help' for more information."],
    hint,
  );
}

const ADDRESS_OPTIONS: Readonly<Record<string, 'origSrc' | 'origDst' | 'replySrc' | 'replyDst'>> = {
  '-s': 'origSrc',
  '--src': 'origSrc',
  '--orig-src': 'origSrc',
  '-d': 'origDst',
  '--dst': 'origDst',
  '--orig-dst': 'origDst',
  '-r': 'replySrc',
  '--reply-src': 'replySrc',
  '-q': 'replyDst',
  '--reply-dst': 'replyDst',
};

/** Only behind a `-p` that has ports. */
const PORT_OPTIONS: Readonly<Record<string, 'sport' | 'dport' | 'replySport' | 'replyDport'>> = {
  '--sport': 'sport',
  '--orig-port-src': 'sport',
  '--dport': 'dport',
  '--orig-port-dst': 'dport',
  '--reply-port-src': 'replySport',
  '--reply-port-dst': 'replyDport',
};

const COMMANDS: Readonly<Record<string, ConntrackCommand['command']>> = {
  '-L': 'list',
  '--dump': 'list',
  '-D': 'delete',
  '--delete': 'delete',
  '-F': 'flush',
  '--flush': 'flush',
  '-C': 'count',
  '--count': 'count',
};

export const CONNTRACK_OPTIONS: readonly string[] = [
  ...Object.keys(COMMANDS),
  ...Object.keys(ADDRESS_OPTIONS),
  ...Object.keys(PORT_OPTIONS),
  '-p',
  '--protonum',
  '-n',
  '--src-nat',
  '-g',
  '--dst-nat',
  '-m',
  '--mark',
  '--state',
  '-u',
  '--status',
  '-o',
  '--output',
];

function address(word: string): Ipv4 {
  const parsed = parseIpv4(word);
  if (!parsed.ok) throw conntrackError(`Invalid IP address \`${word}'`);
  return parsed.value;
}

function option(filter: ConntrackFilter, word: string, args: Args): ConntrackFilter {
  const side = ADDRESS_OPTIONS[word];
  if (side !== undefined) return { ...filter, [side]: address(args.next()) };
  const port = filter.protocol === undefined || filter.protocol === 1 ? undefined : PORT_OPTIONS[word];
  if (port !== undefined) return { ...filter, [port]: number(args.next()) };
  switch (word) {
    case '-p':
    case '--proto':
    case '--protonum': {
      const name = args.next();
      const protocol = PROTOCOLS[name] ?? parseUint(name, 0, 255);
      if (protocol === undefined)
        throw conntrackError(`\`${name}' unsupported protocol`, hintOf(name, Object.keys(PROTOCOLS)));
      return { ...filter, protocol };
    }
    case '-n':
    case '--src-nat':
      return {
        ...filter,
        srcNat: true,
        ...(args.peek.startsWith('-') || args.done ? {} : { replyDst: address(args.next()) }),
      };
    case '-g':
    case '--dst-nat':
      return {
        ...filter,
        dstNat: true,
        ...(args.peek.startsWith('-') || args.done ? {} : { replySrc: address(args.next()) }),
      };
    case '-m':
    case '--mark':
      return { ...filter, mark: number(args.next()) };
    case '--state': {
      const name = args.next();
      if (filter.protocol !== 6 || !STATES.includes(name))
        throw conntrackError(`unknown option \`--state'`, hintOf(name, STATES));
      return { ...filter, state: name };
    }
    case '-u':
    case '--status': {
      const name = args.next();
      const status = STATUSES.find((s) => s === name);
      if (status === undefined)
        throw conntrackError(`Bad status parameter \`${name}'`, hintOf(name, STATUSES));
      return { ...filter, status };
    }
    default:
      throw conntrackError(`unknown option \`${word}'`, hintOf(word, CONNTRACK_OPTIONS));
  }
}

function number(word: string): number {
  const value = parseUint(word);
  if (value === undefined) throw conntrackError(`Invalid argument \`${word}'`);
  return value;
}

/** The command behind `conntrack`. */
export function parseConntrack(args: Args): ConntrackCommand {
  let command: ConntrackCommand['command'] | undefined;
  let extended = false;
  // `-p` first, wherever it stands: other options depend on it
  let filter: ConntrackFilter = {};
  const later: string[] = [];
  while (!args.done) {
    const word = args.next();
    if (word === '-p' || word === '--proto' || word === '--protonum') filter = option(filter, word, args);
    else later.push(word);
  }
  const rest = new Args(later);
  while (!rest.done) {
    const word = rest.next();
    const named = COMMANDS[word];
    if (named !== undefined) {
      command = named;
      if (rest.peek === 'conntrack') rest.next();
    } else if (word === '-o' || word === '--output') {
      const output = rest.next();
      if (output !== 'extended')
        throw conntrackError(`\`${output}' unsupported output option`, hintOf(output, ['extended']));
      extended = true;
    } else filter = option(filter, word, rest);
  }
  switch (command) {
    case 'list':
      return { command, filter, extended };
    case 'delete':
      return { command, filter };
    case 'flush':
    case 'count':
      return { command };
    case undefined:
      throw conntrackError('no command specified', { word: 'conntrack', nearest: 'conntrack -L' });
  }
}

function fitsTuple(tuple: CtTuple, wanted: Partial<Omit<CtTuple, 'protocol'>>): boolean {
  const { src, dst, sport, dport } = wanted;
  return (
    (src === undefined || tuple.src === src) &&
    (dst === undefined || tuple.dst === dst) &&
    (sport === undefined || tuple.sport === sport) &&
    (dport === undefined || tuple.dport === dport)
  );
}

/** True for the entries that a filter means. */
export function fitsFilter(entry: CtEntry, filter: ConntrackFilter): boolean {
  const { protocol, origSrc, origDst, replySrc, replyDst, sport, dport, replySport, replyDport } = filter;
  const { state, mark, srcNat, dstNat, status } = filter;
  const original = {
    ...defined('src', origSrc),
    ...defined('dst', origDst),
    ...defined('sport', sport),
    ...defined('dport', dport),
  };
  const reply = {
    ...defined('src', replySrc),
    ...defined('dst', replyDst),
    ...defined('sport', replySport),
    ...defined('dport', replyDport),
  };
  return (
    (protocol === undefined || entry.original.protocol === protocol) &&
    fitsTuple(entry.original, original) &&
    fitsTuple(entry.reply, reply) &&
    (state === undefined || entry.tcp === state) &&
    (mark === undefined || entry.mark === mark) &&
    (srcNat !== true || entry.srcNat) &&
    (dstNat !== true || entry.dstNat) &&
    (status === undefined ||
      (status === 'ASSURED' ? entry.assured : status === 'SEEN_REPLY' ? entry.seenReply : !entry.seenReply))
  );
}

function defined<K extends string, V>(key: K, value: V | undefined): Partial<Record<K, V>> {
  const made: Partial<Record<K, V>> = {};
  if (value !== undefined) made[key] = value;
  return made;
}

/** `conntrack -L`, `conntrack -C`: what is printed on the error stream comes last here, as a terminal shows it. */
export function showConntrack(
  command: Extract<ConntrackCommand, { readonly command: 'list' | 'count' }>,
): Reading {
  return ({ ns, now }) => {
    const live = liveEntries(ns, now);
    if (command.command === 'count') return [String(live.length)];
    const shown = live.filter((entry) => fitsFilter(entry, command.filter));
    const family = command.extended ? 'ipv4     2 ' : '';
    return [
      ...shown.map((entry) => family + printEntry(entry, now)),
      `${PREFIX}${shown.length} flow entries have been shown.`,
    ];
  };
}
