/** Who enforces NetworkPolicies on this board, said where the board is: flannel alone would not. */
import { usePolicyT } from '../i18n/usePolicyT.ts';
import { useBoard } from '../page.ts';
import css from './MatrixTab.module.css';

export function PolicyBadge() {
  const t = usePolicyT();
  const controller = useBoard((state) => state.board?.policyController);
  const showTab = useBoard((state) => state.showTab);
  if (controller === undefined) return null;
  return (
    <button
      type="button"
      className={css['badge']}
      data-controller={controller}
      data-testid="policy-badge"
      title={t.badge[`${controller}-help`]}
      onClick={() => {
        showTab('matrix');
      }}
    >
      <svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
        {controller === 'none' ? (
          <path d="M6 1l5 5-5 5-5-5z" fill="none" stroke="currentColor" />
        ) : (
          <path
            d="M6 1l4.5 1.5v3.2c0 2.6-2 4.4-4.5 5.3-2.500-.9-4.500-2.700-4.500-5.300v-3.200z"
            fill="none"
            stroke="currentColor"
          />
        )}
      </svg>
      {t.badge[controller]}
    </button>
  );
}
