import type { Changed, MatrixDiff } from '../../engine/protocol.ts';
import { usePolicyT } from '../i18n/usePolicyT.ts';
import css from './MatrixTab.module.css';

const SHOWN = 12;

const short = (id: string): string => id.replace(/^pod\//, '');
const portsOf = (ranges: Changed['opened']): string =>
  ranges.length > 3 ? `${ranges.slice(0, 3).map(print).join(', ')}, …` : ranges.map(print).join(', ');

function print({ protocol, first, last }: Changed['opened'][number]): string {
  if (first === 1 && last === 65535) return protocol;
  return `${protocol} ${first === last ? first : `${first}-${last}`}`;
}

/** Which pairs the last edit opened and closed, and at which ports. */
export function LastEdit({ diff }: { readonly diff: MatrixDiff }) {
  const t = usePolicyT();
  return (
    <section aria-label={t.diff.title} className={css['diff']} data-testid="policy-diff">
      <h3>{t.diff.title}</h3>
      <DiffList diff={diff} words={t.diff} />
    </section>
  );
}

interface Words {
  readonly none: string;
  readonly sum: (opened: number, closed: number) => string;
}

/** The pairs that were opened and closed, the first of many. */
export function DiffList({ diff, words }: { readonly diff: MatrixDiff; readonly words: Words }) {
  const t = usePolicyT();
  const { pairs, opened, closed } = diff;
  const more = opened + closed - Math.min(SHOWN, pairs.length);
  return (
    <>
      <p>{opened + closed === 0 ? words.none : words.sum(opened, closed)}</p>
      <ul>
        {pairs.slice(0, SHOWN).map((pair) => (
          <li key={`${pair.from} ${pair.to}`}>
            {short(pair.from)} → {short(pair.to)}
            {pair.opened.length > 0 ? (
              <span className={css['opened']}>
                {' '}
                + {t.diff.opened} {portsOf(pair.opened)}
              </span>
            ) : null}
            {pair.closed.length > 0 ? (
              <span className={css['closed']}>
                {' '}
                − {t.diff.closed} {portsOf(pair.closed)}
              </span>
            ) : null}
          </li>
        ))}
      </ul>
      {more > 0 && pairs.length > SHOWN ? <p className={css['note']}>{t.diff.more(more)}</p> : null}
    </>
  );
}
