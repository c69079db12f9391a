import type { SetLines } from '../../engine/protocol.ts';
import { useNetfilterT } from '../i18n/useNetfilterT.ts';
import { useT } from '../i18n/useT.ts';
import { ObjectLink } from '../trace/DecidingRow.tsx';
import { useEntry } from './useEntry.ts';
import css from './Netfilter.module.css';
import shared from './TablesTab.module.css';

/** `ipset save`: the sets that rules look addresses up in. */
export function Sets({ sets }: { readonly sets: readonly SetLines[] }) {
  const { ui } = useT();
  const words = useNetfilterT();
  const changes = useEntry()?.changes ?? [];
  const isChanged = (text: string): boolean =>
    changes.some((change) => change.table === 'ipset' && change.line === text);
  return (
    <section aria-label={words.rules.sets} className={css['section']}>
      <h2 className={shared['title']}>{words.rules.sets}</h2>
      {sets.map(({ text, entries, more, by, object }) => (
        <details key={text} open={entries.length <= 8} className={css['set']}>
          <summary data-mark={isChanged(text) ? 'changed' : undefined}>
            <code>{text}</code>
          </summary>
          <p className={shared['writer']}>
            {ui.packet.writtenBy(ui.writers[by])}
            {object === undefined ? null : <ObjectLink object={object} />}
          </p>
          <ul className={shared['lines']}>
            {entries.map((entry) => (
              <li
                key={entry.text}
                className={shared['line']}
                data-mark={isChanged(entry.text) ? 'changed' : undefined}
              >
                <code>{entry.text}</code>
              </li>
            ))}
          </ul>
          {more === 0 ? null : <p className={shared['none']}>{words.rules.moreEntries(more)}</p>}
        </details>
      ))}
    </section>
  );
}
