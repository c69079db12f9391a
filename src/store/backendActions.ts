/** Choosing flannel's backend: an edit of the text like any other, and what was sent last is sent again to be compared. */
import type { Client } from '../engine/client.ts';
import { replaceAndSendAgain, rewrite } from './rewrite.ts';
import type { BackendSlice } from './slices/backend.ts';
import type { BoardState } from './state.ts';

interface Store {
  readonly set: (state: Partial<BoardState>) => void;
  readonly get: () => BoardState;
  readonly client: Client;
}

export function createBackendActions({
  set,
  get,
  client,
}: Store): Pick<BackendSlice, 'chooseBackend' | 'undoBackend'> {
  return {
    chooseBackend: async (backend) => {
      const { board } = get();
      if (board === undefined || board.backend === backend) return 'done';
      return rewrite(
        get,
        (text) => client.call('chooseBackend', { text, backend }),
        (texts) => {
          set({ chosen: { was: board.backend, ...texts } });
        },
      );
    },
    undoBackend: async () => {
      const { chosen, text } = get();
      if (chosen?.after !== text) return;
      set({ chosen: undefined });
      await replaceAndSendAgain(get, chosen.before);
    },
  };
}
