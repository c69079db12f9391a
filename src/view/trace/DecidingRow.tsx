import { Fragment } from 'react';
import { printObject } from '../../trace/printObject.ts';
import type { ObjectRef, Row, TableChange } from '../../trace/types.ts';
import { useT } from '../i18n/useT.ts';
import { useBoard } from '../page.ts';
import css from './PacketTab.module.css';

/** The command that prints a table. */
export const commands: Readonly<Record<Row['table'], string>> = {
  addr: 'ip addr',
  link: 'ip link',
  route: 'ip route',
  neigh: 'ip neigh',
  fdb: 'bridge fdb',
  sysctl: 'sysctl',
  socket: 'ss -ln',
  rule: 'iptables-save',
  ipset: 'ipset list',
  conntrack: 'conntrack -L',
};

/** The row of a table that decided this step, and who wrote it. */
export function DecidingRow({ row }: { readonly row: Row }) {
  const { ui } = useT();
  return (
    <section aria-label={ui.packet.decided} className={css['card']} data-testid="deciding-row">
      <h2 className={css['heading']}>
        {ui.packet.decided} <code className={css['command']}>{commands[row.table]}</code>
      </h2>
      <code className={css['line']}>{row.line}</code>
      <p className={css['writer']}>
        {ui.packet.writtenBy(ui.writers[row.origin.by])}
        {row.origin.object === undefined ? null : <ObjectLink object={row.origin.object} />}
      </p>
    </section>
  );
}

/** The object because of which a row was written; leads to its lines in the YAML. */
export function ObjectLink({ object }: { readonly object: ObjectRef }) {
  const { ui } = useT();
  const showObject = useBoard((state) => state.showObject);
  const text = printObject(object);
  return (
    <>
      {` ${ui.packet.from} `}
      <button
        type="button"
        className={css['link']}
        title={ui.packet.showInYaml(text)}
        onClick={() => {
          showObject(object);
        }}
      >
        {/* long annotations break where a reader would break them */}
        {piecesOf(text).map(({ from, part }) => (
          <Fragment key={from}>
            {part}
            <wbr />
          </Fragment>
        ))}
      </button>
    </>
  );
}

/** A name, cut behind its dots and slashes. */
function piecesOf(text: string): readonly { readonly from: number; readonly part: string }[] {
  return [...text.matchAll(/[^./]*[./]?/g)].map(({ index, 0: part }) => ({ from: index, part }));
}

const signs = { add: '+', delete: '−', change: '~' } as const;

/** What this step itself changed in the tables: learned MACs, answered ARP. */
export function Changes({ changes }: { readonly changes: readonly TableChange[] }) {
  const { ui } = useT();
  return (
    <section aria-label={ui.packet.tables} className={css['card']}>
      <h2 className={css['heading']}>{ui.packet.tables}</h2>
      <ul className={css['changes']}>
        {changes.map((change) => (
          <li key={`${change.ns} ${change.table} ${change.op} ${change.line}`}>
            <span className={css['change']}>
              {signs[change.op]} {ui.packet.change[change.op]}{' '}
              <code className={css['command']}>{commands[change.table]}</code>
            </span>
            <code className={css['line']}>{change.line}</code>
          </li>
        ))}
      </ul>
    </section>
  );
}
