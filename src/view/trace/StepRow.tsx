import { memo, useEffect, useRef } from 'react';
import { printTime, type ListRow } from '../../trace/list.ts';
import type { Beat } from '../../trace/timeline.ts';
import { isStep, type Event } from '../../trace/types.ts';
import { useT } from '../i18n/useT.ts';
import { useBoard } from '../page.ts';
import { Glyph } from './Glyph.tsx';
import { kernelName, tellBeat, tellEntry, tellFold } from './tell.ts';
import css from './StepList.module.css';

interface Props {
  readonly row: ListRow;
  /** the time from which the column of times counts */
  readonly origin: number;
}

/** One row; pressing it moves the playhead there. Memoised: hundreds stand in the list, and two change at a step. */
export const StepRow = memo(function StepRow({ row, origin }: Props) {
  const isCurrent = useBoard((state) => state.beats[state.beat]?.seq === row.seq);
  const goToEntry = useBoard((state) => state.goToEntry);
  const seek = useBoard((state) => state.seek);
  const element = useRef<HTMLLIElement>(null);
  const { beat } = row;
  useEffect(() => {
    if (isCurrent) element.current?.scrollIntoView({ block: 'nearest' });
  }, [isCurrent]);
  return (
    <li
      ref={element}
      className={`${css['row']} ${beat?.unfolded === true ? css['unfolded'] : ''}`}
      aria-current={isCurrent ? 'step' : undefined}
    >
      <button
        type="button"
        className={css['step']}
        onClick={() => {
          if (beat === undefined) goToEntry(row.seq);
          else seek(beat.index);
        }}
      >
        <Cells row={row} origin={origin} />
      </button>
      {beat === undefined ? null : <FoldSwitch beat={beat} />}
    </li>
  );
});

function Cells({ row: { beat, seq, at, ns, dev }, origin }: Props) {
  const t = useT();
  const recording = useBoard((state) => state.recording);
  const entry = recording.entries[seq];
  if (entry === undefined) return null;
  return (
    <>
      <span className={css['number']}>{beat === undefined ? seq : beat.index + 1}</span>
      <span className={css['time']}>{printTime(at - origin)}</span>
      <span className={css['where']} title={ns}>
        {ns}
      </span>
      <span className={css['dev']} title={dev}>
        {dev}
      </span>
      <Glyph kind={beat?.kind === 'fold' ? 'fold' : entry.kind} />
      <span className={css['text']}>
        {beat?.kind === 'fold' ? (
          tellBeat(beat, recording, t)
        ) : isStep(entry) ? (
          <>
            {tellEntry(entry, recording, t)}
            {entry.kind === 'drop' ? <code> {kernelName(entry)}</code> : null}
          </>
        ) : (
          <Told event={entry} />
        )}
      </span>
    </>
  );
}

/** A command: its text, by whom, and whether Linux took it. */
function Told({ event: { by, text, result, error } }: { readonly event: Event }) {
  const { ui } = useT();
  return (
    <>
      <code>{text}</code> <span className={css['by']}>{ui.packet.writtenBy(ui.writers[by.by])}</span>{' '}
      {result === 'ok' ? (
        <span className={css['by']}>✓ {ui.timeline.done}</span>
      ) : (
        <b className={css['refused']}>
          ◆ {ui.timeline.refused}: {error ?? result}
        </b>
      )}
    </>
  );
}

/** Opens a fold, or closes it again at its first step. */
function FoldSwitch({ beat }: { readonly beat: Beat }) {
  const t = useT();
  const isOpen = useBoard((state) => beat.unfolded === true && state.opened.includes(beat.seq));
  const toggleFold = useBoard((state) => state.toggleFold);
  if (beat.kind !== 'fold' && !isOpen) return null;
  const what = tellFold(beat, t);
  const count = beat.seqs.length;
  return (
    <button
      type="button"
      className={css['fold']}
      aria-expanded={isOpen}
      aria-label={isOpen ? t.ui.timeline.closeFold(what) : t.ui.timeline.openFold(count, what)}
      onClick={() => {
        toggleFold(beat.seq);
      }}
    >
      {isOpen ? `− ${t.ui.timeline.unfolded}` : `+ ${t.ui.timeline.fold(count)}`}
    </button>
  );
}
