/**
 * The open part of a large board: the cards of the chosen ends and of the nodes on the way, with their segments, the router
 * and the clients, as an ordinary small board below the grid.
 */
import type { Board, BoardNode } from '../../engine/protocol.ts';
import { right } from './geometry.ts';
import type { Heat } from './heat.ts';
import { layoutBoard, MOST_OPEN } from './layout.ts';
import type { Layout, LayoutWords } from './layoutTypes.ts';

/** A card of a hundred strips is too wide to read: chosen pods and the first ones. */
const MOST_STRIPS = 12;

export interface Wanted {
  /** names of nodes, the most important first */
  readonly nodes: readonly string[];
  /** endpoints that must be among the strips */
  readonly ends: readonly (string | undefined)[];
}

export function layoutStage(board: Board, heat: Heat, words: LayoutWords, wanted: Wanted): Layout {
  const layout = layoutBoard(stageOf(board, wanted), words);
  const { bounds } = heat;
  return {
    ...layout,
    bounds: {
      x: 0,
      y: bounds.y,
      w: Math.max(right(bounds), layout.width),
      h: layout.height - bounds.y,
    },
  };
}

/** The board with nothing but what stands open. */
export function stageOf(board: Board, { nodes: names, ends }: Wanted): Board {
  const open = new Set(names.slice(0, MOST_OPEN));
  const nodes = board.nodes.filter(({ name }) => open.has(name)).map((node) => withFewPods(node, ends));
  const plugged = new Set([...nodes, ...board.clients].flatMap(({ segments }) => segments));
  const segments = board.segments.filter(({ name }) => plugged.has(name));
  const switches = new Set(segments.map(({ ns }) => ns));
  const router = board.router && {
    ...board.router,
    devices: board.router.devices.filter(({ peer }) => peer === undefined || switches.has(peer.ns)),
  };
  return { ...board, segments, nodes, router };
}

function withFewPods(node: BoardNode, ends: Wanted['ends']): BoardNode {
  if (node.pods.length <= MOST_STRIPS) return node;
  const chosen = node.pods.filter((pod) => ends.includes(`pod/${pod.namespace}/${pod.name}`));
  const others = node.pods.filter((pod) => !chosen.includes(pod)).slice(0, MOST_STRIPS - chosen.length);
  return { ...node, pods: node.pods.filter((pod) => chosen.includes(pod) || others.includes(pod)) };
}
