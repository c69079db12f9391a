/** The order in which a table's chains are printed: base chains by their hooks, then the others by name. */
import type { Chain } from './rule.ts';

const byName = (a: Chain, b: Chain): number => (a.name < b.name ? -1 : 1);

/** `made`: the chains that are new, all others stand in order already; undefined: none does. */
export function inOrder(
  given: ReadonlyMap<string, Chain>,
  base: readonly string[],
  made: ReadonlySet<string> | undefined,
): Map<string, Chain> {
  const user = [...given.values()].filter(({ policy }) => policy === undefined);
  const old = made ? user.filter(({ name }) => !made.has(name)) : [];
  const added = (made ? user.filter(({ name }) => made.has(name)) : user).sort(byName);
  const chains = new Map<string, Chain>();
  for (const hook of base) {
    const chain = given.get(hook);
    if (chain !== undefined) chains.set(hook, chain);
  }
  let at = 0;
  for (const chain of old) {
    for (let next = added[at]; next && next.name < chain.name; next = added[++at])
      chains.set(next.name, next);
    chains.set(chain.name, chain);
  }
  for (const chain of added.slice(at)) chains.set(chain.name, chain);
  return chains;
}
