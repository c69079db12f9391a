/**
 * A map that is written in place until somebody keeps it as it is: only then the next write goes to a copy. So a snapshot costs
 * nothing when it is taken and one copy when something changes afterwards, and what nobody keeps is never copied.
 */
export class CopyOnWrite<K, V> {
  #map: ReadonlyMap<K, V> = new Map();
  /** the same map, while nobody else holds it */
  #own: Map<K, V> | undefined;

  /** The map as it is now; it may change with the next write. */
  get now(): ReadonlyMap<K, V> {
    return this.#map;
  }

  set(key: K, value: V): void {
    this.#writable().set(key, value);
  }

  delete(key: K): void {
    if (this.#map.has(key)) this.#writable().delete(key);
  }

  /** The map as it is now, for good. */
  keep(): ReadonlyMap<K, V> {
    this.#own = undefined;
    return this.#map;
  }

  /** Goes back to a map that was kept. */
  putBack(map: ReadonlyMap<K, V>): void {
    this.#own = undefined;
    this.#map = map;
  }

  #writable(): Map<K, V> {
    if (this.#own === undefined) {
      this.#own = new Map(this.#map);
      this.#map = this.#own;
    }
    return this.#own;
  }
}
