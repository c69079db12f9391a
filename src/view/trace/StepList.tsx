import { useMemo, useState } from 'react';
import { lastAtMost } from '../../lib/search.ts';
import { filterRows, NO_FILTER, rowsOf, windowOf, type Filter, type ListRow } from '../../trace/list.ts';
import { Button, IconButton } from '../controls/Button.tsx';
import { useT } from '../i18n/useT.ts';
import { useBoard } from '../page.ts';
import { ListFilters, type Scope } from './ListFilters.tsx';
import { StepRow } from './StepRow.tsx';
import { kernelName, nameOf, tellBeat, tellEntry } from './tell.ts';
import { Telling } from './Telling.tsx';
import css from './StepList.module.css';

/** Every step and every command as a list that can be read: the twin of the moving picture. */
export function StepList() {
  const t = useT();
  const toggleDrawer = useBoard((state) => state.toggleDrawer);
  const [scope, setScope] = useState<Scope>('packet');
  const [filter, setFilter] = useState<Filter>(NO_FILTER);
  const rows = useRows(scope);
  const shown = useShown(rows, filter);
  return (
    <section className={css['drawer']} aria-label={t.ui.timeline.steps}>
      <header className={css['head']}>
        <h2 className="visually-hidden">{t.ui.timeline.steps}</h2>
        <ListFilters
          rows={rows}
          scope={scope}
          onScope={setScope}
          filter={filter}
          onFilter={setFilter}
          hidden={rows.length - shown.length}
        />
        <Telling />
        <IconButton icon="close" label={t.ui.panel.close} onClick={toggleDrawer} className={css['close']} />
      </header>
      <Rows rows={shown} scope={scope} isEmpty={rows.length === 0} />
    </section>
  );
}

function useRows(scope: Scope): readonly ListRow[] {
  const recording = useBoard((state) => state.recording);
  const beats = useBoard((state) => state.beats);
  return useMemo(() => rowsOf(recording, scope === 'packet' ? beats : undefined), [recording, beats, scope]);
}

function useShown(rows: readonly ListRow[], filter: Filter): readonly ListRow[] {
  const t = useT();
  const recording = useBoard((state) => state.recording);
  return useMemo(
    () =>
      filterRows(rows, filter, ({ beat, seq }) => {
        const entry = recording.entries[seq];
        if (beat !== undefined)
          return `${entry?.kind ?? ''} ${tellBeat(beat, recording, t)} ${nameOf(beat, recording) ?? ''}`;
        return entry === undefined
          ? ''
          : `${entry.kind} ${tellEntry(entry, recording, t)} ${kernelName(entry) ?? ''}`;
      }),
    [rows, filter, recording, t],
  );
}

/** Rows that are drawn on each side of the present one; thousands would freeze the page. */
const MOST = 250;
/** The drawn part follows the playhead in leaps, so that playing does not draw the list anew at every beat. */
const LEAP = 50;

interface RowsProps {
  readonly rows: readonly ListRow[];
  readonly scope: Scope;
  readonly isEmpty: boolean;
}

function Rows({ rows, scope, isEmpty }: RowsProps) {
  const { ui } = useT();
  const [extra, setExtra] = useState({ before: 0, after: 0 });
  const current = useBoard(({ beats, beat }) => {
    const seq = beats[beat]?.seq ?? 0;
    return rows.length <= MOST ? 0 : Math.floor(lastAtMost(rows, seq, (row) => row.seq) / LEAP) * LEAP;
  });
  const near = windowOf(rows.length, current, MOST);
  const from = Math.max(0, near.from - extra.before);
  const to = Math.min(rows.length, near.to + extra.after);
  const origin = scope === 'packet' ? (rows[0]?.at ?? 0) : 0;
  if (rows.length === 0)
    return <p className={css['empty']}>{isEmpty ? ui.timeline.empty : ui.timeline.nothingLeft}</p>;
  return (
    <div className={css['scroll']}>
      <More
        count={Math.min(MOST, from)}
        label={ui.timeline.earlier}
        onMore={(count) => {
          setExtra({ ...extra, before: extra.before + count });
        }}
      />
      <ol className={css['list']}>
        {rows.slice(from, to).map((row) => (
          <StepRow key={`${row.beat?.kind ?? 'entry'} ${row.seq}`} row={row} origin={origin} />
        ))}
      </ol>
      <More
        count={Math.min(MOST, rows.length - to)}
        label={ui.timeline.later}
        onMore={(count) => {
          setExtra({ ...extra, after: extra.after + count });
        }}
      />
    </div>
  );
}

interface MoreProps {
  readonly count: number;
  readonly label: (count: number) => string;
  readonly onMore: (count: number) => void;
}

function More({ count, label, onMore }: MoreProps) {
  if (count <= 0) return null;
  return (
    <Button
      kind="quiet"
      onClick={() => {
        onMore(count);
      }}
    >
      {label(count)}
    </Button>
  );
}
