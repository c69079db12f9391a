/** What the expect slice does; loaded with the panel that shows it. */
import type { ExpectSlice } from './slices/expect.ts';
import type { BoardState, Deps } from './state.ts';

interface Means extends Pick<Deps, 'client' | 'later'> {
  readonly set: (state: Partial<BoardState>) => void;
  readonly get: () => BoardState;
  readonly subscribe: (listener: () => void) => () => void;
}

export interface ExpectActions extends Pick<ExpectSlice, 'sendExpected'> {
  readonly watch: () => () => void;
}

/** Behind the matrix and the tables, which a reader waits for: of many expectations each is a packet that is sent. */
const REST_MS = 250;

export function createExpectActions({ set, get, subscribe, client, later }: Means): ExpectActions {
  const check = async (): Promise<void> => {
    await get().whenAlive(async () => {
      const { board, recording } = get();
      const results =
        board === undefined || board.expect.length === 0
          ? []
          : await client.call('expect', { atSeq: recording.entries.length });
      // what has changed meanwhile is asked about again
      if (get().board === board && get().recording === recording)
        set({ expectations: Object.freeze([...results]) });
    });
  };
  return {
    watch: () => {
      let seen: Pick<BoardState, 'board' | 'recording'> | undefined;
      let callOff = (): void => undefined;
      const look = (): void => {
        const { board, recording, branch } = get();
        // the engine has only the present branch
        if (branch === 'before' || (seen?.board === board && seen?.recording === recording)) return;
        seen = { board, recording };
        callOff();
        callOff = later(REST_MS, () => void check());
      };
      look();
      const end = subscribe(look);
      return () => {
        end();
        callOff();
      };
    },
    sendExpected: async ({ request }) => {
      // what holds is tried behind everything that was sent, so that is where it is shown
      get().goToEnd();
      if (await get().sendRequest(request)) set({ tab: 'packet' });
    },
  };
}
