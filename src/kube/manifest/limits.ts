/** How much of a stranger's text is read. Real objects and real clusters stay far below. */
import { message } from '../../lib/message.ts';
import type { Problem } from './diagnostic.ts';

/** UTF-16 units of the whole text: 48 MB is more than 10,000 pods on 1,000 nodes as kubectl prints them. */
export const MAX_TEXT = 48 * 1024 * 1024;

/** The same as JSON, which kubectl indents by four: 2.5 times as long. What comes of it is held to MAX_TEXT. */
export const MAX_JSON = 120 * 1024 * 1024;

export const MAX_DOCUMENTS = 20_000;

/** Nesting; the schema of a CustomResourceDefinition reaches about 20. */
export const MAX_DEPTH = 100;

/** Alias nodes of one document; kubectl prints none. */
export const MAX_ALIASES = 100;

/** Diagnostics of one read: beyond, a count. */
export const MAX_DIAGNOSTICS = 200;

const MEGABYTE = 1024 * 1024;

/** What is said of a text that is longer than `limit`, both in UTF-16 units. */
export function tooBig(length: number, limit: number): Problem {
  const params = { megabytes: Math.ceil(length / MEGABYTE), limit: limit / MEGABYTE };
  return { severity: 'error', message: message('manifest.too-big', params), path: [] };
}
