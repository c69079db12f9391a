/** Where the packet of a beat has been since it was made: an answer or an error is another packet and begins anew. Pure. */
import { legOf, placeOf, previousOf, stepOf, type Beat, type Place } from './timeline.ts';
import type { Recording } from './types.ts';

/** The places of beat `index` and of those it comes from, in the order of time; without a step there, none. */
export function trailOf(recording: Recording, beats: readonly Beat[], index: number): readonly Place[] {
  const own = stepOf(recording, beats[index]);
  if (!own) return [];
  const leg = legOf(recording, own.hop);
  const places: Place[] = [];
  for (let at = index; at >= 0; at = previousOf(recording, beats, at)) {
    const step = stepOf(recording, beats[at]);
    if (!step || legOf(recording, step.hop) !== leg) break;
    places.push(placeOf(step));
  }
  return places.toReversed();
}
