/**
 * One field of one document, written into its text: what stands around it stays as it was typed, comments too. What is missing
 * on the way to the field is added in flow style, before what its mapping has.
 */
import { EVENT_ID, getScalarValue, parseEvents, type Event } from 'js-yaml';
import { MAX_DEPTH } from './limits.ts';

type Events = readonly Event[];

/** Index behind the node at `at`, with all it holds. */
function behind(events: Events, at: number): number {
  let depth = 0;
  let next = at;
  do {
    const type = events[next]?.type;
    if (type === EVENT_ID.MAPPING || type === EVENT_ID.SEQUENCE) depth++;
    else if (type === EVENT_ID.POP) depth--;
    next++;
  } while (depth > 0 && next < events.length);
  return next;
}

interface Entry {
  /** offset behind the key */
  readonly keyEnd: number;
  /** index of its value */
  readonly value: number;
}

function entryOf(events: Events, text: string, mapping: number, key: string): Entry | undefined {
  for (let at = mapping + 1; events[at] && events[at]?.type !== EVENT_ID.POP;) {
    const event = events[at];
    const value = behind(events, at);
    if (event?.type === EVENT_ID.SCALAR && getScalarValue(text, event) === key)
      return { keyEnd: event.valueEnd, value };
    at = behind(events, value);
  }
  return undefined;
}

const flow = (path: readonly string[], value: string): string =>
  path.reduceRight((inner, key) => `{ ${key}: ${inner} }`, value);

/** `key: value` as the first entry of a mapping that is there. */
function insertInto(text: string, start: number, entry: string): string {
  if (text[start] === '{') {
    const rest = text.slice(start + 1);
    return `${text.slice(0, start + 1)} ${entry}${/^\s*\}/.test(rest) ? '' : ','}${rest}`;
  }
  const column = start - (text.lastIndexOf('\n', start - 1) + 1);
  return `${text.slice(0, start)}${entry}\n${' '.repeat(column)}${text.slice(start)}`;
}

/** The text with the field at `path` set to `value`; undefined where the text, or a value on the way, is no mapping. */
export function setField(text: string, path: readonly string[], value: string): string | undefined {
  let events: Events;
  try {
    events = parseEvents(`${text}\n`, { maxDepth: MAX_DEPTH });
  } catch {
    return undefined;
  }
  let mapping = 1; // events[0] opens the document
  for (const [depth, key] of path.entries()) {
    const node = events[mapping];
    if (node?.type !== EVENT_ID.MAPPING) return undefined;
    const entry = entryOf(events, text, mapping, key);
    const rest = path.slice(depth + 1);
    if (!entry) return insertInto(text, node.start, `${key}: ${flow(rest, value)}`);
    const found = events[entry.value];
    if (found?.type === EVENT_ID.SCALAR && (rest.length === 0 || isNull(text, found))) {
      const said = flow(rest, value);
      if (found.valueEnd > found.valueStart)
        return text.slice(0, found.valueStart) + said + text.slice(found.valueEnd);
      const colon = text.indexOf(':', entry.keyEnd) + 1;
      return `${text.slice(0, colon)} ${said}${text.slice(colon)}`;
    }
    mapping = entry.value;
  }
  return undefined;
}

function isNull(text: string, event: Extract<Event, { type: 4 }>): boolean {
  const isQuoted = /["']/.test(text.charAt(event.valueStart - 1));
  return !isQuoted && (event.valueEnd <= event.valueStart || /^(~|null)$/i.test(getScalarValue(text, event)));
}
