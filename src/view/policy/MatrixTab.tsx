/** Who may talk to whom at the playhead, what the last edit changed, and why a cell is as it is. */
import { useMemo, useState } from 'react';
import type { MatrixAnswer, MatrixPorts } from '../../engine/protocol.ts';
import { usePolicyT, type PolicyWords } from '../i18n/usePolicyT.ts';
import { useBoard } from '../page.ts';
import { Compare } from './Compare.tsx';
import {
  changedCells,
  gridOf,
  GROUPINGS,
  lineOfSubject,
  verdictOf,
  type Grid,
  type Grouping,
  type Place,
  type Side,
} from './grid.ts';
import { LastEdit } from './LastEdit.tsx';
import { MatrixGrid } from './MatrixGrid.tsx';
import { WhyPolicy } from './WhyPolicy.tsx';
import css from './MatrixTab.module.css';

/** More pods than this are shown by namespace at first. */
const MOST_PODS = 150;

export function MatrixTab() {
  const t = usePolicyT();
  const matrix = useBoard((state) => state.matrix);
  if (matrix === undefined) return <p className={css['note']}>{t.waiting}</p>;
  return (
    <div className={css['tab']}>
      {matrix.policies === 0 ? <p className={css['note']}>{t.none}</p> : null}
      <Matrix matrix={matrix} t={t} />
      <Asked />
      <Compare />
    </div>
  );
}

function Asked() {
  const askedCell = useBoard((state) => state.askedCell);
  return askedCell ? <WhyPolicy asked={askedCell} /> : null;
}

export function printPort({ ranges, isRest }: MatrixPorts, t: PolicyWords): string {
  return isRest ? t.rest : ranges.join(', ');
}

function Matrix({ matrix, t }: { readonly matrix: MatrixAnswer; readonly t: PolicyWords }) {
  const [search, setSearch] = useState('');
  const [chosenGrouping, setGrouping] = useState<Grouping>();
  const [side, setSide] = useState<Side>('allowed');
  const [pointed, setPointed] = useState<Place>();
  const chooseMatrixPort = useBoard((state) => state.chooseMatrixPort);
  const askCell = useBoard((state) => state.askCell);
  const sendCell = useBoard((state) => state.sendCell);
  const askedCell = useBoard((state) => state.askedCell);
  const grouping = chosenGrouping ?? (matrix.subjects.length > MOST_PODS ? 'namespaces' : 'pods');
  const grid = useMemo(() => gridOf(matrix, { grouping, search, side }), [matrix, grouping, search, side]);
  const changed = useMemo(() => changedCells(matrix, grid), [matrix, grid]);
  const port = matrix.ports[matrix.chosen];
  const chosen = useMemo(
    () => (askedCell ? placeOfCell(matrix, grid, askedCell.from, askedCell.to) : undefined),
    [matrix, grid, askedCell],
  );
  const words = told({ matrix, grid, t, place: pointed });
  const choose = ({ row, column }: Place): void => {
    const [from, to] = [subjectAt(matrix, grid, row), subjectAt(matrix, grid, column)];
    if (!from || !to || !port || from === to) return;
    const asked = { from, to, protocol: port.protocol, port: port.port };
    askCell(asked);
    void sendCell(asked);
  };
  return (
    <section className={css['matrix']} aria-label={t.title}>
      <div className={css['choices']}>
        <label>
          {t.ports}{' '}
          <select
            value={matrix.chosen}
            onChange={(event) => {
              const next = matrix.ports[Number(event.target.value)];
              if (next) chooseMatrixPort({ protocol: next.protocol, port: next.port });
            }}
          >
            {matrix.ports.map((ports, i) => (
              <option key={printPort(ports, t)} value={i}>
                {printPort(ports, t)}
              </option>
            ))}
          </select>
        </label>
        <label>
          {t.side}{' '}
          <select
            value={side}
            onChange={(event) => {
              setSide(sides.find((one) => one === event.target.value) ?? 'allowed');
            }}
          >
            {sides.map((one) => (
              <option key={one} value={one}>
                {t.sides[one]}
              </option>
            ))}
          </select>
        </label>
        <label>
          {t.group}{' '}
          <select
            value={grouping}
            onChange={(event) => {
              setGrouping(GROUPINGS.find((one) => one === event.target.value));
            }}
          >
            {GROUPINGS.map((one) => (
              <option key={one} value={one}>
                {t.groups[one]}
              </option>
            ))}
          </select>
        </label>
        <input
          type="search"
          value={search}
          placeholder={t.search}
          aria-label={t.search}
          onChange={(event) => {
            setSearch(event.target.value);
          }}
        />
      </div>
      <Legend t={t} />
      <MatrixGrid
        grid={grid}
        label={t.grid(grid.lines.length, port ? printPort(port, t) : '')}
        told={words}
        changed={changed}
        edition={matrix.edition}
        chosen={chosen}
        onPoint={setPointed}
        onChoose={choose}
      />
      <p className={css['told']} role="status" data-testid="matrix-told">
        {words}
      </p>
      <p className={css['note']}>
        {t.sum(grid.allowed, grid.pairs)}
        {matrix.left > 0 ? ` ${t.left(matrix.left)}` : ''}
      </p>
      {matrix.diff ? <LastEdit diff={matrix.diff} /> : null}
    </section>
  );
}

const sides: readonly Side[] = ['allowed', 'ingress', 'egress'];

function subjectAt({ subjects }: MatrixAnswer, { lines }: Grid, index: number): string | undefined {
  const members = lines[index]?.members ?? [];
  // a group is no sender: a click there says nothing
  return members.length === 1 ? subjects[members[0] ?? -1]?.id : undefined;
}

function placeOfCell(matrix: MatrixAnswer, grid: Grid, from: string, to: string): Place | undefined {
  const lines = lineOfSubject(matrix, grid);
  const [row, column] = [lines.get(from), lines.get(to)];
  return row === undefined || column === undefined ? undefined : { row, column };
}

interface Told {
  readonly matrix: MatrixAnswer;
  readonly grid: Grid;
  readonly t: PolicyWords;
  readonly place: Place | undefined;
}

function told({ matrix, grid, t, place }: Told): string {
  const [from, to] = [grid.lines[place?.row ?? -1], grid.lines[place?.column ?? -1]];
  if (!from || !to) return t.hint;
  const [i, j] = [from.members[0], to.members[0]];
  if (from.members.length === 1 && to.members.length === 1 && i !== undefined && j !== undefined)
    return t.cell(from.name, to.name, t.verdicts[verdictOf(matrix, i, j)]);
  const all = from.members.length * to.members.length;
  const { allowed } = partOf(matrix, from.members, to.members);
  return t.cell(from.name, to.name, t.part(allowed, all));
}

function partOf(
  matrix: MatrixAnswer,
  from: readonly number[],
  to: readonly number[],
): { readonly allowed: number } {
  let allowed = 0;
  for (const i of from)
    for (const j of to) {
      const verdict = verdictOf(matrix, i, j);
      if (verdict === 'allowed' || verdict === 'exempt') allowed++;
    }
  return { allowed };
}

function Legend({ t }: { readonly t: PolicyWords }) {
  return (
    <ul className={css['legend']}>
      <li>
        <svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
          <rect x="1" y="1" width="10" height="10" className={css['ok']} />
        </svg>{' '}
        {t.legend.allowed}
      </li>
      <li>
        <svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
          <path d="M6 2l4 4-4 4-4-4z" className={css['bad']} />
        </svg>{' '}
        {t.legend.denied}
      </li>
      <li>
        <svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
          <circle cx="6" cy="6" r="3" className={css['ring']} />
        </svg>{' '}
        {t.legend.exempt}
      </li>
    </ul>
  );
}
