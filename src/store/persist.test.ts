import { describe, expect, it } from 'vitest';
import { createPersist, type LargeStore, type LocalStore } from './persist.ts';

function memory(limit = 5_000_000) {
  const small = new Map<string, string>();
  const large = new Map<string, unknown>();
  const local: LocalStore = {
    getItem: (key) => small.get(key) ?? null,
    setItem: (key, value) => {
      if (value.length > limit) throw new Error('QuotaExceededError');
      small.set(key, value);
    },
    removeItem: (key) => small.delete(key),
  };
  const store: LargeStore = {
    get: (key) => Promise.resolve(large.get(key)),
    set: (key, value) => {
      large.set(key, value);
      return Promise.resolve();
    },
  };
  const troubles: string[] = [];
  const open = () => {
    const persist = createPersist(() => local, store);
    persist.onTrouble((why) => troubles.push(why));
    return persist;
  };
  return { small, large, store, troubles, open };
}

const work = { text: 'kind: Pod', good: 'kind: Node', draft: 'kind' };

describe('persist', () => {
  it('gives back after a reload what was typed, also when it is broken', async () => {
    const { open, large } = memory();
    open().saveWork(work);
    expect(await open().loadWork()).toEqual(work);
    expect(large.size).toBe(0);
  });

  it('puts a large text into the large store, and the small one does not answer for it', async () => {
    const { open, small } = memory();
    open().saveWork({ text: 'small' });
    const text = 'x'.repeat(400_000);
    open().saveWork({ text });
    await Promise.resolve();
    expect(small.size).toBe(0);
    expect(await open().loadWork()).toEqual({ text });
  });

  it('uses the large store when the small one is full, and says so', async () => {
    const { open, troubles } = memory(10);
    open().saveWork(work);
    await Promise.resolve();
    expect(await open().loadWork()).toEqual(work);
    expect(troubles).toEqual(['QuotaExceededError']);
  });

  it('writes large texts one after the other, the last one last', async () => {
    const writes: unknown[] = [];
    let finish = (): void => undefined;
    const { open, store } = memory();
    store.set = (_key, value) => {
      writes.push(value);
      return new Promise((resolve) => {
        finish = resolve;
      });
    };
    const persist = open();
    const text = (n: number) => `${n}${'x'.repeat(400_000)}`;
    for (const n of [1, 2, 3]) persist.saveWork({ text: text(n) });
    expect(writes).toEqual([{ text: text(1) }]);
    expect(persist.busy()).toBe(true);
    finish();
    await new Promise((resolve) => setImmediate(resolve));
    expect(writes.at(-1)).toEqual({ text: text(3) });
    expect(writes).toHaveLength(2);
    finish();
    await new Promise((resolve) => setImmediate(resolve));
    expect(persist.busy()).toBe(false);
  });

  it('says that storage is forbidden and never throws', async () => {
    const troubles: string[] = [];
    const forbidden = (): never => {
      throw new Error('denied');
    };
    const persist = createPersist(forbidden, {
      get: () => Promise.reject(new Error('no')),
      set: () => Promise.reject(new Error('no')),
    });
    persist.onTrouble((why) => troubles.push(why));
    expect(persist.loadSettings()).toEqual({});
    persist.saveWork(work);
    expect(await persist.loadWork()).toBeUndefined();
    expect(troubles).toContain('denied');
    expect(troubles).toContain('no');
  });

  it('tells a listener that comes later of the trouble that there was', async () => {
    const persist = createPersist(
      () => {
        throw new Error('denied');
      },
      { get: () => Promise.resolve(undefined), set: () => Promise.resolve() },
    );
    await persist.loadWork();
    const troubles: string[] = [];
    persist.onTrouble((why) => troubles.push(why));
    expect(troubles).toEqual(['denied']);
  });

  it('keeps the settings and ignores what it does not know', () => {
    const { open, small } = memory();
    open().saveSettings({ language: 'zh-CN', theme: 'dark', panelWidth: 400 });
    expect(open().loadSettings()).toEqual({ language: 'zh-CN', theme: 'dark', panelWidth: 400 });
    small.set('flannelboard.settings', '{"language":"xx","theme":7,"panelWidth":"wide"}');
    expect(open().loadSettings()).toEqual({});
    small.set('flannelboard.settings', '{ not json');
    expect(open().loadSettings()).toEqual({});
  });
});
