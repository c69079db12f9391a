import type { NamespaceTables, TableLine } from '../../engine/protocol.ts';
import { isStep } from '../../trace/types.ts';
import { useT } from '../i18n/useT.ts';
import { useBoard } from '../page.ts';
import { ObjectLink } from '../trace/DecidingRow.tsx';
import { entryOf } from '../trace/tell.ts';
import css from './TablesTab.module.css';

const order = ['route', 'neigh', 'fdb', 'addr', 'link'] as const;

/** What the namespace of the present step (or a chosen one) holds at the playhead; every row with who wrote it. */
export function TablesTab() {
  const { ui } = useT();
  const tables = useBoard((state) => state.tables);
  return (
    <div className={css['tab']}>
      <NamespaceChoice />
      {tables === undefined
        ? null
        : order.map((name) => (
            <Table key={name} tables={tables} name={name} title={ui.tables.titles[name]} />
          ))}
    </div>
  );
}

function NamespaceChoice() {
  const { ui } = useT();
  const board = useBoard((state) => state.board);
  const tables = useBoard((state) => state.tables);
  const held = useBoard((state) => state.heldNs);
  const holdNs = useBoard((state) => state.holdNs);
  if (board === undefined) return null;
  const machines = [...board.nodes, ...(board.router ? [board.router] : []), ...board.clients].map(
    ({ ns }) => ns,
  );
  const pods = board.nodes.flatMap((node) => node.pods.map(({ ns }) => ns));
  const switches = board.segments.map(({ ns }) => ns);
  return (
    <label className={css['choice']}>
      {ui.tables.of}
      <select
        value={held ?? ''}
        onChange={(event) => {
          holdNs(event.target.value === '' ? undefined : event.target.value);
        }}
      >
        <option value="">
          {ui.tables.follow}
          {held === undefined && tables !== undefined ? ` · ${tables.ns}` : ''}
        </option>
        {[...machines, ...pods, ...switches].map((ns) => (
          <option key={ns}>{ns}</option>
        ))}
      </select>
    </label>
  );
}

type Name = (typeof order)[number];

function Table({
  tables,
  name,
  title,
}: {
  readonly tables: NamespaceTables;
  readonly name: Name;
  readonly title: string;
}) {
  const { ui } = useT();
  const lines = tables[name];
  return (
    <section aria-label={title}>
      <h2 className={css['title']}>{title}</h2>
      {lines.length === 0 ? (
        <p className={css['none']}>{ui.tables.none}</p>
      ) : (
        <ul className={css['lines']}>
          {lines.map((line) => (
            <Line key={line.text} ns={tables.ns} table={name} line={line} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Line({ ns, table, line }: { readonly ns: string; readonly table: Name; readonly line: TableLine }) {
  const { ui } = useT();
  const mark = useBoard((state) => {
    const entry = entryOf(state.beats[state.beat], state.recording);
    if (entry === undefined) return undefined;
    const changed =
      entry.changes?.some((c) => c.ns === ns && c.table === table && c.line === line.text) === true;
    if (changed) return 'changed';
    const decided =
      isStep(entry) &&
      entry.ns === ns &&
      'row' in entry &&
      entry.row?.table === table &&
      entry.row.line === line.text;
    return decided ? 'decided' : undefined;
  });
  return (
    <li className={css['line']} data-mark={mark}>
      <code>{line.text}</code>
      <span className={css['writer']}>
        {mark === undefined ? null : <b>{ui.tables[mark]} · </b>}
        {ui.packet.writtenBy(ui.writers[line.by])}
        {line.object === undefined ? null : <ObjectLink object={line.object} />}
      </span>
    </li>
  );
}
