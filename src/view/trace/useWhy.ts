import { useMemo } from 'react';
import { lastAtMost } from '../../lib/search.ts';
import { whyOf, type Why } from '../../trace/why.ts';
import { useBoard } from '../page.ts';
import { knownOf } from './known.ts';

export interface ShownWhy {
  readonly why: Why;
  /** the present step is the drop, so its sentence says who dropped it and why */
  readonly isHere: boolean;
  /** the drop is told, and not in the present beat */
  readonly canGo: boolean;
}

/** Why the packet did not arrive; undefined when it did, and until the reader has seen it fall. */
export function useWhy(): ShownWhy | undefined {
  const recording = useBoard((state) => state.recording);
  const board = useBoard((state) => state.board);
  const exchange = useBoard((state) => state.exchange);
  const beats = useBoard((state) => state.beats);
  const beat = useBoard((state) => state.beat);
  const why = useMemo(
    () => (exchange === undefined ? undefined : whyOf(recording, exchange.id, board && knownOf(board))),
    [recording, exchange, board],
  );
  if (why === undefined) return undefined;
  const there = lastAtMost(beats, why.seq, ({ seq }) => seq);
  if (beat < there) return undefined;
  return { why, isHere: beats[beat]?.seq === why.seq, canGo: there >= 0 && beat !== there };
}
