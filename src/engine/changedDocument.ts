import type { DocumentSummary } from './protocol.ts';

/** A text that was read, and where its documents are. */
export interface ReadText {
  readonly text: string;
  readonly documents: readonly DocumentSummary[];
}

/** of a document that begins or ends: where one is, there are two */
const MARKER = /^(?:---|\.\.\.)(?=\s|$)/m;

/**
 * The one document in which a text differs from another, as it is now; undefined where more than one document differs, or what
 * stands between two. Costs a walk over the text and no reading.
 */
export function changedDocument(
  { text: before, documents }: ReadText,
  text: string,
): { readonly id: string; readonly text: string } | undefined {
  if (before === text) return undefined;
  const { from, to } = differing(before, text);
  const changed = documents.find((document) => document.from <= from && to <= document.to);
  if (!changed) return undefined;
  const now = text.slice(changed.from, changed.to + text.length - before.length);
  return MARKER.test(now) ? undefined : { id: changed.id, text: now };
}

/** letters that are compared at once: the browser does that quicker than a loop */
const CHUNK = 4096;

/** Where two texts begin to differ, and from where in `a` on they are the same again. */
function differing(a: string, b: string): { readonly from: number; readonly to: number } {
  const shorter = Math.min(a.length, b.length);
  let from = 0;
  while (from + CHUNK <= shorter && a.slice(from, from + CHUNK) === b.slice(from, from + CHUNK))
    from += CHUNK;
  while (from < shorter && a.charCodeAt(from) === b.charCodeAt(from)) from++;
  let [to, end] = [a.length, b.length];
  while (to - CHUNK >= from && end - CHUNK >= from && a.slice(to - CHUNK, to) === b.slice(end - CHUNK, end)) {
    to -= CHUNK;
    end -= CHUNK;
  }
  while (to > from && end > from && a.charCodeAt(to - 1) === b.charCodeAt(end - 1)) {
    to--;
    end--;
  }
  return { from, to };
}
