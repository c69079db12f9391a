import { describe, expect, it } from 'vitest';
import { createClient, EngineCrashed, EngineStopped, type Spawn } from './client.ts';
import type { FromWorker, ToWorker } from './protocol.ts';

/** Workers that do what a test tells them. */
function workers() {
  const all: {
    sent: ToWorker[];
    ended: boolean;
    say: (message: FromWorker) => void;
    fail: (why: string) => void;
  }[] = [];
  const spawn: Spawn = (onMessage, onError) => {
    const worker = { sent: [] as ToWorker[], ended: false, say: onMessage, fail: onError };
    all.push(worker);
    return {
      postMessage: (message) => worker.sent.push(message),
      terminate: () => {
        worker.ended = true;
      },
    };
  };
  const nth = (n: number) => {
    const worker = all[n];
    if (worker === undefined) throw new Error(`no worker ${n}`);
    return worker;
  };
  return { spawn, all, nth };
}

describe('client', () => {
  it('starts the worker at the first call and gives every call its own answer', async () => {
    const { spawn, all, nth } = workers();
    const client = createClient(spawn);
    expect(all).toHaveLength(0);
    const first = client.call('gallery', {});
    const second = client.call('gallery', {});
    expect(nth(0).sent.map(({ id, call }) => [id, call])).toEqual([
      [1, 'gallery'],
      [2, 'gallery'],
    ]);
    nth(0).say({ kind: 'answer', id: 2, result: [{ id: 'b', group: 'nat' }] });
    nth(0).say({ kind: 'answer', id: 1, result: [{ id: 'a', group: 'nat' }] });
    expect(await first).toEqual([{ id: 'a', group: 'nat' }]);
    expect(await second).toEqual([{ id: 'b', group: 'nat' }]);
    expect(all).toHaveLength(1);
  });

  it('starts the worker at the first call, and only once', () => {
    const { spawn, all } = workers();
    const client = createClient(spawn);
    expect(all).toHaveLength(0);
    void client.call('gallery', {});
    void client.call('gallery', {});
    expect(all).toHaveLength(1);
  });

  it('tells the progress of a call to whoever made it', () => {
    const { spawn, nth } = workers();
    const client = createClient(spawn);
    const heard: number[] = [];
    void client.call('open', { text: '', revision: 1 }, ({ done }) => heard.push(done));
    nth(0).say({ kind: 'progress', id: 1, done: 3, total: 9, stage: 'parse' });
    nth(0).say({ kind: 'progress', id: 7, done: 4, total: 9, stage: 'parse' });
    expect(heard).toEqual([3]);
  });

  it('rejects everything with the message when the engine crashed, until it is restarted', async () => {
    const { spawn, nth, all } = workers();
    const client = createClient(spawn);
    const first = client.call('gallery', {});
    const second = client.call('gallery', {});
    nth(0).say({ kind: 'crashed', id: 1, message: 'unreachable: "x"' });
    await expect(first).rejects.toThrow(new EngineCrashed('unreachable: "x"'));
    await expect(second).rejects.toThrow(EngineCrashed);
    await expect(client.call('gallery', {})).rejects.toThrow(EngineCrashed);
    expect(nth(0).ended).toBe(true);
    client.restart();
    const third = client.call('gallery', {});
    expect(all).toHaveLength(2);
    nth(1).say({ kind: 'answer', id: nth(1).sent[0]?.id ?? 0, result: [] });
    expect(await third).toEqual([]);
  });

  it('takes a worker that cannot be loaded for a crash', async () => {
    const { spawn, nth } = workers();
    const client = createClient(spawn);
    const call = client.call('gallery', {});
    nth(0).fail('the worker could not be loaded');
    await expect(call).rejects.toThrow('could not be loaded');
  });

  it('ends a call that is no longer wanted, and hears nothing more of its worker', async () => {
    const { spawn, nth } = workers();
    const client = createClient(spawn);
    const call = client.call('open', { text: 'large', revision: 1 });
    client.restart();
    await expect(call).rejects.toThrow(EngineStopped);
    expect(nth(0).ended).toBe(true);
    const next = client.call('gallery', {});
    nth(0).say({ kind: 'crashed', id: 1, message: 'late' });
    nth(1).say({ kind: 'answer', id: nth(1).sent[0]?.id ?? 0, result: [] });
    expect(await next).toEqual([]);
  });
});
