import { useEffect, useId, useRef, type KeyboardEventHandler, type ReactNode } from 'react';
import { IconButton } from './controls/Button.tsx';
import { useT } from './i18n/useT.ts';
import css from './Dialog.module.css';

interface Props {
  readonly title: string;
  readonly onClose: () => void;
  /** it holds a figure: as wide as the page allows */
  readonly isWide?: boolean;
  /** keys of what is in it, wherever in the dialog the focus is */
  readonly onKeyDown?: KeyboardEventHandler | undefined;
  readonly children: ReactNode;
}

/** A native modal dialog: focus trap, Esc and backdrop are the browser's. Mounted while it is open. */
export function Dialog({ title, onClose, isWide = false, onKeyDown, children }: Props) {
  const { ui } = useT();
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const element = dialog.current;
    if (element?.open === false) element.showModal();
    return () => element?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      className={css['dialog']}
      data-wide={isWide}
      aria-labelledby={id}
      onKeyDown={onKeyDown}
      onCancel={onClose}
      onClose={onClose}
    >
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
