import { useT } from '../i18n/useT.ts';
import { WhyCard } from './WhyCard.tsx';
import css from './PacketTab.module.css';

/** On a phone why a packet did not arrive is a tab of its own. */
export function WhyTab() {
  const { ui } = useT();
  return (
    <div className={css['tab']}>
      <WhyCard empty={<p className={css['gloss']}>{ui.why.none}</p>} />
    </div>
  );
}
