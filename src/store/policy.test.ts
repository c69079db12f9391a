/** The policy slice against the real engine: the matrix follows edits, a cell is sent and explained, the cursor lights pods. */
import { describe, expect, it, vi } from 'vitest';
import { policyBoards } from '../scenario/policyBoards.ts';
import { page } from './page.testing.ts';

const text = policyBoards.find(({ id }) => id === 'policy-or')?.text ?? '';

async function withMatrix() {
  const { state, wait: run, ...engine } = await page({ work: { text } });
  // what a timer starts is loaded first
  const wait = async (): Promise<void> => {
    await run();
    await vi.dynamicImportSettled();
    await run();
  };
  state().showTab('matrix');
  await wait();
  return { state, wait, ...engine };
}

const BOB_TO_WEB = { from: 'pod/bob/client', to: 'pod/default/web', protocol: 'TCP', port: 8080 } as const;

describe('policies in the store', () => {
  it('the matrix is asked for when it is looked at, and again after an edit, with what that changed', async () => {
    const { state, wait } = await withMatrix();
    expect(state().matrix?.subjects.length).toBe(8);
    expect(state().matrix?.diff).toBeUndefined();
    state().edit(text.replace('user: alice\n    - podSelector', 'user: alice\n      podSelector'));
    await wait();
    await wait();
    expect(state().matrix?.diff).toMatchObject({ opened: 0, closed: 2 });
  });

  it('an edit shows in the matrix before it is on the board, and is told once', async () => {
    const { state, wait, hold, calls, release, settle } = await withMatrix();
    const { board, matrix } = state();
    const since = calls.length;
    hold();
    const edited = text.replace('user: alice\n    - podSelector', 'user: alice\n      podSelector');
    const done = state().replaceText(edited);
    await vi.dynamicImportSettled();
    await settle();
    expect(calls.slice(since).map(({ call }) => call)).toEqual(['previewMatrix', 'apply']);
    release();
    await vi.waitFor(() => {
      expect(state().matrix?.diff).toMatchObject({ opened: 0, closed: 2 });
    });
    await done;
    const preview = state().matrix;
    await wait();
    expect([state().board === board, preview?.edition]).toEqual([false, (matrix?.edition ?? 0) + 1]);
    expect(state().matrix).toEqual(preview);
  });

  it('a cell is sent as a packet, and explained', async () => {
    const { state, wait } = await withMatrix();
    state().askCell(BOB_TO_WEB);
    await state().sendCell(BOB_TO_WEB);
    await wait();
    expect(state().exchange?.result).toBe('refused');
    expect([state().source, state().target]).toEqual([BOB_TO_WEB.from, BOB_TO_WEB.to]);
    expect(state().askedCell?.answer?.allowed).toBe(false);
  });

  it('a cell that is sent while another packet is on its way is not sent beside it', async () => {
    const { state, wait } = await withMatrix();
    const first = state().sendCell(BOB_TO_WEB);
    await state().sendCell({ ...BOB_TO_WEB, port: 81 });
    await first;
    await wait();
    expect(state().recording.exchanges.filter(({ protocol }) => protocol === 'tcp')).toHaveLength(1);
  });

  it('the selector at the cursor lights its pods, and nothing does when the text is left', async () => {
    const { state, wait } = await withMatrix();
    state().pointAt(text.indexOf('user: alice'));
    await wait();
    expect(state().litPods).toEqual(['pod/alice/batch', 'pod/alice/client']);
    expect(state().policyWords?.path).toBe('spec.ingress[0].from[0].namespaceSelector.matchLabels.user');
    state().pointAt(undefined);
    expect(state().litPods).toEqual([]);
  });

  it('an object of a policy leads to the line of its field', async () => {
    const { state, wait } = await withMatrix();
    const path = 'spec.ingress[0].from[1].podSelector';
    state().showObject({ kind: 'NetworkPolicy', namespace: 'default', name: 'web', path });
    await wait();
    const { from, to } = state().reveal ?? { from: 0, to: 0 };
    expect(state().text.slice(from, to)).toBe('podSelector');
  });

  it('a suggested edit is written into the text, opens the cell, and can be undone', async () => {
    const { state, wait } = await withMatrix();
    state().askCell(BOB_TO_WEB);
    await wait();
    const [edit] = state().askedCell?.answer?.edits ?? [];
    if (!edit) throw new Error('nothing was suggested');
    expect(await state().applyEdit(edit)).toBe('done');
    await wait();
    await wait();
    expect(state().textStatus).toBe('committed');
    expect(state().askedCell?.answer?.allowed).toBe(true);
    await state().undoPolicyEdit();
    await wait();
    expect(state().text).toBe(text);
  });

  it('an edit of an object that the text does not have is not written', async () => {
    const { state } = await withMatrix();
    const ref = { kind: 'Pod', namespace: 'bob', name: 'nobody', path: 'metadata.labels' };
    const message = { id: 'edit.label-pod', params: { pod: 'bob/nobody', label: 'a=b' } } as const;
    expect(await state().applyEdit({ changes: [{ ref, message, yaml: 'a: b' }], alsoOpens: 0 })).toBe(
      'unreadable',
    );
    expect(state().text).toBe(text);
  });

  it('a policy that the API server would refuse leaves board and matrix as they were, and its words stand at its line', async () => {
    const { state, wait } = await withMatrix();
    const { board, matrix } = state();
    const broken = text.replace('  policyTypes:\n  - Ingress\n', '  policyTypes:\n  - Inbound\n');
    state().edit(broken);
    await wait();
    await wait();
    expect(state()).toMatchObject({ textStatus: 'rejected', text: broken, good: text });
    expect([state().board, state().matrix]).toEqual([board, matrix]);
    const [refusal] = state().diagnostics.filter(({ severity }) => severity === 'error');
    expect(refusal?.upstream).toContain('Unsupported value: "Inbound"');
    const { from = 0, to = 0 } = refusal?.range ?? {};
    expect(broken.slice(from, to)).toBe('Inbound');
  });

  it('traffic that runs goes on while a policy is typed: half a word changes nothing, the whole policy does', async () => {
    const flows = `${text.trimEnd()}\n`.replace(
      'spec:\n  expect:',
      'spec:\n  traffic:\n  - { from: pod/alice/batch, to: "pod/default/web:8080", protocol: tcp, every: 1s }\n  expect:',
    );
    const { state, wait, settle } = await page({ work: { text: flows } });
    const results = () => state().flows.map(({ result, refusal }) => refusal?.id ?? result);
    state().toggleTraffic();
    await settle();
    expect(results()).toEqual(['connected']);
    const typed = async (policy: string): Promise<void> => {
      state().edit(flows.replace('user: alice\n', policy));
      await wait();
      await settle();
    };
    await typed('user: al: [\n');
    expect([state().textStatus, state().trafficOn, results()]).toEqual(['rejected', true, ['connected']]);
    await typed('user: carol\n');
    expect([state().textStatus, state().trafficOn, results()]).toEqual(['committed', true, ['refused']]);
  });
});
