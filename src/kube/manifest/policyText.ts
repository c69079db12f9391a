/** The NetworkPolicy of one document's text, as the reader takes it. */
import { load } from 'js-yaml';
import * as v from 'valibot';
import type { NetworkPolicy } from '../policy/networkPolicy.ts';
import { networkPolicySchema, readNetworkPolicy, type NetworkPolicySpec } from './networkPolicy.ts';

export interface PolicyText {
  /** undefined: the API server would refuse it */
  readonly policy: NetworkPolicy | undefined;
  /** its fields as they are written */
  readonly written: { readonly namespace: string; readonly name: string; readonly spec: NetworkPolicySpec };
}

/** Undefined where the text is none, or none whose fields have the right types. */
export function policyIn(text: string): PolicyText | undefined {
  let value: unknown;
  try {
    value = load(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || !('kind' in value) || value.kind !== 'NetworkPolicy')
    return undefined;
  const { namespace, name } = nameOf(value);
  const parsed = v.safeParse(networkPolicySchema, value);
  if (!parsed.success) return undefined;
  const { policy } = readNetworkPolicy(value, { namespace, name, id: `NetworkPolicy/${namespace}/${name}` });
  return { policy, written: { namespace, name, spec: parsed.output.spec ?? {} } };
}

function nameOf(value: object): { readonly namespace: string; readonly name: string } {
  const metadata = 'metadata' in value && typeof value.metadata === 'object' ? value.metadata : undefined;
  const text = (key: 'name' | 'namespace', otherwise: string): string => {
    const found: unknown = metadata && key in metadata ? Reflect.get(metadata, key) : undefined;
    return typeof found === 'string' ? found : otherwise;
  };
  return { namespace: text('namespace', 'default'), name: text('name', '') };
}
