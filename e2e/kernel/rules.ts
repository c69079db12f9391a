/** Hand-written iptables rules for random scenarios, as the text that iptables-restore reads. */
import type { Cluster } from '../../src/kube/cluster.ts';
import { nodeNs } from '../../src/kube/ids.ts';
import type { Dice } from './generate.ts';

/**
 * The least that a node has: one rule that asks conntrack something and does nothing, so that connections are tracked there
 * (and fragments put together) as on any node with kube-proxy.
 */
const LEAST = '*filter\n-A FORWARD -m conntrack --ctstate INVALID\nCOMMIT\n';

/** The rules of every namespace that has any. */
export function rulesFor(_dice: Dice, cluster: Cluster): Readonly<Record<string, string>> {
  return Object.fromEntries(cluster.nodes.map((node) => [nodeNs(node.name), LEAST]));
}
