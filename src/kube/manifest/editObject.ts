/** Edits of objects as edits of the whole text. */
import type { Path } from './diagnostic.ts';
import { findObject, type ObjectName } from './findObject.ts';
import { parsePath } from './pathAt.ts';
import { rewriteValue, valueAt, valueOf } from './rewriteValue.ts';
import { toEditorText } from './split.ts';
import { entryLines, isList, isMap, type Json } from './yamlText.ts';

/** The text with `value` at a field of an object; undefined takes the field away. On failure (no such document, or it cannot be written into) undefined. */
export function editObject(
  given: string,
  object: ObjectName,
  { path, value }: { readonly path: Path; readonly value: Json | undefined },
): string | undefined {
  const text = toEditorText(given);
  const piece = findObject(text, object);
  if (!piece) return undefined;
  const written = rewriteValue(piece.text, path, value);
  return written === undefined ? undefined : text.slice(0, piece.from) + written + text.slice(piece.to);
}

export interface Addition {
  /** the list that gets items, or the mapping that gets entries */
  readonly ref: ObjectName & { readonly path: string };
  /** what is added, as YAML */
  readonly yaml: string;
}

/** The text with one addition after another. A Namespace that the text does not have is added to it. On failure as `editObject`. */
export function addToObjects(given: string, additions: readonly Addition[]): string | undefined {
  return additions.reduce<string | undefined>(
    (text, addition) => (text === undefined ? undefined : add(text, addition)),
    toEditorText(given),
  );
}

function add(text: string, { ref, yaml }: Addition): string | undefined {
  const path = parsePath(ref.path);
  const more = valueOf(yaml);
  const piece = findObject(text, ref);
  if (!piece) return ref.kind === 'Namespace' ? withNamespace(text, ref.name, more) : undefined;
  const old = valueAt(valueOf(piece.text), path) ?? undefined;
  if (isList(more) && (old === undefined || isList(old)))
    return editObject(text, ref, { path, value: [...(old ?? []), ...more] });
  if (isMap(more) && (old === undefined || isMap(old)))
    return editObject(text, ref, { path, value: { ...old, ...more } });
  return undefined;
}

function withNamespace(text: string, name: string, labels: Json | undefined): string | undefined {
  if (!isMap(labels)) return undefined;
  const lines = ['apiVersion: v1', 'kind: Namespace', ...entryLines('metadata', { name, labels }, 0)];
  return `${text.trimEnd()}\n---\n${lines.join('\n')}\n`;
}
