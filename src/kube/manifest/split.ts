/**
 * A text as a YAML stream: where its documents begin and end. Only the markers `---` and `...` are looked at; YAML
 * reserves both at the start of a line even inside scalars (YAML 1.2 §9.1.2), so a linear scan is exact.
 * Left out: `%TAG` directives are skipped with the comments around them, so tag handles do not resolve.
 */

/** One document of a stream: comments before its content belong to it, blank lines around it do not. */
export interface Piece {
  readonly text: string;
  readonly from: number;
  readonly to: number;
  /** column of `from`: 1, unless the content stands behind its marker (`--- {kind: Pod}`) */
  readonly column: number;
}

/** LF line ends, no byte order mark: the text as an editor counts it. */
export function toEditorText(text: string): string {
  const plain = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  return plain.includes('\r') ? plain.replace(/\r\n?/g, '\n') : plain;
}

/** The documents of a stream in order; stretches of blank lines, comments and directives alone are none. */
export function splitStream(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  let dashes = findMarker(text, 0, '---');
  let dots = findMarker(text, 0, '...');
  while (dashes < text.length || dots < text.length) {
    const marker = Math.min(dashes, dots);
    addPiece(pieces, text, from, marker);
    from = marker + 3;
    if (marker === dashes) dashes = findMarker(text, from, '---');
    else dots = findMarker(text, from, '...');
  }
  addPiece(pieces, text, from, text.length);
  return pieces;
}

/** Offset of the next `marker` at a line start at or after `from`; the length of the text when there is none. */
function findMarker(text: string, from: number, marker: '---' | '...'): number {
  if (from === 0 && text.startsWith(marker) && isMarkerEnd(text.charCodeAt(3))) return 0;
  for (let at = text.indexOf(`\n${marker}`, from); at !== -1; at = text.indexOf(`\n${marker}`, at + 1)) {
    if (isMarkerEnd(text.charCodeAt(at + 4))) return at + 1;
  }
  return text.length;
}

function isMarkerEnd(code: number): boolean {
  return Number.isNaN(code) || code === 0x20 || code === 0x09 || code === 0x0a;
}

function addPiece(pieces: Piece[], text: string, from: number, to: number): void {
  let start: number | undefined;
  let hasContent = false;
  for (let at = from; at < to && !hasContent;) {
    const newline = text.indexOf('\n', at);
    const end = newline === -1 || newline > to ? to : newline;
    const line = text.slice(at, end);
    const trimmed = line.trimStart();
    if (trimmed !== '') {
      // behind a marker the blank before the content is not indentation
      start ??= at === from && isBehindMarker(text, from) ? end - trimmed.length : at;
      hasContent = !trimmed.startsWith('#') && !line.startsWith('%');
    }
    at = end + 1;
  }
  if (start === undefined || !hasContent) return;
  let end = to;
  while (end > start && /\s/.test(text.charAt(end - 1))) end--;
  pieces.push({
    text: text.slice(start, end),
    from: start,
    to: end,
    column: start - text.lastIndexOf('\n', start - 1),
  });
}

function isBehindMarker(text: string, from: number): boolean {
  return from > 0 && text[from - 1] !== '\n';
}

/** Line feeds in a text. */
export function countLines(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count++;
  return count;
}
