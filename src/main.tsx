/** The page: store, playhead, React. `start.ts` loads it and hands it the engine's client. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import type { Client } from './engine/client.ts';
import { must } from './lib/assert.ts';
import type { Beginning } from './store/beginning.ts';
import { createBoardStore } from './store/index.ts';
import type { Persist } from './store/persist.ts';
import { createPlayback } from './store/playback.ts';
import { App } from './view/App.tsx';
import type { Words } from './view/i18n/words.ts';
import { PageContext } from './view/page.ts';
import './view/theme/tokens.css';
import './view/theme/page.css';

/** What `start.ts` began while this file was loading. */
interface Begun {
  readonly client: Client;
  readonly persist: Persist;
  readonly beginning: Beginning;
  readonly words: Words;
}

/** Makes the page; called once. */
export function show({ client, persist, beginning, words }: Begun): void {
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
    beginning,
  });
  persist.onTrouble((why) => {
    store.getState().notify({ kind: 'not-saved', why });
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
