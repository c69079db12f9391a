/** What Tab makes of a line: as much as all words that fit agree on, and the words when there are several. */
export function completed(
  line: string,
  { start, candidates }: { readonly start: number; readonly candidates: readonly string[] },
): { readonly line: string; readonly open: readonly string[] } {
  const [first] = candidates;
  if (first === undefined) return { line, open: [] };
  const before = line.slice(0, start);
  if (candidates.length === 1) return { line: `${before}${first} `, open: [] };
  let shared = first;
  for (const word of candidates) while (!word.startsWith(shared)) shared = shared.slice(0, -1);
  const begun = line.slice(start);
  return { line: before + (shared.length > begun.length ? shared : begun), open: candidates };
}
