import { Suspense } from 'react';
import type { Disposition, ExchangeRecord } from '../../trace/types.ts';
import { Button } from '../controls/Button.tsx';
import { useT } from '../i18n/useT.ts';
import { SourcesSeen } from '../later.ts';
import { useBoard } from '../page.ts';
import { endingBeat } from './ending.ts';
import css from './PacketTab.module.css';

const good: readonly Disposition[] = ['delivered', 'replied', 'connected'];

/** How the packet fared, once the playhead is there: a shape, a word, and what the program that sent it printed. */
export function Result() {
  const t = useT();
  const exchange = useBoard((state) => state.exchange);
  const beats = useBoard((state) => state.beats);
  const beat = useBoard((state) => state.beat);
  const recording = useBoard((state) => state.recording);
  const lens = useBoard((state) => state.lens);
  if (exchange === undefined) return null;
  const { result, output } = exchange;
  const end = endingBeat(exchange, beats);
  if (beat < end) return <UnderWay exchange={exchange} end={end} />;
  const isGood = result !== undefined && good.includes(result);
  return (
    <section
      aria-label={t.ui.packet.result}
      className={`${css['result']} ${isGood ? css['ok'] : css['bad']}`}
    >
      <p className={css['verdict']}>
        <Shape isGood={isGood} />
        <strong>{result === undefined ? t.ui.packet.underWay : t.disposition[result]}</strong>
        <span className={css['route']}>
          {exchange.from} → {exchange.to}
        </span>
      </p>
      {output.length === 0 ? null : <pre className={css['output']}>{output.join('\n')}</pre>}
      {/* under the lens "service" the board says it */}
      {lens === 'service' ? null : (
        <Suspense fallback={null}>
          <SourcesSeen recording={recording} exchange={exchange.id} />
        </Suspense>
      )}
    </section>
  );
}

/** Before the end: no verdict, for the reader should wonder; but who is in a hurry may look. */
function UnderWay({ exchange, end }: { readonly exchange: ExchangeRecord; readonly end: number }) {
  const { ui } = useT();
  const seek = useBoard((state) => state.seek);
  return (
    <section aria-label={ui.packet.result} className={`${css['result']} ${css['open']}`}>
      <p className={css['verdict']}>
        <strong>{ui.packet.underWay}</strong>
        <span className={css['route']}>
          {exchange.from} → {exchange.to}
        </span>
      </p>
      <Button
        onClick={() => {
          seek(end);
        }}
      >
        {ui.packet.reveal}
      </Button>
    </section>
  );
}

/** Circle for success, diamond for failure: told apart without colour. */
function Shape({ isGood }: { readonly isGood: boolean }) {
  return (
    <svg viewBox="0 0 16 16" width="16" height="16" className={css['verdictShape']} aria-hidden="true">
      {isGood ? <circle cx="8" cy="8" r="6" /> : <path d="M8 1l7 7-7 7-7-7z" />}
      <path d={isGood ? 'M5 8.2l2 2 4-4.4' : 'M5.8 5.8l4.4 4.4M10.2 5.8l-4.4 4.4'} />
    </svg>
  );
}
