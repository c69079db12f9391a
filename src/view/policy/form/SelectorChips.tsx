/** A label selector: a chip for each requirement, all of which must hold, and a field for one more. */
import { useId, useMemo, useState } from 'react';
import type { ClusterWords, SelectorText } from '../../../engine/protocol.ts';
import { usePolicyFormT } from '../../i18n/usePolicyFormT.ts';
import { useBoard } from '../../page.ts';
import { json } from './edits.ts';
import { useForm } from './formContext.ts';
import { RemoveButton } from './RemoveButton.tsx';
import { addRequirement, requirementsIn } from './selectorText.ts';
import css from './PolicyForm.module.css';

interface Props {
  readonly of: 'pods' | 'namespaces';
  readonly selector: SelectorText;
  readonly path: string;
}

export function SelectorChips({ of, selector, path }: Props) {
  const t = usePolicyFormT();
  const { edit } = useForm();
  const words = useBoard((state) => state.clusterWords);
  const offers = useMemo(() => (words ? labelsOf(words, of) : []), [words, of]);
  const list = useId();
  const [typed, setTyped] = useState('');
  const [isNone, setNone] = useState(false);
  const requirements = requirementsIn(selector);
  const set = (next: SelectorText): void => {
    edit({ path, value: json(next) });
  };
  const add = (): void => {
    if (typed.trim() === '') return;
    const next = addRequirement(selector, typed);
    setNone(next === undefined);
    if (!next) return;
    setTyped('');
    set(next);
  };
  return (
    <div className={css['selector']}>
      {requirements.length === 0 ? (
        <span className={css['soft']}>{of === 'pods' ? t.everyPod : t.everyNamespace}</span>
      ) : null}
      {requirements.map(({ text, without }, i) => (
        <span key={text} className={css['chips']}>
          {i > 0 ? <span className={css['and']}>{t.and}</span> : null}
          <span className={css['chip']}>
            <code>{text}</code>
            <RemoveButton
              what={text}
              onClick={() => {
                set(without);
              }}
            />
          </span>
        </span>
      ))}
      <span className={css['chips']}>
        <input
          className={css['field']}
          aria-label={t.label(of === 'pods' ? t.pods : t.namespaces)}
          aria-invalid={isNone}
          placeholder="key=value"
          size={12}
          value={typed}
          list={list}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => {
            setTyped(event.target.value);
            setNone(false);
          }}
          onBlur={add}
          onKeyDown={(event) => {
            if (event.key === 'Enter') add();
          }}
        />
        <datalist id={list}>
          {offers.map((offer) => (
            <option key={offer} value={offer}>
              {offer}
            </option>
          ))}
        </datalist>
      </span>
      {isNone ? (
        <span role="alert" className={css['wrong']}>
          ▲ {t.notLabel}
        </span>
      ) : null}
    </div>
  );
}

const NAME_LABEL = 'kubernetes.io/metadata.name';

function labelsOf({ labels, namespaceLabels, namespaces }: ClusterWords, of: Props['of']): readonly string[] {
  const all = of === 'pods' ? labels : { ...namespaceLabels, [NAME_LABEL]: namespaces };
  return Object.entries(all).flatMap(([key, values]) => values.map((value) => `${key}=${value}`));
}
