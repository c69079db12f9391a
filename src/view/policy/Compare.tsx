/** Who may talk to whom on this board, against another file: chosen, or pasted. */
import { useState } from 'react';
import { Button } from '../controls/Button.tsx';
import { FileButton } from '../controls/FileButton.tsx';
import { DiagnosticList } from '../editor/DiagnosticList.tsx';
import { usePolicyT } from '../i18n/usePolicyT.ts';
import { useBoard } from '../page.ts';
import { DiffList } from './LastEdit.tsx';
import css from './MatrixTab.module.css';

export function Compare() {
  const t = usePolicyT();
  const compared = useBoard((state) => state.compared);
  const compareWith = useBoard((state) => state.compareWith);
  const readFile = useBoard((state) => state.readFile);
  const [pasted, setPasted] = useState('');
  const answer = compared?.answer;
  return (
    <details className={css['compare']} data-testid="policy-compare">
      <summary>{t.compare.title}</summary>
      <p className={css['note']}>{t.compare.help}</p>
      <textarea
        aria-label={t.compare.paste}
        placeholder={t.compare.paste}
        rows={3}
        spellCheck={false}
        value={pasted}
        onChange={(event) => {
          setPasted(event.target.value);
        }}
      />
      <div className={css['apply']}>
        <Button
          disabled={pasted.trim() === ''}
          onClick={() => {
            compareWith({ name: t.compare.pasted, text: pasted });
          }}
        >
          {t.compare.go}
        </Button>
        <FileButton
          label={t.compare.file}
          onFile={(chosen) => {
            void readFile(chosen).then((text) => {
              compareWith({ name: chosen.name, text });
            });
          }}
        />
        {compared ? (
          <Button
            onClick={() => {
              compareWith(undefined);
            }}
          >
            {t.compare.stop}
          </Button>
        ) : null}
      </div>
      <div role="status" className={css['diff']}>
        {compared ? <h3>{t.compare.against(compared.name)}</h3> : null}
        {compared && !answer ? <p className={css['note']}>{t.waiting}</p> : null}
        {answer?.status === 'compared' ? (
          <>
            {answer.isPoliciesOnly ? <p className={css['note']}>{t.compare.policiesOnly}</p> : null}
            <DiffList diff={answer.diff} words={t.compare} />
          </>
        ) : null}
        {answer?.status === 'rejected' ? <p className={css['closed']}>◆ {t.compare.rejected}</p> : null}
      </div>
      {answer?.status === 'rejected' ? <DiagnosticList diagnostics={answer.diagnostics} /> : null}
    </details>
  );
}
