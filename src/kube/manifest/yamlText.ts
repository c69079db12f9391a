/** Plain values as YAML, the way kubectl's users write it: block style, two spaces, quotes only where they are needed. */
import { CORE_SCHEMA, load } from 'js-yaml';

export type Json = string | number | boolean | null | readonly Json[] | JsonMap;
export interface JsonMap {
  readonly [key: string]: Json;
}

export const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);
export const isMap = (value: Json | undefined): value is JsonMap =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Text that YAML 1.1, which kubectl reads, takes for something else. */
const OTHER_IN_1_1 =
  /^(?:y|n|yes|no|on|off|[-+]?[\d_.:]+|0[xob][\da-f_]+|[-+]?\.(?:inf|nan)|\d{4}-\d\d?-\d\d?.*)$/i;

export function scalarText(value: string | number | boolean | null): string {
  if (typeof value !== 'string') return String(value);
  const isPlain = /^[\w./][\w./@ -]*$/.test(value) && !value.endsWith(' ') && !OTHER_IN_1_1.test(value);
  return isPlain && load(value, { schema: CORE_SCHEMA }) === value ? value : JSON.stringify(value);
}

export const isEmpty = (value: Json): boolean =>
  isList(value) ? value.length === 0 : isMap(value) && Object.keys(value).length === 0;

/** Does it stand on the line of its key? */
export const isInline = (value: Json): boolean => isEmpty(value) || (!isList(value) && !isMap(value));

export function isSame(a: Json | undefined, b: Json | undefined): boolean {
  if (isList(a)) return isList(b) && a.length === b.length && a.every((item, i) => isSame(item, b[i]));
  if (!isMap(a)) return a === b;
  if (!isMap(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && isSame(a[key], b[key]))
  );
}

/** On one line. */
export function flowText(value: Json): string {
  if (isList(value)) return `[${value.map(flowText).join(', ')}]`;
  if (!isMap(value)) return scalarText(value);
  const entries = Object.entries(value).map(([key, inner]) => `${scalarText(key)}: ${flowText(inner)}`);
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}

/** How far a list stands to the right of its key. */
export type ListIndent = 0 | 2;

/** The lines of `key: value`, without indentation of their own. */
export function entryLines(key: string, value: Json, listIndent: ListIndent): readonly string[] {
  const name = `${scalarText(key)}:`;
  if (isInline(value)) return [`${name} ${flowText(value)}`];
  const by = ' '.repeat(isList(value) ? listIndent : 2);
  return [name, ...blockLines(value, listIndent).map((line) => by + line)];
}

/** The lines of a value in block style; of a scalar or an empty collection, one. */
export function blockLines(value: Json, listIndent: ListIndent): readonly string[] {
  if (isInline(value)) return [flowText(value)];
  if (isList(value)) return value.flatMap((item) => itemLines(item, listIndent));
  if (!isMap(value)) return [scalarText(value)];
  return Object.entries(value).flatMap(([key, inner]) => entryLines(key, inner, listIndent));
}

/** The lines of an item, its dash in front. */
export function itemLines(item: Json, listIndent: ListIndent): readonly string[] {
  return blockLines(item, listIndent).map((line, i) => (i === 0 ? `- ${line}` : `  ${line}`));
}
