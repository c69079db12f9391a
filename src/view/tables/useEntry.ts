import { isStep } from '../../trace/types.ts';
import { deciderOf, type ChainStep } from '../../trace/walk.ts';
import { useBoard } from '../page.ts';
import { entryOf, type Entry } from '../trace/tell.ts';

/** The entry of the recording that the present beat shows. */
export function useEntry(): Entry | undefined {
  return useBoard((state) => entryOf(state.beats[state.beat], state.recording));
}

/** The rule or policy that the present step of `ns` is about. */
export function useDecider(ns: string): ChainStep | undefined {
  return useBoard(({ beats, beat, recording }) => {
    const entry = entryOf(beats[beat], recording);
    return entry && isStep(entry) && entry.ns === ns ? deciderOf(recording, entry) : undefined;
  });
}
