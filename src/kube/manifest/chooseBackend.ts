/** The choice of flannel's backend as an edit of the text: `Board.spec.flannel.backend`, which goes before all that flannel itself wrote. */
import type { BackendType } from '../cluster.ts';
import { parseDocument } from './parse.ts';
import { setField } from './setField.ts';
import { splitStream, toEditorText, type Piece } from './split.ts';

const API_VERSION = 'flannelboard.dev/v1';

/** A text without a Board document gets one in front. Undefined where there is one that cannot be written into. */
export function chooseBackend(given: string, backend: BackendType): string | undefined {
  const text = toEditorText(given);
  const board = splitStream(text).find(isBoard);
  if (!board) {
    const document = `apiVersion: ${API_VERSION}\nkind: Board\nspec:\n  flannel: { backend: ${backend} }`;
    return `${document}\n${/^---(\s|$)/.test(text) ? '' : '---\n'}${text}`;
  }
  const changed = setField(board.text, ['spec', 'flannel', 'backend'], backend);
  return changed === undefined ? undefined : text.slice(0, board.from) + changed + text.slice(board.to);
}

/** Only a document that speaks of boards is parsed: a dump of a cluster has thousands that do not. */
function isBoard({ text }: Piece): boolean {
  if (!/\bkind["']?\s*:\s*["']?Board\b/.test(text)) return false;
  const parsed = parseDocument(text, () => 'Board');
  const value = parsed.ok ? parsed.value : undefined;
  if (typeof value !== 'object' || value === null || !('kind' in value) || value.kind !== 'Board')
    return false;
  return !('apiVersion' in value) || String(value.apiVersion).startsWith('flannelboard.dev/');
}
