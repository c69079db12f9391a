/** Sending on a branch of its own: what a packet would do, while the board stays as it is. */
import { message, type Message } from '../lib/message.ts';
import { touch } from '../kube/board.ts';
import type { Cluster } from '../kube/cluster.ts';
import { inject, type Injection } from '../sim/inject.ts';
import { runUntilSettled, STEP_BUDGET } from '../sim/run.ts';
import type { World } from '../sim/world.ts';
import type { Kept } from '../trace/columns.ts';
import type { Recording } from '../trace/types.ts';
import type { Run } from './run.ts';

/** What `read` makes of the world when the packet has come to its end; a message when it never comes to rest. */
export function sendAside<T>(
  run: Run,
  { atSeq, injection }: { readonly atSeq: number; readonly injection: Injection },
  read: (world: World<Cluster>, sent: { readonly exchange: number; readonly before: Kept }) => T,
): { readonly value: T } | { readonly message: Message } {
  return run.at(atSeq, (world) => {
    const before = lengthsOf(world.recorder.recording());
    touch(world, injection.from);
    const exchange = inject(world, injection);
    if (runUntilSettled(world, () => world.step()) === 'budget')
      return { message: message('send.budget', { steps: STEP_BUDGET }) };
    return { value: read(world, { exchange, before }) };
  });
}

/** How far a recording has come. */
export function lengthsOf({ entries, hops, frames }: Recording): Kept {
  return { entries: entries.length, hops: hops.length, frames: frames.length };
}
