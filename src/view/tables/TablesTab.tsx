import { lazy, Suspense, useEffect, useMemo, useRef } from 'react';
import type { Board, NamespaceTables, TableLine } from '../../engine/protocol.ts';
import { isStep } from '../../trace/types.ts';
import { IconButton } from '../controls/Button.tsx';
import { useT } from '../i18n/useT.ts';
import { useBoard } from '../page.ts';
import { ObjectLink } from '../trace/DecidingRow.tsx';
import { entryOf } from '../trace/tell.ts';
import css from './TablesTab.module.css';

/** A switch of a thousand ports has as many lines; the first say what they are like. */
const MOST_LINES = 300;

const above = ['route', 'neigh', 'fdb'] as const;
const below = ['addr', 'link'] as const;

/** Rules are looked at later than the board. */
const ServicesTable = lazy(() => import('../services/ServicesTable.tsx'));
const NetfilterTables = lazy(() => import('./NetfilterTables.tsx'));

/** What the namespace of the present step (or a chosen one) holds at the playhead; every row with who wrote it. */
export function TablesTab() {
  const { ui } = useT();
  const tables = useBoard((state) => state.tables);
  const isNow = useBoard((state) => state.branch === 'now');
  return (
    <div className={css['tab']}>
      <NamespaceChoice />
      {isNow ? null : <p className={css['none']}>{ui.tables.onlyNow}</p>}
      {tables === undefined ? null : <All tables={tables} />}
    </div>
  );
}

function All({ tables }: { readonly tables: NamespaceTables }) {
  const { ui } = useT();
  const table = (name: Name) => (
    <Table key={name} tables={tables} name={name} title={ui.tables.titles[name]} />
  );
  return (
    <>
      {above.map(table)}
      <Suspense fallback={null}>
        <ServicesTable ns={tables.ns} />
        <NetfilterTables ns={tables.ns} />
      </Suspense>
      {below.map(table)}
    </>
  );
}

function NamespaceChoice() {
  const { ui } = useT();
  const board = useBoard((state) => state.board);
  const tables = useBoard((state) => state.tables);
  const held = useBoard((state) => state.heldNs);
  const holdNs = useBoard((state) => state.holdNs);
  // that of the present step, also while its tables are still being asked for
  const present = useBoard(
    (state) => entryOf(state.beats[state.beat], state.recording)?.ns ?? state.tables?.ns,
  );
  const listed = useMemo(() => namespacesOf(board, [held, present]), [board, held, present]);
  if (board === undefined) return null;
  return (
    <div className={css['choice']}>
      <label className={css['choice']}>
        {ui.tables.of}
        <select
          value={held ?? ''}
          onChange={(event) => {
            holdNs(event.target.value === '' ? undefined : event.target.value);
          }}
        >
          <option value="">
            {held === undefined && tables !== undefined ? `${tables.ns} · ` : ''}
            {ui.tables.follow}
          </option>
          {listed.map((ns) => (
            <option key={ns}>{ns}</option>
          ))}
        </select>
      </label>
      <IconButton
        icon="pin"
        label={ui.tables.hold}
        aria-pressed={held !== undefined}
        onClick={() => {
          holdNs(held === undefined ? present : undefined);
        }}
      />
    </div>
  );
}

/** More are too many for a list, and freeze the page: then those of the machines, and the one on show. */
const MOST_LISTED = 1_000;

function namespacesOf(board: Board | undefined, shown: readonly (string | undefined)[]): readonly string[] {
  if (board === undefined) return [];
  const machines = [...board.nodes, ...(board.router ? [board.router] : []), ...board.clients];
  const pods = board.nodes.flatMap((node) => node.pods);
  const all = [...machines, ...pods, ...board.segments];
  const listed = (all.length <= MOST_LISTED ? all : machines).map(({ ns }) => ns);
  return [...new Set([...listed, ...shown.filter((ns) => ns !== undefined)])];
}

type Name = (typeof above)[number] | (typeof below)[number];

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
  const changes = useBoard((state) => entryOf(state.beats[state.beat], state.recording)?.changes);
  const edits = useEdits(tables.ns, name);
  const deleted = changes?.filter((c) => c.op === 'delete' && c.ns === tables.ns && c.table === name) ?? [];
  const stands = new Set([...lines, ...deleted].map((each) => ('text' in each ? each.text : each.line)));
  const gone: readonly Vanished[] = [
    ...deleted.map(({ line }): Vanished => ({ line, when: 'gone' })),
    ...[...edits.gone]
      .filter((line) => !stands.has(line))
      .map((line): Vanished => ({ line, when: 'goneByEdit' })),
  ];
  return (
    <section aria-label={title}>
      <h2 className={css['title']}>{title}</h2>
      {lines.length + gone.length === 0 ? (
        <p className={css['none']}>{ui.tables.none}</p>
      ) : (
        <ul className={css['lines']}>
          {lines.slice(0, MOST_LINES).map((line) => (
            <Line
              key={line.text}
              ns={tables.ns}
              table={name}
              line={line}
              isEdited={edits.made.has(line.text)}
            />
          ))}
          {gone.map(({ line, when }) => (
            <Gone key={line} line={line} when={when} />
          ))}
        </ul>
      )}
      {lines.length > MOST_LINES ? (
        <p className={css['none']}>{ui.tables.more(lines.length - MOST_LINES)}</p>
      ) : null}
    </section>
  );
}

interface Vanished {
  readonly line: string;
  readonly when: 'gone' | 'goneByEdit';
}

/** What the last edit of the text made and took away in a table. */
function useEdits(ns: string, table: Name): Readonly<Record<'made' | 'gone', ReadonlySet<string>>> {
  const recording = useBoard((state) => state.recording);
  const edited = useBoard((state) => state.edited);
  return useMemo(() => {
    const [made, gone] = [new Set<string>(), new Set<string>()];
    for (const { changes = [] } of edited ? recording.entries.slice(edited.from, edited.to) : [])
      for (const { line, op, ...at } of changes) {
        if (at.ns !== ns || at.table !== table) continue;
        if (op === 'delete') gone.add(line);
        else gone.delete(line);
        if (op === 'delete') made.delete(line);
        else made.add(line);
      }
    return { made, gone };
  }, [recording, edited, ns, table]);
}

/** A line that the present step, or the last edit, took away. */
function Gone({ line, when }: Vanished) {
  const { ui } = useT();
  return (
    <li className={css['line']} data-mark="gone">
      <s>
        <code>{line}</code>
      </s>
      <span className={css['writer']}>
        <b>{ui.tables[when]}</b>
      </span>
    </li>
  );
}

interface LineProps {
  readonly ns: string;
  readonly table: Name;
  readonly line: TableLine;
  readonly isEdited: boolean;
}

function Line({ ns, table, line, isEdited }: LineProps) {
  const { ui } = useT();
  const marked = useBoard((state) => {
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
  const mark = marked ?? (isEdited ? 'edited' : undefined);
  const element = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (mark !== undefined) element.current?.scrollIntoView({ block: 'nearest' });
  }, [mark]);
  return (
    <li ref={element} className={css['line']} data-mark={mark}>
      <code>{line.text}</code>
      <span className={css['writer']}>
        {mark === undefined ? null : <b>{ui.tables[mark]} · </b>}
        {ui.packet.writtenBy(ui.writers[line.by])}
        {line.object === undefined ? null : <ObjectLink object={line.object} />}
      </span>
    </li>
  );
}
