import { useMemo, type ReactNode } from 'react';
import { lastAtMost } from '../../lib/search.ts';
import type { Remedy } from '../../trace/remedy.ts';
import { whyOf } from '../../trace/why.ts';
import { Button } from '../controls/Button.tsx';
import { say, useT } from '../i18n/useT.ts';
import { useBoard } from '../page.ts';
import { knownOf } from './known.ts';
import css from './PacketTab.module.css';

/** Of an exchange that did not get through: who dropped the packet, for want of what, whether anybody said so, and what would help. */
export function WhyCard({ empty = null }: { readonly empty?: ReactNode }) {
  const t = useT();
  const recording = useBoard((state) => state.recording);
  const board = useBoard((state) => state.board);
  const exchange = useBoard((state) => state.exchange);
  const beats = useBoard((state) => state.beats);
  const beat = useBoard((state) => state.beat);
  const goToDrop = useBoard((state) => state.goToDrop);
  const why = useMemo(
    () => (exchange === undefined ? undefined : whyOf(recording, exchange.id, board && knownOf(board))),
    [recording, exchange, board],
  );
  if (why === undefined) return empty;
  const there = lastAtMost(beats, why.seq, ({ seq }) => seq);
  // the reader first sees the packet fall
  if (beat < there) return empty;
  return (
    <section aria-label={t.ui.why.label} className={css['card']} data-testid="why">
      <h2 className={css['heading']}>{t.ui.why.label}</h2>
      <p>
        <strong>{say(t, why.sentence)}</strong> {say(t, why.told)}
      </p>
      {why.row === undefined ? null : (
        <p>
          <span className={css['heading']}>{t.ui.why.row}</span>
          <code className={css['line']}> {why.row.line}</code>
        </p>
      )}
      <p className={css['writer']}>
        {t.ui.why.reason}{' '}
        <code>
          {why.reason} @ {why.where}
        </code>
        {': '}
        {t.drop[why.reason]}
      </p>
      {why.remedy === undefined ? null : <Try remedy={why.remedy} />}
      {there === beat || there < 0 ? null : <Button onClick={goToDrop}>{t.ui.why.goThere}</Button>}
    </section>
  );
}

function Try({ remedy: { ns, command, because } }: { readonly remedy: Remedy }) {
  const { ui } = useT();
  return (
    <div className={css['remedy']}>
      <p>{ui.why.remedy(ns)}</p>
      <code className={css['line']}>{command}</code>
      <p className={css['writer']}>{ui.why.because[because]}</p>
    </div>
  );
}
