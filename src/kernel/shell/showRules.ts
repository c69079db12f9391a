/** `iptables -L`, `iptables -S` and `iptables-save` as iptables 1.8.9 (nf_tables) prints them. @see iptables/nft.c, nft-shared.c */
import { iptablesSave } from '../netfilter/save.ts';
import { printMaskedAddress, parseUint } from '../netfilter/values.ts';
import { protocolName } from '../netfilter/protocol.ts';
import {
  BASE_CHAINS,
  TABLE_NAMES,
  type Chain,
  type Counter,
  type Rule,
  type TableName,
} from '../netfilter/rule.ts';
import { BY_KERNEL } from '../origin.ts';
import { type Args, hintOf, ShellError, type Hint, type Reading, type View } from './reading.ts';
import { listAddress, listMatch, listTarget } from './ruleWords.ts';

const PREFIX = 'iptables v1.8.9 (nf_tables): ';

interface Listing {
  readonly table: TableName;
  readonly verb: 'list' | 'list-rules';
  readonly chain?: string;
  readonly number?: number;
  readonly numeric: boolean;
  readonly verbose: boolean;
  readonly exact: boolean;
  readonly numbers: boolean;
}

export const LIST_OPTIONS: readonly string[] = [
  '-L',
  '-S',
  '-t',
  '-n',
  '-v',
  '-x',
  '--list',
  '--list-rules',
  '--table',
  '--numeric',
  '--verbose',
  '--exact',
  '--line-numbers',
  '--wait',
];

const LONG: Readonly<Record<string, string>> = {
  '--list': 'L',
  '--list-rules': 'S',
  '--table': 't',
  '--numeric': 'n',
  '--verbose': 'v',
  '--exact': 'x',
  '--line-numbers': '0',
  '--line-number': '0',
  '--wait': 'w',
  '--ipv4': '4',
};

/** True when the words of an `iptables` command ask for a listing. */
export function isListing(words: readonly string[]): boolean {
  return words.some(
    (word) => /^-[nvxw4]*[LS][nvx]*$/.test(word) || word === '--list' || word === '--list-rules',
  );
}

function unknownOption(word: string): ShellError {
  return new ShellError(
    [`${PREFIX}unknown option "${word}"`, "Try `iptables -h' or 'iptables --help' for more information."],
    hintOf(word, LIST_OPTIONS),
  );
}

export function tableOf(name: string): TableName {
  const table = TABLE_NAMES.find((t) => t === name);
  if (table !== undefined) return table;
  throw new ShellError(
    [`${PREFIX}table '${name}' does not exist`, 'Perhaps iptables or your kernel needs to be upgraded.'],
    hintOf(name, TABLE_NAMES),
  );
}

/** The short options of a word: `-nvL` is three, `--list` one. */
function lettersOf(word: string): readonly string[] {
  if (!word.startsWith('--')) return word.slice(1).split('');
  const letter = LONG[word];
  if (letter === undefined) throw unknownOption(word);
  return [letter];
}

function parse(args: Args): Listing {
  let listing: Listing = {
    table: 'filter',
    verb: 'list',
    numeric: false,
    verbose: false,
    exact: false,
    numbers: false,
  };
  while (!args.done) {
    const word = args.next();
    if (!word.startsWith('-'))
      throw new ShellError(
        `Bad argument \`${word}'\nTry \`iptables -h' or 'iptables --help' for more information.`.split('\n'),
      );
    for (const letter of lettersOf(word)) listing = option(listing, letter, args, word);
  }
  return listing;
}

function option(listing: Listing, letter: string, args: Args, word: string): Listing {
  switch (letter) {
    case 't':
      return { ...listing, table: tableOf(args.next()) };
    case 'n':
      return { ...listing, numeric: true };
    case 'v':
      return { ...listing, verbose: true };
    case 'x':
      return { ...listing, exact: true };
    case '0':
      return { ...listing, numbers: true };
    case 'w':
    case '4':
      return listing;
    case 'L':
    case 'S': {
      const named: Listing = { ...listing, verb: letter === 'L' ? 'list' : 'list-rules' };
      if (args.done || args.peek.startsWith('-')) return named;
      const chain = args.next();
      if (args.done || args.peek.startsWith('-')) return { ...named, chain };
      const text = args.next();
      const number = parseUint(text, 1);
      if (number === undefined) throw new ShellError(`${PREFIX}Invalid rule number \`${text}'`);
      return { ...named, chain, number };
    }
    default:
      throw unknownOption(word.startsWith('--') ? word : `-${letter}`);
  }
}

const ZERO: Counter = { packets: 0, bytes: 0 };

/** The chains of a table; its base chains stand there although nobody used it yet. */
export function chainsOf({ ns }: View, table: TableName): ReadonlyMap<string, Chain> {
  const used = ns.state.rules[table];
  if (used !== undefined) return used.chains;
  return new Map(
    BASE_CHAINS[table].map((name) => [
      name,
      { name, id: -1, policy: 'ACCEPT', rules: [], origin: BY_KERNEL },
    ]),
  );
}

function chosen(view: View, { table, chain }: Listing): readonly Chain[] {
  const chains = chainsOf(view, table);
  if (chain === undefined) return [...chains.values()];
  const one = chains.get(chain);
  if (one !== undefined) return [one];
  const hint: Hint = hintOf(chain, [...chains.keys()]);
  throw new ShellError(
    `${PREFIX}chain \`${chain}' in table \`${table}' is incompatible, use 'nft' tool.`,
    hint,
  );
}

/** xtables_print_num: five digits, then thousands, millions. */
function amount(number: number, { exact }: Listing): string {
  if (exact) return `${String(number).padStart(8)} `;
  if (number <= 99_999) return `${String(number).padStart(5)} `;
  let scaled = Math.floor((number + 500) / 1000);
  for (const unit of ['K', 'M', 'G'] as const) {
    if (scaled <= 9_999) return `${String(scaled).padStart(4)}${unit} `;
    scaled = Math.floor((scaled + 500) / 1000);
  }
  return `${String(scaled).padStart(4)}T `;
}

function headLines(chain: Chain, references: number, counter: Counter, listing: Listing): readonly string[] {
  const { verbose, numbers, exact } = listing;
  const counted = verbose ? ` ${counter.packets} packets, ${counter.bytes} bytes` : '';
  const what = chain.policy === undefined ? `${references} references` : `policy ${chain.policy}${counted}`;
  const amounts = verbose ? (exact ? '    pkts      bytes ' : ' pkts bytes ') : '';
  const devices = verbose ? 'in     out     ' : '';
  return [
    `Chain ${chain.name} (${what})`,
    `${numbers ? 'num  ' : ''}${amounts}target     prot opt ${devices}source               destination         `,
  ];
}

function ruleLine(rule: Rule, number: number, counter: Counter, listing: Listing): string {
  const { numeric, verbose, numbers } = listing;
  const { protocol, fragment, in: iif, out, source, destination } = rule.header;
  const { name, words } =
    rule.target === undefined ? { name: '', words: '' } : listTarget(rule.target, numeric);
  const bang = (part: { readonly invert: boolean } | undefined): string =>
    part?.invert === true ? '!' : ' ';
  const named =
    protocol === undefined
      ? numeric
        ? '0'
        : 'all'
      : numeric
        ? String(protocol.number)
        : protocolName(protocol.number);
  const opt = fragment === undefined ? '--' : fragment.invert ? '!f' : '-f';
  const device = (part: typeof iif): string =>
    (part === undefined ? '*' : `${part.invert ? '!' : ''}${part.name}`).padEnd(6);
  const address = (part: typeof source): string =>
    `${bang(part)}${listAddress(part === undefined ? undefined : printMaskedAddress(part), numeric).padEnd(19)} `;
  const start = numbers ? `${String(number).padEnd(4)} ` : '';
  const amounts = verbose ? amount(counter.packets, listing) + amount(counter.bytes, listing) : '';
  const head = `${start}${amounts}${name.padEnd(9)} ${bang(protocol)}${named.padEnd(4)} ${opt} `;
  const devices = verbose ? ` ${device(iif)} ${device(out)} ` : '';
  const goto = rule.target?.target === 'goto' ? '[goto] ' : '';
  const tail = [...rule.matches.map((match) => listMatch(match, numeric)), words].filter(
    (word) => word !== '',
  );
  return `${head}${devices}${address(source)}${address(destination)}${goto}${tail.map((word) => ` ${word}`).join('')}`;
}

function referencesTo(chains: ReadonlyMap<string, Chain>, name: string): number {
  let count = 0;
  for (const { rules } of chains.values())
    for (const { target } of rules)
      if (target !== undefined && 'chain' in target && target.chain === name) count++;
  return count;
}

function list(view: View, listing: Listing): readonly string[] {
  const { counters } = view.ns.state;
  const all = chainsOf(view, listing.table);
  const line = (rule: Rule, i: number): string =>
    ruleLine(rule, i + 1, counters.get(rule.id) ?? ZERO, listing);
  return chosen(view, listing).flatMap((chain, i) => {
    const lines = chain.rules.map(line);
    if (listing.number !== undefined) return lines.slice(listing.number - 1, listing.number);
    const head = headLines(chain, referencesTo(all, chain.name), counters.get(chain.id) ?? ZERO, listing);
    return [...(i === 0 ? [] : ['']), ...head, ...lines];
  });
}

function rulesAsCommands(view: View, listing: Listing): readonly string[] {
  const { counters } = view.ns.state;
  const chains = chosen(view, listing);
  const count = (id: number): string => {
    const { packets, bytes } = counters.get(id) ?? ZERO;
    return ` -c ${packets} ${bytes}`;
  };
  const heads = chains.map(({ name, id, policy }) =>
    policy === undefined ? `-N ${name}` : `-P ${name} ${policy}${listing.verbose ? count(id) : ''}`,
  );
  const rules = chains.flatMap(({ name, rules: own }) =>
    own.map((rule) => {
      const text = `-A ${name} ${rule.text}`.trimEnd();
      if (!listing.verbose) return text;
      // the counters stand before the target, which comes last
      const { target } = rule;
      const words =
        target === undefined
          ? text.length
          : text.lastIndexOf(
              'chain' in target ? (target.target === 'goto' ? ' -g ' : ' -j ') : ` -j ${target.target}`,
            );
      return text.slice(0, words) + count(rule.id) + text.slice(words);
    }),
  );
  if (listing.number !== undefined) return rules.slice(listing.number - 1, listing.number);
  return [...heads, ...rules];
}

/** `iptables [-t T] -L|-S [CHAIN [N]] [-n] [-v] [-x] [--line-numbers]` */
export function showRules(args: Args): Reading {
  const listing = parse(args);
  return (view) => (listing.verb === 'list' ? list(view, listing) : rulesAsCommands(view, listing));
}

/** `iptables-save [-c] [-t T]`, without the two comment lines that carry the date. */
export function showSave(args: Args): Reading {
  let table: TableName | undefined;
  let counted = false;
  while (!args.done) {
    const word = args.next();
    if (word === '-c' || word === '--counters') counted = true;
    else if (word === '-t' || word === '--table') {
      const name = args.next();
      table = TABLE_NAMES.find((t) => t === name);
      if (table === undefined)
        throw new ShellError(`Table \`${name}' does not exist`, hintOf(name, TABLE_NAMES));
    } else {
      const line = `iptables-save: unrecognized option '${word}'`;
      throw new ShellError(
        [line, "Look at manual page `iptables-save.8' for more information."],
        hintOf(word, ['-c', '--counters', '-t', '--table']),
      );
    }
  }
  return ({ ns }) => {
    const { rules, counters } = ns.state;
    const options = { ...(table === undefined ? {} : { table }), ...(counted ? { counters } : {}) };
    return iptablesSave(rules, options).split('\n').slice(0, -1);
  };
}
