import type { Step } from '../../trace/types.ts';
import { hookOf, walkOf, type ChainStep, type HookStep } from '../../trace/walk.ts';
import { Button } from '../controls/Button.tsx';
import { useNetfilterT } from '../i18n/useNetfilterT.ts';
import { useBoard } from '../page.ts';
import { RuleText } from './RuleRow.tsx';
import { WhyNot } from './WhyNot.tsx';
import css from './Walk.module.css';

/** Where the packet is in netfilter: gate, table, the chains around it, the rule and what it said. */
export default function Walk({ step }: { readonly step: Step }) {
  const words = useNetfilterT();
  const recording = useBoard((state) => state.recording);
  const hook = hookOf(recording, step);
  if (hook === undefined) return null;
  return (
    <section aria-label={words.walk.label} className={css['walk']} data-testid="walk">
      <Gate hook={hook} table={step.kind === 'chain' ? step.table : undefined} />
      {step.kind === 'chain' ? <AtRule step={step} /> : null}
      <Finer />
    </section>
  );
}

function Gate({ hook, table }: { readonly hook: HookStep; readonly table: string | undefined }) {
  const words = useNetfilterT();
  return (
    <p className={css['gate']}>
      <span>
        {words.walk.gate} <b>{hook.hook}</b>
      </span>
      {hook.iif === undefined ? null : <span>{words.walk.in(hook.iif)}</span>}
      {hook.oif === undefined ? null : <span>{words.walk.out(hook.oif)}</span>}
      {table === undefined ? null : (
        <span>
          {words.walk.table} <b>{table}</b>
        </span>
      )}
    </p>
  );
}

/** The gates and rules between two told steps are there at a finer grain. */
function Finer() {
  const words = useNetfilterT();
  const grain = useBoard((state) => state.grain);
  const setGrain = useBoard((state) => state.setGrain);
  if (grain !== 'hop') return null;
  return (
    <Button
      kind="quiet"
      className={css['small']}
      onClick={() => {
        setGrain('hook');
      }}
    >
      {words.walk.finer}
    </Button>
  );
}

const hex = (mark: number): string => `0x${mark.toString(16)}`;

function AtRule({ step }: { readonly step: ChainStep }) {
  const words = useNetfilterT();
  const recording = useBoard((state) => state.recording);
  const goToEntry = useBoard((state) => state.goToEntry);
  const lookAtRule = useBoard((state) => state.lookAtRule);
  const { stack, markBefore, markAfter, previous, next } = walkOf(recording, step);
  const { table, chain, number, event, over, verdict, to, ns } = step;
  const rule = { table, chain, number };
  return (
    <>
      <ol className={css['stack']}>
        {stack.map(({ chain: name, by }, depth) => (
          <li key={name} style={{ paddingLeft: depth * 10 }}>
            {depth === 0 ? null : <span aria-hidden="true">↳ </span>}
            <code>{name}</code>
            {by === undefined ? null : <span className={css['soft']}> {words.walk.byRule(by)}</span>}
          </li>
        ))}
      </ol>
      <p className={css['rule']}>
        <b>
          {event === 'rule' ? words.walk.rule(number) : words.walk[event === 'return' ? 'end' : 'policy']}
        </b>{' '}
        {step.row === undefined ? null : (
          <code>
            <RuleText text={step.row.line.replace(/^-t \S+ -A \S+ ?/, '')} table={table} to={to} />
          </code>
        )}
      </p>
      <p className={css['facts']}>
        <span className={css['verdict']}>
          {words.walk.verdict} <b>{to === undefined ? verdict : `${verdict} ${to}`}</b>
        </span>
        <span>{over === 0 ? words.walk.overNone : words.walk.over(over)}</span>
        {markBefore === markAfter ? null : <span>{words.walk.mark(hex(markBefore), hex(markAfter))}</span>}
        {markBefore === markAfter && markAfter !== 0 ? (
          <span>{words.walk.markIs(hex(markAfter))}</span>
        ) : null}
      </p>
      <p className={css['buttons']}>
        <Button
          kind="quiet"
          className={css['small']}
          disabled={previous === undefined}
          onClick={() => {
            if (previous) goToEntry(previous.seq);
          }}
        >
          ← {words.walk.previous}
        </Button>
        <Button
          kind="quiet"
          className={css['small']}
          disabled={next === undefined}
          onClick={() => {
            if (next) goToEntry(next.seq);
          }}
        >
          {words.walk.next} →
        </Button>
        <Button
          kind="quiet"
          className={css['small']}
          onClick={() => {
            lookAtRule(rule);
          }}
        >
          {words.walk.inTables}
        </Button>
      </p>
      {event === 'rule' ? (
        <p className={css['soft']}>
          <WhyNot ns={ns} table={table} chain={chain} number={number} />
        </p>
      ) : null}
    </>
  );
}
