/**
 * The `-m` and `-j` parts of a rule while it is read: which extensions are loaded, and to which of them an option belongs.
 * The newest one that knows an option gets it. @see iptables 1.8.9 xtables_merge_options, command_default
 */
import { isMatchName, MATCHES, parseMatch, type Match, type MatchName } from './match/index.ts';
import {
  checkOptions,
  findOption,
  OptionError,
  OptionReader,
  type GivenOption,
  type OptionGroups,
  type OptionTable,
} from './options.ts';
import { protocolName } from './protocol.ts';
import { isTargetName, parseTarget, TARGETS, type Target, type TargetName } from './target/index.ts';

interface Loaded {
  readonly name: string;
  readonly options: OptionTable;
  readonly exclusive: OptionGroups;
  readonly given: Map<string, GivenOption>;
}

/** An option that an extension takes, and what is to be done with its arguments. */
export interface ExtensionOption {
  /** of the extension */
  readonly name: string;
  readonly arguments: 0 | 1 | 2;
  readonly negatable: boolean;
  give(words: readonly string[], inverted: boolean): void;
}

export class Extensions {
  readonly #matches: { readonly name: MatchName; readonly loaded: Loaded }[] = [];
  #target: { readonly name: TargetName; readonly loaded: Loaded } | undefined;
  #chain: { readonly target: 'jump' | 'goto'; readonly chain: string } | undefined;
  /** newest first */
  #byAge: Loaded[] = [];

  #load(
    name: string,
    definition: { readonly options: OptionTable; readonly exclusive?: OptionGroups },
  ): Loaded {
    const loaded: Loaded = {
      name,
      options: definition.options,
      exclusive: definition.exclusive ?? [],
      given: new Map(),
    };
    this.#byAge = [loaded, ...this.#byAge];
    return loaded;
  }

  /** `-m name`; throws `Couldn't load match` when there is no such match here. */
  match(name: string): void {
    if (!isMatchName(name)) {
      throw new OptionError(`Couldn't load match \`${name}':No such file or directory\n`);
    }
    this.#matches.push({ name, loaded: this.#load(name, MATCHES[name]) });
  }

  /** `-j NAME`: an extension, else a chain. */
  jump(name: string): void {
    if (isTargetName(name)) this.#target = { name, loaded: this.#load(name, TARGETS[name]) };
    else this.#chain = { target: 'jump', chain: name };
  }

  /** `-g NAME`: always a chain. */
  goto(name: string): void {
    this.#chain = { target: 'goto', chain: name };
  }

  /** The option of this name (without dashes); a protocol's own match is loaded when nothing else knows it. */
  option(word: string, protocol: number | undefined): ExtensionOption | undefined {
    const known = this.#find(word);
    if (known !== undefined || protocol === undefined) return known;
    const name = protocolName(protocol);
    if (!isMatchName(name) || this.#matches.some((match) => match.name === name)) return undefined;
    this.match(name);
    const found = this.#find(word);
    if (found === undefined) {
      // it was not for this match: forget it again
      this.#matches.pop();
      this.#byAge = this.#byAge.slice(1);
    }
    return found;
  }

  #find(word: string): ExtensionOption | undefined {
    const exact = this.#byAge.find(({ options }) => Object.hasOwn(options, word));
    const owners = exact
      ? [exact]
      : this.#byAge.filter(({ options }) => findOption(options, word) !== undefined);
    const [owner] = owners;
    if (owner === undefined || owners.length > 1) return undefined;
    const option = findOption(owner.options, word);
    const syntax = option === undefined ? undefined : owner.options[option];
    if (option === undefined || syntax === undefined) return undefined;
    const { name, given } = owner;
    return {
      name,
      arguments: syntax.arguments,
      negatable: syntax.negatable ?? false,
      give(words, inverted) {
        if (given.has(option)) {
          throw new OptionError(
            name === 'tcp'
              ? `Only one \`--${option}' allowed`
              : `${name}: option "--${option}" can only be used once.\n`,
          );
        }
        given.set(option, { inverted, words });
      },
    };
  }

  /** The matches and the target that the options make; throws in iptables' words when they do not fit together. */
  finish(protocol: number | undefined): { readonly matches: readonly Match[]; readonly target?: Target } {
    const reader = ({ name, options, exclusive, given }: Loaded): OptionReader => {
      checkOptions(name, options, exclusive, given);
      return new OptionReader(given, protocol);
    };
    const matches = this.#matches.map(({ name, loaded }) => parseMatch(name, reader(loaded)));
    if (this.#chain !== undefined) return { matches, target: this.#chain };
    if (this.#target === undefined) return { matches };
    return { matches, target: parseTarget(this.#target.name, reader(this.#target.loaded)) };
  }
}
