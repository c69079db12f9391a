import { useEffect, useRef, type ReactNode } from 'react';
import type { ChainRef, RuleLine } from '../../engine/protocol.ts';
import type { ChainStep } from '../../trace/walk.ts';
import { useNetfilterT } from '../i18n/useNetfilterT.ts';
import { useT } from '../i18n/useT.ts';
import { useBoard } from '../page.ts';
import { ObjectLink } from '../trace/DecidingRow.tsx';
import type { Entry } from '../trace/tell.ts';
import { useDecider, useEntry } from './useEntry.ts';
import { WhyNot } from './WhyNot.tsx';
import css from './Netfilter.module.css';
import shared from './TablesTab.module.css';

interface Props extends ChainRef {
  readonly ns: string;
  readonly line: RuleLine;
}

type Mark = 'decided' | 'changed' | 'passed' | undefined;

/** What the present entry has to do with a rule: it matched, was tried in vain, or was just written. */
function markOf(
  entry: Entry | undefined,
  decider: ChainStep | undefined,
  { ns, table, chain, line: { number, text } }: Props,
): Mark {
  if (entry === undefined || entry.ns !== ns) return undefined;
  if (decider?.table === table && decider.chain === chain) {
    if (decider.event === 'rule' && decider.number === number) return 'decided';
    return number < decider.number && number >= decider.number - decider.over ? 'passed' : undefined;
  }
  const written = `-t ${table} -A ${chain} ${text}`.trimEnd();
  return entry.changes?.some((change) => change.table === 'rule' && change.line === written) === true
    ? 'changed'
    : undefined;
}

/** One rule: its number, its text with the chain it leads to as a link, its counters, who wrote it, and "why?". */
export function RuleRow(props: Props) {
  const { ui } = useT();
  const words = useNetfilterT();
  const { ns, table, chain, line } = props;
  const { number, text, to, packets, bytes, by, object } = line;
  const mark = markOf(useEntry(), useDecider(ns), props);
  const isLooked = useBoard(
    ({ rulesView: { at } }) => at?.table === table && at.chain === chain && at.number === number,
  );
  const element = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (isLooked || mark === 'decided' || mark === 'changed')
      element.current?.scrollIntoView({ block: 'nearest' });
  }, [mark, isLooked]);
  return (
    <li
      ref={element}
      value={number}
      className={`${shared['line']} ${css['rule']}`}
      data-mark={mark === 'passed' ? undefined : mark}
      data-passed={mark === 'passed'}
      data-looked={isLooked}
    >
      <code>
        <span className={css['number']}>{number}</span> <RuleText text={text} table={table} to={to} />
      </code>
      <span className={shared['writer']}>
        {mark === 'decided' || mark === 'changed' ? <b>{ui.tables[mark]} · </b> : null}
        {mark === 'passed' ? `${words.rules.passed} · ` : null}
        {words.rules.counted(packets, bytes)} · {ui.packet.writtenBy(ui.writers[by])}
        {object === undefined ? null : <ObjectLink object={object} />}{' '}
        <WhyNot ns={ns} table={table} chain={chain} number={number} />
      </span>
    </li>
  );
}

interface TextProps {
  readonly text: string;
  readonly table: ChainRef['table'];
  readonly to: string | undefined;
}

/** The text of a rule; the chain it jumps or goes to leads there. */
export function RuleText({ text, table, to }: TextProps): ReactNode {
  const words = useNetfilterT();
  const lookAtRule = useBoard((state) => state.lookAtRule);
  const at = to === undefined ? -1 : text.search(/-[jg] \S+$/);
  if (to === undefined || at < 0) return text;
  return (
    <>
      {text.slice(0, at + 3)}
      <button
        type="button"
        className={css['link']}
        title={words.rules.toChain(to)}
        onClick={() => {
          lookAtRule({ table, chain: to, number: 1 });
        }}
      >
        {to}
      </button>
    </>
  );
}
