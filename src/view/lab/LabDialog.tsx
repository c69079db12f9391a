import { useState } from 'react';
import type { LabResult } from '../../engine/protocol.ts';
import { Button } from '../controls/Button.tsx';
import { Dialog } from '../Dialog.tsx';
import { useLabT } from '../i18n/useLabT.ts';
import { say, useT } from '../i18n/useT.ts';
import { CopyButton } from '../open/CopyButton.tsx';
import { useBoard } from '../page.ts';
import { saveAs } from '../saveAs.ts';
import css from './LabDialog.module.css';

type Ready = Extract<LabResult, { readonly status: 'ready' }>;

/** The board as a script that a Linux machine runs: what it is, the file, and how it is run. */
export default function LabDialog() {
  const t = useT();
  const words = useLabT();
  const lab = useBoard((state) => state.lab);
  const showDialog = useBoard((state) => state.showDialog);
  return (
    <Dialog
      title={words.title}
      onClose={() => {
        showDialog('none');
      }}
    >
      <div className={css['body']}>
        <p>{words.intro}</p>
        {lab === undefined ? <p role="status">{words.writing}</p> : null}
        {lab?.status === 'refused' ? <p role="alert">▲ {say(t, lab.message)}</p> : null}
        {lab?.status === 'ready' ? <Script lab={lab} /> : null}
      </div>
    </Dialog>
  );
}

function Script({ lab }: { readonly lab: Ready }) {
  const words = useLabT();
  const { name, script, namespaces, typed } = lab;
  const [isSaved, setSaved] = useState(false);
  return (
    <>
      <div className={css['save']}>
        <Button
          kind="primary"
          onClick={() => {
            saveAs(name, script, 'text/x-shellscript');
            setSaved(true);
          }}
        >
          {words.save(name)}
        </Button>
        <span>
          {words.holds(namespaces)} {typed === 0 ? null : words.typed(typed)}
        </span>
      </div>
      <p role="status" className={css['saved']}>
        {isSaved ? words.saved(name) : ''}
      </p>
      <p>{words.how}</p>
      <Commands lab={lab} />
      <p className={css['soft']}>{words.needs}</p>
      <p className={css['soft']}>{words.others}</p>
      <p className={css['soft']}>{words.more}</p>
    </>
  );
}

function Commands({ lab: { name, node, pod, to } }: { readonly lab: Ready }) {
  const words = useLabT();
  const run = `sudo bash ${name}`;
  const rows = [
    { command: `${run} up`, help: words.rows.up },
    ...(pod === undefined || to === undefined
      ? []
      : [{ command: `${run} in ${pod} ping -c 3 ${to}`, help: words.rows.ping }]),
    { command: `${run} in ${node} ip route`, help: words.rows.node },
    { command: `${run} down`, help: words.rows.down },
  ];
  return (
    <ol className={css['commands']}>
      {rows.map(({ command, help }) => (
        <li key={command} className={css['command']}>
          <code className={css['code']}>{command}</code>
          <CopyButton text={command} label={words.copy} done={words.copied} />
          <span className={css['help']}>{help}</span>
        </li>
      ))}
    </ol>
  );
}
