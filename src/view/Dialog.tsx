import { useEffect, useId, useRef, type ReactNode } from 'react';
import { IconButton } from './controls/Button.tsx';
import { useT } from './i18n/useT.ts';
import css from './Dialog.module.css';

interface Props {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** A native modal dialog: focus trap, Esc and backdrop are the browser's. Mounted while it is open. */
export function Dialog({ title, onClose, children }: Props) {
  const { ui } = useT();
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const element = dialog.current;
    if (element?.open === false) element.showModal();
    return () => element?.close();
  }, []);
  return (
    <dialog ref={dialog} className={css['dialog']} aria-labelledby={id} onCancel={onClose} onClose={onClose}>
      <header className={css['head']}>
        <h2 id={id} className={css['title']}>
          {title}
        </h2>
        <IconButton icon="close" label={ui.panel.close} onClick={onClose} />
      </header>
      <div className={css['body']}>{children}</div>
    </dialog>
  );
}
