/** iptables' command line: words to one command. @see iptables 1.8.9 iptables/xshared.c do_parse */
import {
  checkChainName,
  HAS_RULE,
  LONG,
  normalHeader,
  orNone,
  parseAddresses,
  parseCounter,
  parseRuleNumber,
  RULE_OPTIONS,
  SHORT,
  UnknownTable,
  VERBS,
  withAddresses,
  type Option,
  type RuleOption,
  type Verb,
} from './commandOptions.ts';
import type { IptablesCommand } from './command.ts';
import { Extensions, type ExtensionOption } from './extensions.ts';
import { parseInterface } from './header.ts';
import { OptionError } from './options.ts';
import { protocolNumber } from './protocol.ts';
import {
  TABLE_NAMES,
  type Counter,
  type MaskedAddress,
  type Negatable,
  type RuleHeader,
  type RuleSpec,
  type TableName,
} from './rule.ts';
import { isTargetName } from './target/index.ts';

/** Reads one command from its words. */
class CommandParser {
  #words: readonly string[];
  #at = 0;
  readonly #extensions = new Extensions();
  readonly #seen = new Set<RuleOption>();
  table: TableName | undefined;
  #verb: Verb | undefined;
  #chain: string | undefined;
  #operand: string | undefined;
  #header: RuleHeader = {};
  #sources: readonly Negatable<MaskedAddress>[] = [];
  #destinations: readonly Negatable<MaskedAddress>[] = [];
  #counter: Counter | undefined;
  #invert = false;

  constructor(words: readonly string[]) {
    this.#words = words;
  }

  #argument(option: string): string {
    const word = this.#words[this.#at];
    if (word === undefined) throw new OptionError(`option "${option}" requires an argument`);
    this.#at++;
    return word;
  }

  /** the next word, when it is neither an option nor `!` */
  #operandIfAny(): string | undefined {
    const word = this.#words[this.#at];
    if (word === undefined || word.startsWith('-') || word.startsWith('!')) return undefined;
    this.#at++;
    return word;
  }

  /** the rule's protocol when it is asked for as it is */
  get #protocol(): number | undefined {
    const { protocol } = this.#header;
    return protocol === undefined || protocol.invert ? undefined : protocol.number;
  }

  parse(): void {
    while (this.#at < this.#words.length) {
      const word = this.#words[this.#at++] ?? '';
      if (word === '!') {
        if (this.#invert) throw new OptionError('multiple consecutive ! not allowed');
        this.#invert = true;
        continue;
      }
      if (word.startsWith('--') && word.length > 2) this.#long(this.#withoutValue(word));
      else if (word.startsWith('-') && word.length > 1) this.#short(word);
      else throw new OptionError(`Bad argument \`${word}'`, true);
      this.#invert = false;
    }
    if (this.#verb === undefined) throw new OptionError('no command specified');
  }

  /** `--name=value` is `--name value` */
  #withoutValue(word: string): string {
    const equals = word.indexOf('=');
    if (equals < 0) return word;
    this.#words = this.#words.toSpliced(this.#at, 0, word.slice(equals + 1));
    return word.slice(0, equals);
  }

  #short(word: string): void {
    const option = word.length === 2 ? SHORT.get(word.slice(1)) : undefined;
    if (option === undefined) throw new OptionError(`unknown option "${word}"`);
    this.#global(option, word);
  }

  #long(word: string): void {
    const name = word.slice(2);
    const option = LONG.get(name);
    if (option !== undefined) {
      this.#global(option, word);
      return;
    }
    const extension = this.#extensions.option(name, this.#protocol);
    if (extension === undefined) throw new OptionError(`unknown option "${word}"`);
    this.#extension(extension, word);
  }

  #extension(option: ExtensionOption, word: string): void {
    if (this.#invert && !option.negatable)
      throw new OptionError(`${option.name}: option "${word}" cannot be inverted.\n`);
    const words: string[] = [];
    for (let i = 0; i < option.arguments; i++) {
      // of two arguments only the first is getopt's
      const second = i > 0 ? this.#operandIfAny() : this.#argument(word);
      if (second === undefined) throw new OptionError(`${word} requires two args.`);
      words.push(second);
    }
    option.give(words, this.#invert);
  }

  #global(option: Option, word: string): void {
    const verb = VERBS.find((letter) => letter === option);
    const part = RULE_OPTIONS.find((letter) => letter === option);
    if (verb !== undefined) this.#command(verb, word);
    else if (part !== undefined) {
      this.#once(part);
      this.#rulePart(part, word);
    } else if (option === 't') this.#table(this.#argument(word));
    else if (option === 'm') {
      if (this.#invert) throw new OptionError('unexpected ! flag before --match');
      this.#extensions.match(this.#argument(word));
    } else if (option !== 'quiet' && /^\d+$/.test(this.#words[this.#at] ?? '')) {
      // -w, -W: how long to wait for the lock; there is none
      this.#at++;
    }
  }

  #once(option: RuleOption): void {
    if (this.#seen.has(option)) throw new OptionError(`multiple -${option} flags not allowed`);
    if (this.#invert && (option === 'j' || option === 'g' || option === 'c')) {
      throw new OptionError(`cannot have ! before -${option}`);
    }
    this.#seen.add(option);
  }

  #table(name: string): void {
    const table = TABLE_NAMES.find((known) => known === name);
    if (table === undefined) throw new UnknownTable(name);
    this.table = table;
  }

  #command(verb: Verb, word: string): void {
    if (this.#invert) throw new OptionError(`unexpected ! flag before --${word.replace(/^-+/, '')}`);
    if (this.#verb !== undefined) throw new OptionError(`Cannot use -${verb} with -${this.#verb}`);
    this.#verb = verb;
    if (verb === 'F' || verb === 'X' || verb === 'Z') {
      this.#chain = this.#operandIfAny();
      if (verb === 'Z') this.#operand = this.#operandIfAny();
      return;
    }
    this.#chain = this.#argument(word);
    this.#operand = verb === 'A' || verb === 'C' || verb === 'N' ? undefined : this.#operandIfAny();
    if (verb === 'P' && this.#operand === undefined)
      throw new OptionError('-P requires a chain and a policy');
    if (verb === 'E' && this.#operand === undefined) {
      throw new OptionError('-E requires old-chain-name and new-chain-name');
    }
    if (verb === 'R' && this.#operand === undefined) throw new OptionError('-R requires a rule number');
  }

  #rulePart(option: RuleOption, word: string): void {
    const invert = this.#invert;
    switch (option) {
      case 's':
        this.#sources = parseAddresses(this.#argument(word), invert);
        return;
      case 'd':
        this.#destinations = parseAddresses(this.#argument(word), invert);
        return;
      case 'i':
        this.#header = { ...this.#header, in: { name: parseInterface(this.#argument(word)), invert } };
        return;
      case 'o':
        this.#header = { ...this.#header, out: { name: parseInterface(this.#argument(word)), invert } };
        return;
      case 'p': {
        const number = protocolNumber(this.#argument(word));
        if (number === 0 && invert) throw new OptionError('rule would never match protocol');
        if (number !== 0) this.#header = { ...this.#header, protocol: { number, invert } };
        return;
      }
      case 'f':
        this.#header = { ...this.#header, fragment: { invert } };
        return;
      case 'j':
        this.#extensions.jump(this.#argument(word));
        return;
      case 'g':
        this.#extensions.goto(this.#argument(word));
        return;
      case 'c': {
        const packets = this.#argument(word);
        const bytes = this.#operandIfAny();
        if (bytes === undefined) throw new OptionError('-c requires packet and byte counter');
        this.#counter = parseCounter(packets, bytes);
      }
    }
  }

  /** What comes in by no device of that hook, or leaves by none. */
  #checkDevices(chain: string): void {
    const { in: iif, out } = this.#header;
    if (out && (chain === 'PREROUTING' || chain === 'INPUT'))
      throw new OptionError(`Can't use -o with ${chain}\n`);
    if (iif && (chain === 'POSTROUTING' || chain === 'OUTPUT'))
      throw new OptionError(`Can't use -i with ${chain}\n`);
  }

  /** One rule for each pair of addresses. */
  #rules(): readonly RuleSpec[] {
    const parts = this.#extensions.finish(this.#protocol);
    const rest = normalHeader(this.#header);
    if (this.#sources.length < 2 && this.#destinations.length < 2) {
      return [{ header: withAddresses(this.#sources[0], this.#destinations[0], rest), ...parts }];
    }
    return orNone(this.#sources).flatMap((source) =>
      orNone(this.#destinations).map((destination) => ({
        header: withAddresses(source, destination, rest),
        ...parts,
      })),
    );
  }

  #noRuleParts(): void {
    const [extra] = RULE_OPTIONS.filter(
      (option) => this.#seen.has(option) && !(option === 'c' && this.#verb === 'P'),
    );
    if (extra !== undefined) throw new OptionError(`Illegal option \`-${extra}' with this command`);
  }

  command(): IptablesCommand {
    const verb = this.#verb;
    const chain = this.#chain ?? '';
    const counter = this.#counter === undefined ? {} : { counter: this.#counter };
    if (verb !== undefined && HAS_RULE.includes(verb)) this.#checkDevices(chain);
    else this.#noRuleParts();
    switch (verb) {
      case 'A':
        return { command: 'append', chain, rules: this.#rules(), ...counter };
      case 'C':
        return { command: 'check', chain, rules: this.#rules(), ...counter };
      case 'D':
        if (this.#operand !== undefined)
          return { command: 'delete-number', chain, number: parseRuleNumber(this.#operand) };
        return { command: 'delete', chain, rules: this.#rules(), ...counter };
      case 'I':
      case 'R': {
        const number = this.#operand === undefined ? 1 : parseRuleNumber(this.#operand);
        return {
          command: verb === 'I' ? 'insert' : 'replace',
          chain,
          number,
          rules: this.#rules(),
          ...counter,
        };
      }
      case 'N':
        if (isTargetName(chain)) throw new OptionError('chain name may not clash with target name');
        return { command: 'new', chain: checkChainName(chain) };
      case 'P':
        return { command: 'policy', chain, policy: this.#operand ?? '', ...counter };
      case 'E':
        return { command: 'rename', chain, to: checkChainName(this.#operand ?? '') };
      case 'Z':
        if (this.#operand !== undefined)
          throw new OptionError('-Z with a rule number: Incompatible with this kernel.');
        return this.#onChain('zero');
      case 'F':
        return this.#onChain('flush');
      case 'X':
        return this.#onChain('delete-chain');
      case undefined:
        throw new OptionError('no command specified');
    }
  }

  #onChain(command: 'zero' | 'flush' | 'delete-chain'): IptablesCommand {
    return this.#chain === undefined ? { command } : { command, chain: this.#chain };
  }
}

export interface ParsedCommand {
  /** `-t`, undefined when it was not given */
  readonly table: TableName | undefined;
  readonly command: IptablesCommand;
}

/** The command that the words behind `iptables` make; throws an OptionError in iptables' words. */
export function parseCommand(words: readonly string[]): ParsedCommand {
  const parser = new CommandParser(words);
  parser.parse();
  return { table: parser.table, command: parser.command() };
}
