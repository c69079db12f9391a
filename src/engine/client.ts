/**
 * The page's end of the engine: one promise per call. The worker is replaced as a whole when it crashed or when a long
 * call is no longer wanted; text and journal live in the page, so nothing of the user's goes with it.
 */
import type { Calls, CallName, FromWorker, ToWorker } from './protocol.ts';

/** What the client needs of a Worker; tests hand in the engine itself. */
export interface WorkerLike {
  postMessage(message: ToWorker): void;
  terminate(): void;
}

/** Makes a worker that answers to the two listeners. */
export type Spawn = (onMessage: (message: FromWorker) => void, onError: (why: string) => void) => WorkerLike;

export interface Progress {
  readonly done: number;
  readonly total: number;
  readonly stage: 'parse' | 'check' | 'build';
}

/** Our bug: the simulator stopped. Every call is answered with this until `restart`. */
export class EngineCrashed extends Error {
  override readonly name = 'EngineCrashed';
}

/** The call was under way when somebody restarted the engine. */
export class EngineStopped extends Error {
  override readonly name = 'EngineStopped';
}

export interface Client {
  call<K extends CallName>(
    name: K,
    params: Calls[K]['params'],
    onProgress?: (progress: Progress) => void,
  ): Promise<Calls[K]['result']>;
  /** Ends the worker, rejects what was under way with EngineStopped, and begins with an empty engine. */
  restart(): void;
}

interface Pending {
  readonly resolve: (result: Calls[CallName]['result']) => void;
  readonly reject: (error: Error) => void;
  readonly onProgress: ((progress: Progress) => void) | undefined;
}

const spawnWorker: Spawn = (onMessage, onError) => {
  const worker = new Worker(new URL('./engine.worker.ts', import.meta.url), { type: 'module' });
  worker.addEventListener('message', (event: MessageEvent<FromWorker>) => {
    onMessage(event.data);
  });
  // The event of a script that did not load says nothing.
  worker.addEventListener('error', (event: Partial<ErrorEvent>) => {
    onError(event.message ?? 'the worker could not be loaded');
  });
  return worker;
};

/** Starts the engine at the first call. */
export function createClient(spawn: Spawn = spawnWorker): Client {
  const pending = new Map<number, Pending>();
  let worker: WorkerLike | undefined;
  let crash: EngineCrashed | undefined;
  let lastId = 0;

  const rejectAll = (error: Error): void => {
    const waiting = [...pending.values()];
    pending.clear();
    for (const { reject } of waiting) reject(error);
  };
  const stop = (): void => {
    worker?.terminate();
    worker = undefined;
  };
  const onCrash = (message: string): void => {
    crash = new EngineCrashed(message);
    stop();
    rejectAll(crash);
  };
  const receive = (message: FromWorker): void => {
    if (message.kind === 'crashed') {
      onCrash(message.message);
      return;
    }
    const call = pending.get(message.id);
    if (call === undefined) return;
    if (message.kind === 'progress') {
      call.onProgress?.({ done: message.done, total: message.total, stage: message.stage });
      return;
    }
    pending.delete(message.id);
    call.resolve(message.result);
  };
  const started = (): WorkerLike => {
    if (worker !== undefined) return worker;
    // A worker that was ended may still have a message on the way.
    const ifPresent =
      <T>(listener: (value: T) => void) =>
      (value: T): void => {
        if (worker === mine) listener(value);
      };
    const mine: WorkerLike = spawn(ifPresent(receive), ifPresent(onCrash));
    worker = mine;
    return mine;
  };

  return {
    call: <K extends CallName>(name: K, params: Calls[K]['params'], onProgress?: Pending['onProgress']) =>
      new Promise<Calls[K]['result']>((resolve, reject) => {
        if (crash !== undefined) {
          reject(crash);
          return;
        }
        const id = ++lastId;
        // The answer to a call named K is a result of K: the worker looks both up in the same map.
        pending.set(id, { resolve: resolve as Pending['resolve'], reject, onProgress });
        started().postMessage({ id, call: name, params } as ToWorker);
      }),
    restart: () => {
      crash = undefined;
      stop();
      rejectAll(new EngineStopped('the simulator was restarted'));
    },
  };
}
