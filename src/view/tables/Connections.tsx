import { useEffect, useRef } from 'react';
import type { ConntrackLine, NetfilterTables } from '../../engine/protocol.ts';
import { isStep, type Recording, type Row } from '../../trace/types.ts';
import { connectionKey, connectionOf } from '../../trace/walk.ts';
import { useNetfilterT } from '../i18n/useNetfilterT.ts';
import { useT } from '../i18n/useT.ts';
import { useBoard } from '../page.ts';
import type { Entry } from '../trace/tell.ts';
import { useDecider, useEntry } from './useEntry.ts';
import css from './Netfilter.module.css';
import shared from './TablesTab.module.css';

/** The connection of the present packet in this namespace. */
function rowOfPacket(recording: Recording, entry: Entry | undefined, ns: string): Row | undefined {
  return entry !== undefined && isStep(entry) && entry.ns === ns ? connectionOf(recording, entry) : undefined;
}

/** `conntrack -L`, each way on a line of its own; the packet's row is lit, by the reply as well. */
export function Connections({ tables }: { readonly tables: NetfilterTables }) {
  const { ui } = useT();
  const words = useNetfilterT();
  const recording = useBoard((state) => state.recording);
  const entry = useEntry();
  const decider = useDecider(tables.ns);
  const { ns, conntrack, moreConntrack, tracks } = tables;
  const row = rowOfPacket(recording, entry, ns);
  const own = row && connectionKey(row.line);
  const isThere = conntrack.some(({ text }) => connectionKey(text) === own);
  const changed = (entry?.changes ?? []).flatMap((change) =>
    change.table === 'conntrack' && change.ns === ns ? [connectionKey(change.line)] : [],
  );
  return (
    <section aria-label={words.rules.conntrack} className={css['section']}>
      <h2 className={shared['title']}>{words.rules.conntrack}</h2>
      {conntrack.length === 0 && row === undefined ? (
        <p className={shared['none']}>{tracks ? words.rules.noConnections : words.rules.noConntrack}</p>
      ) : (
        <ul className={shared['lines']}>
          {conntrack.map((line) => {
            const key = connectionKey(line.text);
            return (
              <Connection
                key={key}
                line={line}
                scrolls={decider === undefined}
                mark={changed.includes(key) ? 'changed' : key === own ? 'decided' : undefined}
              />
            );
          })}
        </ul>
      )}
      {row === undefined || isThere ? null : (
        <p className={`${shared['line']} ${css['unconfirmed']}`}>
          <code>{row.line}</code>
          <span className={shared['writer']}>{words.rules.unconfirmed}</span>
        </p>
      )}
      {moreConntrack === 0 ? null : <p className={shared['none']}>{ui.tables.more(moreConntrack)}</p>}
    </section>
  );
}

interface Props {
  readonly line: ConntrackLine;
  readonly mark: 'changed' | 'decided' | undefined;
  /** comes into sight when it is marked: not when a rule decided, which is more */
  readonly scrolls: boolean;
}

function Connection({ line, mark, scrolls }: Props) {
  const { ui } = useT();
  const words = useNetfilterT();
  const { protocol, state, original, reply, nat, seenReply, assured, left } = line;
  const element = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (scrolls && mark !== undefined) element.current?.scrollIntoView({ block: 'nearest' });
  }, [mark, scrolls]);
  const flags = [
    ...(nat ? [words.rules.flags.nat] : []),
    ...(seenReply ? [] : [words.rules.flags.unreplied]),
    ...(assured ? [words.rules.flags.assured] : []),
  ];
  return (
    <li ref={element} className={shared['line']} data-mark={mark} data-testid="connection">
      <span className={css['ways']}>
        <b>{protocol}</b>
        <span>{state}</span>
        <span className={css['flags']}>{flags.join(' · ')}</span>
        <span>{words.rules.original}</span>
        <code>{original}</code>
        <span>{words.rules.reply}</span>
        <code>{reply}</code>
      </span>
      <span className={shared['writer']}>
        {mark === 'changed' ? <b>{ui.tables.changed} · </b> : null}
        {mark === 'decided' ? <b>{words.rules.mine} · </b> : null}
        {line.mark === 0 ? null : `mark=${line.mark} · `}
        {words.rules.lives(left)}
      </span>
    </li>
  );
}
