import { useEffect, useRef } from 'react';
import { useT } from '../i18n/useT.ts';
import { useBoard, usePlayback } from '../page.ts';
import { tellBeat } from './tell.ts';
import css from './Timeline.module.css';

/** The timeline as a slider. It moves with every frame, so playback writes its value, not React. */
export function Scrubber() {
  const t = useT();
  const playback = usePlayback();
  const beats = useBoard((state) => state.beats);
  const beat = useBoard((state) => state.beat);
  const recording = useBoard((state) => state.recording);
  const seek = useBoard((state) => state.seek);
  const slider = useRef<HTMLInputElement>(null);
  const last = Math.max(beats.length - 1, 0);
  const now = beats[beat];

  useEffect(() => {
    const show = (position: number): void => {
      if (slider.current !== null) slider.current.value = String(position);
    };
    show(playback.position());
    return playback.subscribe(show);
  }, [playback, last]);

  return (
    <div className={css['track']}>
      <Ticks count={beats.length} />
      <input
        ref={slider}
        type="range"
        className={css['scrubber']}
        data-timeline
        aria-label={t.ui.timeline.position}
        aria-valuetext={
          now === undefined
            ? t.ui.timeline.empty
            : `${t.ui.timeline.count(beat + 1, beats.length)}: ${tellBeat(now, recording, t)}`
        }
        min={0}
        max={last}
        step="any"
        defaultValue={0}
        disabled={now === undefined}
        onInput={(event) => {
          seek(event.currentTarget.valueAsNumber);
        }}
      />
    </div>
  );
}

/** One line per beat, as long as they can be told apart. */
function Ticks({ count }: { readonly count: number }) {
  if (count < 2 || count > 160) return null;
  return (
    <svg
      className={css['ticks']}
      aria-hidden="true"
      preserveAspectRatio="none"
      viewBox={`0 0 ${count - 1} 1`}
    >
      {Array.from({ length: count }, (_, i) => (
        <path key={i} d={`M${i} 0V1`} vectorEffect="non-scaling-stroke" />
      ))}
    </svg>
  );
}
