/**
 * What Go's encoding/json says of a text that is no JSON: flanneld prints it when net-conf.json cannot be read. Only the first
 * fault counts, as there. @see encoding/json/scanner.go
 */

/** The first fault of `text` in Go's words; undefined when it is JSON. */
export function goJsonError(text: string): string | undefined {
  const scanner = new Scanner(text);
  try {
    scanner.space();
    scanner.value();
    scanner.space();
    return scanner.done ? undefined : scanner.invalid('after top-level value').message;
  } catch (fault) {
    if (fault instanceof Fault) return fault.message;
    throw fault;
  }
}

class Fault extends Error {}

/** A character as Go quotes it: `'o'`, `'\''`, `'"'`, `'\n'`. */
function quoted(character: string): string {
  if (character === "'") return String.raw`'\''`;
  return character === '"' ? `'"'` : `'${JSON.stringify(character).slice(1, -1)}'`;
}

/** Deeper than this no configuration goes; Go allows 10,000. */
const DEEPEST = 200;

class Scanner {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get done(): boolean {
    return this.#at >= this.#text.length;
  }

  invalid(context: string): Fault {
    if (this.done) return new Fault('unexpected end of JSON input');
    return new Fault(`invalid character ${quoted(this.#text.charAt(this.#at))} ${context}`);
  }

  space(): void {
    while (' \t\r\n'.includes(this.#text.charAt(this.#at)) && !this.done) this.#at++;
  }

  #take(character: string): boolean {
    if (this.#text.charAt(this.#at) !== character || this.done) return false;
    this.#at++;
    return true;
  }

  value(): void {
    if (++this.#depth > DEEPEST) throw new Fault('exceeded max depth');
    if (this.#take('{')) this.#object();
    else if (this.#take('[')) this.#array();
    else if (this.#take('"')) this.#string();
    else if (this.#isDigit() || this.#text.charAt(this.#at) === '-') this.#number();
    else this.#literal();
    this.#depth--;
  }

  #object(): void {
    this.space();
    if (this.#take('}')) return;
    for (;;) {
      if (!this.#take('"')) throw this.invalid('looking for beginning of object key string');
      this.#string();
      this.space();
      if (!this.#take(':')) throw this.invalid('after object key');
      this.space();
      this.value();
      this.space();
      if (this.#take('}')) return;
      if (!this.#take(',')) throw this.invalid('after object key:value pair');
      this.space();
    }
  }

  #array(): void {
    this.space();
    if (this.#take(']')) return;
    for (;;) {
      this.value();
      this.space();
      if (this.#take(']')) return;
      if (!this.#take(',')) throw this.invalid('after array element');
      this.space();
    }
  }

  #string(): void {
    while (!this.#take('"')) {
      if (this.done) throw this.invalid('');
      if (this.#text.charAt(this.#at) < ' ') throw this.invalid('in string literal');
      if (!this.#take('\\')) {
        this.#at++;
        continue;
      }
      if (this.#take('u')) {
        for (let i = 0; i < 4; i++) {
          if (!/[0-9a-fA-F]/.test(this.#text.charAt(this.#at)))
            throw this.invalid(String.raw`in \u hexadecimal character escape`);
          this.#at++;
        }
      } else if (this.done || !String.raw`"\/bfnrt`.includes(this.#text.charAt(this.#at)))
        throw this.invalid('in string escape code');
      else this.#at++;
    }
  }

  #isDigit(): boolean {
    return /[0-9]/.test(this.#text.charAt(this.#at));
  }

  #digits(context: string): void {
    if (!this.#isDigit()) throw this.invalid(context);
    while (this.#isDigit()) this.#at++;
  }

  #number(): void {
    if (this.#take('-') && !this.#isDigit()) throw this.invalid('in numeric literal');
    if (!this.#take('0')) this.#digits('in numeric literal');
    if (this.#take('.')) this.#digits('after decimal point in numeric literal');
    if (this.#take('e') || this.#take('E')) {
      if (!this.#take('+')) this.#take('-');
      this.#digits('in exponent of numeric literal');
    }
  }

  #literal(): void {
    const word = ['true', 'false', 'null'].find((w) => w.charAt(0) === this.#text.charAt(this.#at));
    if (word === undefined || this.done) throw this.invalid('looking for beginning of value');
    for (let i = 0; i < word.length; i++) {
      const expected = word.charAt(i);
      if (!this.#take(expected)) throw this.invalid(`in literal ${word} (expecting ${quoted(expected)})`);
    }
  }
}
