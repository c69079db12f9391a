/** The expect slice against the real engine: tried when they are looked at, and again after what changes the board. */
import { describe, expect, it, vi } from 'vitest';
import { policyBoards } from '../scenario/policyBoards.ts';
import { page } from './page.testing.ts';
import type { BoardState } from './state.ts';

const text = policyBoards.find(({ id }) => id === 'policy-deny-all')?.text ?? '';

async function watched() {
  const { state, wait: run, settle } = await page({ work: { text } });
  const end = state().watchExpectations();
  // what a timer starts is loaded first
  const wait = async (): Promise<void> => {
    await vi.dynamicImportSettled();
    await settle();
    await run();
    await settle();
  };
  await wait();
  return { state, wait, end };
}

const held = ({ expectations }: Pick<BoardState, 'expectations'>) => expectations?.map(({ holds }) => holds);

describe('expectations in the store', () => {
  it('are tried when they are looked at, on branches that the reader does not see', async () => {
    const { state } = await watched();
    expect(held(state())).toEqual([true, true, true, true, true]);
    expect(state().recording.exchanges).toEqual([]);
  });

  it('are tried again after an edit of a policy', async () => {
    const { state, wait } = await watched();
    state().edit(text.replace('  policyTypes:\n  - Ingress\n', '  policyTypes:\n  - Egress\n'));
    await wait();
    await wait();
    expect(held(state())).toEqual([true, false, true, true, false]);
  });

  it('are tried again after a command that was typed', async () => {
    const { state, wait } = await watched();
    await state().runLine('node1', 'iptables -I INPUT -p icmp -j DROP');
    await state().runLine('node1', 'iptables -I FORWARD -p icmp -j DROP');
    await wait();
    expect(held(state())).toEqual([true, true, false, true, true]);
  });

  it('stay as they were while the text is broken, and nobody asks once nobody looks', async () => {
    const { state, wait, end } = await watched();
    const before = state().expectations;
    state().edit(`${text}\n---\nkind: [`);
    await wait();
    await wait();
    expect(state().expectations).toBe(before);
    end();
    await wait();
    state().edit(text.replace('- Ingress', '- Egress'));
    await wait();
    await wait();
    expect(state().expectations).toBe(before);
  });

  it('one is sent as the probe that it is, behind what was sent before, and told', async () => {
    const { state, wait } = await watched();
    const [first] = state().expectations ?? [];
    if (!first) throw new Error('nothing is expected');
    await state().sendExpected(first);
    await wait();
    expect(state().exchange).toMatchObject({
      from: 'default/client',
      to: '10.244.1.2:8080',
      result: 'refused',
    });
    expect(state().tab).toBe('packet');
  });
});
