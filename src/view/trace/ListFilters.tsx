import { useMemo } from 'react';
import { HIDEABLE, type Filter, type ListRow } from '../../trace/list.ts';
import { useT } from '../i18n/useT.ts';
import css from './StepList.module.css';

/** The packet on show as it is told, or every entry of the recording. */
export type Scope = 'packet' | 'all';
const scopes: readonly Scope[] = ['packet', 'all'];

interface Props {
  readonly rows: readonly ListRow[];
  readonly scope: Scope;
  readonly onScope: (scope: Scope) => void;
  readonly filter: Filter;
  readonly onFilter: (filter: Filter) => void;
  readonly hidden: number;
}

/** What the list shows; how many rows are hidden is always said. */
export function ListFilters({ rows, scope, onScope, filter, onFilter, hidden }: Props) {
  const { ui } = useT();
  return (
    <div className={css['group']}>
      <label className={css['control']}>
        <span className="visually-hidden">{ui.timeline.scope}</span>
        <select
          value={scope}
          onChange={(event) => {
            onScope(scopes.find((s) => s === event.target.value) ?? 'packet');
          }}
        >
          {scopes.map((s) => (
            <option key={s} value={s}>
              {ui.timeline.scopes[s]}
            </option>
          ))}
        </select>
      </label>
      <Kinds filter={filter} onFilter={onFilter} />
      <Namespaces rows={rows} filter={filter} onFilter={onFilter} />
      <input
        type="search"
        className={css['search']}
        value={filter.text}
        placeholder={ui.timeline.filter}
        aria-label={ui.timeline.filter}
        onChange={(event) => {
          onFilter({ ...filter, text: event.target.value });
        }}
      />
      <output className={css['hidden']} data-some={hidden > 0}>
        {ui.timeline.hidden(hidden)}
      </output>
    </div>
  );
}

type FilterProps = Pick<Props, 'filter' | 'onFilter'>;

function Kinds({ filter, onFilter }: FilterProps) {
  const { ui } = useT();
  return (
    <fieldset className={css['kinds']}>
      <legend className="visually-hidden">{ui.timeline.kindsLabel}</legend>
      {HIDEABLE.map((kind) => (
        <label key={kind} className={css['control']}>
          <input
            type="checkbox"
            checked={!filter.hidden.includes(kind)}
            onChange={({ target }) => {
              const without = filter.hidden.filter((other) => other !== kind);
              onFilter({ ...filter, hidden: target.checked ? without : [...without, kind] });
            }}
          />
          {ui.timeline.kinds[kind]}
        </label>
      ))}
    </fieldset>
  );
}

function Namespaces({ rows, filter, onFilter }: FilterProps & Pick<Props, 'rows'>) {
  const { ui } = useT();
  const all = useMemo(() => [...new Set(rows.map(({ ns }) => ns))].toSorted(), [rows]);
  const isThere = filter.ns === '' || all.includes(filter.ns);
  return (
    <label className={css['control']}>
      <span className="visually-hidden">{ui.timeline.namespace}</span>
      <select
        className={css['namespaces']}
        value={filter.ns}
        onChange={(event) => {
          onFilter({ ...filter, ns: event.target.value });
        }}
      >
        <option value="">{ui.timeline.anyNamespace}</option>
        {(isThere ? all : [filter.ns, ...all]).map((ns) => (
          <option key={ns}>{ns}</option>
        ))}
      </select>
    </label>
  );
}
