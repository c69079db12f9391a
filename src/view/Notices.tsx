import type { Message } from '../lib/message.ts';
import type { Notice } from '../store/slices/ui.ts';
import { Button, IconButton } from './controls/Button.tsx';
import { say, useT } from './i18n/useT.ts';
import { CopyButton } from './open/CopyButton.tsx';
import { useBoard } from './page.ts';
import css from './Notices.module.css';

/** What has to be said across the page: that the simulator stopped, what an import did, why nothing was sent. */
export function Notices() {
  const message = useBoard((state) => (state.engine.kind === 'crashed' ? state.engine.message : undefined));
  const notice = useBoard((state) => state.notice);
  const refusal = useBoard((state) => state.refusal);
  return (
    <div className={css['room']}>
      <div className={css['notices']}>
        {message === undefined ? null : <Crashed message={message} />}
        {refusal === undefined ? null : <Refused refusal={refusal} />}
        <div role="status">{notice === undefined ? null : <Note notice={notice} />}</div>
      </div>
    </div>
  );
}

function Crashed({ message }: { readonly message: string }) {
  const { ui } = useT();
  const restart = useBoard((state) => state.restart);
  const text = useBoard((state) => state.text);
  const report = `Flannelboard: the simulator stopped\n${message}\n${navigator.userAgent}\n\n${text}`;
  return (
    <div role="alert" className={`${css['notice']} ${css['crash']}`}>
      <p className={css['words']}>
        <strong>◆ {ui.crash.title}</strong> <code>{message}</code> {ui.crash.safe}
      </p>
      <Button
        onClick={() => {
          void restart();
        }}
      >
        {ui.crash.restart}
      </Button>
      <CopyButton text={report} label={ui.crash.copy} done={ui.crash.copied} />
    </div>
  );
}

/** Why nothing was sent: said beside the board, whichever panel is open. */
function Refused({ refusal }: { readonly refusal: Message }) {
  const t = useT();
  const dismissRefusal = useBoard((state) => state.dismissRefusal);
  return (
    <div role="alert" className={`${css['notice']} ${css['refused']}`}>
      <p className={css['words']}>◆ {say(t, refusal)}</p>
      <IconButton icon="close" label={t.ui.notice.dismiss} onClick={dismissRefusal} />
    </div>
  );
}

function Note({ notice }: { readonly notice: Notice }) {
  const { ui } = useT();
  const dismissNotice = useBoard((state) => state.dismissNotice);
  return (
    <div className={css['notice']}>
      {notice.kind === 'opened' ? (
        <Opened notice={notice} />
      ) : (
        <p className={css['words']}>
          ▲ {notice.kind === 'no-words' ? ui.notice.noWords(notice.why) : ui.notice.notSaved(notice.why)}
        </p>
      )}
      <IconButton icon="close" label={ui.notice.dismiss} onClick={dismissNotice} />
    </div>
  );
}

function Opened({ notice }: { readonly notice: Extract<Notice, { kind: 'opened' }> }) {
  const { ui } = useT();
  const canUndo = useBoard((state) => state.former !== undefined);
  const undoImport = useBoard((state) => state.undoImport);
  const showTab = useBoard((state) => state.showTab);
  return (
    <>
      <p className={css['words']}>{ui.notice.opened(notice.nodes, notice.pods)}</p>
      {notice.warnings === 0 ? null : (
        <Button
          onClick={() => {
            showTab('yaml');
          }}
        >
          ▲ {ui.notice.warnings(notice.warnings)}
        </Button>
      )}
      {canUndo ? (
        <Button
          onClick={() => {
            void undoImport();
          }}
        >
          {ui.yaml.undoImport}
        </Button>
      ) : null}
    </>
  );
}
