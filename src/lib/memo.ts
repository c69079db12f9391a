/** Answers that are kept: of pure functions, so nobody can tell, but for the time they take. */

/** `of`, asked once for each object; the answer lives as long as the object, which must not change. */
export function onceFor<K extends object, V>(of: (key: K) => V): (key: K) => V {
  const known = new WeakMap<K, V>();
  return (key) => {
    const old = known.get(key);
    if (old !== undefined) return old;
    const made = of(key);
    known.set(key, made);
    return made;
  };
}

/** `of`, with the answers to the last texts kept: `most` of them, then it begins anew. What `of` throws is not kept. */
export function remembering<V>(most: number, of: (text: string) => V): (text: string) => V {
  const known = new Map<string, V>();
  return (text) => {
    const old = known.get(text);
    if (old !== undefined) return old;
    const made = of(text);
    if (known.size >= most) known.clear();
    known.set(text, made);
    return made;
  };
}
