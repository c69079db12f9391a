/**
 * Why a connection may be opened or not: both sides, who isolates, each rule with the condition that does not hold, the smallest edits
 * that would help, and where iptables refuses. Every object leads to its lines in the YAML, every rule of iptables to its chain.
 */
import { useState } from 'react';
import type { Edit, Failed, RuleWhy, SideWhy, WhyAnswer, WhyRule } from '../../engine/protocol.ts';
import type { Asked } from '../../store/slices/policy.ts';
import { Button } from '../controls/Button.tsx';
import { usePolicyT, useSayPolicy } from '../i18n/usePolicyT.ts';
import { useBoard } from '../page.ts';
import css from './MatrixTab.module.css';

interface Props {
  readonly asked: Asked & { readonly answer?: WhyAnswer };
  /** the card is part of another that has sent the packet already */
  readonly isPart?: boolean;
}

const short = (id: string): string => id.replace(/^pod\//, '');

export function WhyPolicy({ asked, isPart = false }: Props) {
  const t = usePolicyT();
  const sendCell = useBoard((state) => state.sendCell);
  const askCell = useBoard((state) => state.askCell);
  const { from, to, protocol, port, answer } = asked;
  return (
    <section aria-label={t.why.title} className={css['why']} data-testid="policy-why">
      <header className={css['verdict']} data-allowed={answer?.allowed}>
        <Shape isGood={answer?.allowed} />
        <p>
          <strong>{answer === undefined ? t.waiting : answer.allowed ? t.why.allowed : t.why.denied}</strong>{' '}
          <span className={css['route']}>
            {short(from)} → {short(to)} {protocol} {port}
          </span>
        </p>
        {isPart ? null : (
          <>
            <Button
              onClick={() => {
                void sendCell(asked);
              }}
            >
              {t.why.send}
            </Button>
            <Button
              onClick={() => {
                askCell(undefined);
              }}
            >
              {t.why.close}
            </Button>
          </>
        )}
      </header>
      <UndoEdit />
      {answer ? <Answer answer={answer} /> : null}
    </section>
  );
}

function Answer({ answer }: { readonly answer: WhyAnswer }) {
  const t = usePolicyT();
  const { sides, edits, rules, controller, allowed } = answer;
  return (
    <>
      {sides.map((side) => (
        <Side key={side.direction} side={side} />
      ))}
      {edits.length === 0 ? null : <Edits edits={edits} />}
      {rules.length === 0 ? null : <Rules rules={rules} />}
      {!allowed && controller === 'kube-router' ? <p className={css['note']}>{t.why.ping}</p> : null}
    </>
  );
}

const good: readonly SideWhy['state'][] = ['exempt', 'no-pod', 'open', 'admitted'];

function Side({ side }: { readonly side: SideWhy }) {
  const t = usePolicyT();
  const say = useSayPolicy();
  const { direction, state, message, isolatedBy, rules } = side;
  const isGood = good.includes(state);
  // of a side that lets through, the rule that does is enough
  const shown = state === 'admitted' ? rules.filter((rule) => rule.admits) : rules;
  return (
    <section className={css['side']} aria-label={t.why[direction]}>
      <h3>
        <Shape isGood={isGood} /> {t.why[direction]}
      </h3>
      <p>{say(message)}</p>
      {isolatedBy.length === 0 || state === 'exempt' ? null : (
        <p className={css['note']}>
          {t.why.isolatedBy}{' '}
          {isolatedBy.map((ref, i) => (
            <span key={`${ref.namespace}/${ref.name}`}>
              {i > 0 ? ', ' : ''}
              <FieldLink text={`${ref.namespace}/${ref.name}`} object={ref} />
            </span>
          ))}
        </p>
      )}
      {shown.length === 0 ? null : (
        <ul className={css['rules']}>
          {shown.map((rule) => (
            <Rule
              key={`${rule.policy} ${rule.ref.path} ${JSON.stringify([rule.peers, rule.ports])}`}
              rule={rule}
            />
          ))}
        </ul>
      )}
    </section>
  );
}

function Rule({ rule }: { readonly rule: RuleWhy }) {
  const t = usePolicyT();
  const { ref, policy, admits, peers, ports, turned } = rule;
  return (
    <li>
      <p>
        <Shape isGood={admits} /> <FieldLink text={`${policy} ${ref.path}`} object={ref} />{' '}
        {admits ? t.why.admits : t.why.wants}
      </p>
      {turned ? <p className={css['note']}>{t.why.turned}</p> : null}
      {admits ? null : <Misses failed={peers.length > 0 ? peers : ports} />}
    </li>
  );
}

function Misses({ failed }: { readonly failed: readonly Failed[] }) {
  const say = useSayPolicy();
  return (
    <ul className={css['misses']}>
      {failed.map(({ ref, message }) => (
        <li key={`${ref.path} ${JSON.stringify(message)}`}>
          <FieldLink text={say(message)} object={ref} />
        </li>
      ))}
    </ul>
  );
}

/** Leads to the field's line in the editor. */
function FieldLink({ text, object }: { readonly text: string; readonly object: Failed['ref'] }) {
  const showObject = useBoard((state) => state.showObject);
  const name = `${object.kind}/${object.namespace}/${object.name}`.replace('//', '/');
  return (
    <button
      type="button"
      className={css['link']}
      title={`${name} ${object.path}`}
      onClick={() => {
        showObject(object);
      }}
    >
      {text}
    </button>
  );
}

function Edits({ edits }: { readonly edits: readonly Edit[] }) {
  const t = usePolicyT();
  const say = useSayPolicy();
  const applyEdit = useBoard((state) => state.applyEdit);
  const isBroken = useBoard((state) => state.textStatus === 'rejected');
  const [isUnwritable, setUnwritable] = useState(false);
  return (
    <section className={css['side']} aria-label={t.why.edits}>
      <h3>{t.why.edits}</h3>
      <p className={css['note']}>{t.why.tried}</p>
      <p role="status">{isUnwritable ? `▲ ${t.why.unwritable}` : null}</p>
      <ol className={css['edits']}>
        {edits.map(({ changes, alsoOpens }) => (
          <li key={changes.map(({ yaml, ref }) => `${ref.path} ${yaml}`).join()}>
            {changes.map(({ ref, message, yaml }) => (
              <details key={`${ref.path} ${yaml}`}>
                <summary>{say(message)}</summary>
                <p className={css['note']}>
                  {t.why.into('')} <FieldLink text={`${ref.kind} ${ref.name} ${ref.path}`} object={ref} />
                </p>
                <pre>{yaml}</pre>
              </details>
            ))}
            <p className={css['apply']}>
              <span className={css['note']}>{t.why.alsoOpens(alsoOpens)}</span>
              <Button
                disabled={isBroken}
                {...(isBroken ? { title: t.why.broken } : {})}
                onClick={() => {
                  void applyEdit({ changes, alsoOpens }).then((outcome) => {
                    setUnwritable(outcome === 'unreadable');
                  });
                }}
              >
                {t.why.apply}
              </Button>
            </p>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** After a suggested edit, as long as nothing was typed since. */
function UndoEdit() {
  const t = usePolicyT();
  const isDone = useBoard((state) => state.policyEdits.at(-1)?.after === state.text);
  const undo = useBoard((state) => state.undoPolicyEdit);
  return (
    <p role="status" className={css['apply']}>
      {isDone ? (
        <>
          <span className={css['note']}>{t.why.written}</span>
          <Button
            onClick={() => {
              void undo();
            }}
          >
            ↶ {t.why.undo}
          </Button>
        </>
      ) : null}
    </p>
  );
}

function Rules({ rules }: { readonly rules: readonly WhyRule[] }) {
  const t = usePolicyT();
  const holdNs = useBoard((state) => state.holdNs);
  const lookAtRule = useBoard((state) => state.lookAtRule);
  return (
    <section className={css['side']} aria-label={t.why.rules}>
      <h3>{t.why.rules}</h3>
      <ul className={css['rules']}>
        {rules.map((rule) => (
          <li key={`${rule.ns} ${rule.chain} ${rule.number}`}>
            <button
              type="button"
              className={css['link']}
              onClick={() => {
                holdNs(rule.ns);
                lookAtRule(rule);
              }}
            >
              {rule.ns} {rule.chain} {rule.number}
            </button>{' '}
            {rule.policy === undefined ? t.why.refuses : t.why.leads(rule.policy)} (
            {t.why.packets(rule.packets)})<code className={css['line']}>{rule.text}</code>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Circle for yes, diamond for no. */
function Shape({ isGood }: { readonly isGood: boolean | undefined }) {
  if (isGood === undefined) return null;
  return (
    <svg
      viewBox="0 0 16 16"
      width="14"
      height="14"
      className={isGood ? css['yes'] : css['no']}
      aria-hidden="true"
    >
      {isGood ? <circle cx="8" cy="8" r="6" /> : <path d="M8 1l7 7-7 7-7-7z" />}
      <path d={isGood ? 'M5 8.2l2 2 4-4.4' : 'M5.8 5.8l4.4 4.4M10.2 5.8l-4.4 4.4'} />
    </svg>
  );
}
