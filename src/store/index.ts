/**
 * One store for the page. Actions are the only writers; components read with selectors and call one action. Immer works on
 * the combined store; what is large (board, recording, beats) is held by reference and frozen at the top, so that immer
 * does not walk into it (an unfrozen trace of 10,000 steps would cost it 123 ms).
 */
import { createStore, type StoreApi } from 'zustand/vanilla';
import { immer } from 'zustand/middleware/immer';
import { createAddressesSlice } from './slices/addresses.ts';
import { createBackendSlice } from './slices/backend.ts';
import { createBirthSlice } from './slices/birth.ts';
import { createClusterSlice } from './slices/cluster.ts';
import { createDaemonSlice } from './slices/daemon.ts';
import { createEditorSlice } from './slices/editor.ts';
import { createExpectSlice } from './slices/expect.ts';
import { createLabSlice } from './slices/lab.ts';
import { createNetfilterSlice } from './slices/netfilter.ts';
import { createPolicySlice } from './slices/policy.ts';
import { createRaceSlice } from './slices/race.ts';
import { createServicesSlice } from './slices/services.ts';
import { createTablesSlice } from './slices/tables.ts';
import { createTerminalSlice } from './slices/terminal.ts';
import { createTraceSlice } from './slices/trace.ts';
import { createTrafficSlice } from './slices/traffic.ts';
import { createUiSlice } from './slices/ui.ts';
import type { BoardState, Deps } from './state.ts';

export type { BoardState } from './state.ts';
export type BoardStore = StoreApi<BoardState>;

export function createBoardStore(deps: Deps): BoardStore {
  return createStore<BoardState>()(
    immer((set, get, store) => ({
      ...createAddressesSlice(deps)(set, get, store),
      ...createBackendSlice(deps)(set, get, store),
      ...createBirthSlice(deps)(set, get, store),
      ...createClusterSlice(deps)(set, get, store),
      ...createDaemonSlice(deps)(set, get, store),
      ...createEditorSlice(deps)(set, get, store),
      ...createExpectSlice(deps)(set, get, store),
      ...createLabSlice(deps)(set, get, store),
      ...createNetfilterSlice(deps)(set, get, store),
      ...createPolicySlice(deps)(set, get, store),
      ...createRaceSlice(deps)(set, get, store),
      ...createServicesSlice(deps)(set, get, store),
      ...createTablesSlice(deps)(set, get, store),
      ...createTerminalSlice(deps)(set, get, store),
      ...createTraceSlice(deps)(set, get, store),
      ...createTrafficSlice(deps)(set, get, store),
      ...createUiSlice(deps)(set, get, store),
    })),
  );
}
