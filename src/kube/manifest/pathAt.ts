/** A place in a document's text -> the field that is written there; the other way round from `locate`. */
import { EVENT_ID, getScalarValue, parseEvents, type Event } from 'js-yaml';
import { MAX_DEPTH } from './limits.ts';
import type { Path } from './diagnostic.ts';

/** The deepest field at an offset: the one whose line, or whose place in its line, was begun last. [] in broken text. */
export function pathAt(text: string, offset: number): Path {
  let events: readonly Event[];
  try {
    events = parseEvents(`${text}\n`, { maxDepth: MAX_DEPTH });
  } catch {
    return [];
  }
  let best: Path = [];
  const begin = (at: number, path: Path): void => {
    // indentation and dashes before the first word of a line belong to it
    const line = text.lastIndexOf('\n', at - 1) + 1;
    const start = /^[\s-]*$/.test(text.slice(line, at)) ? line : at;
    if (start <= offset) best = path;
  };
  let i = 1;
  const walk = (path: Path): void => {
    const event = events[i++];
    if (event?.type === EVENT_ID.SEQUENCE) {
      for (let n = 0; events[i] && events[i]?.type !== EVENT_ID.POP; n++) {
        const next = events[i];
        if (next && 'start' in next) begin(next.start, [...path, n]);
        else if (next?.type === EVENT_ID.SCALAR) begin(next.valueStart, [...path, n]);
        walk([...path, n]);
      }
      i++;
    } else if (event?.type === EVENT_ID.MAPPING) {
      while (events[i] && events[i]?.type !== EVENT_ID.POP) {
        const key = events[i++];
        const inner = key?.type === EVENT_ID.SCALAR ? [...path, getScalarValue(text, key)] : path;
        if (key?.type === EVENT_ID.SCALAR) begin(key.valueStart, inner);
        walk(inner);
      }
      i++;
    }
  };
  walk([]);
  return best;
}

/** The inverse of `printPath`: `spec.ingress[0].from` -> ['spec', 'ingress', 0, 'from']. */
export function parsePath(text: string): Path {
  const path: (string | number)[] = [];
  for (const [, key, index, quoted] of text.matchAll(/([^.[\]]+)|\[(\d+)\]|\["([^"]*)"\]/g)) {
    if (quoted !== undefined) path.push(quoted);
    else if (index !== undefined) path.push(Number(index));
    else if (key !== undefined) path.push(key);
  }
  return path;
}
