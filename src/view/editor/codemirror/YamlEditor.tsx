/**
 * The text editor. It lives in a shadow root: CodeMirror brings its styles as constructed style sheets there, which the
 * page's policy allows; in the page itself it would add a <style> element, which the policy refuses.
 */
import { useEffect, useRef } from 'react';
import {
  autocompletion,
  completionKeymap,
  type CompletionContext,
  type CompletionResult,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, isolateHistory } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import {
  bracketMatching,
  foldGutter,
  foldKeymap,
  indentOnInput,
  syntaxHighlighting,
} from '@codemirror/language';
import { lintGutter, lintKeymap, setDiagnostics, type Diagnostic as Marker } from '@codemirror/lint';
import { highlightSelectionMatches, searchKeymap } from '@codemirror/search';
import { Annotation, Compartment, EditorState } from '@codemirror/state';
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view';
import type { Offers } from '../completions.ts';
import { highlighting, theme } from './theme.ts';

export interface Place {
  readonly from: number;
  readonly to: number;
}

interface Props {
  readonly text: string;
  readonly label: string;
  /** CodeMirror's own words, by its English ones */
  readonly phrases: Readonly<Record<string, string>>;
  readonly markers: readonly Marker[];
  /** a new object asks to show that place */
  readonly reveal: Place | undefined;
  readonly onChange: (text: string) => void;
  /** the cursor moved to this offset */
  readonly onCursor: (offset: number) => void;
  /** what could be typed at an offset */
  readonly offers: ((text: string, offset: number) => Offers | undefined) | undefined;
}

/** Marks what the page itself put into the document, so that it is not reported back as typed. */
const fromOutside = Annotation.define<boolean>();

interface Editor {
  readonly view: EditorView;
  readonly words: Compartment;
}

const wordsOf = (label: string, phrases: Props['phrases']) => [
  // Focusable as it is; said again for tools that look for the attribute.
  EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
  EditorState.phrases.of(phrases),
];

export function YamlEditor({ text, label, phrases, markers, reveal, onChange, onCursor, offers }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<Editor>(undefined);
  const known = useRef(text); // what the document is, without asking it
  const changed = useRef(onChange);
  const moved = useRef(onCursor);
  const offered = useRef(offers);

  useEffect(() => {
    changed.current = onChange;
    moved.current = onCursor;
    offered.current = offers;
  }, [onChange, onCursor, offers]);

  useEffect(() => {
    if (host.current === null) return undefined;
    const root = host.current.shadowRoot ?? host.current.attachShadow({ mode: 'open' });
    const words = new Compartment();
    const listener = EditorView.updateListener.of((update) => {
      if (update.selectionSet || update.docChanged) moved.current(update.state.selection.main.head);
      if (!update.docChanged) return;
      known.current = update.state.doc.toString();
      if (!update.transactions.some((transaction) => transaction.annotation(fromOutside))) {
        changed.current(known.current);
      }
    });
    const view = new EditorView({
      parent: root,
      root,
      state: EditorState.create({
        doc: known.current,
        extensions: [extensions, words.of([]), listener, completion((...at) => offered.current?.(...at))],
      }),
    });
    editor.current = { view, words };
    return () => {
      view.destroy();
      editor.current = undefined;
    };
  }, []);

  useEffect(() => {
    const { view, words } = editor.current ?? {};
    view?.dispatch({ effects: words?.reconfigure(wordsOf(label, phrases)) ?? [] });
  }, [label, phrases]);

  useEffect(() => {
    const { view } = editor.current ?? {};
    if (view === undefined || text === known.current) return;
    const change = changeTo(known.current, text);
    view.dispatch({
      changes: change,
      // what changed is seen, as far as there is room
      effects: EditorView.scrollIntoView(change.from, { y: 'nearest', yMargin: 40 }),
      // an undo of its own, and the cursor stays with the line it was in
      annotations: [fromOutside.of(true), isolateHistory.of('full')],
    });
  }, [text]);

  useEffect(() => {
    const { view } = editor.current ?? {};
    if (view === undefined) return;
    view.dispatch(
      setDiagnostics(
        view.state,
        markers.map((marker) => within(marker, view.state.doc.length)),
      ),
    );
  }, [markers]);

  useEffect(() => {
    const { view } = editor.current ?? {};
    if (view === undefined || reveal === undefined) return;
    const { from, to } = within(reveal, view.state.doc.length);
    view.dispatch({
      selection: { anchor: from, head: to },
      effects: EditorView.scrollIntoView(from, { y: 'center' }),
    });
    view.focus();
  }, [reveal]);

  return <div ref={host} className="yaml-editor" style={{ height: '100%' }} />;
}

/** Completion out of what the page offers; nothing is offered where nothing was begun, unless it is asked for. */
function completion(offersFor: (text: string, offset: number) => Offers | undefined) {
  const source = ({ state, pos, explicit }: CompletionContext): CompletionResult | null => {
    const found = offersFor(state.doc.toString(), pos);
    if (!found || (!explicit && found.from === pos && !/[:-] $/.test(state.sliceDoc(pos - 2, pos))))
      return null;
    return {
      from: found.from,
      options: found.options.map((label) => ({ label: label.trimEnd(), apply: label })),
    };
  };
  return autocompletion({ override: [source], icons: false });
}

/** What lies between the common beginning and the common end. */
function changeTo(
  before: string,
  after: string,
): { readonly from: number; readonly to: number; readonly insert: string } {
  const most = Math.min(before.length, after.length);
  let from = 0;
  while (from < most && before.charCodeAt(from) === after.charCodeAt(from)) from++;
  let same = 0;
  while (
    same < most - from &&
    before.charCodeAt(before.length - 1 - same) === after.charCodeAt(after.length - 1 - same)
  )
    same++;
  return { from, to: before.length - same, insert: after.slice(from, after.length - same) };
}

/** A place may speak of a text that has become shorter meanwhile. */
function within<T extends Place>(place: T, length: number): T {
  return { ...place, from: Math.min(place.from, length), to: Math.min(place.to, length) };
}

/**
 * Typing over a selection of several lines is done here, not by the browser: Chromium would carry the style of the first
 * line along as a `style` attribute, which the policy refuses with an error on the console.
 */
const typeOverLines = EditorView.domEventHandlers({
  beforeinput: (event, view) => {
    const { from, to } = view.state.selection.main;
    if (event.inputType !== 'insertText' || event.data === null || view.composing) return false;
    if (view.state.doc.lineAt(from).number === view.state.doc.lineAt(to).number) return false;
    event.preventDefault();
    view.dispatch(view.state.replaceSelection(event.data), { userEvent: 'input.type', scrollIntoView: true });
    return true;
  },
});

const extensions = [
  typeOverLines,
  lineNumbers(),
  foldGutter(),
  lintGutter(),
  history(),
  drawSelection(),
  indentOnInput(),
  bracketMatching(),
  highlightActiveLine(),
  highlightSelectionMatches(),
  syntaxHighlighting(highlighting),
  yaml(),
  theme,
  // Tab is left to move the focus on, so that the editor is no trap for the keyboard.
  keymap.of([
    ...completionKeymap,
    ...defaultKeymap,
    ...searchKeymap,
    ...historyKeymap,
    ...foldKeymap,
    ...lintKeymap,
  ]),
];
