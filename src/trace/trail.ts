/** Where the packet of a beat has been since it was made: an answer or an error is another packet and begins anew. Pure. */
import { placeOf, previousOf, stepOf, type Beat, type Place } from './timeline.ts';
import type { HopIndex, Recording } from './types.ts';

/** The places of beat `index` and of those it comes from, in the order of time; without a step there, none. */
export function trailOf(recording: Recording, beats: readonly Beat[], index: number): readonly Place[] {
  const own = stepOf(recording, beats[index]);
  if (!own) return [];
  const turns = turnsOf(recording, own.hop);
  const places: Place[] = [];
  for (let at = index; at >= 0; at = previousOf(recording, beats, at)) {
    const step = stepOf(recording, beats[at]);
    if (!step || turnsOf(recording, step.hop) !== turns) break;
    places.push(placeOf(step));
  }
  return places.toReversed();
}

/** How many times on its way to this hop somebody answered. */
function turnsOf({ hops }: Recording, hop: HopIndex): number {
  let turns = 0;
  for (let at: HopIndex = hop; at >= 0;) {
    const one = hops[at];
    if (!one) break;
    if (one.cause === 'reply' || one.cause === 'error') turns++;
    at = one.parent;
  }
  return turns;
}
