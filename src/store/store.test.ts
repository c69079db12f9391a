import { describe, expect, it } from 'vitest';
import { gallery } from '../scenario/gallery.ts';
import { page } from './page.testing.ts';

const broken = 'kind: [';
const threeNodes = gallery.find(({ id }) => id === 'three-nodes')?.text ?? '';
const nodesOf = (state: ReturnType<Awaited<ReturnType<typeof page>>['state']>) =>
  state.board?.nodes.map(({ name }) => name);

describe('the store', () => {
  it('opens the default scenario and proposes two pods of different nodes', async () => {
    const { state } = await page();
    expect(nodesOf(state())).toEqual(['node1', 'node2']);
    expect(state()).toMatchObject({ engine: { kind: 'ready' }, textStatus: 'committed', protocol: 'icmp' });
    expect(state().source).toMatch(/^pod\//);
    expect(state().target).toMatch(/^pod\//);
  });

  it('sends, tells the exchange from its beginning, and plays', async () => {
    const { state } = await page();
    await state().send();
    expect(state().exchange).toMatchObject({ result: 'replied' });
    expect(state().exchange?.output.join('\n')).toMatch(/64 bytes from .*ttl=62/);
    expect(state().beats.length).toBeGreaterThan(20);
    expect(state()).toMatchObject({ beat: 0, playing: true, tab: 'packet' });
  });

  it('stays at the same step when a fold before it is opened and closed', async () => {
    const { state } = await page();
    await state().send();
    state().goToEnd();
    const { beats, beat } = state();
    const seq = beats[beat]?.seq;
    const fold = beats.find(({ kind }) => kind === 'fold');
    state().toggleFold(fold?.seq ?? seq ?? (0 as never));
    expect(state().beats.length).toBeGreaterThan(beats.length);
    expect(state().beats[state().beat]?.seq).toBe(seq);
    state().toggleFold(fold?.seq ?? seq ?? (0 as never));
    expect(state().beats).toHaveLength(beats.length);
    expect(state().beats[state().beat]?.seq).toBe(seq);
  });

  it('keeps the last good board while the text is broken, and saves the text at once', async () => {
    const { state, wait, saved } = await page();
    const good = state().text;
    state().edit(broken);
    expect(saved()).toEqual({ text: broken, good });
    expect(state().textStatus).toBe('pending');
    await wait();
    expect(state()).toMatchObject({ textStatus: 'rejected', text: broken, good });
    expect(state().diagnostics.length).toBeGreaterThan(0);
    expect(nodesOf(state())).toEqual(['node1', 'node2']);
    state().edit(good);
    await wait();
    expect(state()).toMatchObject({ textStatus: 'committed', diagnostics: [] });
    expect(saved()).toEqual({ text: good });
  });

  it('comes back after a reload with the broken text and the good board', async () => {
    const good = (await page()).state().text;
    const { state } = await page({ work: { text: broken, good } });
    expect(state()).toMatchObject({ text: broken, good, textStatus: 'rejected' });
    expect(nodesOf(state())).toEqual(['node1', 'node2']);
  });

  it('falls back to the default board, without touching the text, when nothing saved is good', async () => {
    const { state } = await page({ work: { text: broken } });
    expect(state()).toMatchObject({ text: broken, textStatus: 'rejected' });
    expect(nodesOf(state())).toEqual(['node1', 'node2']);
  });

  it('sends one text at a time and drops the answer to an older one', async () => {
    const { state, wait, settle, calls, hold, release } = await page();
    const good = state().text;
    const count = () => calls.filter(({ call }) => call === 'apply').length;
    hold();
    state().edit(broken);
    await wait();
    state().edit(`${good}# one more\n`);
    await wait();
    expect(count()).toBe(1);
    release();
    await settle();
    expect(count()).toBe(2);
    expect(state()).toMatchObject({ textStatus: 'committed', text: `${good}# one more\n` });
  });

  it('keeps the dialog and its text when an import is refused', async () => {
    const { state, saved } = await page();
    const { text } = state();
    state().showDialog('open');
    await state().importText(broken);
    expect(state()).toMatchObject({ dialog: 'open', draft: broken, text });
    expect(state().draftDiagnostics.length).toBeGreaterThan(0);
    expect(saved()).toMatchObject({ text, draft: broken });
  });

  it('brings back the former text when an import is undone, also when that was broken', async () => {
    const { state, wait } = await page();
    const good = state().text;
    state().edit(broken);
    await wait();
    const other = threeNodes;
    await state().importText(other);
    expect(state().board?.nodes).toHaveLength(3);
    expect(state()).toMatchObject({ dialog: 'none', draft: '', notice: { kind: 'opened', nodes: 3 } });
    await state().undoImport();
    expect(state()).toMatchObject({ text: broken, good, textStatus: 'rejected', former: undefined });
    expect(nodesOf(state())).toEqual(['node1', 'node2']);
  });

  it('opens a board of the gallery without touching what stands in the dialog', async () => {
    const { state } = await page();
    await state().importText(broken);
    await state().openScenario('three-nodes');
    expect(state()).toMatchObject({ draft: broken, dialog: 'none', notice: { kind: 'opened', nodes: 3 } });
  });

  it('lets an import be cancelled and has the former board again', async () => {
    const { state, hold, release } = await page();
    const { text } = state();
    await state().send();
    hold();
    const importing = state().importText(threeNodes);
    expect(state().opening).toBeDefined();
    const cancelling = state().cancelImport();
    release();
    await Promise.all([importing, cancelling]);
    expect(state()).toMatchObject({ opening: undefined, text, textStatus: 'committed', beats: [] });
    expect(nodesOf(state())).toEqual(['node1', 'node2']);
    await state().send();
    expect(state().exchange).toMatchObject({ result: 'replied' });
  });

  it('refuses a file that is too large without reading it', async () => {
    const { state } = await page();
    const arrayBuffer = () => Promise.reject(new Error('was read'));
    await state().importFile({ size: 10 ** 9, arrayBuffer });
    expect(state().draftDiagnostics[0]?.message.id).toBe('manifest.too-big');
  });

  it('turns a crash into a banner, keeps the text, and goes on after a restart', async () => {
    const { state } = await page();
    state().edit(broken);
    await state().whenAlive(() => Promise.reject(new TypeError('our bug')));
    expect(state().engine).toEqual({ kind: 'crashed', message: 'our bug' });
    await state().restart();
    expect(state()).toMatchObject({ engine: { kind: 'ready' }, text: broken, textStatus: 'rejected' });
    await state().send();
    expect(state().exchange).toMatchObject({ result: 'replied' });
  });

  it('opens another text after a crash, as a way out of a text that crashes', async () => {
    const { state } = await page();
    state().showDialog('open');
    await state().whenAlive(() => Promise.reject(new TypeError('our bug')));
    expect(state().dialog).toBe('none');
    await state().openScenario('three-nodes');
    expect(state()).toMatchObject({ engine: { kind: 'ready' } });
    expect(state().board?.nodes).toHaveLength(3);
  });

  it('says why a packet cannot be sent', async () => {
    const { state } = await page();
    state().chooseTarget('pod/shop/nobody');
    await state().send();
    expect(state().refusal).toMatchObject({ id: 'send.unknown-endpoint' });
    expect(state().sending).toBe(false);
  });

  it('remembers a language that was chosen, not one that was only shown', async () => {
    const { state, savedSettings } = await page();
    state().setTheme('dark');
    expect(savedSettings()).not.toHaveProperty('language');
    await state().setLanguage('zh-CN');
    expect(savedSettings()).toMatchObject({ language: 'zh-CN', theme: 'dark' });
  });

  it('forks when something is sent at an earlier playhead, and keeps the story as it was to be looked at again', async () => {
    const { state } = await page();
    await state().send();
    state().goToEnd();
    const former = state().recording;
    state().seek(10);
    state().chooseTarget('pod/shop/cart');
    await state().send();
    expect(state().recording.exchanges.map(({ to }) => to)).toEqual(['10.244.2.2', '10.244.1.3']);
    expect(state().other?.recording).toBe(former);
    state().switchBranch();
    expect(state()).toMatchObject({ branch: 'before', recording: former });
    await state().send();
    expect(state()).toMatchObject({ branch: 'now' });
    expect(state().recording.exchanges).toHaveLength(3);
  });

  it('does not fork at the end of the story', async () => {
    const { state } = await page();
    await state().send();
    state().goToEnd();
    await state().send();
    expect(state().other).toBeUndefined();
    expect(state().recording.exchanges).toHaveLength(2);
  });

  it('pauses where it was told to', async () => {
    const { state } = await page();
    await state().send();
    state().toggleBreakpoint('encap');
    expect(state().breakpoints).toEqual(['encap']);
    state().toggleBreakpoint('encap');
    expect(state().breakpoints).toEqual([]);
  });

  it('tells finer at a finer grain, at the same place', async () => {
    const { state } = await page();
    await state().send();
    state().seek(12);
    const { beats, beat } = state();
    state().setGrain('header');
    expect(state().beats.length).toBeGreaterThan(beats.length);
    expect(state().beats[state().beat]?.seq).toBe(beats[beat]?.seq);
  });

  it('shows the tables of the present step, or of a namespace that is held', async () => {
    const { state, wait } = await page();
    await state().send();
    state().seek(0);
    state().showTab('tables');
    await wait();
    expect(state().tables?.ns).toBe('shop/web');
    state().holdNs('node2');
    await wait();
    expect(state().tables?.ns).toBe('node2');
    expect(state().tables?.route.some(({ text }) => text.includes('flannel.1 onlink'))).toBe(true);
  });

  it('goes to the drop, and to any entry, also of an earlier packet', async () => {
    const { state } = await page();
    await state().openScenario('three-nodes-host-gw');
    state().chooseTarget('pod/shop/mail');
    await state().send();
    state().goToDrop();
    const kind = () => state().recording.entries[state().beats[state().beat]?.seq ?? 0]?.kind;
    expect(kind()).toBe('drop');
    const seq = state().beats[3]?.seq;
    state().goToEnd();
    state().chooseTarget('pod/shop/cart');
    await state().send();
    expect(state().exchange?.id).toBe(1);
    if (seq !== undefined) state().goToEntry(seq);
    expect(state().exchange?.id).toBe(0);
    expect(state().beats[state().beat]?.seq).toBe(seq);
  });

  it('hands out a capture of everything that was recorded', async () => {
    const { state } = await page();
    await state().send();
    const file = await state().capture();
    // the magic of a section header block
    expect([...(file?.subarray(0, 4) ?? [])]).toEqual([0x0a, 0x0d, 0x0d, 0x0a]);
  });
});
