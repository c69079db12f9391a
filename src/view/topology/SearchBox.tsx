/** The search field of the board: a name or an address in, what it is and where it is out. `/` goes there. */
import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import type { Board } from '../../engine/protocol.ts';
import { clean } from './text.ts';
import type { Fact, Hit, searchBoard, Target } from './search.ts';
import css from './search.module.css';

export interface SearchWords {
  readonly label: string;
  readonly placeholder: string;
  readonly none: string;
  readonly found: (count: number) => string;
  /** the sentence of what it is */
  readonly fact: (fact: Fact) => string;
}

export interface SearchBoxProps {
  readonly board: Board;
  readonly words: SearchWords;
  /** always a field; else a button that becomes one */
  readonly wide: boolean;
  /** undefined when the search is over */
  readonly onFound: (target: Target | undefined) => void;
}

/** Letters belong to these, not to the page. */
const TYPED = 'input, textarea, select, [contenteditable=true]';

/** What searches comes behind the board: nobody types before they see it. */
function useFinder(): typeof searchBoard | undefined {
  const [find, setFind] = useState<typeof searchBoard>();
  useEffect(() => {
    void import('./search.ts').then((loaded) => {
      setFind(() => loaded.searchBoard);
    });
  }, []);
  return find;
}

export function SearchBox({ board, words, wide, onFound }: SearchBoxProps) {
  const [query, setQuery] = useState('');
  const [active, setActive] = useState(0);
  const [open, setOpen] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const list = useId();
  const [chosen, setChosen] = useState<Hit>();
  const find = useFinder();
  const hits = useMemo(
    () => (chosen ? [chosen] : open ? (find?.(board, query) ?? []) : []),
    [board, query, open, chosen, find],
  );
  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent): void => {
      if (event.key !== '/' || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey)
        return;
      const target = event.composedPath()[0];
      if (target instanceof Element && target.closest(TYPED)) return;
      if (document.querySelector('dialog[open]')) return;
      event.preventDefault();
      field.current?.focus();
      field.current?.select();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);

  const go = (hit: Hit | undefined): void => {
    if (!hit) return;
    // it stays in sight: its sentence is the answer
    setChosen(hit);
    setActive(0);
    onFound(hit.target);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    // the page's own keys are letters as well
    event.stopPropagation();
    if (event.nativeEvent.isComposing) return;
    const { key } = event;
    if (key === 'ArrowDown' || key === 'ArrowUp') {
      setOpen(true);
      setActive((before) =>
        hits.length === 0 ? 0 : (before + (key === 'ArrowDown' ? 1 : -1) + hits.length) % hits.length,
      );
    } else if (key === 'Enter') go(hits[active]);
    else if (key === 'Escape') {
      if (query === '') field.current?.blur();
      setQuery('');
      setChosen(undefined);
      onFound(undefined);
    } else return;
    event.preventDefault();
  };
  const shown = open && find !== undefined && query.trim() !== '';
  return (
    <div className={css['search']} data-wide={wide || query !== ''} role="search" data-still="true">
      <svg className={css['glass']} viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
        <path d="M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM10.3 10.3l3.4 3.4" />
      </svg>
      <input
        ref={field}
        className={css['field']}
        type="text"
        role="combobox"
        aria-label={words.label}
        aria-expanded={shown}
        aria-controls={list}
        aria-autocomplete="list"
        {...(shown && hits[active] ? { 'aria-activedescendant': `${list}-${active}` } : {})}
        placeholder={words.placeholder}
        title={`${words.label} (/)`}
        autoComplete="off"
        spellCheck={false}
        value={query}
        onChange={(event) => {
          setQuery(event.target.value);
          setChosen(undefined);
          setActive(0);
          setOpen(true);
        }}
        onFocus={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onKeyDown={onKeyDown}
      />
      <div id={list} role="listbox" aria-label={words.label} className={css['hits']} hidden={!shown}>
        {hits.map((hit, i) => (
          <div
            key={hit.key}
            id={`${list}-${i}`}
            role="option"
            tabIndex={-1}
            aria-selected={i === active}
            className={css['hit']}
            // before the field loses the focus and the list with it
            onPointerDown={(event) => {
              event.preventDefault();
              go(hit);
            }}
          >
            <b className={css['title']}>{clean(hit.title)}</b>
            <span>{words.fact(hit.fact)}</span>
          </div>
        ))}
        {shown && hits.length === 0 && <p className={css['none']}>{words.none}</p>}
      </div>
      <p className="visually-hidden" aria-live="polite">
        {shown ? (hits[0] && hits.length === 1 ? words.fact(hits[0].fact) : words.found(hits.length)) : ''}
      </p>
    </div>
  );
}
