import { useMemo } from 'react';
import { lastAtMost } from '../../lib/search.ts';
import { whyOf } from '../../trace/why.ts';
import { Button } from '../controls/Button.tsx';
import { say, useT } from '../i18n/useT.ts';
import { useBoard } from '../page.ts';
import css from './PacketTab.module.css';

/** Of an exchange that did not get through: who dropped the packet, for want of what, and whether anybody said so. */
export function WhyCard() {
  const t = useT();
  const recording = useBoard((state) => state.recording);
  const exchange = useBoard((state) => state.exchange);
  const beats = useBoard((state) => state.beats);
  const beat = useBoard((state) => state.beat);
  const seek = useBoard((state) => state.seek);
  const why = useMemo(
    () => (exchange === undefined ? undefined : whyOf(recording, exchange.id)),
    [recording, exchange],
  );
  if (why === undefined) return null;
  const there = lastAtMost(beats, why.seq, ({ seq }) => seq);
  return (
    <section aria-label={t.ui.why.label} className={css['card']} data-testid="why">
      <h2 className={css['heading']}>{t.ui.why.label}</h2>
      <p>
        <strong>{say(t, why.sentence)}</strong> {say(t, why.told)}
      </p>
      {why.row === undefined ? null : <code className={css['line']}>{why.row.line}</code>}
      <p className={css['writer']}>
        <code>
          {why.reason} @ {why.where}
        </code>
      </p>
      {there < 0 || there === beat ? null : (
        <Button
          onClick={() => {
            seek(there);
          }}
        >
          {t.ui.why.goThere}
        </Button>
      )}
    </section>
  );
}
