import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react';
import type { Terminal } from '../../store/slices/terminal.ts';
import { isRunning } from '../../store/terminalActions.ts';
import { IconButton } from '../controls/Button.tsx';
import { useTerminalT } from '../i18n/useTerminalT.ts';
import { useBoard } from '../page.ts';
import { completed } from './completed.ts';
import css from './Terminal.module.css';

/** The line that is typed: Enter runs it, Tab completes it, the arrows go through what was typed before. */
export function CommandLine({ ns, terminal }: { readonly ns: string; readonly terminal: Terminal }) {
  const words = useTerminalT();
  const [line, setLine] = useState('');
  const [fitting, setFitting] = useState<readonly string[]>([]);
  /** how far back in the history; 0 = the line that is being typed */
  const [back, setBack] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  const leaving = useRef(false);
  const id = useId();
  const runLine = useBoard((state) => state.runLine);
  const stop = useBoard((state) => state.stopProgram);
  const clear = useBoard((state) => state.clearTerminal);
  const completeLine = useBoard((state) => state.completeLine);
  const runs = useBoard((state) => terminal.log.some((entry) => isRunning(entry, state)));

  // opened by its key: whoever came by pointer or from the tabs keeps the focus there
  useEffect(() => {
    if (document.activeElement === document.body) input.current?.focus();
  }, []);

  const type = (text: string): void => {
    setLine(text);
    setFitting([]);
  };
  const run = (): void => {
    setBack(0);
    type('');
    void runLine(ns, line);
  };
  const complete = async (): Promise<void> => {
    const found = await completeLine(ns, line);
    const next = completed(line, found);
    setLine(next.line);
    setFitting(next.open);
    input.current?.focus();
  };
  const remember = (by: number): void => {
    const { history } = terminal;
    const to = Math.min(Math.max(back + by, 0), history.length);
    setBack(to);
    type(to === 0 ? '' : (history[history.length - to] ?? ''));
  };
  const onControl = (key: string): boolean => {
    if (key === 'l') {
      clear(ns);
      return true;
    }
    // a selection is copied, as anywhere else
    const isSelecting = (window.getSelection()?.toString() ?? '') !== '';
    if (key !== 'c' || isSelecting) return false;
    type('');
    void stop(ns);
    return true;
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const { key, ctrlKey, metaKey, altKey, shiftKey } = event;
    const mayLeave = leaving.current;
    leaving.current = key === 'Escape';
    let isMine = true;
    if (ctrlKey && !metaKey && !altKey) isMine = onControl(key.toLowerCase());
    else if (key === 'Enter') run();
    else if (key === 'ArrowUp') remember(1);
    else if (key === 'ArrowDown') remember(-1);
    else if (key === 'Escape') setFitting([]);
    // an empty line and Esc let Tab go on to the next thing on the page
    else if (key === 'Tab' && !shiftKey && !mayLeave && line !== '') void complete();
    else isMine = false;
    if (isMine) event.preventDefault();
  };

  return (
    <div className={css['foot']}>
      {fitting.length === 0 ? null : (
        <ul className={css['fitting']} aria-label={words.candidates} id={`${id}fitting`}>
          {fitting.map((word) => (
            <li key={word}>
              <button
                type="button"
                onClick={() => {
                  const start = line.search(/\S*$/);
                  type(`${line.slice(0, start)}${word} `);
                  input.current?.focus();
                }}
              >
                {word}
              </button>
            </li>
          ))}
        </ul>
      )}
      <div className={css['line']}>
        <label htmlFor={`${id}line`} className={css['prompt']}>
          {ns}#<span className="visually-hidden"> {words.line(ns)}</span>
        </label>
        <input
          ref={input}
          id={`${id}line`}
          data-command-line
          className={css['input']}
          value={line}
          autoComplete="off"
          autoCapitalize="off"
          autoCorrect="off"
          spellCheck={false}
          enterKeyHint="go"
          aria-describedby={fitting.length === 0 ? undefined : `${id}fitting`}
          onChange={(event) => {
            type(event.target.value);
          }}
          onKeyDown={onKeyDown}
        />
        <IconButton icon="end" label={words.tab} onClick={() => void complete()} />
        {runs ? (
          <IconButton icon="stop" label={words.stop} onClick={() => void stop(ns)} />
        ) : (
          <IconButton icon="arrow" label={words.run} onClick={run} />
        )}
      </div>
    </div>
  );
}
