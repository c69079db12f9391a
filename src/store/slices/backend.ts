/** The choice of flannel's backend on a running board. What it does comes with the control (backendActions.ts). */
import type { Board } from '../../engine/protocol.ts';
import type { Deps, Slice } from '../state.ts';

export type Backend = Board['backend'];

export interface BackendSlice {
  /** the last choice that was made on the board, until the text is edited otherwise */
  readonly chosen: { readonly was: Backend; readonly before: string; readonly after: string } | undefined;
  /** 'unreadable': the Board document cannot be written into, so the reader has to */
  readonly chooseBackend: (backend: Backend) => Promise<'done' | 'unreadable'>;
  readonly undoBackend: () => Promise<void>;
}

export function createBackendSlice(deps: Deps): Slice<BackendSlice> {
  return (set, get) => {
    const load = async () =>
      (await import('../backendActions.ts')).createBackendActions({ set, get, ...deps });
    return {
      chosen: undefined,
      chooseBackend: async (backend) => (await load()).chooseBackend(backend),
      undoBackend: async () => (await load()).undoBackend(),
    };
  };
}
