/** The options of iptables' own command line, and the values behind them. @see iptables 1.8.9 iptables/xshared.c */
import { OptionError } from './options.ts';
import type { Counter, MaskedAddress, Negatable, RuleHeader } from './rule.ts';
import { parseMaskedAddress, parseUint } from './values.ts';

export const VERBS = ['A', 'C', 'D', 'I', 'R', 'N', 'X', 'F', 'Z', 'P', 'E'] as const;
export type Verb = (typeof VERBS)[number];
export const RULE_OPTIONS = ['s', 'd', 'i', 'o', 'p', 'f', 'j', 'g', 'c'] as const;
export type RuleOption = (typeof RULE_OPTIONS)[number];
export type Option = Verb | RuleOption | 't' | 'm' | 'w' | 'W' | 'quiet';

export const SHORT: ReadonlyMap<string, Option> = new Map<string, Option>([
  ...VERBS.map((letter) => [letter, letter] as const),
  ...RULE_OPTIONS.map((letter) => [letter, letter] as const),
  ['t', 't'],
  ['m', 'm'],
  ['w', 'w'],
  ['W', 'W'],
  ['v', 'quiet'],
  ['n', 'quiet'],
  ['4', 'quiet'],
]);

export const LONG: ReadonlyMap<string, Option> = new Map<string, Option>([
  ['append', 'A'],
  ['check', 'C'],
  ['delete', 'D'],
  ['insert', 'I'],
  ['replace', 'R'],
  ['new-chain', 'N'],
  ['delete-chain', 'X'],
  ['flush', 'F'],
  ['zero', 'Z'],
  ['policy', 'P'],
  ['rename-chain', 'E'],
  ['table', 't'],
  ['src', 's'],
  ['source', 's'],
  ['dst', 'd'],
  ['destination', 'd'],
  ['in-interface', 'i'],
  ['out-interface', 'o'],
  ['proto', 'p'],
  ['protocol', 'p'],
  ['fragments', 'f'],
  ['match', 'm'],
  ['jump', 'j'],
  ['goto', 'g'],
  ['set-counters', 'c'],
  ['wait', 'w'],
  ['wait-interval', 'W'],
  ['verbose', 'quiet'],
  ['numeric', 'quiet'],
  ['ipv4', 'quiet'],
]);

export const HAS_RULE: readonly Verb[] = ['A', 'C', 'D', 'I', 'R'];

export function parseAddresses(text: string, invert: boolean): readonly Negatable<MaskedAddress>[] {
  const list = text.split(',').map((part) => ({ ...parseMaskedAddress(part), invert }));
  if (invert && list.length > 1) {
    throw new OptionError('! not allowed with multiple source or destination IP addresses');
  }
  return list;
}

export function parseRuleNumber(text: string): number {
  const number = parseUint(text, 1);
  if (number === undefined) throw new OptionError(`Invalid rule number \`${text}'`);
  return number;
}

/** A name for a new chain; throws in the words of assert_valid_chain_name. */
export function checkChainName(name: string): string {
  if (/^[-!]/.test(name)) {
    throw new OptionError(`chain name not allowed to start with \`${name.charAt(0)}'`);
  }
  if (name.length >= 29) throw new OptionError(`chain name \`${name}' too long (must be under 29 chars)`);
  if (/[\s]/.test(name)) throw new OptionError(`Invalid chain name \`${name}'`);
  return name;
}

export function parseCounter(packets: string, bytes: string): Counter {
  const numbers = [
    parseUint(packets, 0, Number.MAX_SAFE_INTEGER),
    parseUint(bytes, 0, Number.MAX_SAFE_INTEGER),
  ];
  if (numbers[0] === undefined) throw new OptionError('-c packet counter not numeric');
  if (numbers[1] === undefined) throw new OptionError('-c byte counter not numeric');
  return { packets: numbers[0], bytes: numbers[1] };
}

/** `-t NAME` of a table that there is not. */
export class UnknownTable extends OptionError {
  constructor(name: string) {
    super(`table '${name}' does not exist\nPerhaps iptables or your kernel needs to be upgraded.`);
  }
}

export function orNone<T>(list: readonly T[]): readonly (T | undefined)[] {
  return list.length === 0 ? [undefined] : list;
}

/** Every device is no condition. */
export function normalHeader(header: RuleHeader): RuleHeader {
  const { in: iif, out, ...rest } = header;
  return {
    ...rest,
    ...(iif === undefined || (iif.name === '+' && !iif.invert) ? {} : { in: iif }),
    ...(out === undefined || (out.name === '+' && !out.invert) ? {} : { out }),
  };
}

/** Every address is no condition, and `! 0.0.0.0/0` one that the kernel refuses. */
export function withAddresses(
  source: Negatable<MaskedAddress> | undefined,
  destination: Negatable<MaskedAddress> | undefined,
  rest: RuleHeader,
): RuleHeader {
  const keep = (address: Negatable<MaskedAddress> | undefined): boolean =>
    address !== undefined && (address.mask !== 0 || address.invert);
  return {
    ...rest,
    ...(source !== undefined && keep(source) ? { source } : {}),
    ...(destination !== undefined && keep(destination) ? { destination } : {}),
  };
}
