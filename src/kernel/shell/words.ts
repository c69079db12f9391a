/** Words of a command that changes something, read from the left. */
import type { Result } from '../../lib/result.ts';
import { parseCidr, parseIpv4, parseMac, type Cidr, type Ipv4, type Mac } from '../../wire/address.ts';
import type { LinkOptions } from '../ops/types.ts';
import type { IfName } from '../recorder.ts';

/** The first thing that does not fit is thrown as a plain sentence. */
export class Words {
  #at = 0;
  readonly #words: readonly string[];

  constructor(words: readonly string[]) {
    this.#words = words;
  }

  get done(): boolean {
    return this.#at >= this.#words.length;
  }
  next(what: string): string {
    const word = this.#words[this.#at++];
    if (word === undefined) throw new SyntaxError(`${what} is missing at the end`);
    return word;
  }
  /** takes `word` when it comes next */
  take(word: string): boolean {
    if (this.#words[this.#at] !== word) return false;
    this.#at++;
    return true;
  }
  expect(word: string): void {
    const got = this.next(`"${word}"`);
    if (got !== word) throw new SyntaxError(`"${word}" expected, not "${got}"`);
  }
  number(what: string): number {
    const word = this.next(what);
    if (!/^\d+$/.test(word)) throw new SyntaxError(`"${word}" is not a number (${what})`);
    return Number(word);
  }
  name(): IfName {
    const word = this.next('device name');
    if (word.length > 15 || word.includes('/')) throw new SyntaxError(`"${word}" not a valid ifname`);
    return word as IfName;
  }
  #parsed<T>(parse: (text: string) => Result<T, string>, what: string): T {
    const word = this.next(what);
    const parsed = parse(word);
    if (!parsed.ok) throw new SyntaxError(`"${word}" is not ${what}`);
    return parsed.value;
  }
  ip(): Ipv4 {
    return this.#parsed(parseIpv4, 'an IPv4 address');
  }
  mac(): Mac {
    return this.#parsed(parseMac, 'a MAC address');
  }
  cidr(): Cidr {
    return this.#parsed(
      (text) => (text.includes('/') ? parseCidr(text) : parseCidr(`${text}/32`)),
      'an address with prefix length',
    );
  }
  prefix(): Cidr {
    return this.take('default') ? { address: 0 as Ipv4, bits: 0 } : this.cidr();
  }
  options(): LinkOptions {
    let result: LinkOptions = {};
    for (;;) {
      if (this.take('address')) result = { ...result, address: this.mac() };
      else if (this.take('mtu')) result = { ...result, mtu: this.number('mtu') };
      else return result;
    }
  }
}

/** The one of `known` that the word is; throws a sentence with all of them. */
export function oneOf<T extends string>(word: string, known: readonly T[]): T {
  const found = known.find((k) => k === word);
  if (found === undefined) throw new SyntaxError(`unknown command "${word}"; known: ${known.join(', ')}`);
  return found;
}
