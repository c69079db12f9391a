import { lazy, Suspense, useMemo, useState } from 'react';
import { threadsOf } from '../../trace/threads.ts';
import { previousOf, stepOf, type Beat } from '../../trace/timeline.ts';
import { isStep, type Step } from '../../trace/types.ts';
import { hooksPassed } from '../../trace/walk.ts';
import { useT } from '../i18n/useT.ts';
import { useBoard } from '../page.ts';
import { Bytes } from './Bytes.tsx';
import { Changes, DecidingRow } from './DecidingRow.tsx';
import { HeaderDiff } from './HeaderDiff.tsx';
import { InOut } from './InOut.tsx';
import { inspect } from './inspect.ts';
import type { Entry } from './tell.ts';
import css from './PacketTab.module.css';

/** What stands at a hook is looked at later than the board. */
const Walk = lazy(() => import('../tables/Walk.tsx'));
/** Steps that happen at a hook; a drop may. */
const AT_HOOK: readonly Step['kind'][] = ['hook', 'conntrack', 'chain', 'nat', 'drop'];

interface EntryProps {
  readonly entry: Entry;
  readonly beat: Beat;
  readonly compares: boolean;
  readonly onCompares: (compares: boolean) => void;
}

/** What came in, what was decided by which row, what went out; headers and bytes. */
export default function EntryDetail({ entry, beat, compares, onCompares }: EntryProps) {
  const t = useT();
  const recording = useBoard((state) => state.recording);
  const beats = useBoard((state) => state.beats);
  const inspected = useMemo(() => {
    if (!isStep(entry)) return undefined;
    return inspect(entry, stepOf(recording, beats[previousOf(recording, beats, beat.index)]), recording);
  }, [entry, recording, beats, beat]);
  const threads = useMemo(() => threadsOf(recording, beats, beat.index), [recording, beats, beat]);
  const passed = useMemo(
    () => [...new Set(hooksPassed(recording, beats, beat.index).map(({ hook }) => hook))],
    [recording, beats, beat],
  );
  // Fields and bytes show each other: the one that is pointed at or focused on either side.
  const [active, setActive] = useState<string | undefined>(undefined);
  return (
    <>
      {isStep(entry) && AT_HOOK.includes(entry.kind) ? (
        <Suspense fallback={null}>
          <Walk step={entry} />
        </Suspense>
      ) : null}
      {isStep(entry) && inspected ? (
        <InOut step={entry} inspected={inspected} threads={threads} passed={passed} />
      ) : (
        <Row entry={entry} />
      )}
      {entry.changes === undefined || entry.changes.length === 0 ? null : <Changes changes={entry.changes} />}
      {inspected === undefined ? (
        <p className={css['gloss']}>{t.ui.packet.noFrame}</p>
      ) : (
        <>
          <HeaderDiff diffs={inspected.diffs} active={active} onActive={setActive} />
          <Bytes
            key={entry.seq}
            frame={inspected.frame}
            size={inspected.sizeOut}
            active={active}
            onActive={setActive}
            compares={compares}
            onCompares={onCompares}
          />
        </>
      )}
    </>
  );
}

/** A command has no packet that comes in or goes out. */
function Row({ entry }: { readonly entry: Entry }) {
  return 'row' in entry && entry.row !== undefined ? <DecidingRow row={entry.row} /> : null;
}
