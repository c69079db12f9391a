/**
 * A priority queue ordered by (at, order): what happens first in simulated time, then what was asked for first.
 * Items are plain data, so `items` can be copied into a snapshot as it is.
 */
export interface Queued {
  readonly at: number;
  readonly order: number;
}

function before(a: Queued, b: Queued): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

/** A binary heap in an array. */
export class Queue<T extends Queued> {
  #items: T[];

  constructor(items: readonly T[] = []) {
    this.#items = [...items];
  }

  get size(): number {
    return this.#items.length;
  }

  /** The items in heap order; hand them to a new Queue to restore it. */
  snapshot(): readonly T[] {
    return [...this.#items];
  }

  peek(): T | undefined {
    return this.#items[0];
  }

  push(item: T): void {
    const items = this.#items;
    let i = items.length;
    items.push(item);
    while (i > 0) {
      const parent = (i - 1) >> 1;
      const above = items[parent];
      if (above === undefined || !before(item, above)) break;
      items[i] = above;
      i = parent;
    }
    items[i] = item;
  }

  pop(): T | undefined {
    const items = this.#items;
    const top = items[0];
    const last = items.pop();
    if (top === undefined || last === undefined || items.length === 0) return top;
    let i = 0;
    for (;;) {
      const left = 2 * i + 1;
      const a = items[left];
      if (a === undefined) break;
      const b = items[left + 1];
      const [child, childIndex] = b !== undefined && before(b, a) ? [b, left + 1] : [a, left];
      if (!before(child, last)) break;
      items[i] = child;
      i = childIndex;
    }
    items[i] = last;
    return top;
  }
}
