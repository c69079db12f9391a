/** The NetworkPolicy of one document's text, as the reader takes it; undefined where it is none, or none that can be read. */
import { load } from 'js-yaml';
import type { NetworkPolicy } from '../policy/networkPolicy.ts';
import { readNetworkPolicy } from './networkPolicy.ts';

export function policyIn(text: string): NetworkPolicy | undefined {
  let value: unknown;
  try {
    value = load(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || !('kind' in value) || value.kind !== 'NetworkPolicy')
    return undefined;
  const { namespace, name } = nameOf(value);
  return readNetworkPolicy(value, { namespace, name, id: `NetworkPolicy/${namespace}/${name}` }).policy;
}

function nameOf(value: object): { readonly namespace: string; readonly name: string } {
  const metadata = 'metadata' in value && typeof value.metadata === 'object' ? value.metadata : undefined;
  const text = (key: 'name' | 'namespace', otherwise: string): string => {
    const found: unknown = metadata && key in metadata ? Reflect.get(metadata, key) : undefined;
    return typeof found === 'string' ? found : otherwise;
  };
  return { namespace: text('namespace', 'default'), name: text('name', '') };
}
