/** Running a world until what was asked for has been answered, within a budget. */
import type { World } from './world.ts';

/** One run may add this many entries to the recording; a loop ends here, with a message, and never hangs the page. */
export const STEP_BUDGET = 200_000;

export type RunEnd = 'settled' | 'budget';

/** True when every exchange has its result and no packet is on its way: only timers may be waiting. */
export function isSettled<C>(world: World<C>): boolean {
  return world.quiet && world.recorder.unanswered === 0;
}

/** Advances until the world is settled. `advance` is the world's own step, or the journal's. */
export function runUntilSettled<C>(world: World<C>, advance: () => boolean, budget = STEP_BUDGET): RunEnd {
  const limit = world.recorder.length + budget;
  const eventLimit = world.events + budget;
  while (!isSettled(world)) {
    if (world.recorder.length > limit || world.events > eventLimit) return 'budget';
    if (!advance()) break;
  }
  return 'settled';
}
