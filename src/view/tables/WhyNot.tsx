import type { ChainRef, RuleExplanation } from '../../engine/protocol.ts';
import { leaveAfterPointer } from '../controls/Button.tsx';
import { useNetfilterT } from '../i18n/useNetfilterT.ts';
import { say, useT } from '../i18n/useT.ts';
import { useBoard } from '../page.ts';
import css from './Netfilter.module.css';

interface Props extends ChainRef {
  readonly ns: string;
  readonly number: number;
}

/** Asks, and shows, why one rule fits the packet of the present step or does not. */
export function WhyNot({ ns, table, chain, number }: Props) {
  const words = useNetfilterT();
  const askRule = useBoard((state) => state.askRule);
  const hasPacket = useBoard((state) => state.beats.length > 0);
  const asked = useBoard(({ askedRule }) =>
    askedRule?.table === table && askedRule.chain === chain && askedRule.number === number
      ? askedRule
      : undefined,
  );
  if (!hasPacket) return null;
  return (
    <>
      <button
        type="button"
        className={css['why']}
        aria-expanded={asked !== undefined}
        aria-label={words.rules.whyRule(number, chain)}
        onClick={(event) => {
          leaveAfterPointer(event);
          askRule(ns, { table, chain, number });
        }}
      >
        {words.rules.why}
      </button>
      {asked === undefined ? null : (
        <span role="status" className={css['answer']}>
          {asked.answer === undefined ? words.rules.asking : <Answer answer={asked.answer} />}
        </span>
      )}
    </>
  );
}

const signs = { yes: '✓', no: '✕', unasked: '·' } as const;

function Answer({ answer }: { readonly answer: RuleExplanation }) {
  const t = useT();
  const { rules } = useNetfilterT();
  if (!answer.asked) return <span>{rules.notAsked[answer.why]}</span>;
  const { fate, conditions, target } = answer;
  const first = conditions.findIndex(({ holds }) => holds === 'no');
  return (
    <>
      <span>{rules.fate[fate]}</span>
      {conditions.length === 0 ? <span>{rules.always}</span> : null}
      {conditions.map(({ says, holds }, i) => (
        <span
          key={JSON.stringify(says)}
          className={css['condition']}
          data-holds={holds}
          data-first={i === first}
        >
          <span aria-hidden="true" className={css['sign']}>
            {signs[holds]}
          </span>
          <span>
            <b>{rules.holds[holds]}</b> {say(t, says)} {i === first ? <b>← {rules.first}</b> : null}
          </span>
        </span>
      ))}
      {target === undefined ? null : <span className={css['target']}>→ {say(t, target)}</span>}
    </>
  );
}
