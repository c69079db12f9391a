/** An object and a field of it as people write them: `Node node2 spec.podCIDR`, `Pod shop/web status.podIP`. */
import type { ObjectRef } from './types.ts';

export function printObject({ kind, namespace, name, path }: ObjectRef): string {
  return [kind, namespace === '' ? name : `${namespace}/${name}`, path]
    .filter((part) => part !== '')
    .join(' ');
}
