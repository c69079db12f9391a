/** The index of the last element whose key is <= `key` in a list sorted by key, or -1 when there is none. */
export function lastAtMost<T>(sorted: ArrayLike<T>, key: number, keyOf: (item: T) => number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const mid = (low + high) >> 1;
    if (keyOf(sorted[mid] as T) <= key) low = mid + 1;
    else high = mid;
  }
  return low - 1;
}
