/** `-m tcp`: ports, flags under a mask, a TCP option. @see net/netfilter/xt_tcpudp.c tcp_mt, libxt_tcp.c */
import { PROTOCOL, type TcpFlags, type TcpOption, type TcpSegment } from '../../../wire/frame.ts';
import { OptionError, type OptionReader } from '../options.ts';
import type { Negatable } from '../rule.ts';
import { not, parseUint } from '../values.ts';
import { defineMatch } from './define.ts';
import {
  explainPorts,
  hasProtocol,
  matchesPorts,
  parsePortOptions,
  PORT_OPTIONS,
  printPortOptions,
  type Ports,
} from './ports.ts';

const FLAGS = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG'] as const;
type Flag = (typeof FLAGS)[number];

export interface TcpMatch extends Ports {
  readonly match: 'tcp';
  /** those of `mask` that are set must be exactly `set` */
  readonly flags?: Negatable<{ readonly mask: readonly Flag[]; readonly set: readonly Flag[] }>;
  /** an option of this kind is there */
  readonly option?: Negatable<{ readonly kind: number }>;
}

const KIND: Readonly<Record<Exclude<TcpOption['kind'], 'other'>, number>> = {
  end: 0,
  nop: 1,
  mss: 2,
  'window-scale': 3,
  'sack-permitted': 4,
  timestamps: 8,
};

function flagsOf(text: string): readonly Flag[] {
  const named = new Set<Flag>();
  for (const word of text.toUpperCase().split(',')) {
    const flag = FLAGS.find((f) => f === word);
    if (flag !== undefined) named.add(flag);
    else if (word === 'ALL') for (const f of FLAGS) named.add(f);
    else if (word !== 'NONE')
      throw new OptionError(
        `Unknown TCP flag \`${text.split(',').find((t) => t.toUpperCase() === word) ?? word}'`,
      );
  }
  return FLAGS.filter((flag) => named.has(flag));
}

function printFlags(flags: readonly Flag[]): string {
  return flags.length === 0 ? 'NONE' : flags.join(',');
}

function parseFlags(options: OptionReader): TcpMatch['flags'] {
  if (options.has('syn')) {
    return { mask: ['FIN', 'SYN', 'RST', 'ACK'], set: ['SYN'], invert: options.inverted('syn') };
  }
  const given = options.pair('tcp-flags');
  if (given === undefined) return undefined;
  return { mask: flagsOf(given[0]), set: flagsOf(given[1]), invert: options.inverted('tcp-flags') };
}

function parseKind(text: string): { readonly kind: number } {
  const kind = parseUint(text, 1, 255);
  if (kind === undefined) throw new OptionError(`Bad TCP option \`${text}'`);
  return { kind };
}

function others({ flags, option }: TcpMatch): string[] {
  const words: string[] = [];
  if (option) words.push(`${not(option.invert)}--tcp-option ${option.kind}`);
  if (flags) words.push(`${not(flags.invert)}--tcp-flags ${printFlags(flags.mask)} ${printFlags(flags.set)}`);
  return words;
}

const KEY: Readonly<Record<Flag, keyof TcpFlags>> = {
  FIN: 'fin',
  SYN: 'syn',
  RST: 'rst',
  PSH: 'psh',
  ACK: 'ack',
  URG: 'urg',
};

function matchesHeader({ flags, option }: TcpMatch, tcp: TcpSegment): boolean {
  if (flags) {
    const same = flags.mask.every((flag) => tcp.flags[KEY[flag]] === flags.set.includes(flag));
    // a flag that must be set and is not under the mask can never be
    const possible = flags.set.every((flag) => flags.mask.includes(flag));
    if ((same && possible) === flags.invert) return false;
  }
  if (!option) return true;
  const there = tcp.options.some((o) => (o.kind === 'other' ? o.type : KIND[o.kind]) === option.kind);
  return there !== option.invert;
}

export const tcp = defineMatch<TcpMatch>({
  name: 'tcp',
  options: {
    ...PORT_OPTIONS,
    syn: { arguments: 0, negatable: true },
    'tcp-flags': { arguments: 2, negatable: true },
    'tcp-option': { arguments: 1, negatable: true },
  },
  parse(options) {
    const flags = parseFlags(options);
    const option = options.negatable('tcp-option', parseKind);
    return {
      match: 'tcp',
      ...parsePortOptions(options),
      ...(flags === undefined ? {} : { flags }),
      ...(option === undefined ? {} : { option }),
    };
  },
  print: (match) => [...printPortOptions(match), ...others(match)].join(' '),
  check({ sport, dport, flags, option }, header) {
    if (hasProtocol(header, PROTOCOL.tcp)) return true;
    return (sport ?? dport ?? flags ?? option) !== undefined && "TCP match requires '-p tcp'";
  },
  matches(match, probe) {
    if (!matchesPorts(match, probe)) return false;
    if (!match.flags && !match.option) return true;
    const { payload } = probe.packet;
    return payload.kind === 'tcp' && matchesHeader(match, payload);
  },
  explain: (match) => explainPorts('TCP', match, others(match)),
});
