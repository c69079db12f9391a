import type { Diagnostic, TextRange } from '../../engine/protocol.ts';
import { say, useT } from '../i18n/useT.ts';
import css from './DiagnosticList.module.css';

const shapes = { error: '◆', warning: '▲', info: '●' } as const;

/** What stops the board comes first. */
const order: readonly Diagnostic['severity'][] = ['error', 'warning', 'info'];

interface Props {
  readonly diagnostics: readonly Diagnostic[];
  /** shows the place in the text; without it the lines are only named */
  readonly onPick?: (range: TextRange) => void;
}

/** What is said about a text, line by line. */
export function DiagnosticList({ diagnostics, onPick }: Props) {
  const { ui } = useT();
  if (diagnostics.length === 0) return null;
  const sorted = diagnostics.toSorted((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
  return (
    <ul className={css['list']} aria-label={ui.yaml.problems}>
      {sorted.map((diagnostic) => (
        <li
          key={`${diagnostic.message.id} ${diagnostic.range.from} ${diagnostic.document}`}
          className={css['item']}
          data-severity={diagnostic.severity}
        >
          <Line diagnostic={diagnostic} onPick={onPick} />
        </li>
      ))}
    </ul>
  );
}

function Line({ diagnostic, onPick }: { readonly diagnostic: Diagnostic; readonly onPick: Props['onPick'] }) {
  const t = useT();
  const { severity, range, message, upstream } = diagnostic;
  const words = (
    <>
      <span className={css['severity']}>
        {shapes[severity]} {t.ui.yaml.severity[severity]}, {t.ui.yaml.line(range.line)}
      </span>
      <span>{say(t, message)}</span>
      {upstream === undefined ? null : <code className={css['upstream']}>{upstream}</code>}
    </>
  );
  if (onPick === undefined) return <div className={css['line']}>{words}</div>;
  return (
    <button
      type="button"
      className={`${css['line']} ${css['pick']}`}
      onClick={() => {
        onPick(range);
      }}
    >
      {words}
    </button>
  );
}
