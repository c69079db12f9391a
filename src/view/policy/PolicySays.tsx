/** Under the editor: the policy at the cursor in sentences; the one about the field at the cursor is marked. */
import { Suspense, useState } from 'react';
import { usePolicyT, useSayPolicy } from '../i18n/usePolicyT.ts';
import { Button } from '../controls/Button.tsx';
import { useBoard } from '../page.ts';
import { PolicyForm } from '../later.ts';
import { useNarrow } from '../useNarrow.ts';
import { toggleDash } from './dash.ts';
import css from './MatrixTab.module.css';

export function PolicySays() {
  const t = usePolicyT();
  const say = useSayPolicy();
  const words = useBoard((state) => state.policyWords);
  const count = useBoard((state) => state.litPods.length);
  const text = useBoard((state) => state.text);
  const cursorAt = useBoard((state) => state.cursorAt);
  const edit = useBoard((state) => state.edit);
  const showPlace = useBoard((state) => state.showPlace);
  const isNarrow = useNarrow();
  const growPanel = useBoard((state) => state.growPanel);
  const [isForm, setForm] = useState(false);
  if (isForm)
    return (
      <Suspense fallback={<p className={css['note']}>{t.waiting}</p>}>
        <PolicyForm
          onClose={() => {
            setForm(false);
          }}
        />
      </Suspense>
    );
  if (words === undefined || (words.sentences.length === 0 && !words.written)) return null;
  const dash = toggleDash(text, cursorAt);
  const here = longestAt(
    words.path,
    words.sentences.map(({ path }) => path),
  );
  return (
    <section className={css['words']} aria-label={t.words.title} data-testid="policy-says">
      <h3>{t.words.title}</h3>
      <ul>
        {words.sentences.map(({ path, message }) => (
          <li key={path} data-here={path === here}>
            {say(message)}
          </li>
        ))}
      </ul>
      {words.lit === undefined ? null : (
        <p className={css['note']}>
          <code>{words.path}</code> {t.words.lit(count)}
        </p>
      )}
      {words.written ? (
        <Button
          onClick={() => {
            setForm(true);
            // a sheet has room for a form only when it is tall
            if (isNarrow) growPanel(true);
          }}
        >
          {t.words.form}
        </Button>
      ) : null}
      {dash === undefined ? null : (
        <Button
          onClick={() => {
            edit(dash.text);
            showPlace({ from: cursorAt, to: cursorAt });
          }}
        >
          {dash.now === 'and' ? t.words.dashAway : t.words.dashHere}
        </Button>
      )}
    </section>
  );
}

/** The longest of the paths that the cursor's field is in. */
function longestAt(field: string, paths: readonly string[]): string | undefined {
  return paths
    .filter((path) => field === path || field.startsWith(`${path}.`) || field.startsWith(`${path}[`))
    .toSorted((a, b) => b.length - a.length)[0];
}
