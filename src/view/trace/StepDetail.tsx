import { Suspense, useState } from 'react';
import type { Beat } from '../../trace/timeline.ts';
import { useT } from '../i18n/useT.ts';
import { useBoard } from '../page.ts';
import { useNarrow } from '../useNarrow.ts';
import { Button } from '../controls/Button.tsx';
import { EntryDetail } from '../later.ts';
import { SaveCapture } from './SaveCapture.tsx';
import { entryOf, nameOf, tellBeat, tellFold } from './tell.ts';
import { useWhy } from './useWhy.ts';
import { WhyCard } from './WhyCard.tsx';
import css from './PacketTab.module.css';

/** The present step: the sentence, the row that decided, the headers before and after, the bytes. */
export function StepDetail() {
  const t = useT();
  const recording = useBoard((state) => state.recording);
  const beat = useBoard((state) => state.beats[state.beat]);
  const next = useBoard((state) => state.beats[state.beat + 1]);
  const of = useBoard((state) => state.beats.length);
  const entry = entryOf(beat, recording);
  const kernel = nameOf(beat, recording);
  const why = useWhy();
  const isNarrow = useNarrow();
  // Kept while the steps go by, so that one can walk along and see what each changes.
  const [compares, setCompares] = useState(false);
  if (beat === undefined || entry === undefined) return null;
  return (
    <section aria-label={t.ui.packet.step} className={css['step']}>
      <p className={css['counter']}>
        {t.ui.timeline.count(beat.index + 1, of)}
        <span className={css['ns']}>{entry.ns}</span>
      </p>
      <p className={css['sentence']} data-testid="sentence">
        {tellBeat(beat, recording, t)}
        {kernel === undefined ? null : <code className={css['kernel']}> {kernel}</code>}
      </p>
      {why?.isHere === true && !isNarrow ? <WhyCard isTold /> : null}
      <p className={css['next']}>
        <b>{t.ui.packet.next}</b> {next === undefined ? t.ui.packet.end : tellBeat(next, recording, t)}
      </p>
      {beat.kind === 'fold' ? (
        <FoldDetail beat={beat} />
      ) : (
        <Suspense fallback={null}>
          <EntryDetail entry={entry} beat={beat} compares={compares} onCompares={setCompares} />
        </Suspense>
      )}
      <SaveCapture />
    </section>
  );
}

function FoldDetail({ beat }: { readonly beat: Beat }) {
  const t = useT();
  const toggleFold = useBoard((state) => state.toggleFold);
  return (
    <Button
      className={css['unfold']}
      onClick={() => {
        toggleFold(beat.seq);
      }}
    >
      {t.ui.timeline.openFold(beat.seqs.length, tellFold(beat, t))}
    </Button>
  );
}
