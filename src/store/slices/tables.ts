/** The tables of one namespace at the playhead, as the engine prints them. Asked for only while they are looked at. */
import type { NamespaceTables } from '../../engine/protocol.ts';
import { seqAfter } from '../moment.ts';
import type { Deps, Slice } from '../state.ts';

export interface TablesSlice {
  readonly tables: NamespaceTables | undefined;
  /** the namespace the reader holds on to; undefined = that of the present step */
  readonly heldNs: string | undefined;
  readonly holdNs: (ns: string | undefined) => void;
  /** opens the tables of a namespace that was pointed at */
  readonly inspectNs: (ns: string) => void;
  /** for the other slices: the playhead, the board or the tab moved */
  readonly refreshTables: () => void;
}

/** Scrubbing passes many beats; the tables follow when it rests. */
const REST_MS = 60;

export function createTablesSlice({ client, playback, later }: Deps): Slice<TablesSlice> {
  return (set, get) => {
    let newest = 0;
    let callOff = (): void => undefined;
    playback.onPlayhead(() => {
      get().refreshTables();
    });

    const ask = async (): Promise<void> => {
      const asked = ++newest;
      const { beats, beat, recording, heldNs, board, whenAlive } = get();
      const now = beats[beat];
      const entry = now === undefined ? undefined : recording.entries[now.seq];
      const ns = heldNs ?? entry?.ns ?? board?.nodes[0]?.ns;
      if (ns === undefined) return;
      await whenAlive(async () => {
        const atSeq = seqAfter(now, recording);
        const tables = await client.call('tables', { ns, atSeq });
        if (asked === newest) set({ tables: Object.freeze(tables) });
      });
    };

    return {
      tables: undefined,
      heldNs: undefined,
      holdNs: (heldNs) => {
        set({ heldNs });
        get().refreshTables();
      },
      inspectNs: (heldNs) => {
        set({ heldNs });
        get().showTab('tables');
        get().growPanel(true);
      },
      refreshTables: () => {
        callOff();
        if (get().tab !== 'tables' || get().board === undefined) return;
        // the engine has only the present branch
        if (get().branch === 'before') {
          set({ tables: undefined, netfilter: undefined });
          return;
        }
        callOff = later(REST_MS, () => {
          void ask();
          get().refreshNetfilter();
        });
      },
    };
  };
}
