import { useBoard } from '../page.ts';
import { entryOf, type Entry } from '../trace/tell.ts';

/** The entry of the recording that the present beat shows. */
export function useEntry(): Entry | undefined {
  return useBoard((state) => entryOf(state.beats[state.beat], state.recording));
}
