import { Component, type ReactNode } from 'react';
import { Button } from './controls/Button.tsx';
import { useT } from './i18n/useT.ts';
import { CopyButton } from './open/CopyButton.tsx';
import { useBoard } from './page.ts';
import css from './ErrorBoundary.module.css';

interface Props {
  readonly children: ReactNode;
}

interface State {
  readonly error: Error | undefined;
}

/** Our bug, in the drawing of the page: what is around it goes on, and the text is safe in the store. Never a blank page. */
export class ErrorBoundary extends Component<Props, State> {
  override readonly state: State = { error: undefined };

  static getDerivedStateFromError(error: unknown): State {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    return <Failed error={error} />;
  }
}

function Failed({ error }: { readonly error: Error }) {
  const { ui } = useT();
  const text = useBoard((state) => state.text);
  return (
    <div role="alert" className={css['failed']}>
      <p>
        <strong>◆ {ui.crash.view}</strong> <code>{error.message}</code> {ui.crash.safe}
      </p>
      <p className={css['actions']}>
        <Button
          onClick={() => {
            location.reload();
          }}
        >
          {ui.crash.reload}
        </Button>
        <CopyButton
          text={`Flannelboard: ${error.stack ?? error.message}\n${navigator.userAgent}\n\n${text}`}
          label={ui.crash.copy}
          done={ui.crash.copied}
        />
      </p>
    </div>
  );
}
