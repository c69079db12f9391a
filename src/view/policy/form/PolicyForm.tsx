/**
 * The NetworkPolicy at the cursor as a form. It shows what the YAML says, also what the API server would refuse, and writes every change
 * into it as an edit of that field alone; AND inside an item and OR between items stand in words between the boxes.
 */
import { Fragment, useMemo, useRef, useState } from 'react';
import type { WrittenPolicy } from '../../../engine/protocol.ts';
import { Button } from '../../controls/Button.tsx';
import { usePolicyFormT } from '../../i18n/usePolicyFormT.ts';
import { useBoard } from '../../page.ts';
import { toggleDash } from '../dash.ts';
import {
  addRule,
  chooseType,
  DIRECTIONS,
  itemsAt,
  removed,
  rulesIn,
  typesOf,
  type Direction,
} from './edits.ts';
import { FormContext, type FormActions } from './formContext.ts';
import { Part } from './Part.tsx';
import { RuleForm } from './RuleForm.tsx';
import { SelectorChips } from './SelectorChips.tsx';
import css from './PolicyForm.module.css';

export function PolicyForm({ onClose }: { readonly onClose: () => void }) {
  const t = usePolicyFormT();
  const words = useBoard((state) => state.policyWords);
  const isUndoable = useBoard((state) => state.policyEdits.at(-1)?.after === state.text);
  const undo = useBoard((state) => state.undoPolicyEdit);
  const host = useRef<HTMLElement>(null);
  const [isUnwritable, setUnwritable] = useState(false);
  const written = words?.written;
  const name = written ? `${written.namespace}/${written.name}` : '';
  return (
    <section
      ref={host}
      className={css['form']}
      aria-label={t.title(name)}
      data-policy-form
      data-testid="policy-form"
      tabIndex={-1}
    >
      <header>
        <h3>{written ? t.title(name) : ''}</h3>
        {isUndoable ? (
          <Button
            onClick={() => {
              void undo();
            }}
          >
            ↶ {t.undo}
          </Button>
        ) : null}
        <Button onClick={onClose}>{t.close}</Button>
      </header>
      <p role="status" className={css['wrong']}>
        {isUnwritable ? `▲ ${t.unwritable}` : null}
      </p>
      {written ? (
        <Fields written={written} onOutcome={(outcome) => setUnwritable(outcome === 'unreadable')} />
      ) : (
        <p className={css['soft']}>{words ? t.unreadable : t.nowhere}</p>
      )}
    </section>
  );
}

interface FieldsProps {
  readonly written: WrittenPolicy;
  readonly onOutcome: (outcome: 'done' | 'unreadable') => void;
}

function Fields({ written: { namespace, name, spec }, onOutcome }: FieldsProps) {
  const t = usePolicyFormT();
  const editField = useBoard((state) => state.editField);
  const editDash = useBoard((state) => state.editDash);
  const actions = useMemo((): FormActions => {
    const refTo = (path: string) => ({ kind: 'NetworkPolicy', namespace, name, path });
    return {
      namespace,
      edit: ({ path, value }) => void editField(refTo(path), value).then(onOutcome),
      editDash: (fields, { path, value }) =>
        void editDash({
          refs: fields.map(refTo),
          change: (text, offset) => toggleDash(text, offset)?.text,
          otherwise: { ref: refTo(path), value },
        }).then(onOutcome),
    };
  }, [namespace, name, editField, editDash, onOutcome]);
  const types = typesOf(spec);
  return (
    <FormContext value={actions}>
      <Part name={t.applies}>
        <span className={css['soft']}>{t.podsHere(namespace)}</span>
        <SelectorChips of="pods" selector={spec.podSelector ?? {}} path="spec.podSelector" />
      </Part>
      <div className={css['part']} role="group" aria-label={t.isolates}>
        <span className={css['kind']}>{t.isolates}</span>
        <div className={css['line']}>
          {DIRECTIONS.map((direction) => (
            <label key={direction}>
              <input
                type="checkbox"
                checked={types[direction]}
                onChange={(event) => {
                  actions.edit(chooseType(spec, direction, event.target.checked));
                }}
              />{' '}
              {t.directions[direction]}
            </label>
          ))}
        </div>
      </div>
      {DIRECTIONS.map((direction) => (
        <Rules
          key={direction}
          spec={spec}
          direction={direction}
          isOn={types[direction]}
          edit={actions.edit}
        />
      ))}
    </FormContext>
  );
}

interface RulesProps extends Pick<FormActions, 'edit'> {
  readonly spec: WrittenPolicy['spec'];
  readonly direction: Direction;
  readonly isOn: boolean;
}

function Rules({ spec, direction, isOn, edit }: RulesProps) {
  const t = usePolicyFormT();
  const rules = rulesIn(spec, direction);
  if (!isOn && rules.length === 0) return null;
  return (
    <section className={css['rules']} aria-label={t.admits[direction]}>
      <h4>{t.admits[direction]}</h4>
      {isOn ? null : <p className={css['wrong']}>▲ {t.ignored}</p>}
      {isOn && rules.length === 0 ? <p className={css['soft']}>{t.nothing[direction]}</p> : null}
      {itemsAt(rules, `spec.${direction}`).map(({ item, index, field }) => (
        <Fragment key={field}>
          {index > 0 ? <p className={css['or']}>{t.or}</p> : null}
          <RuleForm
            direction={direction}
            rule={item}
            number={index + 1}
            path={field}
            onRemove={() => {
              edit(removed(`spec.${direction}`, rules.length, index));
            }}
          />
        </Fragment>
      ))}
      <div className={css['buttons']}>
        <Button
          onClick={() => {
            edit(addRule(spec, direction));
          }}
        >
          + {t.addRule}
        </Button>
      </div>
    </section>
  );
}
