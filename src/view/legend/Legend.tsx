/** What the marks on the board and on the timeline mean: each drawn as it is there, with a sentence beside it. */
import type { ReactNode } from 'react';
import { IconButton } from '../controls/Button.tsx';
import { useLegendT } from '../i18n/useLegendT.ts';
import { useT } from '../i18n/useT.ts';
import { useBoard } from '../page.ts';
import { Glyph } from '../trace/Glyph.tsx';
import css from './Legend.module.css';

/** On the board, drawn in a box of 28 by 20. */
const onBoard = {
  here: (
    <>
      <circle cx="14" cy="10" r="8.5" className={css['halo']} />
      <circle cx="14" cy="10" r="5" className={css['here']} />
      <circle cx="14" cy="10" r="2" className={css['dot']} />
    </>
  ),
  lit: <rect x="3" y="4" width="22" height="12" rx="3" className={css['lit']} />,
  beads: (
    <>
      <path d="M3 10H25" className={css['string']} />
      <path d="M3 10H25" className={css['beads']} />
    </>
  ),
  gate: (
    <>
      <rect x="2" y="5" width="11" height="10" rx="2" className={css['gate']} />
      <rect x="15" y="5" width="11" height="10" rx="2" className={css['passed']} />
    </>
  ),
  overlay: <path d="M2 6Q14 18 26 6" className={css['overlay']} />,
  dropped: <path d="M14 2.5L21.5 10 14 17.5 6.5 10z" className={css['dropped']} />,
} as const;

const onTimeline = ['encap', 'decap', 'nat', 'deliver', 'drop'] as const;

export default function Legend() {
  const words = useLegendT();
  const { ui } = useT();
  const toggle = useBoard((state) => state.toggleLegend);
  return (
    <section className={css['legend']} aria-label={words.title} data-testid="legend">
      <header className={css['head']}>
        <h2 className={css['title']}>{words.title}</h2>
        <IconButton icon="close" label={ui.panel.close} onClick={toggle} />
      </header>
      <ul className={css['rows']}>
        {Object.entries(onBoard).map(([name, drawn]) => (
          <Row key={name} text={words.board[name as keyof typeof onBoard]}>
            <svg viewBox="0 0 28 20" width="28" height="20" aria-hidden="true">
              {drawn}
            </svg>
          </Row>
        ))}
      </ul>
      <h3 className={css['part']}>{words.above}</h3>
      <ul className={css['rows']}>
        {onTimeline.map((kind) => (
          <Row key={kind} text={words.timeline[kind]}>
            <Glyph kind={kind} />
          </Row>
        ))}
        <Row text={words.timeline.fold}>
          <span className={css['fold']} aria-hidden="true">
            +9
          </span>
        </Row>
      </ul>
    </section>
  );
}

function Row({ text, children }: { readonly text: string; readonly children: ReactNode }) {
  return (
    <li className={css['row']}>
      <span className={css['mark']}>{children}</span>
      {text}
    </li>
  );
}
