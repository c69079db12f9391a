/**
 * YAML as kubectl prints it, read line by line: block mappings and sequences, plain scalars and short quoted ones. A dump of a large
 * cluster is nothing else, and this reads it many times faster than a parser of all of YAML. It knows what it does not know:
 * whatever is not of this shape (comments, block scalars, anchors, flow style, tabs, escapes, a key that comes twice …) is
 * answered `undefined`, and the parser decides. What it answers is what the parser would (plainBlocks.test.ts).
 */

import { ALL, partOf, type Wanted, type WantedOf } from './wanted.ts';

/** Thrown and caught here: this text is the parser's. */
const UNUSUAL = new Error('not of the shape that kubectl prints');

/** Deeper than any object of Kubernetes, and far from what would overflow. */
const DEEPEST = 60;

/** Signs that are more than themselves somewhere: tabs, and anything beyond ASCII. */
const SPECIAL = /[^\n -~]/;

const SPACE = 0x20;
const QUOTE = 0x22;
const APOSTROPHE = 0x27;
const DASH = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;

/** What a plain word may begin with: letters and digits, and a few signs that open nothing in YAML. */
const OPENS_WORD = wordCodes('/._+-$()=~^;');
/** What a key may consist of; a key that reads as a number or a truth value is the parser's. */
const IN_KEY = wordCodes('./-_');

/** Numbers of YAML 1.2's core schema. */
const NUMBER =
  /^(?:0o[0-7]+|0x[0-9a-fA-F]+|[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;
/** More digits than these are not exact. */
const MOST_DIGITS = 15;

/** Keys that were met, by a hash of theirs; a text that comes later need not make them anew. */
export type KnownKeys = (string | undefined)[];
/** A power of two. */
const PLACES = 4_096;
/** The bits of a hash: as many as a small integer has. */
const HASH = 0x3fffffff;

/**
 * The value of a document's text; undefined: read it with the parser. `keys` are those of the texts before. What `wanted` does not
 * name of an object's kind is gone through and not made, which is most of a dump. Never throws.
 */
export function readPlainBlocks(text: string, keys: KnownKeys = [], wanted: WantedOf = () => ALL): unknown {
  const hasComment = text.includes('#') && / #|^#/m.test(text);
  if (hasComment || SPECIAL.test(text)) return undefined;
  try {
    return new Lines(text, keys, wanted).document();
  } catch (thrown) {
    if (thrown === UNUSUAL) return undefined;
    throw thrown;
  }
}

class Lines {
  readonly #text: string;
  readonly #keys: KnownKeys;
  readonly #wanted: WantedOf;
  /** of the key that was found last: of all its characters */
  #hash = 0;
  /** hashes of the keys of the mappings that are read at present, the outermost first, and how many they are */
  readonly #passed: number[] = [];
  #count = 0;
  /** the line that comes next: its column, where its content begins and ends; -1 as column: there is none */
  #column = 0;
  #at = 0;
  #end = -1;

  constructor(text: string, keys: KnownKeys, wanted: WantedOf) {
    this.#text = text;
    this.#keys = keys;
    this.#wanted = wanted;
    this.#next();
  }

  document(): unknown {
    const value = this.#column === 0 ? this.#mapping(0, 0, ALL) : odd();
    return this.#isOver() ? value : odd();
  }

  #isOver(): boolean {
    return this.#column === -1;
  }

  #next(): void {
    const text = this.#text;
    const from = this.#end + 1;
    if (from >= text.length) {
      this.#column = -1;
      return;
    }
    let at = from;
    while (text.charCodeAt(at) === SPACE) at++;
    const end = text.indexOf('\n', at);
    this.#end = end === -1 ? text.length : end;
    // blank lines may belong to a scalar, blanks at an end are nobody's
    if (at === this.#end || text.charCodeAt(this.#end - 1) === SPACE) throw UNUSUAL;
    this.#at = at;
    this.#column = at - from;
  }

  #isItem(): boolean {
    return this.#text.charCodeAt(this.#at) === DASH && this.#text.charCodeAt(this.#at + 1) === SPACE;
  }

  /** The keys at this column. */
  #mapping(column: number, depth: number, asked: Wanted): Readonly<Record<string, unknown>> {
    if (depth > DEEPEST) throw UNUSUAL;
    const value: Record<string, unknown> = {};
    const first = this.#count;
    let wanted = asked;
    while (this.#column === column && !this.#isItem()) {
      const colon = this.#keyEnd(this.#at);
      const key = this.#keyOf(this.#at, colon);
      if (this.#wasPassed(first)) throw UNUSUAL;
      this.#passed[this.#count++] = this.#hash;
      const to = this.#end;
      const part = partOf(wanted, key);
      if (part === undefined) {
        this.#pass(colon, column, depth);
      } else if (colon + 1 === to) {
        this.#next();
        value[key] = this.#below(column, depth, part);
      } else {
        if (this.#text.charCodeAt(colon + 1) !== SPACE) throw UNUSUAL;
        value[key] = this.#scalar(colon + 2, to);
        this.#next();
        // a word that goes on in the next line
        if (this.#column > column) throw UNUSUAL;
        if (depth === 0 && key === 'kind') wanted = this.#wanted(value['apiVersion'], value['kind']);
      }
    }
    this.#count = first;
    return value;
  }

  /** What stands under a key: deeper lines, or items at its own column; nothing is null. */
  #below(column: number, depth: number, wanted: Wanted): unknown {
    if (this.#column > column)
      return this.#isItem()
        ? this.#sequence(this.#column, depth + 1, wanted)
        : this.#mapping(this.#column, depth + 1, wanted);
    return this.#column === column && this.#isItem() ? this.#sequence(column, depth + 1, wanted) : null;
  }

  /** A key and what belongs to it, as `#mapping` reads it, without making anything of it. */
  #pass(colon: number, column: number, depth: number): void {
    if (colon + 1 === this.#end) {
      this.#next();
      if (this.#column > column) {
        if (this.#isItem()) this.#passSequence(this.#column, depth + 1);
        else this.#passMapping(this.#column, depth + 1);
      } else if (this.#column === column && this.#isItem()) this.#passSequence(column, depth + 1);
      return;
    }
    if (this.#text.charCodeAt(colon + 1) !== SPACE) throw UNUSUAL;
    this.#passScalar(colon + 2);
    this.#next();
    if (this.#column > column) throw UNUSUAL;
  }

  #passMapping(column: number, depth: number): void {
    if (depth > DEEPEST) throw UNUSUAL;
    const first = this.#count;
    while (this.#column === column && !this.#isItem()) {
      const colon = this.#keyEnd(this.#at);
      this.#keyOf(this.#at, colon);
      if (this.#wasPassed(first)) throw UNUSUAL;
      this.#passed[this.#count++] = this.#hash;
      this.#pass(colon, column, depth);
    }
    this.#count = first;
  }

  /** Whether this mapping, whose keys begin at `first`, has had the key that was found last. One with its hash is taken for it: then
   * the parser reads the text. */
  #wasPassed(first: number): boolean {
    for (let i = first; i < this.#count; i++) if (this.#passed[i] === this.#hash) return true;
    return false;
  }

  #passSequence(column: number, depth: number): void {
    if (depth > DEEPEST) throw UNUSUAL;
    while (this.#column === column && this.#isItem()) {
      const from = this.#at + 2;
      if (this.#keyEnd(from, true) !== -1) {
        this.#at = from;
        this.#column = column + 2;
        this.#passMapping(column + 2, depth + 1);
      } else {
        this.#passScalar(from);
        this.#next();
      }
      if (this.#column > column) throw UNUSUAL;
    }
  }

  #passScalar(from: number): void {
    const text = this.#text;
    const to = this.#end;
    // a word that begins with a letter is itself or a truth value, unless a key is in it
    if (!isLetter(text.charCodeAt(from))) this.#scalar(from, to);
    else if (text.charCodeAt(to - 1) === COLON) throw UNUSUAL;
    else {
      const colon = text.indexOf(': ', from);
      if (colon !== -1 && colon < to) throw UNUSUAL;
    }
  }

  #sequence(column: number, depth: number, asked: Wanted): readonly unknown[] {
    const wanted = asked === ALL ? ALL : (asked.items ?? ALL);
    if (depth > DEEPEST) throw UNUSUAL;
    const value: unknown[] = [];
    while (this.#column === column && this.#isItem()) {
      const from = this.#at + 2;
      if (this.#keyEnd(from, true) !== -1) {
        // the item's first key stands behind the dash: as if the dash were a blank
        this.#at = from;
        this.#column = column + 2;
        value.push(this.#mapping(column + 2, depth + 1, wanted));
      } else {
        value.push(this.#scalar(from, this.#end));
        this.#next();
      }
      if (this.#column > column) throw UNUSUAL;
    }
    return value;
  }

  /** Where the colon of the key at `from` stands; `maybe`: -1 when what stands there is no key. */
  #keyEnd(from: number, maybe = false): number {
    const text = this.#text;
    let at = from;
    let hash = 0;
    for (let code = text.charCodeAt(at); IN_KEY[code] === 1; code = text.charCodeAt(++at))
      hash = (Math.imul(hash, 31) + code) & HASH;
    this.#hash = hash;
    const isKey =
      at > from &&
      text.charCodeAt(at) === COLON &&
      (at + 1 === this.#end || text.charCodeAt(at + 1) === SPACE);
    if (isKey) return at;
    if (maybe) return -1;
    throw UNUSUAL;
  }

  /** The same few keys come in every object: one that is known by its hash is not made anew. */
  #keyOf(from: number, to: number): string {
    const text = this.#text;
    const place = (this.#hash ^ (this.#hash >> 12)) & (PLACES - 1);
    const known = this.#keys[place];
    if (known?.length === to - from && text.startsWith(known, from)) return known;
    const key = text.slice(from, to);
    if (!isName(key)) throw UNUSUAL;
    this.#keys[place] = key;
    return key;
  }

  #scalar(from: number, to: number): unknown {
    const text = this.#text;
    const first = text.charCodeAt(from);
    if (first === QUOTE || first === APOSTROPHE) return this.#quoted(first, from, to);
    if (first >= ZERO && first <= NINE && to - from <= MOST_DIGITS) {
      const number = this.#digits(from, to);
      if (number !== -1) return number;
    }
    const word = text.slice(from, to);
    if (word === '{}') return {};
    if (word === '[]') return [];
    if (OPENS_WORD[first] !== 1) throw UNUSUAL;
    if (word.includes(': ') || text.charCodeAt(to - 1) === COLON) throw UNUSUAL;
    if (first < 0x41 ? NUMBER.test(word) || word === '-' || word.startsWith('- ') : false) throw UNUSUAL;
    return wordValue(word, first);
  }

  /** A whole number without sign; -1: it is none. */
  #digits(from: number, to: number): number {
    let value = 0;
    for (let at = from; at < to; at++) {
      const code = this.#text.charCodeAt(at);
      if (code < ZERO || code > NINE) return -1;
      value = value * 10 + code - ZERO;
    }
    return value;
  }

  /** Between quotes, with no quote and no escape in it. */
  #quoted(quote: number, from: number, to: number): string {
    const inside = this.#text.slice(from + 1, to - 1);
    const isClosed = to - from >= 2 && this.#text.charCodeAt(to - 1) === quote;
    if (!isClosed || inside.includes(quote === QUOTE ? '"' : "'")) throw UNUSUAL;
    if (quote === QUOTE && inside.includes('\\')) throw UNUSUAL;
    return inside;
  }
}

/** A plain word: a truth value, nothing, or itself. */
function wordValue(word: string, first: number): unknown {
  if (word.length > 5) return word;
  switch (word) {
    case 'true':
    case 'True':
    case 'TRUE':
      return true;
    case 'false':
    case 'False':
    case 'FALSE':
      return false;
    case 'null':
    case 'Null':
    case 'NULL':
      return null;
    default:
      // ~ is null alone
      return first === 0x7e ? odd() : word;
  }
}

function odd(): never {
  throw UNUSUAL;
}

/** A key that the parser takes for a text. */
function isName(key: string): boolean {
  const first = key.charCodeAt(0);
  return (
    (first >= 0x41 || first === 0x2f) &&
    typeof wordValue(key, first) === 'string' &&
    // what every object has from its prototype
    !(key in {})
  );
}

function isLetter(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a);
}

/** 1 at the code of a letter, a digit, or one of these. */
function wordCodes(others: string): Uint8Array {
  const table = new Uint8Array(128);
  for (let code = 0; code < table.length; code++)
    if (isLetter(code) || (code >= ZERO && code <= NINE)) table[code] = 1;
  for (const sign of others) table[sign.charCodeAt(0)] = 1;
  return table;
}
