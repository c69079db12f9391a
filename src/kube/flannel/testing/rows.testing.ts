/** The rows that flanneld writes on a node of a rig, as the tools show them, and what somebody does to its flanneld. */
import { BY_USER } from '../../../kernel/origin.ts';
import { parseAction, perform } from '../../action.ts';
import type { Rig } from './rig.testing.ts';

/** Routes into the pod network, without the node's own. */
export const routes = (rig: Rig, node: string): readonly string[] =>
  rig
    .show(node, 'ip route')
    .flatMap((line) => (line.startsWith('10.244') && !line.includes('cni0') ? [line.trim()] : []));
export const neighs = (rig: Rig, node: string): readonly string[] =>
  rig.show(node, 'ip neigh show dev flannel.1').map((line) => line.trim());
export const fdb = (rig: Rig, node: string): readonly string[] =>
  rig.show(node, 'bridge fdb show dev flannel.1').map((line) => line.trim());

/** `pkill`, `systemctl`, as a person types them; then what follows settles. */
export function act(rig: Rig, node: string, text: string): Rig {
  const action = parseAction(text);
  if (action?.ok !== true) throw new Error(text);
  perform(rig.world, rig.ns(node).id, action.value, BY_USER);
  return rig.settle();
}
