import { useEffect, useState } from 'react';
import type { ChainLines, NetfilterTables, RuleTable } from '../../engine/protocol.ts';
import { Button } from '../controls/Button.tsx';
import { useNetfilterT } from '../i18n/useNetfilterT.ts';
import { useT } from '../i18n/useT.ts';
import { useBoard } from '../page.ts';
import { ObjectLink } from '../trace/DecidingRow.tsx';
import { RuleRow } from './RuleRow.tsx';
import { useDecider } from './useEntry.ts';
import css from './Netfilter.module.css';
import shared from './TablesTab.module.css';

/** What iptables-save prints, chain by chain, with counters; the engine sends the part that is looked at. */
export function Rules({ tables }: { readonly tables: NetfilterTables }) {
  const words = useNetfilterT();
  const text = useBoard((state) => state.rulesView.text);
  const shown = tables.tables.filter(({ chains }) => chains.length > 0);
  return (
    <section aria-label={words.rules.title} className={css['section']}>
      <h2 className={shared['title']}>{words.rules.title}</h2>
      {tables.rules === 0 && tables.tables.length === 0 ? (
        <p className={shared['none']}>{words.rules.none}</p>
      ) : (
        <>
          <Search count={tables.rules} />
          {shown.length === 0 && text !== '' ? (
            <p className={shared['none']}>{words.rules.nothingFound}</p>
          ) : (
            shown.map((table) => <TableOfRules key={table.table} ns={tables.ns} table={table} />)
          )}
        </>
      )}
    </section>
  );
}

/** While somebody types, the engine is asked when they rest. */
const REST_MS = 150;

function Search({ count }: { readonly count: number }) {
  const words = useNetfilterT();
  const text = useBoard((state) => state.rulesView.text);
  const searchRules = useBoard((state) => state.searchRules);
  const [typed, setTyped] = useState(text);
  const [known, setKnown] = useState(text);
  // a jump to a chain ends the search
  if (known !== text) {
    setKnown(text);
    setTyped(text);
  }
  useEffect(() => {
    if (typed === text) return undefined;
    const timer = setTimeout(() => {
      searchRules(typed);
    }, REST_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [typed, text, searchRules]);
  return (
    <div className={css['search']}>
      <input
        type="search"
        value={typed}
        placeholder={words.rules.search}
        aria-label={words.rules.search}
        onChange={(event) => {
          setTyped(event.target.value);
        }}
      />
      <span className={shared['none']}>{words.rules.count(count)}</span>
    </div>
  );
}

interface TableProps {
  readonly ns: string;
  readonly table: RuleTable;
}

function TableOfRules({ ns, table: { table, chains, more } }: TableProps) {
  const words = useNetfilterT();
  const showMoreChains = useBoard((state) => state.showMoreChains);
  return (
    <div role="group" aria-label={`*${table}`} className={css['table']}>
      <h3 className={css['tableName']}>*{table}</h3>
      {chains.map((chain) => (
        <Chain key={chain.chain} ns={ns} table={table} chain={chain} />
      ))}
      {more === 0 ? null : (
        <Button kind="quiet" onClick={showMoreChains}>
          {words.rules.moreChains(more)}
        </Button>
      )}
    </div>
  );
}

interface ChainProps {
  readonly ns: string;
  readonly table: RuleTable['table'];
  readonly chain: ChainLines;
}

function Chain({
  ns,
  table,
  chain: { chain, policy, rules, open, before, lines, after, by, object },
}: ChainProps) {
  const { ui } = useT();
  const words = useNetfilterT();
  const flipChain = useBoard((state) => state.flipChain);
  const showRulesFrom = useBoard((state) => state.showRulesFrom);
  const decider = useDecider(ns);
  const isDecided = decider?.event === 'policy' && decider.table === table && decider.chain === chain;
  const from = (number: number) => () => {
    showRulesFrom({ table, chain, number });
  };
  return (
    <div className={css['chain']}>
      <button
        type="button"
        className={css['chainName']}
        aria-expanded={open}
        data-mark={isDecided ? 'decided' : undefined}
        onClick={() => {
          flipChain({ table, chain });
        }}
      >
        <span aria-hidden="true">{open ? '▾' : '▸'}</span> <code>{chain}</code>{' '}
        <span className={css['counted']}>
          {policy === undefined ? null : `${words.rules.policy(policy.name)} · `}
          {words.rules.count(rules)}
          {policy === undefined ? null : ` · ${words.rules.counted(policy.packets, policy.bytes)}`}
        </span>
        {isDecided ? <b className={css['said']}>{ui.tables.decided}</b> : null}
      </button>
      {open && policy === undefined ? (
        <p className={shared['writer']}>
          {ui.packet.writtenBy(ui.writers[by])}
          {object === undefined ? null : <ObjectLink object={object} />}
        </p>
      ) : null}
      {before === 0 ? null : (
        <Button kind="quiet" onClick={from(Math.max(1, before - PAGE + 1))}>
          ↑ {words.rules.earlier(before)}
        </Button>
      )}
      {lines.length === 0 ? null : (
        <ol className={shared['lines']}>
          {lines.map((line) => (
            <RuleRow key={line.number} ns={ns} table={table} chain={chain} line={line} />
          ))}
        </ol>
      )}
      {after === 0 ? null : (
        <Button kind="quiet" onClick={from(before + lines.length + 1)}>
          ↓ {words.rules.later(after)}
        </Button>
      )}
    </div>
  );
}

/** As many rules as the engine sends of a chain at once. */
const PAGE = 60;
