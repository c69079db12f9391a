/** Choosing flannel's backend: an edit of the text like any other, and what was sent last is sent again to be compared. */
import type { Client } from '../engine/client.ts';
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
  /** The edit happens now, not amid a packet: that one belongs to the backend it was sent under. */
  const replace = async (text: string): Promise<void> => {
    get().goToEnd();
    await get().replaceText(text);
    if (get().text === text && get().textStatus === 'committed') await get().sendAgain();
  };

  return {
    chooseBackend: async (backend) => {
      const { board, text: before } = get();
      if (board === undefined || board.backend === backend) return 'done';
      let after: string | undefined;
      await get().whenAlive(async () => {
        ({ text: after } = await client.call('chooseBackend', { text: before, backend }));
      });
      if (after === undefined) return 'unreadable';
      // somebody has typed meanwhile: that text is newer
      if (get().text !== before) return 'done';
      set({ chosen: { was: board.backend, before, after } });
      await replace(after);
      return 'done';
    },
    undoBackend: async () => {
      const { chosen, text } = get();
      if (chosen?.after !== text) return;
      set({ chosen: undefined });
      await replace(chosen.before);
    },
  };
}
