/** js-yaml's events as a tree of places: where each node of one document begins and ends, so that one of them can be written anew. */
import { COLLECTION_STYLE, EVENT_ID, getScalarValue, parseEvents, SCALAR_STYLE, type Event } from 'js-yaml';
import { MAX_DEPTH } from './limits.ts';

interface Span {
  /** of the node without its anchor and tag; an empty scalar begins and ends behind its colon or dash */
  readonly from: number;
  readonly to: number;
}

export type YamlNode =
  | (Span & { readonly kind: 'scalar' | 'alias'; readonly isEmpty: boolean })
  | (Span & { readonly kind: 'map'; readonly isFlow: boolean; readonly entries: readonly YamlEntry[] })
  | (Span & { readonly kind: 'list'; readonly isFlow: boolean; readonly items: readonly YamlNode[] });

export interface YamlEntry {
  readonly key: string;
  readonly keyFrom: number;
  /** behind the colon */
  readonly colon: number;
  readonly value: YamlNode;
}

/** The root of a document; undefined where the text cannot be parsed, or has what no object of an API has (tags, keys that are no words). */
export function yamlTree(text: string): YamlNode | undefined {
  let events: readonly Event[];
  try {
    events = parseEvents(`${text}\n`, { maxDepth: MAX_DEPTH });
  } catch {
    return undefined;
  }
  return new Builder(text, events).node(0);
}

class Builder {
  private readonly text: string;
  private readonly events: readonly Event[];
  private at = 1; // events[0] opens the document

  constructor(text: string, events: readonly Event[]) {
    this.text = text;
    this.events = events;
  }

  /** `behind`: where the colon or dash before the node ends. */
  node(behind: number): YamlNode | undefined {
    const event = this.events[this.at++];
    if (event === undefined) return undefined;
    switch (event.type) {
      case EVENT_ID.SCALAR: {
        if (event.tagStart >= 0) return undefined;
        if (event.valueStart < 0) return { kind: 'scalar', isEmpty: true, from: behind, to: behind };
        const quotes =
          event.style === SCALAR_STYLE.SINGLE_QUOTED || event.style === SCALAR_STYLE.DOUBLE_QUOTED;
        if (event.style === SCALAR_STYLE.LITERAL_BLOCK || event.style === SCALAR_STYLE.FOLDED_BLOCK)
          return { kind: 'scalar', isEmpty: false, from: behind, to: this.trimmed(event.valueEnd) };
        const by = quotes ? 1 : 0;
        return { kind: 'scalar', isEmpty: false, from: event.valueStart - by, to: event.valueEnd + by };
      }
      case EVENT_ID.ALIAS:
        return { kind: 'alias', isEmpty: false, from: event.anchorStart - 1, to: event.anchorEnd };
      case EVENT_ID.MAPPING:
        return event.tagStart >= 0 ? undefined : this.map(event.start, event.style === COLLECTION_STYLE.FLOW);
      case EVENT_ID.SEQUENCE:
        return event.tagStart >= 0
          ? undefined
          : this.list(event.start, event.style === COLLECTION_STYLE.FLOW);
      case EVENT_ID.DOCUMENT:
      case EVENT_ID.POP:
        return undefined;
    }
  }

  private map(from: number, isFlow: boolean): YamlNode | undefined {
    const entries: YamlEntry[] = [];
    let to = from + 1;
    while (this.events[this.at] && this.events[this.at]?.type !== EVENT_ID.POP) {
      const key = this.events[this.at++];
      if (key?.type !== EVENT_ID.SCALAR || key.valueStart < 0) return undefined;
      const colon = this.text.indexOf(':', key.valueEnd) + 1;
      const value = this.node(colon);
      if (!value || colon === 0) return undefined;
      const isQuoted = key.style !== SCALAR_STYLE.PLAIN;
      const keyFrom = key.valueStart - (isQuoted ? 1 : 0);
      entries.push({ key: getScalarValue(this.text, key), keyFrom, colon, value });
      to = value.to;
    }
    this.at++;
    return { kind: 'map', isFlow, entries, from, to: isFlow ? this.closing(to, '}') : to };
  }

  private list(from: number, isFlow: boolean): YamlNode | undefined {
    const items: YamlNode[] = [];
    let to = from + 1;
    while (this.events[this.at] && this.events[this.at]?.type !== EVENT_ID.POP) {
      const item = this.node(isFlow ? to : this.text.indexOf('-', items.length === 0 ? from : to) + 1);
      if (!item) return undefined;
      items.push(item);
      to = item.to;
    }
    this.at++;
    return { kind: 'list', isFlow, items, from, to: isFlow ? this.closing(to, ']') : to };
  }

  /** Behind the bracket that closes a flow collection whose last part ends at `at`. */
  private closing(at: number, bracket: string): number {
    for (let i = at; i < this.text.length; i++) {
      if (this.text[i] === bracket) return i + 1;
      if (this.text[i] === '#') i = Math.max(i, this.text.indexOf('\n', i) - 1);
    }
    return this.text.length;
  }

  private trimmed(end: number): number {
    return this.text.slice(0, end).trimEnd().length;
  }
}
