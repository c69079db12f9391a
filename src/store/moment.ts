/** Where the playhead is, in the engine's words. */
import type { Beat } from '../trace/timeline.ts';
import type { Recording } from '../trace/types.ts';

/** After so many entries the world is what is shown at a beat; without one, all that was recorded. */
export function seqAfter(beat: Beat | undefined, recording: Recording): number {
  return beat === undefined ? recording.entries.length : beat.last + 1;
}
