/** The store over the real engine, in process, without a browser. */
import { createClient, type Spawn } from '../engine/client.ts';
import { Engine } from '../engine/engine.ts';
import type { FromWorker, ToWorker } from '../engine/protocol.ts';
import { createBoardStore } from './index.ts';
import { createPersist, type Work } from './persist.ts';
import { createPlayback } from './playback.ts';
import { SETTINGS, type Language } from './settings.ts';

/** The real engine, one message at a time; `hold` keeps its answers back until `release`. */
export function inProcess() {
  let held: (() => void)[] | undefined;
  const calls: ToWorker[] = [];
  const spawn: Spawn = (onMessage) => {
    const engine = new Engine();
    let isEnded = false;
    const answer = (message: ToWorker): FromWorker => {
      const { id, call, params } = message;
      try {
        return { kind: 'answer', id, result: engine.handle(call, params) };
      } catch (error) {
        return { kind: 'crashed', id, message: String(error) };
      }
    };
    return {
      postMessage: (message) => {
        calls.push(message);
        const reply = answer(message);
        const deliver = () => {
          if (!isEnded) onMessage(reply);
        };
        if (held === undefined) queueMicrotask(deliver);
        else held.push(deliver);
      },
      terminate: () => {
        isEnded = true;
      },
    };
  };
  return {
    spawn,
    calls,
    hold: () => {
      held = [];
    },
    release: () => {
      const waiting = held ?? [];
      held = undefined;
      for (const deliver of waiting) deliver();
    },
  };
}

function memory(work?: Work) {
  const items = new Map<string, string>(
    work === undefined ? [] : [['flannelboard.work', JSON.stringify(work)]],
  );
  return {
    saved: (): unknown => JSON.parse(items.get('flannelboard.work') ?? 'null'),
    savedSettings: (): unknown => JSON.parse(items.get(SETTINGS) ?? 'null'),
    persist: createPersist(
      () => ({
        getItem: (key) => items.get(key) ?? null,
        setItem: (key, value) => items.set(key, value),
        removeItem: (key) => items.delete(key),
      }),
      { get: () => Promise.resolve(undefined), set: () => Promise.resolve() },
    ),
  };
}

/** A started page without a browser; timers run when `wait` is called. */
export async function page({
  work,
  isStarted = true,
  loadWords = () => Promise.resolve(undefined),
}: {
  readonly work?: Work;
  /** false: as it is until the first board is there */
  readonly isStarted?: boolean;
  readonly loadWords?: (language: Language) => Promise<string | undefined>;
} = {}) {
  const engine = inProcess();
  const { persist, saved, savedSettings } = memory(work);
  const playback = createPlayback({ now: () => 0, request: () => 1, cancel: () => undefined });
  let timer: (() => void) | undefined;
  const store = createBoardStore({
    client: createClient(engine.spawn),
    playback,
    persist,
    later: (_ms, action) => {
      timer = action;
      return () => {
        timer = undefined;
      };
    },
    language: 'en',
    loadWords,
  });
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  if (isStarted) await store.getState().start();
  return {
    ...engine,
    saved,
    savedSettings,
    playback,
    state: store.getState,
    settle,
    wait: async () => {
      timer?.();
      await settle();
    },
  };
}
