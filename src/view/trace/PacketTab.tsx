import { useEffect } from 'react';
import { useT } from '../i18n/useT.ts';
import { useBoard } from '../page.ts';
import { entryDetail } from '../later.ts';
import { useNarrow } from '../useNarrow.ts';
import { Result } from './Result.tsx';
import { StepDetail } from './StepDetail.tsx';
import { useWhy } from './useWhy.ts';
import { WhyCard } from './WhyCard.tsx';
import css from './PacketTab.module.css';

/** What became of the packet, and the present step in full. */
export function PacketTab() {
  const { ui } = useT();
  const isNarrow = useNarrow();
  const why = useWhy();
  const hasExchange = useBoard((state) => state.exchange !== undefined);
  const hasBoard = useBoard((state) => state.board !== undefined);
  useEffect(() => {
    // one that does not arrive is asked for again, and complained about, where it is shown
    if (hasBoard) entryDetail().catch(() => undefined);
  }, [hasBoard]);
  return (
    <div className={css['tab']}>
      {hasExchange ? (
        <Result />
      ) : (
        <div className={css['empty']}>
          <p>
            <strong>{ui.packet.empty}</strong>
          </p>
          <p>{ui.packet.how}</p>
        </div>
      )}
      {why !== undefined && !why.isHere && !isNarrow ? <WhyCard /> : null}
      {hasExchange ? <StepDetail /> : null}
    </div>
  );
}
