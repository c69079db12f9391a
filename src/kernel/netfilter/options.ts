/**
 * Options of one match or target, as getopt_long gives them to iptables' extensions: `! --dport 80` is the option `dport`,
 * inverted, with one argument. Options of several matches may be mixed (`-m tcp -p tcp -d 10.0.0.1 --dport 80`), so they are
 * collected first and handed to each extension together. @see iptables 1.8.9 libxtables/xtoptions.c
 */

/** The user's rule does not fit; the message is in iptables' own words, without the `iptables v1.8.9 (nf_tables): ` before it. */
export class OptionError extends Error {
  override readonly name = 'OptionError';
  /** the reason comes without the program's name before it, as `Bad argument` does */
  readonly bare: boolean;
  constructor(message: string, bare = false) {
    super(message);
    this.bare = bare;
  }
}

export interface OptionSyntax {
  /** how many words belong to it */
  readonly arguments: 0 | 1 | 2;
  /** `!` may stand before it */
  readonly negatable?: true;
  readonly mandatory?: true;
  /** another spelling of the option of this name */
  readonly is?: string;
  /** the option that must be given with it */
  readonly also?: string;
}

/** The options of an extension by their long names. */
export type OptionTable = Readonly<Record<string, OptionSyntax>>;
/** Sets of options that exclude each other. */
export type OptionGroups = readonly (readonly string[])[];

/** One option as it was given. */
export interface GivenOption {
  readonly inverted: boolean;
  readonly words: readonly string[];
}

/** The options that a rule gives one of its extensions. */
export class OptionReader {
  readonly #given: ReadonlyMap<string, GivenOption>;
  /** `-p` of the rule, undefined when there is none or it is inverted */
  readonly protocol: number | undefined;

  constructor(given: ReadonlyMap<string, GivenOption>, protocol: number | undefined) {
    this.#given = given;
    this.protocol = protocol;
  }

  has(name: string): boolean {
    return this.#given.has(name);
  }
  inverted(name: string): boolean {
    return this.#given.get(name)?.inverted ?? false;
  }
  /** the first argument of the option, undefined when it was not given */
  text(name: string): string | undefined {
    return this.#given.get(name)?.words[0];
  }
  /** both arguments of an option that has two */
  pair(name: string): readonly [string, string] | undefined {
    const words = this.#given.get(name)?.words;
    return words === undefined ? undefined : [words[0] ?? '', words[1] ?? ''];
  }
  /** the option's argument, parsed, with its `!`; undefined when it was not given */
  negatable<T>(name: string, parse: (text: string) => T): (T & { readonly invert: boolean }) | undefined {
    const text = this.text(name);
    return text === undefined ? undefined : { ...parse(text), invert: this.inverted(name) };
  }
}

/** The option that `word` (without dashes) names: exactly, or as the only one that begins so, as getopt_long has it. */
export function findOption(options: OptionTable, word: string): string | undefined {
  const exact = options[word];
  if (exact !== undefined && Object.hasOwn(options, word)) return exact.is ?? word;
  const begun = new Set(
    Object.entries(options)
      .filter(([name]) => name.startsWith(word))
      .map(([name, { is }]) => is ?? name),
  );
  const [only] = begun;
  return begun.size === 1 ? only : undefined;
}

type CheckedOption = readonly [name: string, syntax: OptionSyntax];
const checkedByTable = new WeakMap<OptionTable, readonly CheckedOption[]>();

/** The options of which something is to be checked at the end, in the order of the table. */
function checkedOptions(options: OptionTable, exclusive: OptionGroups): readonly CheckedOption[] {
  let checked = checkedByTable.get(options);
  if (checked === undefined) {
    checked = Object.entries(options).filter(
      ([name, { is, mandatory, also }]) =>
        is === undefined &&
        (mandatory === true || also !== undefined || exclusive.some((group) => group.includes(name))),
    );
    checkedByTable.set(options, checked);
  }
  return checked;
}

/** What xtables_options_fcheck says at the end of the command: what is missing, and what does not go together. */
export function checkOptions(
  name: string,
  options: OptionTable,
  exclusive: OptionGroups,
  given: ReadonlyMap<string, GivenOption>,
): void {
  for (const [option, { mandatory, also }] of checkedOptions(options, exclusive)) {
    if (!given.has(option)) {
      if (mandatory) throw new OptionError(`${name}: option "--${option}" must be specified\n`);
      continue;
    }
    const other = exclusive
      .find((group) => group.includes(option))
      ?.find((candidate) => candidate !== option && given.has(candidate));
    if (other !== undefined) {
      throw new OptionError(`${name}: option "--${option}" cannot be used together with "--${other}".\n`);
    }
    if (also !== undefined && !given.has(also)) {
      throw new OptionError(`${name}: option "--${option}" also requires "--${also}".\n`);
    }
  }
}
