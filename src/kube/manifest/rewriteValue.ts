/**
 * Part of a document's value, written into its text by the smallest edits: what stays the same keeps its comments, quotes and order.
 * Where the text is of a shape that cannot be edited piece by piece (anchors, a dash and its item on different lines), the part is
 * written anew as a whole. What comes of it is parsed again: it is the value that was asked for, or nothing is done.
 */
import type { Path } from './diagnostic.ts';
import { parseDocument } from './parse.ts';
import {
  blockLines,
  entryLines,
  flowText,
  isEmpty,
  isInline,
  isList,
  isMap,
  isSame,
  itemLines,
  type Json,
  type JsonMap,
  type ListIndent,
} from './yamlText.ts';
import { align, type Plan } from './alignItems.ts';
import { yamlTree, type YamlEntry, type YamlNode } from './yamlTree.ts';

interface Piece {
  readonly from: number;
  readonly to: number;
  readonly insert: string;
}

/** Cannot be done piece by piece. */
class Awkward extends Error {}

/**
 * The text with `value` at `path`; undefined takes it away. Keys that are missing on the way are added. On failure (the text is broken,
 * or holds something else on the way) undefined.
 */
export function rewriteValue(text: string, path: Path, value: Json | undefined): string | undefined {
  const before = valueOf(text);
  const tree = yamlTree(text);
  if (before === undefined || !tree) return undefined;
  const after = withValue(before, path, value);
  if (after === undefined) return undefined;
  if (isSame(before, after)) return text;
  const writer = new Writer(text);
  return (
    tried(after, () => writer.diff(tree, before, after)) ?? tried(after, () => writer.anew(tree, after, path))
  );

  function tried(wanted: Json, edit: () => readonly Piece[]): string | undefined {
    let pieces: readonly Piece[];
    try {
      pieces = edit();
    } catch (thrown) {
      if (thrown instanceof Awkward) return undefined;
      throw thrown;
    }
    const written = pieces
      .toSorted((a, b) => b.from - a.from)
      .reduce((so, { from, to, insert }) => so.slice(0, from) + insert + so.slice(to), text);
    const read = valueOf(written);
    return read !== undefined && isSame(read, wanted) ? written : undefined;
  }
}

/** The value of a document that is JSON by nature; undefined where it cannot be read. */
export function valueOf(text: string): Json | undefined {
  const parsed = parseDocument(text, () => '');
  return parsed.ok ? toJson(parsed.value) : undefined;
}

function toJson(value: unknown): Json | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return value;
  if (Array.isArray(value)) {
    const items = value.map(toJson);
    return items.every((item) => item !== undefined) ? items : undefined;
  }
  if (typeof value !== 'object') return undefined;
  const entries = Object.entries(value).map(([key, inner]) => [key, toJson(inner)] as const);
  const known = entries.flatMap(([key, inner]) => (inner === undefined ? [] : [[key, inner] as const]));
  return known.length === entries.length ? Object.fromEntries(known) : undefined;
}

/** What is at `path`; undefined where nothing is. */
export function valueAt(value: Json | undefined, path: Path): Json | undefined {
  return path.reduce<Json | undefined>((part, step) => {
    if (typeof step === 'number') return isList(part) ? part[step] : undefined;
    return isMap(part) && Object.hasOwn(part, step) ? part[step] : undefined;
  }, value);
}

function withValue(
  whole: Json | undefined,
  [step, ...rest]: Path,
  value: Json | undefined,
): Json | undefined {
  if (step === undefined) return value;
  if (typeof step === 'number') {
    if (!isList(whole) || step > whole.length) return undefined;
    const inner = rest.length === 0 ? value : withValue(whole[step], rest, value);
    if (inner === undefined) return rest.length === 0 ? whole.toSpliced(step, 1) : undefined;
    return whole.toSpliced(step, 1, inner);
  }
  const map = whole ?? {};
  if (!isMap(map)) return undefined;
  const inner = rest.length === 0 ? value : withValue(map[step] ?? undefined, rest, value);
  if (inner !== undefined) return { ...map, [step]: inner };
  if (rest.length > 0) return undefined;
  return Object.fromEntries(Object.entries(map).filter(([key]) => key !== step));
}

class Writer {
  private readonly text: string;
  private readonly listIndent: ListIndent;

  constructor(text: string) {
    this.text = text;
    // as the user's own lists stand
    const [, key = '', dash = ''] = /^( *)[^\s#:-][^\n:]*:[ \t]*(?:#[^\n]*)?\n( *)- /m.exec(text) ?? [];
    this.listIndent = dash.length > key.length ? 2 : 0;
  }

  /** The pieces that make `after` of `before`, which stands at `node`. */
  diff(node: YamlNode, before: Json, after: Json): readonly Piece[] {
    if (isSame(before, after)) return [];
    if (node.kind === 'map' && isMap(before) && isMap(after)) return this.diffMap(node, before, after);
    if (node.kind === 'list' && isList(before) && isList(after)) return this.diffList(node, before, after);
    // what takes more than one line is written by the key or dash that it stands behind
    if (node.kind === 'alias' || !isInline(after) || this.text.slice(node.from, node.to).includes('\n'))
      throw new Awkward();
    return [this.inline(node, after)];
  }

  private inline({ from, to }: YamlNode, value: Json): Piece {
    const space = from === to && /[:-]/.test(this.text.charAt(from - 1)) ? ' ' : '';
    return { from, to, insert: space + flowText(value) };
  }

  private diffMap(
    node: Extract<YamlNode, { kind: 'map' }>,
    before: JsonMap,
    after: JsonMap,
  ): readonly Piece[] {
    const { entries, isFlow } = node;
    const gone = entries.filter(({ key }) => !Object.hasOwn(after, key));
    const added = Object.entries(after).filter(([key]) => !Object.hasOwn(before, key));
    // a mapping that is emptied, or was empty, changes its shape: its owner writes it
    if ((entries.length === gone.length && gone.length > 0) || entries.length === 0) throw new Awkward();
    if (isFlow)
      return [
        ...this.kept(entries, before, after),
        ...this.outOfFlow(
          entries.map(({ keyFrom, value }) => ({ from: keyFrom, to: value.to })),
          (i) => {
            const entry = entries[i];
            return entry !== undefined && !Object.hasOwn(after, entry.key);
          },
        ),
        ...this.intoFlow(
          node.to,
          added.map(([key, value]) => flowText({ [key]: value }).slice(2, -2)),
        ),
      ];
    const [first] = entries;
    const last = entries.at(-1);
    if (!first || !last) throw new Awkward();
    const indent = this.columnOf(first.keyFrom);
    const lines = added.flatMap(([key, value]) => entryLines(key, value, this.listIndent));
    return [
      ...this.kept(entries, before, after),
      ...gone.map((entry) => this.withoutEntry(entries, entries.indexOf(entry), after)),
      ...(lines.length === 0 ? [] : [this.afterLine(last.value.to, lines, indent)]),
    ];
  }

  /** Entries that are there before and after. */
  private kept(
    entries: Extract<YamlNode, { kind: 'map' }>['entries'],
    before: JsonMap,
    after: JsonMap,
  ): readonly Piece[] {
    return entries.flatMap(({ key, keyFrom, colon, value }) => {
      const [old, now] = [before[key], after[key]];
      if (old === undefined || now === undefined) return [];
      try {
        return this.diff(value, old, now);
      } catch (thrown) {
        if (!(thrown instanceof Awkward)) throw thrown;
        return this.valueAnew({ keyFrom, colon, value }, now);
      }
    });
  }

  /** The value of a key, written anew where it stands. */
  private valueAnew({ keyFrom, colon, value }: Omit<YamlEntry, 'key'>, now: Json): readonly Piece[] {
    if (value.kind === 'alias') throw new Awkward();
    const isInFlow = this.isInFlow(keyFrom);
    const lines = isInFlow ? [flowText(now)] : blockLines(now, this.listIndent);
    if (lines.length === 1 && !isList(now) && !isMap(now))
      return [{ from: colon, to: value.to, insert: ` ${lines[0] ?? ''}` }];
    if (isInFlow || isEmpty(now)) return [{ from: colon, to: value.to, insert: ` ${flowText(now)}` }];
    const indent = this.columnOf(keyFrom) + (isList(now) ? this.listIndent : 2);
    const block = lines.map((line) => `\n${' '.repeat(indent)}${line}`).join('');
    // a comment on the key's line stays there
    const end = this.lineEnd(value.to);
    const isOneLine = !this.text.slice(colon, value.to).includes('\n');
    return isOneLine
      ? [
          { from: colon, to: value.to, insert: '' },
          { from: end, to: end, insert: block },
        ]
      : [{ from: colon, to: value.to, insert: block }];
  }

  private withoutEntry(
    entries: Extract<YamlNode, { kind: 'map' }>['entries'],
    index: number,
    after: JsonMap,
  ): Piece {
    const entry = entries[index];
    if (!entry) throw new Awkward();
    const start = this.lineStart(entry.keyFrom);
    const end = this.lineEnd(entry.value.to);
    if (this.text.slice(start, entry.keyFrom).trim() === '') return this.withoutLines(start, end);
    // behind a dash: the next key that stays moves up
    const next = entries.find((one, i) => i > index && Object.hasOwn(after, one.key));
    const between = entries[index + 1];
    if (!next || next !== between) throw new Awkward();
    return { from: entry.keyFrom, to: next.keyFrom, insert: '' };
  }

  private diffList(
    node: Extract<YamlNode, { kind: 'list' }>,
    before: readonly Json[],
    after: readonly Json[],
  ): readonly Piece[] {
    const { items, isFlow } = node;
    if (items.length === 0 || after.length === 0 || items.length !== before.length) throw new Awkward();
    const plan = align(before, after);
    const pieces = plan.pairs.flatMap(([i, j]) => {
      const [item, old, now] = [items[i], before[i], after[j]];
      if (!item || old === undefined || now === undefined) throw new Awkward();
      try {
        return this.diff(item, old, now);
      } catch (thrown) {
        if (!(thrown instanceof Awkward) || item.kind === 'alias') throw thrown;
        if (isFlow) return [{ from: item.from, to: item.to, insert: flowText(now) }];
        const dash = this.dashOf(item);
        const lines = itemLines(now, this.listIndent);
        const indent = ' '.repeat(this.columnOf(dash));
        return [{ from: dash, to: item.to, insert: lines.join(`\n${indent}`) }];
      }
    });
    if (isFlow)
      return [
        ...pieces,
        ...this.outOfFlow(items, (i) => plan.gone.has(i)),
        ...this.itemsIntoFlow(node, plan, after),
      ];
    for (const i of plan.gone) {
      const item = items[i];
      if (!item) throw new Awkward();
      const start = this.lineStart(this.dashOf(item));
      pieces.push(this.withoutLines(start, this.lineEnd(item.to)));
    }
    for (const [at, added] of plan.added) {
      const lines = added.flatMap((j) => itemLines(after[j] ?? null, this.listIndent));
      const [before, next] = [items[at - 1], items[at]];
      const dash = this.dashOf(before ?? next ?? node);
      const indent = this.columnOf(dash);
      if (before) pieces.push(this.afterLine(before.to, lines, indent));
      else {
        const from = this.lineStart(dash);
        pieces.push({
          from,
          to: from,
          insert: lines.map((line) => `${' '.repeat(indent)}${line}\n`).join(''),
        });
      }
    }
    return pieces;
  }

  private itemsIntoFlow(
    { items, to }: Extract<YamlNode, { kind: 'list' }>,
    { added }: Plan,
    after: readonly Json[],
  ): readonly Piece[] {
    return [...added].flatMap(([at, indexes]) => {
      const said = indexes.map((j) => flowText(after[j] ?? null));
      const next = items[at];
      if (!next) return this.intoFlow(to, said);
      return [{ from: next.from, to: next.from, insert: `${said.join(', ')}, ` }];
    });
  }

  /** More at the end of a flow collection that has something in it, and that ends at `to`. */
  private intoFlow(to: number, said: readonly string[]): readonly Piece[] {
    if (said.length === 0) return [];
    const inner = this.text.slice(0, to - 1).trimEnd();
    if (inner.endsWith(',')) throw new Awkward();
    return [{ from: inner.length, to: inner.length, insert: `, ${said.join(', ')}` }];
  }

  private outOfFlow(
    parts: readonly { readonly from: number; readonly to: number }[],
    isGone: (index: number) => boolean,
  ): readonly Piece[] {
    const kept = parts.findLastIndex((_, i) => !isGone(i));
    const [lastKept, last] = [parts[kept], parts.at(-1)];
    if (!lastKept || !last) throw new Awkward();
    // with the comma behind it; the last ones with the comma before them
    const inside = parts.flatMap((part, i) => {
      const next = parts[i + 1];
      return isGone(i) && i < kept && next ? [{ from: part.from, to: next.from, insert: '' }] : [];
    });
    return last === lastKept ? inside : [...inside, { from: lastKept.to, to: last.to, insert: '' }];
  }

  /** `path` with all it holds, or else the nearest key above it that can be, written as a whole. */
  anew(tree: YamlNode, after: Json, path: Path): readonly Piece[] {
    let node: YamlNode | undefined = tree;
    let best: readonly Piece[] | undefined;
    for (const [depth, step] of path.entries()) {
      if (typeof step === 'number') {
        node = node?.kind === 'list' ? node.items[step] : undefined;
        continue;
      }
      const entry: YamlEntry | undefined =
        node?.kind === 'map' ? node.entries.find(({ key }) => key === step) : undefined;
      const now = valueAt(after, path.slice(0, depth + 1));
      if (entry && now !== undefined && entry.value.kind !== 'alias') best = this.valueAnew(entry, now);
      node = entry?.value;
    }
    if (!best) throw new Awkward();
    return best;
  }

  private dashOf(item: YamlNode): number {
    const before = this.text.slice(0, item.from).trimEnd();
    const dash = before.length - 1;
    const alone = this.text.slice(this.lineStart(dash), dash);
    if (before[dash] !== '-' || alone.trim() !== '') throw new Awkward();
    return dash;
  }

  private withoutLines(start: number, end: number): Piece {
    // the last line of the document has no line feed behind it: the one before goes
    if (end >= this.text.length) return { from: Math.max(0, start - 1), to: end, insert: '' };
    return { from: start, to: end + 1, insert: '' };
  }

  private afterLine(at: number, lines: readonly string[], indent: number): Piece {
    const end = this.lineEnd(at);
    return { from: end, to: end, insert: lines.map((line) => `\n${' '.repeat(indent)}${line}`).join('') };
  }

  private lineStart(at: number): number {
    return this.text.lastIndexOf('\n', at - 1) + 1;
  }

  private lineEnd(at: number): number {
    const end = this.text.indexOf('\n', at);
    return end < 0 ? this.text.length : end;
  }

  private columnOf(at: number): number {
    return at - this.lineStart(at);
  }

  /** Is a key written inside of braces? Then it does not begin its line, but for a dash. */
  private isInFlow(keyFrom: number): boolean {
    return !/^[\s-]*$/.test(this.text.slice(this.lineStart(keyFrom), keyFrom));
  }
}
