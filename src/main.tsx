/** The page: store, playhead, React. `start.ts` loads it and hands it the engine's client. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import type { Client } from './engine/client.ts';
import { must } from './lib/assert.ts';
import { createBoardStore } from './store/index.ts';
import { createPersist, INDEXED_DB } from './store/persist.ts';
import { createPlayback } from './store/playback.ts';
import { App } from './view/App.tsx';
import type { Words } from './view/i18n/words.ts';
import { PageContext } from './view/page.ts';
import './view/theme/tokens.css';
import './view/theme/page.css';

/** Makes the page; called once. */
export function show(client: Client, words: Words): void {
  const playback = createPlayback({
    now: () => performance.now(),
    request: (frame) => requestAnimationFrame(frame),
    cancel: (id) => {
      cancelAnimationFrame(id);
    },
  });
  const reducedMotion = matchMedia('(prefers-reduced-motion: reduce)');
  const followMotion = (): void => {
    playback.setReducedMotion(reducedMotion.matches);
  };
  followMotion();
  reducedMotion.addEventListener('change', followMotion);

  const persist = createPersist(
    () => localStorage,
    INDEXED_DB,
    (why) => {
      // Also called while the store is being made; then there is nothing yet to save.
      queueMicrotask(() => {
        store.getState().notify({ kind: 'not-saved', why });
      });
    },
  );
  const store = createBoardStore({
    client,
    playback,
    persist,
    later: (ms, action) => {
      const timer = setTimeout(action, ms);
      return () => {
        clearTimeout(timer);
      };
    },
    language: words.first,
    loadWords: words.load,
  });
  window.addEventListener('beforeunload', (event) => {
    if (persist.busy()) event.preventDefault();
  });

  const { trouble } = words;
  if (trouble !== undefined) store.getState().notify({ kind: 'no-words', why: trouble });
  void store.getState().start();
  createRoot(must(document.getElementById('root') ?? undefined, 'index.html has no #root')).render(
    <StrictMode>
      <PageContext value={{ store, playback, words }}>
        <App />
      </PageContext>
    </StrictMode>,
  );
}
