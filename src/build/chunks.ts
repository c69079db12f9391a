/**
 * What of the page is one file. Left to itself the bundler makes some thirty small chunks of the first load, one for every set
 * of lazy parts that share a module; each costs a slow machine milliseconds of its own, and none is ever fetched without
 * the others.
 */

/** What the bundler tells of a module: what it imports as soon as it is loaded. */
export interface ModuleGraph {
  getModuleInfo(id: string): { readonly importedIds: readonly string[] } | null;
}

interface ChunkGroup {
  readonly debugName: string;
  readonly priority: number;
  readonly name: (id: string, graph: ModuleGraph) => string | null;
}

/**
 * For `codeSplitting.groups`: one chunk for each entry, of all it imports as soon as it is loaded and no entry before it does.
 * `entries`: name of the chunk -> absolute path, in the order in which they are loaded.
 */
export function chunkPerEntry(entries: Readonly<Record<string, string>>): ChunkGroup[] {
  let names: Map<string, string> | undefined;
  const named = (graph: ModuleGraph): Map<string, string> => {
    const all = new Map<string, string>();
    for (const [name, entry] of Object.entries(entries))
      for (const one of closure(entry, graph)) if (!all.has(one)) all.set(one, name);
    return all;
  };
  return Object.keys(entries).map((name, i, { length }) => ({
    debugName: name,
    // a group takes along what its modules import, so the earlier entry takes first
    priority: length - i,
    name: (id, graph) => ((names ??= named(graph)).get(id) === name ? name : null),
  }));
}

/** Everything that is loaded with a module. */
function closure(entry: string, graph: ModuleGraph): ReadonlySet<string> {
  const seen = new Set([entry]);
  for (const id of seen) for (const next of graph.getModuleInfo(id)?.importedIds ?? []) seen.add(next);
  return seen;
}
