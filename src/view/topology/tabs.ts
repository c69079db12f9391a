import { hashText } from '../../lib/random.ts';

const TABS = 8;

/**
 * The colour tab (1 to 8) of every Kubernetes namespace: chosen by the name, so that it stays when others come and go, and
 * moved on to the next free colour when two names meet on one.
 */
export function tabByNamespace(namespaces: Iterable<string>): ReadonlyMap<string, number> {
  const tabs = new Map<string, number>();
  const taken = new Set<number>();
  for (const namespace of namespaces) {
    if (tabs.has(namespace)) continue;
    let tab = hashText(namespace) % TABS;
    for (let tries = 0; taken.has(tab) && taken.size < TABS && tries < TABS; tries++) tab = (tab + 1) % TABS;
    taken.add(tab);
    tabs.set(namespace, tab + 1);
  }
  return tabs;
}
