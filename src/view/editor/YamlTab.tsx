import { useEffect, useMemo } from 'react';
import type { Diagnostic } from '../../engine/protocol.ts';
import type { Dictionary } from '../i18n/dictionary.ts';
import { say, useT } from '../i18n/useT.ts';
import { useBoard } from '../page.ts';
import { Button } from '../controls/Button.tsx';
import { PolicySays } from '../policy/PolicySays.tsx';
import { offersAt } from './completions.ts';
import { phrasesZhCN } from './phrases.ts';
import { YamlEditor } from './codemirror/YamlEditor.tsx';
import { DiagnosticList } from './DiagnosticList.tsx';
import css from './YamlTab.module.css';

const NO_PHRASES = {};

/** The text, what is said about it, and whether the board shows it. */
export function YamlTab() {
  const t = useT();
  const text = useBoard((state) => state.text);
  const edit = useBoard((state) => state.edit);
  const diagnostics = useBoard((state) => state.diagnostics);
  const reveal = useBoard((state) => state.reveal);
  const language = useBoard((state) => state.language);
  const showPlace = useBoard((state) => state.showPlace);
  const pointAt = useBoard((state) => state.pointAt);
  const board = useBoard((state) => state.board);
  const words = useBoard((state) => state.clusterWords);
  const readClusterWords = useBoard((state) => state.readClusterWords);
  useEffect(() => {
    if (board) readClusterWords();
  }, [board, readClusterWords]);
  const offers = useMemo(() => {
    return words && ((shown: string, offset: number) => offersAt(shown, offset, words));
  }, [words]);
  // pods are lit only while the text is looked at
  const isShown = useBoard((state) => state.tab === 'yaml');
  useEffect(() => {
    if (!isShown) pointAt(undefined);
  }, [isShown, pointAt]);
  const markers = useMemo(() => diagnostics.map((diagnostic) => markerOf(diagnostic, t)), [diagnostics, t]);
  return (
    <div className={css['tab']}>
      <Status />
      <div className={css['editor']}>
        <YamlEditor
          text={text}
          label={t.ui.yaml.label}
          phrases={language === 'zh-CN' ? phrasesZhCN : NO_PHRASES}
          markers={markers}
          reveal={reveal}
          onChange={edit}
          onCursor={pointAt}
          offers={offers}
        />
      </div>
      <PolicySays />
      <DiagnosticList diagnostics={diagnostics} onPick={showPlace} />
    </div>
  );
}

function markerOf({ range, severity, message, upstream }: Diagnostic, t: Dictionary) {
  const words = say(t, message);
  return {
    from: range.from,
    to: range.to,
    severity,
    message: upstream === undefined ? words : `${words}\n${upstream}`,
  };
}

const shapes = { committed: '●', pending: '…', rejected: '◆' } as const;

function Status() {
  const { ui } = useT();
  const status = useBoard((state) => state.textStatus);
  const canUndo = useBoard((state) => state.former !== undefined);
  const undoImport = useBoard((state) => state.undoImport);
  return (
    <div className={css['status']} data-status={status}>
      <p role="status">
        <span aria-hidden="true">{shapes[status]} </span>
        {ui.yaml[status]}
      </p>
      {canUndo ? (
        <Button
          onClick={() => {
            void undoImport();
          }}
        >
          {ui.yaml.undoImport}
        </Button>
      ) : null}
    </div>
  );
}
