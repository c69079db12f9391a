/** Which items of a list stay what they are when it becomes another one. Pure. */
import { isSame, type Json } from './yamlText.ts';

export interface Plan {
  /** old and new index of items that stay, changed or not */
  readonly pairs: readonly (readonly [number, number])[];
  readonly gone: ReadonlySet<number>;
  /** new items, by the old index that they come before */
  readonly added: ReadonlyMap<number, readonly number[]>;
}

/** Which items of a list stay: the longest common run of equal ones, and between those each with its neighbour. */
export function align(before: readonly Json[], after: readonly Json[]): Plan {
  const [n, m] = [before.length, after.length];
  const length = Array.from({ length: n + 1 }, () => Array.from({ length: m + 1 }, () => 0));
  const at = (i: number, j: number): number => length[i]?.[j] ?? 0;
  for (let i = n - 1; i >= 0; i--)
    for (let j = m - 1; j >= 0; j--) {
      const row = length[i];
      if (row)
        row[j] = isSame(before[i], after[j]) ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  const pairs: (readonly [number, number])[] = [];
  const gone = new Set<number>();
  const added = new Map<number, number[]>();
  let [olds, news]: [number[], number[]] = [[], []];
  const close = (next: number): void => {
    const both = Math.min(olds.length, news.length);
    for (let k = 0; k < both; k++) pairs.push([olds[k] ?? 0, news[k] ?? 0]);
    for (const i of olds.slice(both)) gone.add(i);
    if (news.length > both) added.set(next, news.slice(both));
    [olds, news] = [[], []];
  };
  let [i, j] = [0, 0];
  while (i < n || j < m) {
    if (i < n && j < m && isSame(before[i], after[j])) {
      close(i);
      pairs.push([i, j]);
      i++;
      j++;
    } else if (j < m && (i >= n || at(i, j + 1) >= at(i + 1, j))) news.push(j++);
    else olds.push(i++);
  }
  close(n);
  return { pairs, gone, added };
}
