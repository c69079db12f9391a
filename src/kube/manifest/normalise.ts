/**
 * The text as the editor shows it: one document per object. A `kind: List` is cut into its items, `managedFields` go, JSON
 * becomes YAML; everything else stays as typed, and so does every text that does not parse.
 *
 *     kubectl get … -o yaml      typed or opened before      kubectl get … -o json
 *        kind: List                  a --- b --- c               {"kind":"List"}
 *     slice by indentation               as is                 JSON.parse, dump
 *              └─────────────────┬─────────┴────────────────────────┘
 *                    one Entry per document: parsed and validated once, found again by its text
 */
import { message } from '../../lib/message.ts';
import { Assembly, type Entry, type NormalDocument, type ReadDocument } from './assembly.ts';
import type { Problem } from './diagnostic.ts';
import { MAX_DEPTH, MAX_DOCUMENTS, MAX_TEXT, tooBig } from './limits.ts';
import { dropManagedFields, sliceList } from './list.ts';
import { parseDocument } from './parse.ts';
import type { KnownKeys } from './plainBlocks.ts';
import { createJsonPrinter } from './printJson.ts';
import { countLines, splitStream, toEditorText } from './split.ts';
import { salvageId, validateDocument } from './validate.ts';
import {
  depthExceeds,
  hasManagedFields,
  itemsOf,
  objectsOfJson,
  printValue,
  withoutManagedFields,
} from './values.ts';

export interface NormalText {
  readonly text: string;
  readonly changed: boolean;
  /** of the text that results; empty when there are more than MAX_DOCUMENTS */
  readonly documents: readonly NormalDocument[];
  /** how many documents the text has, read or not */
  readonly count: number;
}

export type Progress = (done: number, total: number) => void;

/** Entries by document text: those of the read before. */
export type Known = ReadonlyMap<string, Entry>;

/** Progress is reported at least this often, so a page can show it and stop a worker. */
const PROGRESS_STEP = 50;

/** The multi-document text of any accepted text. */
export function normalise(text: string): { readonly text: string; readonly changed: boolean } {
  const { text: normal, changed } = normaliseWith(text, new Map());
  return { text: normal, changed };
}

/** The same with every document read; what `known` holds is not parsed again. */
export function normaliseWith(input: string, known: Known, onProgress?: Progress): NormalText {
  const source = toEditorText(input);
  const pieces = splitStream(source);
  const drafts = pieces.map((piece) => draft(piece.text, known));
  const total = drafts.reduce((sum, { size }) => sum + size, 0);
  if (total > MAX_DOCUMENTS) return { text: source, changed: source !== input, documents: [], count: total };
  let done = 0;
  const tick = () => {
    done++;
    if (done % PROGRESS_STEP === 0) onProgress?.(Math.min(done, total), total);
  };
  onProgress?.(0, total);
  const keys: KnownKeys = [];
  const assembly = new Assembly(source);
  pieces.forEach((piece, i) => {
    const place = (offset: number) => `#${assembly.count + offset + 1}`;
    assembly.add(piece, drafts[i]?.finish({ known, keys, place, tick }) ?? []);
  });
  onProgress?.(total, total);
  const { text, documents } = assembly.finish();
  return { text, changed: text !== input, documents, count: documents.length };
}

interface Reading {
  readonly known: Known;
  readonly keys: KnownKeys;
  /** what messages call a document that has no id: its number in the text that results, `offset` after the piece's first */
  readonly place: (offset: number) => string;
  readonly tick: () => void;
}

/** What will become of a piece, before anything slow has been done: so the number of documents is known first. */
interface Draft {
  readonly size: number;
  readonly finish: (reading: Reading) => readonly ReadDocument[];
}

function draft(text: string, known: Known): Draft {
  // a text is hashed for it, which takes as long as to find its lines
  if (known.size > 0 && known.has(text)) return { size: 1, finish: (reading) => [readText(text, reading)] };
  if (text.startsWith('{')) {
    const objects = objectsOfJson(text);
    if (objects)
      return {
        size: objects.length,
        finish: (reading) => dumpAll(objects, text, reading, createJsonPrinter()),
      };
  }
  // only JSON may be so long
  if (text.length > MAX_TEXT)
    return { size: 1, finish: () => [brokenDocument(text, tooBig(text.length, MAX_TEXT))] };
  const slices = sliceList(text);
  if (slices) return { size: slices.length, finish: (reading) => readSlices(slices, text, reading) };
  return { size: 1, finish: (reading) => readSingle(text, reading) };
}

/** A piece that is one document, unless it turns out to be a List in flow style. */
function readSingle(text: string, reading: Reading): readonly ReadDocument[] {
  const slim = dropManagedFields(text);
  const attempt = parseDocument(slim, () => nameOf(slim, reading), reading.keys);
  // broken: the error belongs into the text as it was typed
  const parsed = attempt.ok || slim === text ? attempt : parseDocument(text, () => nameOf(text, reading));
  reading.tick();
  if (!parsed.ok) return [brokenDocument(text, parsed.error)];
  const objects = itemsOf(parsed.value);
  if (objects) return dumpAll(objects, text, reading);
  // in flow style they are still there
  if (hasManagedFields(parsed.value)) return dumpAll([parsed.value], text, reading);
  return [document(attempt.ok ? slim : text, parsed.value, reading.place(0))];
}

/**
 * Items cut out of a List. When one does not parse alone, the List is read as a whole: it may use anchors across items
 * (then values are printed anew) or be broken (then it stays as it is, with the parser's error at its own line).
 */
function readSlices(slices: readonly string[], whole: string, reading: Reading): readonly ReadDocument[] {
  const documents: ReadDocument[] = [];
  for (const slice of slices) {
    const text = dropManagedFields(slice);
    const known = reading.known.get(text);
    const parsed = known ? undefined : parseDocument(text, () => nameOf(text, reading), reading.keys);
    if (parsed && !parsed.ok) {
      const list = parseDocument(whole, () => reading.place(0));
      if (!list.ok) return [brokenDocument(whole, list.error)];
      return dumpAll(itemsOf(list.value) ?? [list.value], whole, reading);
    }
    documents.push(
      known ? { text, entry: known } : document(text, parsed?.value, reading.place(documents.length)),
    );
    reading.tick();
  }
  return documents;
}

/** A document of the read before, or one that is known not to be a List. */
function readText(text: string, reading: Reading): ReadDocument {
  const known = reading.known.get(text);
  reading.tick();
  if (known) return { text, entry: known };
  const parsed = parseDocument(text, () => nameOf(text, reading));
  return parsed.ok ? document(text, parsed.value, reading.place(0)) : brokenDocument(text, parsed.error);
}

/** Values printed as kubectl would print them; `whole` stays when one of them cannot be printed. */
function dumpAll(
  values: readonly unknown[],
  whole: string,
  reading: Reading,
  print: (value: unknown) => string = printValue,
): readonly ReadDocument[] {
  const documents: ReadDocument[] = [];
  for (const value of values) {
    if (depthExceeds(value, MAX_DEPTH)) {
      const said = message('manifest.too-deep', { document: reading.place(0), limit: MAX_DEPTH });
      return [brokenDocument(whole, { severity: 'error', message: said, path: [] })];
    }
    const slim = withoutManagedFields(value);
    documents.push(document(print(slim), slim, reading.place(documents.length)));
    reading.tick();
  }
  return documents;
}

function nameOf(text: string, reading: Reading): string {
  return salvageId(text).id || reading.place(0);
}

function document(text: string, value: unknown, place: string): ReadDocument {
  return {
    text,
    entry: { ...validateDocument(value, text, place), lines: countLines(text), ranges: new Map() },
  };
}

function brokenDocument(text: string, problem: Problem): ReadDocument {
  const { id, kind } = salvageId(text);
  const entry: Entry = {
    id,
    kind,
    object: { kind: 'Broken' },
    problems: [problem],
    lines: countLines(text),
    ranges: new Map(),
  };
  return { text, entry };
}
