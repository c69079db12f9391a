/** Where something that was searched for is drawn. */
import type { Rect } from './geometry.ts';
import { dotRect, type Heat } from './heat.ts';
import type { Layout } from './layoutTypes.ts';
import type { Target } from './search.ts';

/** In the grid of a large board, else on its card; undefined when the board does not show it. */
export function rectOfTarget(layout: Layout, heat: Heat | undefined, target: Target): Rect | undefined {
  switch (target.at) {
    case 'pod': {
      const cell = heat?.cellByNode.get(target.node);
      const i = cell?.node.pods.findIndex(({ ns }) => ns === target.ns) ?? -1;
      if (heat && cell && i >= 0) return dotRect(heat, cell.rect, i);
      const card = layout.nodes.find(({ name }) => name === target.node);
      return card?.pods.find(({ ns }) => ns === target.ns)?.strip ?? card?.card;
    }
    case 'node':
      return (
        heat?.cellByNode.get(target.node)?.rect ?? layout.nodes.find(({ name }) => name === target.node)?.card
      );
    case 'machine':
      return layout.machines.find(({ ns }) => ns === target.ns)?.rect;
    case 'segment':
      return (
        heat?.floors.find(({ segment }) => segment?.ns === target.ns)?.rect ??
        layout.floors.find(({ ns }) => ns === target.ns)?.rect
      );
  }
}
