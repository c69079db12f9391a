import { useEffect, type KeyboardEvent, type ReactNode } from 'react';
import type { Playback } from '../../store/playback.ts';
import { IconButton } from '../controls/Button.tsx';
import { useT } from '../i18n/useT.ts';
import { usePlayhead } from './usePlayhead.ts';
import css from './Transport.module.css';

interface Props {
  readonly playback: Playback;
  readonly count: number;
  /** the present step in words, for the slider */
  readonly text: string;
  readonly children?: ReactNode;
}

/** The keys of time of a figure in a dialog: the same buttons and keys as the page's timeline has. */
export function Transport({ playback, count, text, children }: Props) {
  const { ui } = useT();
  const { beat, playing } = usePlayhead(playback);
  const last = Math.max(0, count - 1);
  useEffect(
    () => () => {
      playback.pause();
    },
    [playback],
  );
  return (
    <div className={css['bar']} role="group" aria-label={ui.timeline.label}>
      <IconButton
        icon="start"
        label={ui.timeline.toStart}
        onClick={() => {
          playback.seek(0);
        }}
      />
      <IconButton
        icon="back"
        label={ui.timeline.stepBack}
        onClick={() => {
          playback.stepBack();
        }}
      />
      <IconButton
        icon={playing ? 'pause' : 'play'}
        label={playing ? ui.timeline.pause : ui.timeline.play}
        onClick={() => {
          playback.toggle();
        }}
      />
      <IconButton
        icon="forward"
        label={ui.timeline.stepForward}
        onClick={() => {
          playback.stepForward();
        }}
      />
      <IconButton
        icon="end"
        label={ui.timeline.toEnd}
        onClick={() => {
          playback.seek(last);
        }}
      />
      <input
        type="range"
        className={css['slider']}
        aria-label={ui.timeline.position}
        aria-valuetext={`${ui.timeline.count(beat + 1, count)}: ${text}`}
        min={0}
        max={last}
        step={1}
        value={Math.min(beat, last)}
        onChange={(event) => {
          playback.seek(event.target.valueAsNumber);
        }}
      />
      <span className={css['count']}>{ui.timeline.count(beat + 1, count)}</span>
      {children}
    </div>
  );
}

/** What is typed in a text field belongs to it. */
const TYPED = 'input:not([type=range]), select, textarea';

/** Space, arrows, Home and End for the figure's own playhead, while its dialog has the focus. */
export function figureKeys(playback: Playback, count: number): (event: KeyboardEvent) => void {
  return (event) => {
    const { target, key } = event;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (target instanceof Element && target.closest(TYPED) !== null) return;
    const isButton = target instanceof Element && target.closest('button, a, summary') !== null;
    const actions: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => {
        playback.stepBack();
      },
      ArrowRight: () => {
        playback.stepForward();
      },
      Home: () => {
        playback.seek(0);
      },
      End: () => {
        playback.seek(Math.max(0, count - 1));
      },
      ' ': () => {
        playback.toggle();
      },
    };
    const action = key === ' ' && isButton ? undefined : actions[key];
    if (action === undefined) return;
    event.preventDefault();
    action();
  };
}
