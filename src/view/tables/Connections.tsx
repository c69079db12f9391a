import { useEffect, useRef } from 'react';
import type { ConntrackLine, NetfilterTables } from '../../engine/protocol.ts';
import { isStep, type Recording, type Row } from '../../trace/types.ts';
import { connectionKey, connectionOf } from '../../trace/walk.ts';
import { useT } from '../i18n/useT.ts';
import { useBoard } from '../page.ts';
import type { Entry } from '../trace/tell.ts';
import { useEntry } from './useEntry.ts';
import css from './Netfilter.module.css';
import shared from './TablesTab.module.css';

/** The connection of the present packet in this namespace. */
function rowOfPacket(recording: Recording, entry: Entry | undefined, ns: string): Row | undefined {
  return entry !== undefined && isStep(entry) && entry.ns === ns ? connectionOf(recording, entry) : undefined;
}

/** `conntrack -L`, each way on a line of its own; the packet's row is lit, by the reply as well. */
export function Connections({ tables }: { readonly tables: NetfilterTables }) {
  const { ui } = useT();
  const recording = useBoard((state) => state.recording);
  const entry = useEntry();
  const { ns, conntrack, moreConntrack, tracks } = tables;
  const row = rowOfPacket(recording, entry, ns);
  const own = row && connectionKey(row.line);
  const isThere = conntrack.some(({ text }) => connectionKey(text) === own);
  const changed = (entry?.changes ?? []).flatMap((change) =>
    change.table === 'conntrack' && change.ns === ns ? [connectionKey(change.line)] : [],
  );
  return (
    <section aria-label={ui.rules.conntrack} className={css['section']}>
      <h2 className={shared['title']}>{ui.rules.conntrack}</h2>
      {conntrack.length === 0 && row === undefined ? (
        <p className={shared['none']}>{tracks ? ui.rules.noConnections : ui.rules.noConntrack}</p>
      ) : (
        <ul className={shared['lines']}>
          {conntrack.map((line) => {
            const key = connectionKey(line.text);
            return (
              <Connection
                key={key}
                line={line}
                mark={changed.includes(key) ? 'changed' : key === own ? 'decided' : undefined}
              />
            );
          })}
        </ul>
      )}
      {row === undefined || isThere ? null : (
        <p className={`${shared['line']} ${css['unconfirmed']}`}>
          <code>{row.line}</code>
          <span className={shared['writer']}>{ui.rules.unconfirmed}</span>
        </p>
      )}
      {moreConntrack === 0 ? null : <p className={shared['none']}>{ui.tables.more(moreConntrack)}</p>}
    </section>
  );
}

interface Props {
  readonly line: ConntrackLine;
  readonly mark: 'changed' | 'decided' | undefined;
}

function Connection({ line, mark }: Props) {
  const { ui } = useT();
  const { protocol, state, original, reply, nat, seenReply, assured, left } = line;
  const element = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (mark !== undefined) element.current?.scrollIntoView({ block: 'nearest' });
  }, [mark]);
  const flags = [
    ...(nat ? [ui.rules.flags.nat] : []),
    ...(seenReply ? [] : [ui.rules.flags.unreplied]),
    ...(assured ? [ui.rules.flags.assured] : []),
  ];
  return (
    <li ref={element} className={shared['line']} data-mark={mark} data-testid="connection">
      <span className={css['ways']}>
        <b>{protocol}</b>
        <span>{state}</span>
        <span className={css['flags']}>{flags.join(' · ')}</span>
        <span>{ui.rules.original}</span>
        <code>{original}</code>
        <span>{ui.rules.reply}</span>
        <code>{reply}</code>
      </span>
      <span className={shared['writer']}>
        {mark === 'changed' ? <b>{ui.tables.changed} · </b> : null}
        {mark === 'decided' ? <b>{ui.rules.mine} · </b> : null}
        {line.mark === 0 ? null : `mark=${line.mark} · `}
        {ui.rules.lives(left)}
      </span>
    </li>
  );
}
