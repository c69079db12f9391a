import { usePolicyFormT } from '../../i18n/usePolicyFormT.ts';
import css from './PolicyForm.module.css';

interface Props {
  readonly what: string;
  readonly onClick: () => void;
}

/** Takes away what it stands in; the focus goes to the form, for the button goes too. */
export function RemoveButton({ what, onClick }: Props) {
  const t = usePolicyFormT();
  return (
    <button
      type="button"
      className={css['remove']}
      aria-label={t.remove(what)}
      title={t.remove(what)}
      onClick={({ currentTarget }) => {
        currentTarget.closest<HTMLElement>('[data-policy-form]')?.focus({ preventScroll: true });
        onClick();
      }}
    >
      <svg viewBox="0 0 12 12" width="10" height="10" aria-hidden="true">
        <path d="M2 2l8 8M10 2l-8 8" stroke="currentColor" strokeWidth="1.5" />
      </svg>
    </button>
  );
}
