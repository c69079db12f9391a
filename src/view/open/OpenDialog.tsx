import { useState } from 'react';
import { Button } from '../controls/Button.tsx';
import { FileButton } from '../controls/FileButton.tsx';
import { Dialog } from '../Dialog.tsx';
import { DiagnosticList } from '../editor/DiagnosticList.tsx';
import { useOpenT } from '../i18n/useOpenT.ts';
import { useBoard } from '../page.ts';
import { CopyButton } from './CopyButton.tsx';
import { Gallery } from './Gallery.tsx';
import css from './OpenDialog.module.css';

/** The command whose output makes a board. */
const COMMAND =
  'kubectl get nodes,namespaces,pods,services,endpointslices,networkpolicies,configmaps -A -o yaml';
/** A text area of more than this many characters is too slow to type in. */
const LARGE = 300_000;

/** How a cluster gets onto the board; everything stays in the browser. */
export function OpenDialog() {
  const words = useOpenT();
  const showDialog = useBoard((state) => state.showDialog);
  const opening = useBoard((state) => state.opening);
  return (
    <Dialog
      title={words.title}
      onClose={() => {
        // A text that is being read is cancelled by its own button, not by a stray Esc.
        if (opening === undefined) showDialog('none');
      }}
    >
      <div className={css['body']}>
        <p>{words.command}</p>
        <div className={css['command']}>
          <code className={css['code']}>{COMMAND}</code>
          <CopyButton text={COMMAND} label={words.copy} done={words.copied} />
        </div>
        <p className={css['privacy']}>{words.privacy}</p>
        {opening === undefined ? <Sources /> : <Reading />}
      </div>
    </Dialog>
  );
}

function Sources() {
  const words = useOpenT();
  const draft = useBoard((state) => state.draft);
  const editDraft = useBoard((state) => state.editDraft);
  const importText = useBoard((state) => state.importText);
  const importFile = useBoard((state) => state.importFile);
  return (
    <>
      <label className={css['paste']}>
        <span>{words.paste}</span>
        {draft.length > LARGE ? (
          <span className={css['large']}>{words.large((draft.length / 1e6).toFixed(1))}</span>
        ) : (
          <textarea
            className={css['text']}
            aria-label={words.pasteLabel}
            rows={8}
            spellCheck={false}
            autoCapitalize="off"
            value={draft}
            onChange={(event) => {
              editDraft(event.target.value);
            }}
            onPaste={(event) => {
              const text = event.clipboardData.getData('text/plain');
              if (text.length <= LARGE) return;
              event.preventDefault();
              void importText(text);
            }}
          />
        )}
      </label>
      <Refused />
      <div className={css['actions']}>
        <Button
          disabled={draft.trim() === ''}
          onClick={() => {
            void importText(draft);
          }}
        >
          {words.open}
        </Button>
        {draft === '' ? null : (
          <Button
            kind="quiet"
            onClick={() => {
              editDraft('');
            }}
          >
            {words.clear}
          </Button>
        )}
        <FileButton
          label={words.file}
          onFile={(chosen) => {
            void importFile(chosen);
          }}
        />
      </div>
      <Gallery />
    </>
  );
}

/** Why the draft could not be opened. */
function Refused() {
  const words = useOpenT();
  const diagnostics = useBoard((state) => state.draftDiagnostics);
  if (diagnostics.length === 0) return null;
  return (
    <div role="alert" className={css['refused']}>
      <p className={css['failed']}>◆ {words.failed}</p>
      <DiagnosticList diagnostics={diagnostics} />
    </div>
  );
}

function Reading() {
  const words = useOpenT();
  const progress = useBoard((state) => state.opening?.progress);
  const cancelImport = useBoard((state) => state.cancelImport);
  const [isCancelling, setCancelling] = useState(false);
  const stage = words.stages[progress?.stage ?? 'parse'];
  return (
    <div className={css['reading']}>
      <p role="status">{stage}</p>
      <progress
        className={css['progress']}
        aria-label={stage}
        max={progress?.total ?? 1}
        {...(progress === undefined ? {} : { value: progress.done })}
      />
      <Button
        disabled={isCancelling}
        onClick={() => {
          setCancelling(true);
          void cancelImport();
        }}
      >
        {words.cancel}
      </Button>
    </div>
  );
}
