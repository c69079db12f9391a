/** Policies of namespace shop out of their specs in YAML, as the board reads them. */
import { load } from 'js-yaml';
import { readNetworkPolicy } from '../manifest/networkPolicy.ts';
import type { NetworkPolicy } from './networkPolicy.ts';

/** Named p0, p1, ... in this order. */
export function policies(...specs: readonly string[]): readonly NetworkPolicy[] {
  return specs.map((spec, i) => {
    const identity = { namespace: 'shop', name: `p${i}`, id: `NetworkPolicy/shop/p${i}` };
    const value = { kind: 'NetworkPolicy', metadata: { name: identity.name }, spec: load(spec) };
    const { policy, problems } = readNetworkPolicy(value, identity);
    if (!policy) throw new Error(problems.map(({ upstream, message }) => upstream ?? message.id).join('; '));
    return policy;
  });
}
