/**
 * What survives a reload: the settings and, above all, what the user typed, also when it is broken. Small texts go to
 * localStorage at every change, because that is done when the call returns; what does not fit there goes to IndexedDB,
 * one write at a time. A store that is full or forbidden is said through `onTrouble`, never thrown.
 */
import { get, set } from 'idb-keyval';
import { isRecord, readSettings, SETTINGS, type Settings } from './settings.ts';

/** The texts. `good` is the last one that made a board, when it is not `text` itself; `draft` is what stands in the open dialog. */
export interface Work {
  readonly text: string;
  readonly good?: string;
  readonly draft?: string;
}

/** The part of Storage that is used. */
export type LocalStore = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** A larger, slower store. */
export interface LargeStore {
  get(key: string): Promise<unknown>;
  set(key: string, value: unknown): Promise<void>;
}

export interface Persist {
  loadSettings(): Settings;
  saveSettings(settings: Settings): void;
  loadWork(): Promise<Work | undefined>;
  saveWork(work: Work): void;
  /** True while a large text is still being written. */
  busy(): boolean;
  /** Tells of every trouble from now on, and at once of those that there were. */
  onTrouble(tell: (why: string) => void): void;
}

const WORK = 'flannelboard.work';
/** UTF-16 units. Browsers give localStorage some 5 million; writing this much takes about a millisecond. */
const SMALL = 300_000;

export const INDEXED_DB: LargeStore = {
  get: (key) => get(key),
  set: (key, value) => set(key, value),
};

function readWork(value: unknown): Work | undefined {
  if (!isRecord(value) || typeof value['text'] !== 'string') return undefined;
  const { text, good, draft } = value;
  return {
    text,
    ...(typeof good === 'string' ? { good } : {}),
    ...(typeof draft === 'string' ? { draft } : {}),
  };
}

/** `local` is a function because merely touching localStorage throws where it is forbidden. */
export function createPersist(local: () => LocalStore, large: LargeStore): Persist {
  const untold: string[] = [];
  let tell = (why: string): void => void untold.push(why);
  let next: Work | undefined; // waits for the write under way
  let writing = false;

  const trouble = (error: unknown): void => {
    tell(error instanceof Error ? error.message : String(error));
  };
  const read = (key: string): unknown => {
    try {
      const text = local().getItem(key);
      return text === null ? undefined : JSON.parse(text);
    } catch (error) {
      trouble(error);
      return undefined;
    }
  };
  const write = (key: string, value: unknown): boolean => {
    try {
      local().setItem(key, JSON.stringify(value));
      return true;
    } catch (error) {
      trouble(error);
      return false;
    }
  };
  /** The small store must not answer for what it does not hold any more. */
  const forget = (key: string): void => {
    try {
      local().removeItem(key);
    } catch (error) {
      trouble(error);
    }
  };
  const writeLarge = async (work: Work): Promise<void> => {
    writing = true;
    try {
      for (let now: Work | undefined = work; now !== undefined; now = next) {
        next = undefined;
        await large.set(WORK, now);
      }
    } catch (error) {
      trouble(error);
    }
    writing = false;
  };

  return {
    loadSettings: () => readSettings(read(SETTINGS)),
    saveSettings: (settings) => {
      write(SETTINGS, settings);
    },
    loadWork: async () => {
      const small = readWork(read(WORK));
      if (small !== undefined) return small;
      try {
        return readWork(await large.get(WORK));
      } catch (error) {
        trouble(error);
        return undefined;
      }
    },
    saveWork: (work) => {
      const length = work.text.length + (work.good?.length ?? 0) + (work.draft?.length ?? 0);
      if (length <= SMALL && write(WORK, work)) return;
      forget(WORK);
      if (writing) next = work;
      else void writeLarge(work);
    },
    busy: () => writing,
    onTrouble: (listener) => {
      tell = listener;
      for (const why of untold.splice(0)) listener(why);
    },
  };
}
