/** The board and the engine that made it: opening, applying, crashing and coming back. */
import { EngineCrashed, EngineStopped, type Progress } from '../../engine/client.ts';
import type { ApplyResult, Board, Committed, DocumentSummary, GalleryEntry } from '../../engine/protocol.ts';
import { begin } from '../beginning.ts';
import type { Deps, Slice } from '../state.ts';
import { decodeText, MOST_BYTES, tooBig } from '../textFile.ts';
import { NO_DIAGNOSTICS } from './editor.ts';

export type EngineState =
  | { readonly kind: 'starting' }
  | { readonly kind: 'ready' }
  /** our bug; the text is safe and the page offers a restart */
  | { readonly kind: 'crashed'; readonly message: string };

export interface ClusterSlice {
  readonly engine: EngineState;
  /** the last good board */
  readonly board: Board | undefined;
  readonly documents: readonly DocumentSummary[];
  readonly gallery: readonly GalleryEntry[];
  /** the entries of the recording that the last edit of the text wrote: what it changed flashes in the tables */
  readonly edited: { readonly from: number; readonly to: number } | undefined;
  /** a text that is being read; `progress` once the engine has said something */
  readonly opening: { readonly progress?: Progress } | undefined;
  readonly start: () => Promise<void>;
  /** opens a text that comes from outside in place of the present one */
  readonly importText: (text: string) => Promise<void>;
  readonly importFile: (file: TextFile) => Promise<void>;
  /** opens a board of the gallery; what stands in the dialog stays there */
  readonly openScenario: (id: string) => Promise<void>;
  readonly cancelImport: () => Promise<void>;
  readonly undoImport: () => Promise<void>;
  readonly restart: () => Promise<void>;
  /** for the editor slice: hands the present text to the engine */
  readonly applyText: () => Promise<void>;
  /** for the other slices: does `work`; a crash of the engine becomes state, and a restart ends it quietly */
  readonly whenAlive: (work: () => Promise<void>) => Promise<void>;
}

/** The part of a File that is read. */
export type TextFile = Pick<File, 'size' | 'arrayBuffer'>;

const podsOf = (board: Board): number =>
  board.nodes.reduce((sum, node) => sum + node.pods.length + node.hostPods.length, 0);

export function createClusterSlice({ client, persist, ...deps }: Deps): Slice<ClusterSlice> {
  let applying = false;
  let { beginning } = deps;
  return (set, get) => {
    const whenAlive = async (work: () => Promise<void>): Promise<void> => {
      try {
        await work();
      } catch (error) {
        if (error instanceof EngineStopped) return;
        // Anything else that fails here is our bug as well, on this side of the worker.
        const message = error instanceof Error ? error.message : String(error);
        if (!(error instanceof EngineCrashed)) client.restart();
        // The banner has to be reachable, so no dialog may lie over it.
        set({ engine: { kind: 'crashed', message }, opening: undefined, sending: false, dialog: 'none' });
      }
    };

    const nextRevision = (): number => {
      const revision = get().revision + 1;
      set({ revision });
      return revision;
    };

    /** The board of an answer. Its recording has been taken in already. */
    const commit = (text: string, { board, documents, diagnostics, text: kept }: Committed): void => {
      const now = kept ?? text;
      set({
        board: Object.freeze(board),
        documents: Object.freeze(documents),
        diagnostics: Object.freeze(diagnostics),
        engine: { kind: 'ready' },
        text: now,
        good: now,
        textStatus: 'committed',
      });
      get().keepEnds();
      get().refreshTraffic();
      get().refreshTables();
      get().refreshPolicy();
      get().saveWork();
    };

    const callOpen = async (text: string): Promise<ApplyResult> => {
      const revision = nextRevision();
      set({ opening: {}, edited: undefined, sent: undefined });
      const result = await client.call('open', { text, revision }, (progress) => {
        if (get().revision === revision) set({ opening: { progress } });
      });
      set({ opening: undefined });
      if (result.status === 'committed') get().receive(result.recording);
      return result;
    };

    const applyText = async (): Promise<void> => {
      // One at a time: a slow answer must not queue up one run per key.
      if (applying || get().opening !== undefined || get().engine.kind === 'crashed') return;
      applying = true;
      await whenAlive(async () => {
        let done: number;
        do {
          const { text, revision } = get();
          done = revision;
          await get().previewPolicy(text);
          const result = await client.call('apply', { text, revision, ...get().forkPoint() });
          // Columns build on each other, so the recording is taken in even when a newer text has overtaken the answer.
          if (result.status === 'committed') {
            get().receive(result.recording);
            set({ edited: { from: result.recording.keptEntries, to: get().recording.entries.length } });
          }
          // What is being opened replaces this text, or hands it over again.
          if (get().opening !== undefined) break;
          if (get().revision !== revision) continue;
          if (result.status === 'committed') commit(text, result);
          else {
            set({ diagnostics: Object.freeze(result.diagnostics), textStatus: 'rejected' });
            get().refreshPolicy();
          }
        } while (get().revision !== done);
      });
      applying = false;
    };

    /** An empty engine gets the last good text, and then the present one when that is not the same. */
    const reopen = async (): Promise<void> => {
      const { text, good } = get();
      let shown = good;
      let result = await callOpen(shown);
      // A text of an older version of this program, or of another tab: the board falls back, the text stays.
      if (result.status === 'rejected') {
        shown = (await client.call('scenario', {})) ?? '';
        result = await callOpen(shown);
      }
      if (result.status === 'rejected') {
        set({
          diagnostics: Object.freeze(result.diagnostics),
          textStatus: 'rejected',
          engine: { kind: 'ready' },
        });
        return;
      }
      commit(shown, result);
      if (text === shown) return;
      set({ text, revision: get().revision + 1, textStatus: 'pending' });
      get().saveWork();
      await applyText();
    };

    /** Opens `text` in place of the present one; true when it made a board. */
    const replaceBy = async (text: string): Promise<boolean> => {
      // Another text is a way out when the present one makes the engine stop.
      if (get().engine.kind === 'crashed') {
        client.restart();
        get().forgetTrace();
      }
      const former = { text: get().text, good: get().good };
      const result = await callOpen(text);
      if (result.status === 'rejected') {
        set({ draftDiagnostics: Object.freeze(result.diagnostics) });
        if (get().textStatus === 'pending') await applyText();
        return false;
      }
      set({ dialog: 'none', former });
      commit(text, result);
      const warnings = result.diagnostics.filter(({ severity }) => severity === 'warning').length;
      const { nodes } = result.board;
      get().notify({ kind: 'opened', nodes: nodes.length, pods: podsOf(result.board), warnings });
      return true;
    };

    return {
      engine: { kind: 'starting' },
      board: undefined,
      documents: [],
      gallery: [],
      opening: undefined,
      edited: undefined,
      whenAlive,
      applyText,
      start: () =>
        whenAlive(async () => {
          // What the user typed comes first: should the engine fail, it must be there to be saved again.
          const { gallery, first, work: saved } = beginning ?? begin(client, persist);
          beginning = undefined;
          const work = get().text === '' ? await saved : undefined;
          if (work !== undefined) {
            set({ text: work.text, good: work.good ?? work.text, draft: work.draft ?? '' });
          }
          set({ gallery: Object.freeze(await gallery) });
          if (get().text === '') {
            const text = await first;
            set({ text, good: text });
          }
          await reopen();
        }),
      importText: (text) => {
        set({ draft: text, draftDiagnostics: NO_DIAGNOSTICS });
        get().saveWork();
        return whenAlive(async () => {
          if (await replaceBy(text)) set({ draft: '' });
          get().saveWork();
        });
      },
      openScenario: (id) =>
        whenAlive(async () => {
          const text = await client.call('scenario', { id });
          if (text !== undefined) await replaceBy(text);
        }),
      importFile: async (file) => {
        if (file.size > MOST_BYTES) {
          set({ draftDiagnostics: Object.freeze([tooBig(file.size)]) });
          return;
        }
        await get().importText(decodeText(await file.arrayBuffer()));
      },
      cancelImport: () =>
        whenAlive(async () => {
          client.restart();
          set({ opening: undefined });
          get().forgetTrace();
          await reopen();
        }),
      undoImport: () =>
        whenAlive(async () => {
          const { former } = get();
          if (former === undefined) return;
          set({ ...former, former: undefined, notice: undefined });
          await reopen();
        }),
      restart: () =>
        whenAlive(async () => {
          client.restart();
          set({ engine: { kind: 'starting' }, opening: undefined });
          get().forgetTrace();
          if (get().gallery.length === 0) await get().start();
          else await reopen();
        }),
    };
  };
}
