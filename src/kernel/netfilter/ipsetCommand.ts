/** One command of ipset as data, from and to its words. @see ipset 7.17 lib/ipset.c, ipset(8) */
import { SET_TYPES, type SetType } from './ipset.ts';
import { OptionError } from './options.ts';
import { parseUint } from './values.ts';
import { shellQuote } from './words.ts';

export interface CreateCommand {
  readonly command: 'create';
  readonly set: string;
  readonly type: SetType;
  readonly hashsize: number;
  readonly maxelem: number;
  /** list:set only */
  readonly size: number;
  readonly comment: boolean;
  /** seconds; undefined: no time */
  readonly timeout?: number;
}

export interface ElementCommand {
  readonly command: 'add' | 'del' | 'test';
  readonly set: string;
  /** as it was given; what it means depends on the type of the set */
  readonly element: string;
  readonly nomatch: boolean;
  readonly comment?: string;
  readonly timeout?: number;
  /** list:set: where among the members */
  readonly place?: { readonly where: 'before' | 'after'; readonly member: string };
}

export type IpsetCommand =
  | CreateCommand
  | ElementCommand
  | { readonly command: 'destroy' | 'flush'; readonly set?: string }
  | { readonly command: 'rename' | 'swap'; readonly set: string; readonly to: string };

type Name = IpsetCommand['command'];

const NAMES: ReadonlyMap<string, Name> = new Map<string, Name>([
  ['create', 'create'],
  ['n', 'create'],
  ['-N', 'create'],
  ['add', 'add'],
  ['-A', 'add'],
  ['del', 'del'],
  ['-D', 'del'],
  ['test', 'test'],
  ['-T', 'test'],
  ['destroy', 'destroy'],
  ['x', 'destroy'],
  ['-X', 'destroy'],
  ['flush', 'flush'],
  ['-F', 'flush'],
  ['rename', 'rename'],
  ['e', 'rename'],
  ['-E', 'rename'],
  ['swap', 'swap'],
  ['w', 'swap'],
  ['-W', 'swap'],
]);

const MAX_NAME = 31;

function checkName(name: string): string {
  if (name.length > MAX_NAME) {
    throw new OptionError(`Syntax error: setname '${name}' is longer than ${MAX_NAME} characters`);
  }
  return name;
}

function unknown(argument: string): OptionError {
  return new OptionError(`Unknown argument: \`${argument}'`);
}

/** Words behind the set and the element: options with or without a value. */
class Arguments {
  #at = 0;
  readonly #words: readonly string[];
  constructor(words: readonly string[]) {
    this.#words = words;
  }
  get done(): boolean {
    return this.#at >= this.#words.length;
  }
  next(): string {
    return this.#words[this.#at++] ?? '';
  }
  value(option: string): string {
    const word = this.#words[this.#at++];
    if (word === undefined) throw new OptionError(`Missing mandatory argument of option \`${option}'`);
    return word;
  }
  number(option: string): number {
    const text = this.value(option);
    const number = parseUint(text);
    if (number === undefined) throw new OptionError(`Syntax error: '${text}' is invalid as number`);
    return number;
  }
}

function parseCreate(set: string, typename: string, args: Arguments): CreateCommand {
  const type = SET_TYPES.find((name) => name === typename);
  if (type === undefined) throw new OptionError(`Syntax error: typename '${typename}' is unknown`);
  let command: CreateCommand = {
    command: 'create',
    set: checkName(set),
    type,
    hashsize: 1024,
    maxelem: 65536,
    size: 8,
    comment: false,
  };
  while (!args.done) {
    const option = args.next();
    const hash = type !== 'list:set';
    if (option === 'comment') command = { ...command, comment: true };
    else if (option === 'timeout') command = { ...command, timeout: args.number(option) };
    else if (hash && option === 'hashsize') command = { ...command, hashsize: roundUp(args.number(option)) };
    else if (hash && option === 'maxelem') command = { ...command, maxelem: args.number(option) };
    else if (hash && option === 'family') parseFamily(args.value(option));
    // what ipset save prints of the hash's inside
    else if (hash && (option === 'bucketsize' || option === 'initval')) args.number(option);
    else if (!hash && option === 'size') command = { ...command, size: Math.max(4, args.number(option)) };
    else if (option === '-exist' || option === '-!') continue;
    else throw unknown(option);
  }
  return command;
}

/** A hash has a power of two of buckets, at least 64. */
function roundUp(size: number): number {
  let rounded = 64;
  while (rounded < size && rounded < 2 ** 31) rounded *= 2;
  return rounded;
}

function parseFamily(family: string): void {
  if (family !== 'inet' && family !== 'ipv4' && family !== '-4') {
    throw new OptionError(`Syntax error: unknown INET family ${family}`);
  }
}

function parseElement(
  name: ElementCommand['command'],
  words: readonly [string, string],
  args: Arguments,
): ElementCommand {
  let command: ElementCommand = { command: name, set: words[0], element: words[1], nomatch: false };
  while (!args.done) {
    const option = args.next();
    if (option === 'nomatch') command = { ...command, nomatch: true };
    else if (option === 'comment' && name === 'add') command = { ...command, comment: args.value(option) };
    else if (option === 'timeout' && name === 'add') command = { ...command, timeout: args.number(option) };
    else if (option === 'before' || option === 'after') {
      command = { ...command, place: { where: option, member: args.value(option) } };
    } else if (option === '-exist' || option === '-!') continue;
    else throw unknown(option);
  }
  return command;
}

export interface ParsedIpset {
  readonly command: IpsetCommand;
  /** -exist: what is there already, or not there, is no error */
  readonly exist: boolean;
}

/** The command that the words behind `ipset` make; throws an OptionError in ipset's words. */
export function parseIpset(given: readonly string[]): ParsedIpset {
  const isExist = (word: string): boolean => word === '-exist' || word === '-!';
  const exist = given.some(isExist);
  const [name, first, second, ...rest] = given.filter((word) => !isExist(word));
  if (name === undefined) throw new OptionError('No command specified.');
  const command = NAMES.get(name);
  if (command === undefined) throw new OptionError(`No command specified: unknown argument ${name}`);
  if (command === 'destroy' || command === 'flush') {
    if (second !== undefined) throw unknown(second);
    return { command: { command, ...(first === undefined ? {} : { set: first }) }, exist };
  }
  if (first === undefined) throw new OptionError(`Missing mandatory argument to command ${command}`);
  if (second === undefined) throw new OptionError(`Missing second mandatory argument to command ${command}`);
  const args = new Arguments(rest);
  if (command === 'create') return { command: parseCreate(first, second, args), exist };
  if (command === 'rename' || command === 'swap') {
    if (!args.done) throw unknown(args.next());
    return { command: { command, set: first, to: checkName(second) }, exist };
  }
  return { command: parseElement(command, [first, second], args), exist };
}

/** The words behind `ipset`. */
export function printIpset(command: IpsetCommand): string {
  const words: string[] = [command.command];
  switch (command.command) {
    case 'create':
      words.push(command.set, command.type);
      if (command.type === 'list:set') words.push('size', String(command.size));
      else words.push('hashsize', String(command.hashsize), 'maxelem', String(command.maxelem));
      if (command.timeout !== undefined) words.push('timeout', String(command.timeout));
      if (command.comment) words.push('comment');
      break;
    case 'add':
    case 'del':
    case 'test':
      words.push(command.set, command.element);
      if (command.nomatch) words.push('nomatch');
      if (command.place !== undefined) words.push(command.place.where, command.place.member);
      if (command.timeout !== undefined) words.push('timeout', String(command.timeout));
      if (command.comment !== undefined) words.push('comment', command.comment);
      break;
    case 'destroy':
    case 'flush':
      if (command.set !== undefined) words.push(command.set);
      break;
    case 'rename':
    case 'swap':
      words.push(command.set, command.to);
      break;
  }
  return words.map(shellQuote).join(' ');
}
