/** When the reader learns how a packet fared: not before the playhead is there. Pure. */
import type { Beat } from '../../trace/timeline.ts';
import type { ExchangeRecord } from '../../trace/types.ts';

/** The beat after which the sender has its result or has given up; 0 when nothing is told. The last one when that is after all that is told. */
export function endingBeat({ endSeq }: Pick<ExchangeRecord, 'endSeq'>, beats: readonly Beat[]): number {
  const last = Math.max(0, beats.length - 1);
  const at = beats.findIndex((beat) => beat.last + 1 >= endSeq);
  return at < 0 ? last : at;
}
