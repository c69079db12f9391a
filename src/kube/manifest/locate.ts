/**
 * Field path -> place in the document's text. Only a document with something to say about it is looked at, so the text is
 * read again as js-yaml's events (0.2 ms for a pod) instead of keeping positions of everything.
 */
import { EVENT_ID, getScalarValue, parseEvents, type Event } from 'js-yaml';
import { MAX_DEPTH } from './limits.ts';
import type { Path, TextRange } from './diagnostic.ts';

/** The range of one word at an offset (at least one character where the text has one), relative to the text. */
export function rangeAt(text: string, from: number): TextRange {
  const word = /^[^\s,[\]{}]+/.exec(text.slice(from, from + 200))?.[0].length ?? 0;
  return toRange(text, from, Math.min(text.length, from + Math.max(word, 1)));
}

/**
 * The place of a field: a scalar's own range, else the key it stands behind. A path that does not exist is answered with
 * the deepest part that does, and the document as a whole with its `kind` (else its first word).
 */
export function locate(text: string, path: Path): TextRange {
  let events: readonly Event[];
  try {
    events = parseEvents(`${text}\n`, { maxDepth: MAX_DEPTH });
  } catch {
    return rangeAt(text, firstWord(text)); // broken text has no paths; its problems carry ranges
  }
  const found = new Walk(text, events).find(path) ?? new Walk(text, events).find(['kind']);
  if (!found) return rangeAt(text, firstWord(text));
  // a block scalar begins with its indentation and ends with its line feeds
  const content = text.slice(found.from, found.to);
  const from = found.from + content.length - content.trimStart().length;
  return toRange(text, from, Math.max(from, found.from + content.trimEnd().length));
}

interface Span {
  readonly from: number;
  readonly to: number;
}

class Walk {
  private readonly text: string;
  private readonly events: readonly Event[];
  /** index of the event to read next; events[0] opens the document */
  private at = 1;

  constructor(text: string, events: readonly Event[]) {
    this.text = text;
    this.events = events;
  }

  find(path: Path): Span | undefined {
    let best: Span | undefined;
    for (const step of path) {
      const entry = typeof step === 'number' ? this.enterItem(step) : this.enterKey(step);
      if (!entry) return best;
      best = entry.key ?? best;
      const value = this.events[this.at];
      const span = value === undefined ? undefined : spanOf(value);
      // a list item without a key of its own: where it begins
      if (!entry.key && value?.type === EVENT_ID.MAPPING) best = { from: value.start, to: value.start + 1 };
      if (span) best = span;
    }
    return best;
  }

  /** Stands before the value of `key` of the mapping that comes next; undefined when there is no such mapping or key. */
  private enterKey(key: string): { readonly key: Span | undefined } | undefined {
    if (this.events[this.at]?.type !== EVENT_ID.MAPPING) return undefined;
    this.at++;
    for (
      let event = this.events[this.at];
      event && event.type !== EVENT_ID.POP;
      event = this.events[this.at]
    ) {
      const isIt = event.type === EVENT_ID.SCALAR && getScalarValue(this.text, event) === key;
      this.skip();
      if (isIt) return { key: spanOf(event) };
      this.skip();
    }
    return undefined;
  }

  private enterItem(index: number): { readonly key: Span | undefined } | undefined {
    if (this.events[this.at]?.type !== EVENT_ID.SEQUENCE) return undefined;
    this.at++;
    for (let i = 0; this.events[this.at] && this.events[this.at]?.type !== EVENT_ID.POP; i++) {
      if (i === index) return { key: undefined };
      this.skip();
    }
    return undefined;
  }

  /** Past one node with all it holds. */
  private skip(): void {
    let depth = 0;
    do {
      const type = this.events[this.at]?.type;
      if (type === undefined) return;
      if (type === EVENT_ID.MAPPING || type === EVENT_ID.SEQUENCE) depth++;
      else if (type === EVENT_ID.POP) depth--;
      this.at++;
    } while (depth > 0);
  }
}

function spanOf(event: Event): Span | undefined {
  if (event.type === EVENT_ID.SCALAR && event.valueEnd > event.valueStart)
    return { from: event.valueStart, to: event.valueEnd };
  if (event.type === EVENT_ID.ALIAS) return { from: event.anchorStart - 1, to: event.anchorEnd };
  return undefined;
}

function firstWord(text: string): number {
  const match = /^[ \t]*[^\s#]/m.exec(text);
  return match ? match.index + match[0].length - 1 : 0;
}

function toRange(text: string, from: number, to: number): TextRange {
  let line = 1;
  let lineStart = 0;
  for (let at = text.indexOf('\n'); at !== -1 && at < from; at = text.indexOf('\n', at + 1)) {
    line++;
    lineStart = at + 1;
  }
  return { from, to, line, column: from - lineStart + 1 };
}
