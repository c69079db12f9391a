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
import { createEditorSlice } from './slices/editor.ts';
import { createLabSlice } from './slices/lab.ts';
import { createNetfilterSlice } from './slices/netfilter.ts';
import { createPolicySlice } from './slices/policy.ts';
import { createRaceSlice } from './slices/race.ts';
import { createTablesSlice } from './slices/tables.ts';
import { createTerminalSlice } from './slices/terminal.ts';
import { createTraceSlice } from './slices/trace.ts';
import { createTrafficSlice } from './slices/traffic.ts';
import { createUiSlice } from './slices/ui.ts';
import type { BoardState, Deps } from './state.ts';

export type { BoardState } from './state.ts';
export type BoardStore = StoreApi<BoardState>;

export function createBoardStore(deps: Deps): BoardStore {
  const [
    addresses,
    backend,
    birth,
    cluster,
    editor,
    lab,
    netfilter,
    policy,
    race,
    tables,
    terminal,
    trace,
    traffic,
    ui,
  ] = [
    createAddressesSlice(deps),
    createBackendSlice(deps),
    createBirthSlice(deps),
    createClusterSlice(deps),
    createEditorSlice(deps),
    createLabSlice(deps),
    createNetfilterSlice(deps),
    createPolicySlice(deps),
    createRaceSlice(deps),
    createTablesSlice(deps),
    createTerminalSlice(deps),
    createTraceSlice(deps),
    createTrafficSlice(deps),
    createUiSlice(deps),
  ];
  return createStore<BoardState>()(
    immer((set, get, store) => ({
      ...addresses(set, get, store),
      ...backend(set, get, store),
      ...birth(set, get, store),
      ...cluster(set, get, store),
      ...editor(set, get, store),
      ...lab(set, get, store),
      ...netfilter(set, get, store),
      ...policy(set, get, store),
      ...race(set, get, store),
      ...tables(set, get, store),
      ...terminal(set, get, store),
      ...trace(set, get, store),
      ...traffic(set, get, store),
      ...ui(set, get, store),
    })),
  );
}
