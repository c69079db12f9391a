/**
 * YAML as kubectl prints it, read line by line: block mappings and sequences, plain scalars and short quoted ones. A dump of a large
 * cluster is nothing else, and this reads it many times faster than a parser of all of YAML. It knows what it does not know:
 * whatever is not of this shape (comments, block scalars, anchors, flow style, tabs, escapes, a key that comes twice …) is
 * answered `undefined`, and the parser decides. What it answers is what the parser would (plainBlocks.test.ts).
 */

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
const OPENS_WORD = charsOf('/._+-$()=~^;');
/** What a key may consist of; a key that reads as a number or a truth value is the parser's. */
const IN_KEY = charsOf('./-_');

/** Numbers of YAML 1.2's core schema. */
const NUMBER =
  /^(?:0o[0-7]+|0x[0-9a-fA-F]+|[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;
/** More digits than these are not exact. */
const MOST_DIGITS = 15;

/** Keys that were met, by a hash of theirs; a text that comes later need not make them anew. */
export type KnownKeys = (string | undefined)[];
/** A power of two. */
const PLACES = 1_024;

/** The value of a document's text; undefined: read it with the parser. `keys` are those of the texts before. Never throws. */
export function readPlainBlocks(text: string, keys: KnownKeys = []): unknown {
  const hasComment = text.includes('#') && / #|^#/m.test(text);
  if (hasComment || SPECIAL.test(text)) return undefined;
  try {
    return new Lines(text, keys).document();
  } catch (thrown) {
    if (thrown === UNUSUAL) return undefined;
    throw thrown;
  }
}

class Lines {
  readonly #text: string;
  readonly #keys: KnownKeys;
  /** the line that comes next: its column, where its content begins and ends; -1 as column: there is none */
  #column = 0;
  #at = 0;
  #end = -1;

  constructor(text: string, keys: KnownKeys) {
    this.#text = text;
    this.#keys = keys;
    this.#next();
  }

  document(): unknown {
    const value = this.#column === 0 ? this.#mapping(0, 0) : odd();
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
  #mapping(column: number, depth: number): Readonly<Record<string, unknown>> {
    if (depth > DEEPEST) throw UNUSUAL;
    const value: Record<string, unknown> = {};
    while (this.#column === column && !this.#isItem()) {
      const colon = this.#keyEnd(this.#at);
      const key = this.#keyOf(this.#at, colon);
      // also what every object has from its prototype
      if (key in value) throw UNUSUAL;
      const to = this.#end;
      if (colon + 1 === to) {
        this.#next();
        value[key] = this.#below(column, depth);
      } else {
        if (this.#text.charCodeAt(colon + 1) !== SPACE) throw UNUSUAL;
        value[key] = this.#scalar(colon + 2, to);
        this.#next();
        // a word that goes on in the next line
        if (this.#column > column) throw UNUSUAL;
      }
    }
    return value;
  }

  /** What stands under a key: deeper lines, or items at its own column; nothing is null. */
  #below(column: number, depth: number): unknown {
    if (this.#column > column)
      return this.#isItem()
        ? this.#sequence(this.#column, depth + 1)
        : this.#mapping(this.#column, depth + 1);
    return this.#column === column && this.#isItem() ? this.#sequence(column, depth + 1) : null;
  }

  #sequence(column: number, depth: number): readonly unknown[] {
    if (depth > DEEPEST) throw UNUSUAL;
    const value: unknown[] = [];
    while (this.#column === column && this.#isItem()) {
      const from = this.#at + 2;
      if (this.#keyEnd(from, true) !== -1) {
        // the item's first key stands behind the dash: as if the dash were a blank
        this.#at = from;
        this.#column = column + 2;
        value.push(this.#mapping(column + 2, depth + 1));
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
    while (isWordCode(text.charCodeAt(at), IN_KEY)) at++;
    const isKey =
      at > from &&
      text.charCodeAt(at) === COLON &&
      (at + 1 === this.#end || text.charCodeAt(at + 1) === SPACE);
    if (isKey) return at;
    if (maybe) return -1;
    throw UNUSUAL;
  }

  /** The same few keys come in every object: one that is known by what it begins and ends with is not made anew. */
  #keyOf(from: number, to: number): string {
    const text = this.#text;
    const length = to - from;
    const middle = text.charCodeAt(from + (length >> 1));
    const hash = text.charCodeAt(from) * 31 + text.charCodeAt(to - 1) * 7 + middle + length * 13;
    const place = hash & (PLACES - 1);
    const known = this.#keys[place];
    if (known?.length === length && text.startsWith(known, from)) return known;
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
    if (!isWordCode(first, OPENS_WORD)) throw UNUSUAL;
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
    (first >= 0x41 || first === 0x2f) && typeof wordValue(key, first) === 'string' && key !== '__proto__'
  );
}

function charsOf(signs: string): ReadonlySet<number> {
  return new Set(Array.from(signs, (sign) => sign.charCodeAt(0)));
}

/** A letter, a digit, or one of these. */
function isWordCode(code: number, others: ReadonlySet<number>): boolean {
  return (
    (code >= 0x61 && code <= 0x7a) ||
    (code >= 0x41 && code <= 0x5a) ||
    (code >= ZERO && code <= NINE) ||
    others.has(code)
  );
}
