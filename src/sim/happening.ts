/** What can happen in a world at a moment of its clock. */
import type { Frame } from '../wire/frame.ts';
import type { Carried, KernelTimer } from '../kernel/context.ts';
import type { HopIndex, IfName, NetNsId } from '../kernel/recorder.ts';
import type { Wake } from './process.ts';

export type Happening =
  | ({
      readonly what: 'arrive';
      readonly ns: NetNsId;
      readonly dev: IfName;
      readonly frame: Frame;
      readonly parent: HopIndex;
    } & Carried)
  | ({
      readonly what: 'softirq';
      readonly ns: NetNsId;
      readonly dev: IfName;
      readonly frame: Frame;
      readonly hop: HopIndex;
    } & Carried)
  | { readonly what: 'timer'; readonly ns: NetNsId; readonly timer: KernelTimer }
  | { readonly what: 'wake'; readonly pid: string; readonly why: Wake }
  /** somebody has waited for this moment */
  | { readonly what: 'waited' };

/** True for what moves a packet or a program; timers alone do not make a board busy. */
export function isBusy(event: Happening): boolean {
  if (event.what === 'wake') return event.why.why !== 'timer' || event.why.busy === true;
  return event.what !== 'timer';
}
