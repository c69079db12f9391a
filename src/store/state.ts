/** The state of the page and everything that can be done to it; each slice is one file in slices/. */
import type { StateCreator } from 'zustand/vanilla';
import type { Client } from '../engine/client.ts';
import type { AddressesSlice } from './slices/addresses.ts';
import type { BackendSlice } from './slices/backend.ts';
import type { BirthSlice } from './slices/birth.ts';
import type { ClusterSlice } from './slices/cluster.ts';
import type { DaemonSlice } from './slices/daemon.ts';
import type { EditorSlice } from './slices/editor.ts';
import type { ExpectSlice } from './slices/expect.ts';
import type { LabSlice } from './slices/lab.ts';
import type { NetfilterSlice } from './slices/netfilter.ts';
import type { PolicySlice } from './slices/policy.ts';
import type { RaceSlice } from './slices/race.ts';
import type { ServicesSlice } from './slices/services.ts';
import type { TablesSlice } from './slices/tables.ts';
import type { TerminalSlice } from './slices/terminal.ts';
import type { TraceSlice } from './slices/trace.ts';
import type { TrafficSlice } from './slices/traffic.ts';
import type { UiSlice } from './slices/ui.ts';
import type { Beginning } from './beginning.ts';
import type { Persist } from './persist.ts';
import type { Playback } from './playback.ts';
import type { Language } from './settings.ts';

export type BoardState = AddressesSlice &
  BackendSlice &
  BirthSlice &
  ClusterSlice &
  DaemonSlice &
  EditorSlice &
  ExpectSlice &
  LabSlice &
  NetfilterSlice &
  PolicySlice &
  RaceSlice &
  ServicesSlice &
  TablesSlice &
  TerminalSlice &
  TraceSlice &
  TrafficSlice &
  UiSlice;

/** What the actions use; tests hand in their own clock, engine and storage. */
export interface Deps {
  readonly client: Client;
  readonly playback: Playback;
  readonly persist: Persist;
  /** Does `action` after `ms`; the answer calls it off. */
  readonly later: (ms: number, action: () => void) => () => void;
  /** the language to begin with, whose words are there */
  readonly language: Language;
  /** Fetches the words of a language; answers why they did not arrive. */
  readonly loadWords: (language: Language) => Promise<string | undefined>;
  /** what was asked for before the page was there */
  readonly beginning?: Beginning;
}

export type Slice<T> = StateCreator<BoardState, [['zustand/immer', never]], [], T>;
