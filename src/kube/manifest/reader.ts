/**
 * The way in: a text -> the cluster it describes, or what is wrong with it and where. Keeps what it knows of every document
 * between reads, so an edit costs one document.
 */
import { message } from '../../lib/message.ts';
import { printIpv4 } from '../../wire/address.ts';
import type { Cluster } from '../cluster.ts';
import type { NormalDocument } from './assembly.ts';
import {
  KUBECTL_COMMAND,
  type Diagnostic,
  type DocumentSummary,
  type Problem,
  type TextRange,
} from './diagnostic.ts';
import { MAX_DIAGNOSTICS, MAX_DOCUMENTS, MAX_JSON, MAX_TEXT, tooBig } from './limits.ts';
import { locate } from './locate.ts';
import { normaliseWith, type Known, type Progress } from './normalise.ts';
import { NOTHING_REMEMBERED, resolve, type Remembered } from './resolve/resolve.ts';

export interface ReadResult {
  /** undefined if and only if a diagnostic is an error */
  readonly cluster: Cluster | undefined;
  /** as the editor shows it: documents, diagnostics and their offsets are of this text */
  readonly text: string;
  /** differs `text` from what was given? */
  readonly changed: boolean;
  readonly documents: readonly DocumentSummary[];
  /** in the order of the text */
  readonly diagnostics: readonly Diagnostic[];
  /** addresses that host-local gave to pods without one: `Pod/namespace/name` -> `10.244.1.7` */
  readonly allocated: Readonly<Record<string, string>>;
  /** for the next read of the same board; nothing when there is no cluster */
  readonly remembered: Remembered;
}

export interface Reader {
  /** `onProgress` is called at least every 50 documents; `remembered` is what an earlier read chose. A read never throws. */
  readonly read: (text: string, onProgress?: Progress, remembered?: Remembered) => ReadResult;
}

/** A problem of the document with this index; -1 is the text as a whole. */
interface Said {
  readonly document: number;
  readonly problem: Problem;
}

/** As `kubectl get -o json` begins. */
const JSON_BEGINS = /^\s{0,100}\{/;

export function createReader(): Reader {
  // texts by hash: made when they are needed, for a board that is only looked at never is edited
  let known: () => Known = () => new Map();
  return {
    read(input, onProgress, remembered = NOTHING_REMEMBERED) {
      const limit = JSON_BEGINS.test(input) ? MAX_JSON : MAX_TEXT;
      if (input.length > limit) return refuse(input, tooBig(input.length, limit));
      const { text, changed, documents, count } = normaliseWith(input, known(), onProgress);
      if (text.length > MAX_TEXT) return refuse(input, tooBig(text.length, MAX_TEXT));
      if (count > MAX_DOCUMENTS) return refuse(input, tooMany(count));
      // Only this text's documents are kept, by its own slices: no older text stays in memory
      known = () =>
        new Map(
          documents.flatMap(({ text: key, entry }) => (entry.id === '' ? [] : [[key, entry] as const])),
        );
      return toResult(text, changed, documents, remembered);
    },
  };
}

function toResult(
  text: string,
  changed: boolean,
  documents: readonly NormalDocument[],
  remembered: Remembered,
): ReadResult {
  const said = [...ofDocuments(documents), ...duplicates(documents), ...unsupported(documents)];
  if (documents.length === 0) said.push({ document: -1, problem: empty });
  const isBroken = said.some(({ problem }) => problem.severity === 'error');
  // What documents say together means little while one of them is broken
  const resolved = isBroken
    ? undefined
    : resolve(
        documents.map(({ entry, line }) => ({ id: entry.id, object: entry.object, line })),
        remembered,
      );
  for (const finding of resolved?.findings ?? []) said.push({ document: finding.document, problem: finding });
  const allocated = Object.entries(resolved?.allocated ?? {}).map(([id, ip]) => [id, printIpv4(ip)] as const);
  return {
    cluster: resolved?.cluster,
    text,
    changed,
    documents: documents.map(({ entry, from, to, line }) => ({
      id: entry.id,
      kind: entry.kind,
      from,
      to,
      line,
    })),
    diagnostics: toDiagnostics(said, text, documents),
    allocated: Object.fromEntries(allocated),
    remembered: resolved?.remembered ?? NOTHING_REMEMBERED,
  };
}

function ofDocuments(documents: readonly NormalDocument[]): Said[] {
  return documents.flatMap(({ entry }, document) => entry.problems.map((problem) => ({ document, problem })));
}

/** Two documents of one id: the API server would take the second as an update of the first. */
function duplicates(documents: readonly NormalDocument[]): Said[] {
  const firstLine = new Map<string, number>();
  return documents.flatMap(({ entry, line }, document) => {
    const { id } = entry;
    if (id === '' || id.endsWith('/')) return [];
    const first = firstLine.get(id);
    if (first === undefined) {
      firstLine.set(id, line);
      return [];
    }
    const said = message('manifest.duplicate-document', { document: id, line: first });
    return [
      {
        document,
        problem: { severity: 'error', message: said, path: ['metadata', 'name'] } satisfies Problem,
      },
    ];
  });
}

/** One sentence per kind that is kept and not simulated, at its first document. */
function unsupported(documents: readonly NormalDocument[]): Said[] {
  const byKind = new Map<string, { readonly document: number; count: number; readonly isPolicy: boolean }>();
  documents.forEach(({ entry: { object } }, document) => {
    if (object.kind !== 'Other' && object.kind !== 'OtherPolicy') return;
    const group = byKind.get(object.name);
    if (group) group.count++;
    else byKind.set(object.name, { document, count: 1, isPolicy: object.kind === 'OtherPolicy' });
  });
  return [...byKind].map(([kind, { document, count, isPolicy }]) => {
    const said = message(isPolicy ? 'manifest.unsupported-policy' : 'manifest.unsupported-kind', {
      kind,
      count,
    });
    return { document, problem: { severity: isPolicy ? 'warning' : 'info', message: said, path: ['kind'] } };
  });
}

const SEVERITIES = ['error', 'warning', 'info'] as const;

/** The worst MAX_DIAGNOSTICS with their places, in the order of the text, and a count of the others. */
function toDiagnostics(
  said: readonly Said[],
  text: string,
  documents: readonly NormalDocument[],
): readonly Diagnostic[] {
  const ranked = SEVERITIES.flatMap((severity) =>
    said.filter(({ problem }) => problem.severity === severity),
  );
  const kept = ranked
    .slice(0, MAX_DIAGNOSTICS)
    .map(({ document, problem }) => toDiagnostic(problem, documents[document], text));
  kept.sort((a, b) => a.range.from - b.range.from);
  const count = said.length - kept.length;
  if (count === 0) return kept;
  return [
    ...kept,
    { severity: 'info', message: message('manifest.more', { count }), document: '', range: startOf(text) },
  ];
}

function toDiagnostic(problem: Problem, document: NormalDocument | undefined, text: string): Diagnostic {
  const { severity, message: said, upstream } = problem;
  return {
    severity,
    message: said,
    ...(upstream === undefined ? {} : { upstream }),
    document: document?.entry.id ?? '',
    range: document ? inText(document, problem.range ?? rangeOf(document, problem)) : startOf(text),
  };
}

function rangeOf({ entry, text }: NormalDocument, { path }: Problem): TextRange {
  const key = JSON.stringify(path);
  const known = entry.ranges.get(key);
  if (known) return known;
  const range = locate(text, path);
  entry.ranges.set(key, range);
  return range;
}

/** A range of a document as one of the whole text. */
function inText(document: NormalDocument, { from, to, line, column }: TextRange): TextRange {
  return {
    from: document.from + from,
    to: document.from + to,
    line: document.line + line - 1,
    column: line === 1 ? document.column + column - 1 : column,
  };
}

function startOf(text: string): TextRange {
  const end = text.indexOf('\n');
  return { from: 0, to: Math.min(end === -1 ? text.length : end, 200), line: 1, column: 1 };
}

const empty: Problem = {
  severity: 'error',
  message: message('manifest.empty', { command: KUBECTL_COMMAND }),
  path: [],
};

function tooMany(count: number): Problem {
  return {
    severity: 'error',
    message: message('manifest.too-many-documents', { count, limit: MAX_DOCUMENTS }),
    path: [],
  };
}

/** The text is not looked at: it stays as it was given. */
function refuse(text: string, problem: Problem): ReadResult {
  const diagnostics = toDiagnostics([{ document: -1, problem }], text, []);
  return {
    cluster: undefined,
    text,
    changed: false,
    documents: [],
    diagnostics,
    allocated: {},
    remembered: NOTHING_REMEMBERED,
  };
}
