import { describe, expect, it } from 'vitest';
import { createClient } from '../engine/client.ts';
import { Engine } from '../engine/engine.ts';
import { begin } from './beginning.ts';
import { inProcess } from './page.testing.ts';
import { createPersist } from './persist.ts';

const nothing = { get: () => Promise.resolve(undefined), set: () => Promise.resolve() };
const persist = createPersist(
  () => ({ getItem: () => '{"text":"kind: Pod"}', setItem: () => undefined, removeItem: () => undefined }),
  nothing,
);

describe('what is asked for before the page is there', () => {
  it('is the gallery, its first text and what the user typed', async () => {
    const client = createClient(inProcess().spawn);
    const { gallery, first, work } = begin(client, persist);
    expect((await gallery)[0]?.id).toBe('two-nodes');
    expect(await first).toBe(new Engine().handle('scenario', { id: 'two-nodes' }));
    expect(await work).toEqual({ text: 'kind: Pod' });
  });

  it('gives back what the user typed when the engine fails at once', async () => {
    const client = createClient((_onMessage, onError) => ({
      postMessage: () => {
        onError('out of memory');
      },
      terminate: () => undefined,
    }));
    const { gallery, work } = begin(client, persist);
    expect(await work).toEqual({ text: 'kind: Pod' });
    await expect(gallery).rejects.toThrow('out of memory');
  });
});
