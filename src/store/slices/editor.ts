/** The text of the documents. It is the truth: the board follows it, and nothing the user typed is ever thrown away. */
import type { Diagnostic, TextRange } from '../../engine/protocol.ts';
import type { ObjectRef } from '../../trace/types.ts';
import type { Deps, Slice } from '../state.ts';

/** A place the editor should show; a new object each time, so that asking twice shows it twice. */
export type Reveal = Pick<TextRange, 'from' | 'to'>;

export interface EditorSlice {
  readonly text: string;
  /** counts the texts; an answer to an older one is dropped */
  readonly revision: number;
  /** what the engine said about `text`; 'pending' until it did */
  readonly textStatus: 'committed' | 'pending' | 'rejected';
  readonly diagnostics: readonly Diagnostic[];
  /** the last text that made a board: what the board shows */
  readonly good: string;
  /** the texts before the last import, for "Undo import" */
  readonly former: { readonly text: string; readonly good: string } | undefined;
  readonly reveal: Reveal | undefined;
  /** what stands in the open dialog, and what was wrong with it */
  readonly draft: string;
  readonly draftDiagnostics: readonly Diagnostic[];
  readonly edit: (text: string) => void;
  /** a text that is whole, not half typed: applied at once */
  readonly replaceText: (text: string) => Promise<void>;
  readonly editDraft: (draft: string) => void;
  readonly showPlace: (place: Reveal) => void;
  /** opens the editor at the document of an object */
  readonly showObject: (ref: ObjectRef) => void;
  /** for the cluster slice: writes the texts to the browser's storage */
  readonly saveWork: () => void;
}

/** From the last key to the engine: short enough to feel immediate, long enough not to check half a word. */
const DEBOUNCE_MS = 200;

export const NO_DIAGNOSTICS: readonly Diagnostic[] = Object.freeze([]);

export function createEditorSlice({ client, persist, later }: Deps): Slice<EditorSlice> {
  let callOff = (): void => undefined;
  return (set, get) => {
    const take = (text: string): void => {
      set({ text, revision: get().revision + 1, textStatus: 'pending' });
      get().saveWork();
      callOff();
    };
    return {
      text: '',
      revision: 0,
      textStatus: 'pending',
      diagnostics: NO_DIAGNOSTICS,
      good: '',
      former: undefined,
      reveal: undefined,
      draft: '',
      draftDiagnostics: NO_DIAGNOSTICS,
      edit: (text) => {
        if (text === get().text) return;
        take(text);
        callOff = later(DEBOUNCE_MS, () => void get().applyText());
      },
      replaceText: async (text) => {
        take(text);
        await get().applyText();
      },
      editDraft: (draft) => {
        set({ draft, draftDiagnostics: NO_DIAGNOSTICS });
        get().saveWork();
      },
      showPlace: ({ from, to }) => {
        set({ tab: 'yaml', reveal: { from, to } });
      },
      showObject: (object) => {
        const { kind, namespace, name, path } = object;
        const id = `${kind}/${namespace}/${name}`;
        const document = get().documents.find((candidate) => candidate.id === id);
        if (document === undefined) set({ tab: 'yaml' });
        else get().showPlace(document);
        if (document === undefined || path === '') return;
        // the document at once, its field when the engine has found it
        void get().whenAlive(async () => {
          const revision = get().revision;
          const own = get().text.slice(document.from, document.to);
          const { from, to } = await client.call('locate', { text: own, path });
          if (get().revision === revision)
            get().showPlace({ from: document.from + from, to: document.from + to });
        });
      },
      saveWork: () => {
        const { text, good, draft } = get();
        persist.saveWork({ text, ...(good === text ? {} : { good }), ...(draft === '' ? {} : { draft }) });
      },
    };
  };
}
