/** One command of iptables as data, and its words. The other direction is parseCommand.ts. */
import { onceFor } from '../../lib/memo.ts';
import { printHeader } from './header.ts';
import { printMatch } from './match/index.ts';
import type { Counter, MaskedAddress, Negatable, RuleSpec, TableName } from './rule.ts';
import { printTarget } from './target/index.ts';
import { not, printMaskedAddress } from './values.ts';
import { restoreWords, shellQuote } from './words.ts';

/** `-s A,B -d C` makes one rule for each pair; all else in them is the same. */
interface WithRules {
  readonly chain: string;
  readonly rules: readonly RuleSpec[];
  readonly counter?: Counter;
}

export interface AppendCommand extends WithRules {
  readonly command: 'append';
}
export interface InsertCommand extends WithRules {
  readonly command: 'insert';
  readonly number: number;
}
export interface ReplaceCommand extends WithRules {
  readonly command: 'replace';
  readonly number: number;
}
export interface RuleCommand extends WithRules {
  readonly command: 'check' | 'delete';
}

export type IptablesCommand =
  | AppendCommand
  | InsertCommand
  | ReplaceCommand
  | RuleCommand
  | { readonly command: 'delete-number'; readonly chain: string; readonly number: number }
  | { readonly command: 'new'; readonly chain: string }
  | { readonly command: 'delete-chain' | 'flush' | 'zero'; readonly chain?: string }
  | {
      readonly command: 'policy';
      readonly chain: string;
      readonly policy: string;
      readonly counter?: Counter;
    }
  | { readonly command: 'rename'; readonly chain: string; readonly to: string };

/** The text of a rule behind `-A CHAIN`, as iptables-save prints it. */
export function printRule({ header, matches, target }: RuleSpec): string {
  // joined, so that the text is one flat string: a hundred thousand of them are kept
  const parts = [printHeader(header)];
  for (const match of matches) parts.push(printMatch(match));
  if (target !== undefined) parts.push(printTarget(target));
  if (parts[0] === '') parts.shift();
  return parts.join(' ');
}

/** The same, kept: a rule that was read once and stands on many nodes has one text. */
export const textOfRule = onceFor(printRule);

type Address = Negatable<MaskedAddress> | undefined;

/** The address option of several rules: `-s 10.0.0.1/32,10.0.0.2/32`. */
function printAddresses(option: 's' | 'd', addresses: readonly Address[]): string {
  const [first] = addresses;
  if (first === undefined) return '';
  const list = [
    ...new Set(addresses.map((address) => (address ? printMaskedAddress(address) : '0.0.0.0/0'))),
  ];
  return `${not(first.invert)}-${option} ${list.join(',')} `;
}

function printRules(rules: readonly RuleSpec[]): string {
  const [first] = rules;
  if (first === undefined || rules.length === 1) return first === undefined ? '' : printRule(first);
  const { source: _source, destination: _destination, ...header } = first.header;
  const addresses =
    printAddresses(
      's',
      rules.map((rule) => rule.header.source),
    ) +
    printAddresses(
      'd',
      rules.map((rule) => rule.header.destination),
    );
  return addresses + printRule({ ...first, header });
}

function printCounter(counter: Counter | undefined): string {
  return counter === undefined ? '' : `-c ${counter.packets} ${counter.bytes} `;
}

const LETTER = {
  append: 'A',
  check: 'C',
  delete: 'D',
  insert: 'I',
  replace: 'R',
  'delete-chain': 'X',
  flush: 'F',
  zero: 'Z',
} as const;

/** The words behind `iptables -t TABLE`, as iptables-restore takes them on a line. */
export function printCommand(command: IptablesCommand): string {
  switch (command.command) {
    case 'append':
    case 'check':
    case 'delete': {
      const { chain, counter, rules } = command;
      return `-${LETTER[command.command]} ${chain} ${printCounter(counter)}${printRules(rules)}`.trimEnd();
    }
    case 'insert':
    case 'replace': {
      const { chain, number, counter, rules } = command;
      return `-${LETTER[command.command]} ${chain} ${number} ${printCounter(counter)}${printRules(rules)}`.trimEnd();
    }
    case 'delete-number':
      return `-D ${command.chain} ${command.number}`;
    case 'new':
      return `-N ${command.chain}`;
    case 'delete-chain':
    case 'flush':
    case 'zero':
      return command.chain === undefined
        ? `-${LETTER[command.command]}`
        : `-${LETTER[command.command]} ${command.chain}`;
    case 'policy':
      return `-P ${command.chain} ${command.policy} ${printCounter(command.counter)}`.trimEnd();
    case 'rename':
      return `-E ${command.chain} ${command.to}`;
  }
}

/** The command as a shell takes it. */
export function printShellCommand(table: TableName, command: IptablesCommand): string {
  const words = restoreWords(printCommand(command)).map(shellQuote).join(' ');
  return table === 'filter' ? `iptables ${words}` : `iptables -t ${table} ${words}`;
}
