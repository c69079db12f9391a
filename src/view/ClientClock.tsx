import { useEffect, useMemo } from 'react';
import { clockOf, readClock, tailOf, type Clock } from '../trace/clock.ts';
import type { Dictionary } from './i18n/dictionary.ts';
import { useT } from './i18n/useT.ts';
import { useBoard, usePlayback } from './page.ts';
import type { ShownClock } from './topology/clockFace.ts';
import type { BoardHandle } from './topology/Topology.tsx';

/** After the last packet nothing happens for a simulated age; the reader waits this long. */
const TAIL_MS = 2400;

/** The clock of a client that nobody answers: on the board as a hand that goes round, here as a sentence. */
export function ClientClock({ handle }: { readonly handle: { readonly current: BoardHandle | null } }) {
  const t = useT();
  const playback = usePlayback();
  const recording = useBoard((state) => state.recording);
  const exchange = useBoard((state) => state.exchange);
  const beats = useBoard((state) => state.beats);
  const beat = useBoard((state) => state.beat);
  const playing = useBoard((state) => state.playing);
  const clock = useMemo(() => clockOf(recording, beats, exchange), [recording, beats, exchange]);
  useEffect(() => {
    if (clock === undefined) return undefined;
    const board = handle.current;
    const last = clock.waited.length - 1;
    const hasTail = tailOf(clock) > 0;
    let request = 0;
    /** when the time after the last packet began to run; it runs once per arrival */
    let since: number | undefined;
    const show = (position: number, tail: number): void => {
      board?.clock(shownOf(clock, readClock(clock, position, tail), t));
    };
    const run = (now: number): void => {
      since ??= now;
      const tail = Math.min(1, (now - since) / TAIL_MS);
      show(last, tail);
      if (tail < 1) request = requestAnimationFrame(run);
    };
    const hear = (position: number): void => {
      const runs = position >= last && hasTail && !isStill();
      if (runs && since !== undefined) return;
      cancelAnimationFrame(request);
      since = undefined;
      show(position, runs ? 0 : 1);
      if (runs) request = requestAnimationFrame(run);
    };
    hear(playback.position());
    const stop = playback.subscribe(hear);
    return () => {
      stop();
      cancelAnimationFrame(request);
      board?.clock(undefined);
    };
  }, [clock, handle, playback, t]);
  if (clock === undefined) return null;
  const waited = playing ? undefined : readClock(clock, beat, 1);
  return (
    <p className="visually-hidden" role="status">
      {waited === undefined ? '' : t.ui.clock.said(clock.ns, textOf(clock, waited, t))}
    </p>
  );
}

function isStill(): boolean {
  return matchMedia('(prefers-reduced-motion: reduce)').matches;
}

function shownOf(clock: Clock, waited: number | undefined, t: Dictionary): ShownClock | undefined {
  if (waited === undefined) return undefined;
  return {
    place: { ns: clock.ns, at: 'process' },
    share: waited / clock.end,
    text: textOf(clock, waited, t),
    longest: textOf(clock, clock.end, t),
    over: waited >= clock.end && clock.result === 'timeout',
  };
}

/** Seconds while they run, and how it ended. */
function textOf({ end, result }: Clock, waited: number, t: Dictionary): string {
  const seconds = (waited / 1e9).toFixed(1);
  if (waited < end || result === undefined) return t.ui.clock.waits(seconds);
  return result === 'timeout' ? t.ui.clock.gaveUp(seconds) : t.ui.clock.heard(t.disposition[result], seconds);
}
