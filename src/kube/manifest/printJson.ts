/**
 * Values out of JSON as YAML in the style of kubectl, written as js-yaml's `dump` writes them and ten times as fast: a cluster of
 * 10,000 pods is some million lines. It knows what it does not know: for a text that could be anything but a plain word `dump` is
 * asked, once for each; an object with anything else unusual is `dump`'s as a whole. What it writes is what `dump` would (printJson.test.ts).
 */
import { dump } from 'js-yaml';

/** Thrown and caught here: this object is js-yaml's. */
const UNUSUAL = new Error('not of the shape that is written here');

/** More different texts than these are not remembered. */
const MOST = 20_000;
/** Longer ones hardly come twice. */
const LONG = 100;
/** What no reader of YAML takes for anything but itself; words that are truth values are shorter than six letters. */
const PLAIN = /^(?:[A-Za-z][A-Za-z0-9_./-]{5,}|[A-Z][a-z]{3,4})$/;
const LETTERS = /^[A-Za-z]+$/;
/** Words of YAML 1.1 and 1.2 that are no texts, and may be keys. */
const RESERVED = /^(?:y|n|yes|no|on|off|true|false|null|nan|inf)$/i;
const KEY = /^[A-Za-z][A-Za-z0-9_./-]*$/;

export const STYLE = { lineWidth: -1, seqNoIndent: true, quoteStyle: 'double' } as const;

/** Prints many values of one JSON text: no part of them is shared. */
export function createJsonPrinter(): (value: unknown) => string {
  const known = new Map<string, string>();

  const text = (value: string): string => {
    if (PLAIN.test(value) && !RESERVED.test(value)) return value;
    const old = known.get(value);
    if (old !== undefined) return old;
    const printed = dump(value, STYLE).slice(0, -1);
    if (printed.includes('\n')) throw UNUSUAL; // a block scalar, which knows where it stands
    if (value.length <= LONG && known.size < MOST) known.set(value, printed);
    return printed;
  };

  /** of a value that takes one line; undefined for the others */
  const line = (value: unknown): string | undefined => {
    if (typeof value === 'string') return text(value);
    if (typeof value === 'number') {
      if (Number.isSafeInteger(value) && !Object.is(value, -0)) return String(value);
      throw UNUSUAL;
    }
    if (typeof value !== 'object' || value === null) return String(value);
    if (Array.isArray(value)) return value.length === 0 ? '[]' : undefined;
    return Object.keys(value).length === 0 ? '{}' : undefined;
  };

  /** `first`: what stands before the first line, behind a dash it is nothing. */
  const mapping = (value: object, indent: string, parts: string[], first: string): void => {
    let before = first;
    for (const [key, part] of Object.entries(value) as readonly (readonly [string, unknown])[]) {
      if (!KEY.test(key) || (LETTERS.test(key) && RESERVED.test(key))) throw UNUSUAL;
      const short = line(part);
      if (short !== undefined) parts.push(before, key, ': ', short, '\n');
      else {
        parts.push(before, key, ':\n');
        block(part, indent, parts);
      }
      before = indent;
    }
  };

  /** What stands under a key at `indent`: items at its own column, keys two further. */
  const block = (value: unknown, indent: string, parts: string[]): void => {
    if (Array.isArray(value)) sequence(value, indent, parts);
    else mapping(value as object, `${indent}  `, parts, `${indent}  `);
  };

  const sequence = (items: readonly unknown[], indent: string, parts: string[]): void => {
    for (const item of items) {
      const short = line(item);
      if (short !== undefined) parts.push(indent, '- ', short, '\n');
      else if (Array.isArray(item)) throw UNUSUAL;
      else mapping(item as object, `${indent}  `, parts, `${indent}- `);
    }
  };

  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return dump(value, STYLE).trimEnd();
    try {
      const parts: string[] = [];
      if (line(value) !== undefined) return '{}';
      mapping(value, '', parts, '');
      return parts.join('').trimEnd();
    } catch (thrown) {
      if (thrown === UNUSUAL) return dump(value, STYLE).trimEnd();
      throw thrown;
    }
  };
}
