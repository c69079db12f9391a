import { useEffect, useMemo, useRef, useState } from 'react';
import { leaveAfterPointer } from '../controls/Button.tsx';
import { useT } from '../i18n/useT.ts';
import { useBoard } from '../page.ts';
import { marksOf, place, type Mark } from './marks.ts';
import { tellFold } from './tell.ts';
import css from './Timeline.module.css';

/** CSS pixels that a mark needs: what a finger hits. */
const SIZE = { fold: 92, encap: 24, decap: 24, nat: 24, deliver: 24, drop: 24 } as const;
const SHORT_FOLD = 36;
/** The share of the line that marks may cover and still stand near their places. */
const MOST_MARKED = 0.6;
/** Half of the slider's thumb: its middle cannot come nearer to the ends. */
const THUMB = 8;

const shapes = {
  encap: 'M8 3l5.5 10h-11z',
  decap: 'M8 13l5.5-10h-11z',
  nat: 'M2 4.5h6V2l6 4H2zM14 11.5H8V14l-6-4h12z',
  deliver: 'M3.5 3.5h9v9h-9z',
  drop: 'M8 1.5L14.5 8 8 14.5 1.5 8zM5.5 5.5l5 5M10.5 5.5l-5 5',
} as const;

/** Folds that can be opened and closed, and the turning points of the story, above the slider. Each says what it is. */
export function FoldMarks() {
  const beats = useBoard((state) => state.beats);
  const recording = useBoard((state) => state.recording);
  const opened = useBoard((state) => state.opened);
  const [line, width] = useWidth();
  const marks = useMemo(() => marksOf(beats, recording, opened), [beats, recording, opened]);
  const last = Math.max(beats.length - 1, 1);
  const at = ({ beat }: Mark): number => THUMB + (beat.index / last) * (width - 2 * THUMB);
  // Without room for the words a fold shows its number only.
  const isWide = marks.reduce((sum, { kind }) => sum + SIZE[kind], 0) < width * MOST_MARKED;
  const placed = place(marks, width, at, ({ kind }) =>
    kind === 'fold' && !isWide ? SHORT_FOLD : SIZE[kind],
  );
  return (
    <div ref={line} className={css['marks']}>
      {width === 0
        ? null
        : placed.map(({ mark, x }) => (
            <span
              key={`${mark.kind} ${mark.beat.seq}`}
              className={css['mark']}
              data-end={x > width / 2}
              style={{ transform: `translateX(${x}px) translateX(-50%)` }}
            >
              {mark.kind === 'fold' ? <FoldButton mark={mark} isWide={isWide} /> : <TurnButton mark={mark} />}
            </span>
          ))}
    </div>
  );
}

/** A turning point: pressing it moves the playhead there. */
function TurnButton({ mark: { kind, beat } }: { readonly mark: Exclude<Mark, { kind: 'fold' }> }) {
  const { ui } = useT();
  const seek = useBoard((state) => state.seek);
  const label = ui.timeline.turn(beat.index + 1, ui.timeline.marks[kind]);
  return (
    <button
      type="button"
      className={css['turn']}
      aria-label={label}
      onClick={(event) => {
        leaveAfterPointer(event);
        seek(beat.index);
      }}
    >
      <svg
        viewBox="0 0 16 16"
        width="12"
        height="12"
        className={kind === 'drop' ? css['tombstone'] : css['shape']}
        aria-hidden="true"
      >
        <path d={shapes[kind]} />
      </svg>
      <Tip text={label} />
    </button>
  );
}

/** The name of a mark, seen while it is pointed at or has the focus. */
function Tip({ text }: { readonly text: string }) {
  return (
    <span className={css['tip']} aria-hidden="true">
      {text}
    </span>
  );
}

function FoldButton({
  mark,
  isWide,
}: {
  readonly mark: Extract<Mark, { kind: 'fold' }>;
  readonly isWide: boolean;
}) {
  const t = useT();
  const toggleFold = useBoard((state) => state.toggleFold);
  const count = mark.beat.seqs.length;
  const what = tellFold(mark.beat, t);
  const label = mark.isOpen ? t.ui.timeline.closeFold(what) : t.ui.timeline.openFold(count, what);
  return (
    <button
      type="button"
      className={css['fold']}
      aria-label={label}
      aria-expanded={mark.isOpen}
      onClick={() => {
        toggleFold(mark.seq);
      }}
    >
      {mark.isOpen ? '−' : isWide ? `+ ${t.ui.timeline.fold(count)}` : `+${count}`}
      <Tip text={label} />
    </button>
  );
}

/** The width of an element, followed as it changes. */
function useWidth() {
  const element = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    if (element.current === null) return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined) setWidth(entry.contentRect.width);
    });
    observer.observe(element.current);
    return () => {
      observer.disconnect();
    };
  }, []);
  return [element, width] as const;
}
