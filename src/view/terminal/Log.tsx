import { useEffect, useMemo, useRef } from 'react';
import type { LogEntry, Terminal } from '../../store/slices/terminal.ts';
import { happened, isRunning, printedBy } from '../../store/terminalActions.ts';
import { captured } from '../../trace/tcpdump.ts';
import { say, useT } from '../i18n/useT.ts';
import { useTerminalT } from '../i18n/useTerminalT.ts';
import { useBoard } from '../page.ts';
import css from './Terminal.module.css';

/** What was typed in a namespace and what was printed, newest at the bottom. It can be selected and copied. */
export function Log({ ns, terminal }: { readonly ns: string; readonly terminal: Terminal }) {
  const words = useTerminalT();
  const element = useRef<HTMLDivElement>(null);
  const { log } = terminal;
  // what comes is in view, unless the reader has scrolled up to read
  useEffect(() => {
    const list = element.current;
    // the tab is what scrolls: it can be reached by keyboard
    const scroller = list?.closest('[role=tabpanel]');
    if (list === null || scroller === null || scroller === undefined) return undefined;
    const follow = (): void => {
      scroller.scrollTop = scroller.scrollHeight;
    };
    follow();
    const observer = new MutationObserver(() => {
      const below = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight;
      if (below < scroller.clientHeight / 2) follow();
    });
    observer.observe(list, { childList: true, subtree: true, characterData: true });
    return () => {
      observer.disconnect();
    };
  }, [ns, log.length]);
  return (
    <div ref={element} role="log" aria-live="polite" aria-label={words.output(ns)} className={css['log']}>
      {log.length === 0 ? <p className={css['note']}>{words.begin}</p> : null}
      {log.map((entry) => (
        <Entry key={entry.id} ns={ns} entry={entry} />
      ))}
    </div>
  );
}

function Entry({ ns, entry }: { readonly ns: string; readonly entry: LogEntry }) {
  const t = useT();
  const words = useTerminalT();
  const lines = useLines(entry);
  const runs = useBoard((state) => isRunning(entry, state));
  const { line, failed, hint, refusal, forked } = entry;
  return (
    <div className={css['entry']} data-failed={failed} data-forked={forked}>
      <p className={css['typed']}>
        <span className={css['prompt']}>{ns}# </span>
        {line}
        {forked ? <span className={css['mark']}> ⑂ {words.forked}</span> : null}
      </p>
      {lines.length === 0 ? null : (
        <pre className={css['output']}>
          {failed ? <span className={css['mark']}>✕ {words.error}: </span> : null}
          {lines.join('\n')}
        </pre>
      )}
      {refusal === undefined ? null : <p className={css['hint']}>✕ {say(t, refusal)}</p>}
      {hint === undefined || hint.word === '' ? null : (
        <p className={css['hint']}>
          {hint.nearest === undefined ? words.unknown(hint.word) : words.nearest(hint.word, hint.nearest)}
        </p>
      )}
      {runs ? <p className={css['running']}>▸ {words.running}</p> : null}
    </div>
  );
}

const NO_LINES: readonly string[] = [];

/** What an entry shows where the playhead stands. */
function useLines(entry: LogEntry): readonly string[] {
  const { capture } = entry;
  const recording = useBoard((state) => state.recording);
  // only what waits for the recording moves with it
  const at = useBoard((state) =>
    entry.exchange === undefined && capture === undefined ? 0 : happened(state),
  );
  const printed = useMemo(
    () => (entry.exchange === undefined ? NO_LINES : printedBy(recording.exchanges[entry.exchange], at)),
    [entry.exchange, recording, at],
  );
  const dumped = useMemo(() => {
    if (capture === undefined) return NO_LINES;
    const { of, from, to } = capture;
    const { lines, packets } = captured(recording, of, { from, to: Math.min(at, to ?? Infinity) });
    const isOver = to !== undefined || (of.count !== undefined && packets >= of.count);
    if (!isOver) return lines;
    const counts = [
      `${packets} packets captured`,
      `${packets} packets received by filter`,
      '0 packets dropped by kernel',
    ];
    return [...lines, '', ...counts];
  }, [capture, recording, at]);
  return useMemo(() => [...entry.lines, ...printed, ...dumped], [entry.lines, printed, dumped]);
}
