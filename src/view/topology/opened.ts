/** Which cards stand open where not all do: those of the chosen ends, of the nodes on the way, and the last that were pressed. */
import { useCallback, useMemo, useState } from 'react';
import type { Board } from '../../engine/protocol.ts';
import { isLarge } from './heat.ts';
import { MOST_OPEN } from './layout.ts';

const MOST_PRESSED = 4;
const NONE: ReadonlySet<string> = new Set();

interface Ends {
  readonly source?: string | undefined;
  readonly target?: string | undefined;
}

export interface Opened {
  /** names of nodes */
  readonly opened: ReadonlySet<string>;
  /** names of the nodes that the present step lights */
  readonly lit: readonly string[];
  readonly toggle: (node: string) => void;
}

export function useOpened(board: Board, { source, target }: Ends, highlighted: ReadonlySet<string>): Opened {
  const [pressed, setPressed] = useState<readonly string[]>([]);
  const some = board.nodes.length > MOST_OPEN;
  const nodeByNs = useMemo(() => (some ? namespacesOf(board) : undefined), [board, some]);
  const chosen = useMemo(
    () =>
      [source, target].flatMap((end) => {
        const name = end === undefined ? undefined : nodeByNs?.get(namespaceOf(end));
        return name === undefined ? [] : [name];
      }),
    [nodeByNs, source, target],
  );
  const lit = useMemo(
    () => [...new Set([...highlighted].flatMap((key) => nodeByNs?.get(key.split(' ')[0] ?? '') ?? []))],
    [nodeByNs, highlighted],
  );
  const way = useWay(lit, chosen.join(' '));
  const opened = useMemo(() => {
    if (!some) return NONE;
    const nodes = new Set([...chosen, ...way, ...pressed]);
    return isLarge(board) ? new Set([...nodes].slice(0, MOST_OPEN)) : nodes;
  }, [board, some, chosen, way, pressed]);
  const toggle = useCallback(
    (node: string) =>
      setPressed((before) =>
        before.includes(node) ? before.filter((one) => one !== node) : [...before, node].slice(-MOST_PRESSED),
      ),
    [],
  );
  return { opened, lit, toggle };
}

/** The nodes that were lit since the ends changed: what has opened stays open, or the board would jump at every step. */
function useWay(lit: readonly string[], ends: string): readonly string[] {
  const [way, setWay] = useState<{ readonly ends: string; readonly nodes: readonly string[] }>({
    ends,
    nodes: [],
  });
  const before = way.ends === ends ? way.nodes : [];
  const more = lit.filter((name) => !before.includes(name));
  // set while rendering: React renders again at once, before anything is shown
  if (way.ends !== ends || more.length > 0) setWay({ ends, nodes: [...before, ...more] });
  return before;
}

/** The node of every namespace, its own and its pods'. */
function namespacesOf({ nodes }: Board): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const { ns, name, pods } of nodes) {
    names.set(ns, name);
    for (const pod of pods) names.set(pod.ns, name);
  }
  return names;
}

/** `pod/shop/web` lives in the namespace `shop/web`, `node/node1` in `node1`. */
function namespaceOf(endpoint: string): string {
  return endpoint.slice(endpoint.indexOf('/') + 1);
}
