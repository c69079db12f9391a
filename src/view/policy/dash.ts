/** The dash that tells "either" from "both": with it two selectors are two items of a list, without it they are one. Pure. */

export interface Dashed {
  readonly text: string;
  /** what the two selectors are after the change */
  readonly now: 'or' | 'and';
}

const SELECTOR = /^(?:podSelector|namespaceSelector):/;

/**
 * The text with the dash of the cursor's line taken away or put there: only where that line begins a selector behind another one
 * of the same list. Undefined elsewhere.
 */
export function toggleDash(text: string, offset: number): Dashed | undefined {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const end = text.indexOf('\n', start);
  const line = text.slice(start, end < 0 ? undefined : end);
  const [, indent = '', dash = '', rest = ''] = /^(\s*)(- )?(.*)$/.exec(line) ?? [];
  if (!SELECTOR.test(rest)) return undefined;
  const column = indent.length + dash.length;
  if (!followsSelector(text.slice(0, start), column)) return undefined;
  const next = dash === '' ? `${indent.slice(0, -2)}- ${rest}` : `${indent}  ${rest}`;
  return {
    text: text.slice(0, start) + next + text.slice(end < 0 ? text.length : end),
    now: dash === '' ? 'or' : 'and',
  };
}

/** Does a selector that stands at this column come before, with only what is deeper in between? */
function followsSelector(before: string, column: number): boolean {
  for (const line of before.split('\n').toReversed()) {
    if (line.trim() === '' || line.trimStart().startsWith('#')) continue;
    const [, indent = '', dash = '', rest = ''] = /^(\s*)(- )?(.*)$/.exec(line) ?? [];
    const at = indent.length + dash.length;
    if (at > column) continue;
    return at === column && SELECTOR.test(rest);
  }
  return false;
}
