/**
 * What kube-router's rules let through, said as policies. Where that departs from the API's text the rule is another one:
 *
 *  1. A policy for both directions is one chain, which both pods' chains jump to without asking for the direction. So between two
 *     pods that it selects, a rule of either direction opens both.
 *  2. Where every port of a rule is a name that no pod has, the rule of its pods is written without ports: every port is open.
 *  3. Named ports are not written for ipBlocks on the way out, and without peers they are mere numbers, looked up on the pods of
 *     the policy's own namespace.
 *  4. All blocks of a rule are one set in which the longest prefix decides, so an `except` also limits the other blocks.
 *  5. A pod's own node is no exception on the way out, but for its NodePorts.
 * @see kube-router pkg/controllers/netpol/{policy,pod}.go
 */
import { contains, networkOf, printCidr } from '../../../wire/address.ts';
import type { Reading } from '../match.ts';
import type { Direction, IpBlockPeer, NetworkPolicy, Peer, PolicyRule } from '../networkPolicy.ts';
import type { BlockEntry, ResolvedPolicy, ResolvedRule } from './resolved.ts';

export const KUBE_ROUTER: Reading = { toOwnNode: 'node-ports' };

/** by policy: what it came to mean when its named ports were these */
const known = new WeakMap<NetworkPolicy, { readonly named: string; readonly enforced: NetworkPolicy }>();

/** The same object again where neither the policy nor its named ports changed, so that a matrix knows it at sight. */
export function asEnforced(resolved: ResolvedPolicy): NetworkPolicy {
  const { policy, ingress, egress } = resolved;
  const named = JSON.stringify(
    [...ingress, ...egress].map((rule) => rule.named.map(({ protocol, port }) => [protocol, port])),
  );
  const before = known.get(policy);
  if (before?.named === named) return before.enforced;
  const enforcedNow = enforcedPolicy(resolved);
  known.set(policy, { named, enforced: enforcedNow });
  return enforcedNow;
}

function enforcedPolicy({ policy, ingress, egress }: ResolvedPolicy): NetworkPolicy {
  const own = {
    ingress: policy.ingress.flatMap((rule, i) => enforced(rule, ingress[i], 'ingress')),
    egress: policy.egress.flatMap((rule, i) => enforced(rule, egress[i], 'egress')),
  };
  if (!policy.isolates.ingress || !policy.isolates.egress) return { ...policy, ...own };
  const { podSelector } = policy;
  const turned = (rule: PolicyRule, of: Direction): PolicyRule => ({
    ...rule,
    peers: [{ kind: 'pods', podSelector }],
    ...(rule.peers.length === 0 ? {} : { self: rule.peers }),
    of,
  });
  return {
    ...policy,
    ingress: [...own.ingress, ...own.egress.map((rule) => turned(rule, 'egress'))],
    egress: [...own.egress, ...own.ingress.map((rule) => turned(rule, 'ingress'))],
  };
}

/** What is written for one rule: at most one for everybody, one for pods and one for blocks. */
function enforced(
  rule: PolicyRule,
  resolved: ResolvedRule | undefined,
  direction: Direction,
): readonly PolicyRule[] {
  if (!resolved) return [];
  const { at, anyone, anyPort, ports, named } = resolved;
  if (anyone) {
    if (anyPort) return [{ ...rule, at }];
    if (direction === 'ingress') return [{ ...rule, at }];
    const numbers = [...ports, ...named.map(({ protocol, port }) => ({ protocol, port }))];
    return numbers.length === 0 ? [] : [{ peers: [], ports: numbers, at }];
  }
  const pods = rule.peers.filter((peer) => peer.kind === 'pods');
  const rules: PolicyRule[] = [];
  if (pods.length > 0) {
    const isOpen = ports.length === 0 && named.length === 0;
    rules.push({ peers: pods, ports: isOpen ? [] : rule.ports, at });
  }
  const blocks = blockPeers(resolved.blocks);
  if (blocks.length === 0) return rules;
  const blockPorts = direction === 'ingress' ? rule.ports : ports;
  if (anyPort || blockPorts.length > 0) rules.push({ peers: blocks, ports: blockPorts, at });
  return rules;
}

/** The longest prefix decides: a block without what longer exceptions take from it, whosever they are. */
function blockPeers(entries: readonly BlockEntry[]): readonly Peer[] {
  return entries.flatMap(({ cidr, nomatch }): IpBlockPeer[] => {
    if (nomatch) return [];
    const except = entries.flatMap((other) =>
      other.nomatch && other.cidr.bits > cidr.bits && contains(cidr, networkOf(other.cidr).address)
        ? [other.cidr]
        : [],
    );
    return [{ kind: 'ipBlock', cidr, except, text: printCidr(cidr) }];
  });
}
