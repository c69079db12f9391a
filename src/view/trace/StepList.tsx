import { useEffect, useMemo, useRef, useState } from 'react';
import type { Breakpoint } from '../../store/slices/trace.ts';
import type { Beat, Grain } from '../../trace/timeline.ts';
import { IconButton } from '../controls/Button.tsx';
import { useT } from '../i18n/useT.ts';
import { useBoard } from '../page.ts';
import { Glyph } from './Glyph.tsx';
import { entryOf, tellBeat, tellFold } from './tell.ts';
import css from './StepList.module.css';

/** Every step as a list that can be read: the twin of the moving picture. */
export function StepList() {
  const t = useT();
  const beats = useBoard((state) => state.beats);
  const exchange = useBoard((state) => state.exchange);
  const toggleDrawer = useBoard((state) => state.toggleDrawer);
  const recording = useBoard((state) => state.recording);
  const [text, setText] = useState('');
  const shown = useMemo(() => {
    const wanted = text.trim().toLowerCase();
    if (wanted === '') return beats;
    return beats.filter((beat) => {
      const entry = entryOf(beat, recording);
      return `${entry?.ns ?? ''} ${entry?.kind ?? ''} ${tellBeat(beat, recording, t)}`
        .toLowerCase()
        .includes(wanted);
    });
  }, [beats, recording, text, t]);
  const title =
    exchange === undefined ? t.ui.timeline.steps : t.ui.timeline.stepsOf(`${exchange.from} → ${exchange.to}`);
  return (
    <section className={css['drawer']} aria-label={t.ui.timeline.steps}>
      <header className={css['head']}>
        <h2>{title}</h2>
        <Telling />
        <Filter text={text} onText={setText} hidden={beats.length - shown.length} />
        <IconButton icon="close" label={t.ui.open.close} onClick={toggleDrawer} />
      </header>
      {beats.length === 0 ? (
        <p className={css['empty']}>{t.ui.timeline.empty}</p>
      ) : (
        <ol className={css['list']}>
          {shown.map((beat) => (
            <StepRow key={`${beat.kind} ${beat.seq}`} beat={beat} />
          ))}
        </ol>
      )}
    </section>
  );
}

const grains: readonly Grain[] = ['hop', 'hook', 'header'];
const breakpoints: readonly Breakpoint[] = ['encap', 'drop'];

/** How fine the steps are, and where playing pauses by itself. */
function Telling() {
  const { ui } = useT();
  const grain = useBoard((state) => state.grain);
  const setGrain = useBoard((state) => state.setGrain);
  const stops = useBoard((state) => state.breakpoints);
  const toggle = useBoard((state) => state.toggleBreakpoint);
  return (
    <>
      <label className={css['control']}>
        {ui.timeline.grain}
        <select
          value={grain}
          onChange={(event) => {
            const chosen = grains.find((g) => g === event.target.value);
            if (chosen) setGrain(chosen);
          }}
        >
          {grains.map((g) => (
            <option key={g} value={g}>
              {ui.timeline.grains[g]}
            </option>
          ))}
        </select>
      </label>
      {breakpoints.map((breakpoint) => (
        <label key={breakpoint} className={css['control']}>
          <input
            type="checkbox"
            checked={stops.includes(breakpoint)}
            onChange={() => {
              toggle(breakpoint);
            }}
          />
          {ui.timeline.pauseOn[breakpoint]}
        </label>
      ))}
    </>
  );
}

interface FilterProps {
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly hidden: number;
}

/** Only the steps that say so; how many are hidden is always said. */
function Filter({ text, onText, hidden }: FilterProps) {
  const { ui } = useT();
  return (
    <label className={css['control']}>
      <input
        type="search"
        value={text}
        placeholder={ui.timeline.filter}
        aria-label={ui.timeline.filter}
        onChange={(event) => {
          onText(event.target.value);
        }}
      />
      <output>{ui.timeline.hidden(hidden)}</output>
    </label>
  );
}

function StepRow({ beat }: { readonly beat: Beat }) {
  const t = useT();
  const recording = useBoard((state) => state.recording);
  const isCurrent = useBoard((state) => state.beat === beat.index);
  const seek = useBoard((state) => state.seek);
  const row = useRef<HTMLLIElement>(null);
  const entry = entryOf(beat, recording);
  useEffect(() => {
    if (isCurrent) row.current?.scrollIntoView({ block: 'nearest' });
  }, [isCurrent]);
  return (
    <li
      ref={row}
      className={`${css['row']} ${beat.unfolded === true ? css['unfolded'] : ''}`}
      aria-current={isCurrent ? 'step' : undefined}
    >
      <button
        type="button"
        className={css['step']}
        onClick={() => {
          seek(beat.index);
        }}
      >
        <span className={css['number']}>{beat.index + 1}</span>
        <Glyph kind={beat.kind === 'fold' ? 'fold' : (entry?.kind ?? 'op')} />
        <span className={css['where']}>{entry?.ns}</span>
        <span className={css['text']}>{tellBeat(beat, recording, t)}</span>
      </button>
      <FoldSwitch beat={beat} />
    </li>
  );
}

/** Opens a fold, or closes it again at its first step. */
function FoldSwitch({ beat }: { readonly beat: Beat }) {
  const t = useT();
  const opened = useBoard((state) => state.opened);
  const toggleFold = useBoard((state) => state.toggleFold);
  const isOpen = beat.unfolded === true && opened.includes(beat.seq);
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
