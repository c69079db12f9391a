import { Suspense, type ReactNode } from 'react';
import type { Remedy } from '../../trace/remedy.ts';
import { Button } from '../controls/Button.tsx';
import { say, useT } from '../i18n/useT.ts';
import { PolicyDrop } from '../later.ts';
import { useBoard } from '../page.ts';
import { useWhy } from './useWhy.ts';
import css from './PacketTab.module.css';

interface Props {
  /** instead of a card, when there is nothing to explain */
  readonly empty?: ReactNode;
  /** who dropped it and why stands right above, as the sentence of the present step */
  readonly isTold?: boolean;
}

/** Of an exchange that did not get through: who dropped the packet, for want of what, whether anybody said so, and what would help. */
export function WhyCard({ empty = null, isTold = false }: Props) {
  const t = useT();
  const goToDrop = useBoard((state) => state.goToDrop);
  const shown = useWhy();
  if (shown === undefined) return empty;
  const { why, canGo } = shown;
  return (
    <section aria-label={t.ui.why.label} className={css['card']} data-testid="why">
      <h2 className={css['heading']}>{t.ui.why.label}</h2>
      <p>
        {isTold ? null : <strong>{say(t, why.sentence)} </strong>}
        {say(t, why.told)}
      </p>
      {why.row === undefined ? null : (
        <p>
          <span className={css['heading']}>{t.ui.why.row}</span>
          <code className={css['line']}> {why.row.line}</code>
        </p>
      )}
      {isTold ? null : (
        <p className={css['writer']}>
          {t.ui.why.reason}{' '}
          <code>
            {why.reason} @ {why.where}
          </code>
          {': '}
          {t.drop[why.reason]}
        </p>
      )}
      {why.remedy === undefined ? null : <Try remedy={why.remedy} />}
      {why.row?.origin.by === 'network-policy' ? (
        <Suspense fallback={null}>
          <PolicyDrop seq={why.seq} />
        </Suspense>
      ) : null}
      {canGo ? <Button onClick={goToDrop}>{t.ui.why.goThere}</Button> : null}
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
