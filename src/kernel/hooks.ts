/** The five places of netfilter on the path. There are no rules yet, so every packet passes; that it passed is recorded. */
import { step, type Kernel } from './context.ts';
import type { Hook, IfName } from './recorder.ts';
import type { Skb } from './skb.ts';

export interface HookPlace {
  readonly iif?: IfName;
  readonly oif?: IfName;
  readonly bridged?: boolean;
}

/** One of the five places where rules can stand. There are none yet: the packet passes. */
export function hook(k: Kernel, skb: Skb, name: Hook, { iif, oif, bridged = false }: HookPlace): void {
  const devices = { ...(iif === undefined ? {} : { iif }), ...(oif === undefined ? {} : { oif }) };
  step(k, skb, { kind: 'hook', hook: name, bridged, ...devices });
}
