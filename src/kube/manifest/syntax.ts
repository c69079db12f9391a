/**
 * A parser's error -> a sentence at the line that someone got wrong. js-yaml notices a missing colon only at the next line;
 * `yaml` finds the key itself but loses open quotes, so a small broken document is shown to both.
 */
import { YAMLException } from 'js-yaml';
import { parseDocument as parseYaml } from 'yaml';
import { message, type Message } from '../../lib/message.ts';
import { clip, type Problem, type TextRange } from './diagnostic.ts';
import { MAX_ALIASES, MAX_DEPTH } from './limits.ts';
import { rangeAt } from './locate.ts';

/** `yaml` needs about a millisecond for 1 kB: larger documents get js-yaml's answer alone. */
const MAX_SECOND_OPINION = 100_000;

export function toSyntaxProblem(thrown: unknown, text: string, document: string): Problem {
  const reason = thrown instanceof YAMLException ? thrown.reason : String(thrown);
  const position = thrown instanceof YAMLException ? (thrown.mark?.position ?? 0) : 0;
  const range = rangeAt(text, Math.min(position, text.length));
  const say = (said: Message, at: TextRange = range, upstream: string = reason): Problem => {
    return { severity: 'error', message: said, upstream, path: [], range: at };
  };
  if (reason.includes('maxDepth')) return say(message('manifest.too-deep', { document, limit: MAX_DEPTH }));
  if (/^(?:aliases|merge keys) exceeded/.test(reason)) return say(tooManyAliases(document));
  if (reason.startsWith('unidentified alias')) {
    const alias = clip(reason.slice('unidentified alias'.length).replaceAll('"', '').trim());
    return say(message('manifest.unknown-alias', { document, alias }));
  }
  if (reason === 'duplicated mapping key') {
    const key = clip(text.slice(range.from, range.to).replace(/:$/, ''));
    return say(message('manifest.duplicate-key', { document, key }));
  }
  if (reason.includes('tab characters')) return say(message('manifest.tab', { document }));
  if (/^(?:deficient indentation|unexpected end of the stream)/.test(reason)) {
    return say(message('manifest.not-closed', { document }), lineBefore(text, position));
  }
  const key = text.length > MAX_SECOND_OPINION ? undefined : keyWithoutColon(text);
  if (key && key.range.line < range.line) {
    const line = lineOf(text, key.range.from);
    // `a: b: c` is found by both; a line without any colon is what only this one finds
    const said = /:(?:\s|$)/.test(line)
      ? message('manifest.syntax', { document })
      : missingColon(document, line);
    return say(said, key.range, key.reason);
  }
  if (reason.startsWith("expected ':'")) return say(missingColon(document, lineOf(text, range.from)));
  return say(message('manifest.syntax', { document }));
}

export function tooManyAliases(document: string): Message {
  return message('manifest.too-many-aliases', { document, limit: MAX_ALIASES });
}

function missingColon(document: string, line: string): Message {
  return message('manifest.missing-colon', { document, text: clip(line) });
}

const KEY_ERRORS: ReadonlySet<string> = new Set(['MULTILINE_IMPLICIT_KEY', 'BLOCK_AS_IMPLICIT_KEY']);

/** The first place that `yaml` takes for a broken key. */
function keyWithoutColon(text: string): { readonly range: TextRange; readonly reason: string } | undefined {
  try {
    const { errors } = parseYaml(text, { prettyErrors: false, merge: true, logLevel: 'silent' });
    const found = errors.filter(({ code }) => KEY_ERRORS.has(code)).sort((a, b) => a.pos[0] - b.pos[0])[0];
    return found && { range: rangeAt(text, found.pos[0]), reason: found.message };
  } catch {
    return undefined; // a second opinion is not needed
  }
}

/** The content of the last line that ends before an offset and is not blank: an open quote is noticed one line too late. */
function lineBefore(text: string, position: number): TextRange {
  const before = text.slice(0, Math.min(position, text.length)).trimEnd();
  const start = before.lastIndexOf('\n') + 1;
  const indent = before.length - start - before.slice(start).trimStart().length;
  return { ...rangeAt(text, start + indent), to: Math.max(before.length, start + indent) };
}

function lineOf(text: string, at: number): string {
  const start = text.lastIndexOf('\n', at - 1) + 1;
  const end = text.indexOf('\n', at);
  return text.slice(start, end === -1 ? text.length : end).trim();
}
