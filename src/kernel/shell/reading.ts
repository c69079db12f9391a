/**
 * What the commands that only look have in common: what they look at, the words they are given, and how they refuse. The texts are
 * those of iproute2 6.1, procps 4.0, iptables 1.8.9 (nf_tables), ipset 7.17 and conntrack 1.4.7 on Linux 6.18.
 */
import { nearestOf } from '../../lib/nearest.ts';
import { parseCidr, parseIpv4, type Cidr, type Ipv4 } from '../../wire/address.ts';
import type { NetNs } from '../netns.ts';
import type { Namespaces } from '../ops/types.ts';
import type { IfName, SimTime } from '../recorder.ts';

/** One namespace at one moment. */
export interface View {
  readonly ns: NetNs;
  readonly now: SimTime;
  /** the others: a veth's peer lives in one of them */
  readonly namespaces: Namespaces;
}

/** What a command prints; throws a ShellError when what it asks for is not there. */
export type Reading = (view: View) => readonly string[];

/** A word that no command here takes, and the one that was probably meant. */
export interface Hint {
  readonly word: string;
  readonly nearest?: string;
}

export function hintOf(word: string, known: readonly string[]): Hint {
  const nearest = nearestOf(word, known);
  return { word, ...(nearest === undefined ? {} : { nearest }) };
}

/** The command line does not fit, or what it names is not there; `lines` are the tool's own words. */
export class ShellError extends Error {
  override readonly name = 'ShellError';
  readonly lines: readonly string[];
  readonly hint: Hint | undefined;
  constructor(lines: string | readonly string[], hint?: Hint) {
    super(typeof lines === 'string' ? lines : lines.join('\n'));
    this.lines = typeof lines === 'string' ? [lines] : lines;
    this.hint = hint;
  }
}

/** The word of `known` that `word` is or begins, as iproute2 abbreviates: the first in the order of the list. */
export function abbreviated<T extends string>(word: string, known: readonly T[]): T | undefined {
  return (
    known.find((candidate) => candidate === word) ??
    known.find((each) => word !== '' && each.startsWith(word))
  );
}

/** Words of a command line, read from the left. */
export class Args {
  #at = 0;
  readonly #words: readonly string[];

  constructor(words: readonly string[]) {
    this.#words = words;
  }

  get done(): boolean {
    return this.#at >= this.#words.length;
  }
  /** the next word, left where it is; '' at the end */
  get peek(): string {
    return this.#words[this.#at] ?? '';
  }
  next(): string {
    return this.#words[this.#at++] ?? '';
  }
  get rest(): readonly string[] {
    return this.#words.slice(this.#at);
  }
}

/** The word behind an option of iproute2. */
export function argument(args: Args): string {
  if (args.done) throw new ShellError('Command line is not complete. Try option "help"');
  return args.next();
}

export function ipArgument(args: Args): Ipv4 {
  const word = argument(args);
  const parsed = parseIpv4(word);
  if (!parsed.ok) throw new ShellError(`Error: any valid prefix is expected rather than "${word}".`);
  return parsed.value;
}

/** `default`, `10.0.0.0/8`, `10.0.0.1` */
export function prefixOf(word: string): Cidr {
  if (word === 'default' || word === 'all') return { address: 0 as Ipv4, bits: 0 };
  const parsed = parseCidr(word.includes('/') ? word : `${word}/32`);
  if (!parsed.ok) throw new ShellError(`Error: any valid prefix is expected rather than "${word}".`);
  return parsed.value;
}

/** The device of that name; `words` are what the tool says when there is none. */
export function requireDevice({ ns }: View, name: string, words = `Cannot find device "${name}"`): IfName {
  for (const dev of ns.state.devices.keys()) if (dev === name) return dev;
  throw new ShellError(words, hintOf(name, [...ns.state.devices.keys()]));
}
