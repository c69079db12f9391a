/** The figures that open over the board: addresses and births. */
import { describe, expect, it } from 'vitest';
import { page } from './page.testing.ts';

describe('before the first board', () => {
  it('the figures stay closed and the engine is not asked', async () => {
    const { state, calls } = await page({ isStarted: false });
    await state().openLab();
    await state().openAddresses();
    await state().openRace();
    await state().openBirth();
    expect(state().dialog).toBe('none');
    expect(state().engine.kind).toBe('starting');
    expect(calls).toEqual([]);
  });
});

describe('the addresses', () => {
  it('are asked for when the figure opens, of the node that is chosen in it', async () => {
    const { state } = await page();
    await state().openAddresses();
    expect(state().dialog).toBe('addresses');
    expect(state().addresses?.host?.node).toBe('node1');
    await state().openAddresses('node2');
    expect(state().addresses?.host?.node).toBe('node2');
  });

  it('lead to the text of an owner, which closes the figure', async () => {
    const { state } = await page();
    await state().openAddresses();
    state().leaveFor({ kind: 'Node', namespace: '', name: 'node2', path: 'spec.podCIDR' });
    expect(state()).toMatchObject({ dialog: 'none', tab: 'yaml' });
    const { from = 0, to = 0 } = state().reveal ?? {};
    expect(state().text.slice(from, to)).toContain('name: node2');
  });
});

describe('the birth of a pod', () => {
  it('is that of the sender in the bar, with a playhead of its own', async () => {
    const { state, playback } = await page();
    await state().send();
    playback.seek(2);
    await state().openBirth();
    const { birth } = state();
    expect(birth?.pod).toBe('shop/web');
    expect(birth?.result?.status).toBe('born');
    birth?.playback.seek(5);
    expect(birth?.playback.playhead().beat).toBe(5);
    expect(state().beat).toBe(2);
  });

  it('is that of the pod that was asked for last, whoever answers first', async () => {
    const { state, hold, release, settle } = await page();
    hold();
    const first = state().openBirth('shop/cart');
    const second = state().openBirth('shop/db');
    await settle();
    release();
    await Promise.all([first, second]);
    const { birth } = state();
    expect(birth?.pod).toBe('shop/db');
    expect(birth?.result).toMatchObject({ status: 'born', node: 'node2' });
  });
});
