/** How components reach the store: selectors in, one action out. */
import { createContext, use } from 'react';
import { useStore } from 'zustand';
import { assert } from '../lib/assert.ts';
import type { BoardState, BoardStore } from '../store/index.ts';
import type { Playback } from '../store/playback.ts';
import type { Words } from './i18n/words.ts';

export interface PageContext {
  readonly store: BoardStore;
  /** for what moves per frame; everything else reads the store */
  readonly playback: Playback;
  readonly words: Words;
}

export const PageContext = createContext<PageContext | undefined>(undefined);

function usePage(): PageContext {
  const page = use(PageContext);
  assert(page !== undefined, 'a component was rendered outside of PageContext');
  return page;
}

export function useBoard<T>(select: (state: BoardState) => T): T {
  return useStore(usePage().store, select);
}

export function usePlayback(): Playback {
  return usePage().playback;
}

export function useWords(): Words {
  return usePage().words;
}
