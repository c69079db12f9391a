import { describe, expect, it } from 'vitest';
import { gallery } from '../scenario/gallery.ts';
import type { Step } from '../trace/types.ts';
import { page } from './page.testing.ts';

/** flanneld's rules of the table nat, and no others: they would stand before and between those that are looked at */
const text = (gallery.find(({ id }) => id === 'masquerade')?.text ?? '').replace(
  'ipMasq: true }',
  'ipMasq: true, iptablesForwardRules: false }\n  kubeProxy: { mode: none }',
);

/** The masquerading board with a ping to the outside on its way, told in every rule, the tables open. */
async function pinged() {
  const { state, wait } = await page({ work: { text } });
  state().chooseTarget('client/client');
  await state().send();
  state().setGrain('hook');
  state().showTab('tables');
  const goTo = async (kind: Step['kind'], says = ''): Promise<void> => {
    const { recording } = state();
    const entry = recording.entries.find(
      (e) => e.kind === kind && (!('verdict' in e) || e.verdict === says || ('to' in e && e.to === says)),
    );
    if (entry) state().goToEntry(entry.seq);
    await wait();
  };
  return { state, wait, goTo };
}
const POSTRTG = { table: 'nat', chain: 'FLANNEL-POSTRTG' } as const;

describe('rules in the store', () => {
  it('follow the packet: the chain it is in is open, others as the reader left them', async () => {
    const { state, goTo, wait } = await pinged();
    const open = () =>
      state().netfilter?.tables.flatMap(({ chains }) => chains.flatMap((c) => (c.open ? [c.chain] : [])));
    await goTo('chain', 'MASQUERADE');
    expect(open()).toEqual(['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING', 'FLANNEL-POSTRTG']);
    await goTo('chain', 'FLANNEL-POSTRTG');
    expect(open()).not.toContain('FLANNEL-POSTRTG');
    state().flipChain(POSTRTG);
    state().flipChain({ table: 'nat', chain: 'INPUT' });
    await wait();
    expect(open()).toEqual(['PREROUTING', 'OUTPUT', 'POSTROUTING', 'FLANNEL-POSTRTG']);
  });

  it('a jump leads to its chain and ends a search', async () => {
    const { state, goTo, wait } = await pinged();
    await goTo('chain', 'FLANNEL-POSTRTG');
    state().searchRules('nothing holds this');
    await wait();
    expect(state().netfilter?.tables.flatMap(({ chains }) => chains)).toEqual([]);
    state().lookAtRule({ ...POSTRTG, number: 1 });
    await wait();
    expect(state().rulesView).toMatchObject({ text: '', at: { ...POSTRTG, number: 1 } });
    const chains = state().netfilter?.tables.flatMap((table) => table.chains) ?? [];
    expect(chains.find(({ chain }) => chain === POSTRTG.chain)).toMatchObject({ open: true, rules: 6 });
  });

  it('who goes to a rule reads it: the packet waits, so the chain stays open', async () => {
    const { state, goTo, wait } = await pinged();
    await goTo('chain', 'FLANNEL-POSTRTG');
    state().togglePlay();
    expect(state().playing).toBe(true);
    state().lookAtRule({ ...POSTRTG, number: 1 });
    await wait();
    expect(state().playing).toBe(false);
    expect(state().rulesView.at).toEqual({ ...POSTRTG, number: 1 });
  });

  it('a rule is asked about, once more closes it, and a step on forgets it', async () => {
    const { state, goTo, wait } = await pinged();
    await goTo('chain', 'MASQUERADE');
    state().askRule('node1', { ...POSTRTG, number: 1 });
    await wait();
    expect(state().askedRule?.answer).toMatchObject({ asked: true, fate: 'passed' });
    state().askRule('node1', { ...POSTRTG, number: 1 });
    expect(state().askedRule).toBeUndefined();
    state().askRule('node1', { ...POSTRTG, number: 5 });
    await wait();
    expect(state().askedRule?.answer).toMatchObject({ asked: true, fate: 'matched' });
    state().goToStart();
    expect(state().askedRule).toBeUndefined();
  });

  it('of a namespace that the packet never came to, nothing is asked', async () => {
    const { state, goTo, wait } = await pinged();
    await goTo('chain', 'MASQUERADE');
    state().askRule('node2', { table: 'filter', chain: 'FORWARD', number: 1 });
    await wait();
    expect(state().askedRule?.answer).toMatchObject({ asked: false, why: 'not-asked' });
  });
});
