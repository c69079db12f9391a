/**
 * A `kind: List` as text, cut into documents: slicing keeps comments, quotes and the order of keys, which parsing and
 * printing would lose. Works on the block style that kubectl prints (the `-` of an item at any indentation); what is not
 * of that shape is answered `undefined` and goes the way over values (normalise.ts).
 */

const LIST_KIND = /^kind:[ \t]+(?:\w*List|"\w*List"|'\w*List')[ \t]*(?:[ \t]#.*)?$/m;
const ITEMS = /^items:[ \t]*(?:[ \t]#.*)?\n/m;
const KEY = /^\w+:(?: |$)/;
const MARKER = /^(?:---|\.\.\.)(?:\s|$)/;

/** Does this value print as `kubectl get` prints several objects? Always `List` today; `PodList` etc. come from the API. */
export function isListKind(kind: unknown): boolean {
  return typeof kind === 'string' && /^\w*List$/.test(kind);
}

/** The items of a block-style List, each as the text of a document; undefined when the text is no such List. */
export function sliceList(text: string): readonly string[] | undefined {
  if (!LIST_KIND.test(text)) return undefined;
  const items = ITEMS.exec(text);
  if (!items) return undefined;
  const head = columnZeroComments(text.slice(0, items.index));
  const slicer = new ItemSlicer(head);
  let at = items.index + items[0].length;
  while (at < text.length) {
    const newline = text.indexOf('\n', at);
    const end = newline === -1 ? text.length : newline;
    const verdict = slicer.line(text.slice(at, end));
    if (verdict === 'not a list') return undefined;
    if (verdict === 'end of items') break;
    at = end + 1;
  }
  const rest = text.slice(at);
  if (/^items:/m.test(rest) || !hasOnlyKeys(text.slice(0, items.index)) || !hasOnlyKeys(rest))
    return undefined;
  return slicer.finish(columnZeroComments(rest));
}

/** Builds the documents line by line. `waiting` holds comments and blank lines until it is known whose they are. */
class ItemSlicer {
  private readonly documents: string[] = [];
  private current: string[] | undefined;
  private waiting: string[] = [];
  /** column of the `-`, column of the item's content */
  private dash = -1;
  private content = 0;
  private readonly head: readonly string[];

  constructor(head: readonly string[]) {
    this.head = head;
  }

  line(line: string): 'ok' | 'end of items' | 'not a list' {
    const column = indentOf(line);
    const rest = line.slice(column);
    // a word in an item, but in a document of its own it would end it
    if (MARKER.test(rest) || MARKER.test(rest.replace(/^- +/, ''))) return 'not a list';
    if (rest === '') {
      // blanks beyond the content's column count inside a block scalar
      this.waiting.push(line.slice(Math.max(this.content, 0)));
    } else if (rest.startsWith('#') && column <= Math.max(this.dash, 0)) {
      this.waiting.push(rest);
    } else if (/^-(?: |$)/.test(rest) && (this.dash === -1 || column === this.dash)) {
      this.open(column, rest);
    } else if (this.current && column > this.dash) {
      if (this.content === -1) this.content = column;
      this.current.push(...this.waiting, line.slice(Math.min(column, this.content)));
      this.waiting = [];
    } else {
      return this.dash !== -1 && KEY.test(line) ? 'end of items' : 'not a list';
    }
    return 'ok';
  }

  finish(tail: readonly string[]): readonly string[] | undefined {
    const last = [...this.waiting, ...tail];
    this.waiting = [];
    this.close();
    const comments = last.filter((line) => line.trim() !== '');
    const end = this.documents.pop();
    if (end === undefined) return undefined;
    this.documents.push([end, ...comments].join('\n'));
    return this.documents;
  }

  private open(column: number, rest: string): void {
    const comments = this.waiting;
    this.waiting = [];
    this.close();
    this.dash = column;
    const inner = 1 + indentOf(rest.slice(1));
    const first = rest.slice(inner);
    // `-` alone or with a comment: the content's column is that of its first line
    const isBare = first === '' || first.startsWith('#');
    this.content = isBare ? -1 : column + inner;
    const above = this.documents.length === 0 ? [...this.head, ...comments] : comments;
    this.current = [...above, ...(first === '' ? [] : [first])];
  }

  private close(): void {
    if (!this.current) return;
    this.documents.push(this.current.join('\n').trim());
    this.current = undefined;
  }
}

/**
 * The text without `metadata.managedFields`: who set which field is a third of every object and is not shown. The lines go
 * from the key to the next line that is not deeper (kubectl prints list items at the column of their key).
 */
export function dropManagedFields(text: string): string {
  if (!text.includes('managedFields:')) return text;
  const kept: string[] = [];
  let isMetadata = false;
  /** column of the keys of `metadata`, -1 before its first one */
  let column = -1;
  let isDropping = false;
  for (const line of text.split('\n')) {
    const indent = indentOf(line);
    const isBlank = indent === line.length;
    if (isDropping && (isBlank || indent > column || (indent === column && line.startsWith('-', indent))))
      continue;
    isDropping = false;
    if (!isBlank && indent === 0 && !line.startsWith('#')) {
      isMetadata = /^metadata:[ \t]*(?:#.*)?$/.test(line);
      column = -1;
    } else if (isMetadata && !isBlank) {
      if (column === -1) column = indent;
      isDropping = indent === column && line.startsWith('managedFields:', indent);
    }
    if (!isDropping) kept.push(line);
  }
  return kept.join('\n');
}

/** Is every line that is not indented a key, a comment or blank? */
function hasOnlyKeys(text: string): boolean {
  return text.split('\n').every((line) => line.trim() === '' || /^[ #]/.test(line) || KEY.test(line));
}

function columnZeroComments(text: string): readonly string[] {
  return text.split('\n').filter((line) => line.startsWith('#'));
}

function indentOf(line: string): number {
  let column = 0;
  while (line.charCodeAt(column) === 0x20) column++;
  return column;
}
