import { describe, expect, it } from 'vitest';
import { page } from './page.testing.ts';

type State = ReturnType<Awaited<ReturnType<typeof page>>['state']>;
const node = (state: State, name: string) => {
  const found = state.board?.nodes.find((each) => each.name === name);
  if (found === undefined) throw new Error(name);
  return found;
};
const devices = (state: State) => node(state, 'node1').devices.map(({ name }) => name);

describe('flanneld on the board', () => {
  it('that was killed is shown as gone, and with vxlan packets still get through', async () => {
    const { state } = await page();
    await state().act('node1', 'pkill -9 flanneld');
    expect(node(state(), 'node1').flanneld).toBe('stopped');
    expect(node(state(), 'node2').flanneld).toBeUndefined();
    await state().send();
    expect(state().exchange?.result).toBe('replied');
  });

  it('takes flannel0 along with udp, and packets are lost until it is started again', async () => {
    const { state } = await page();
    await state().chooseBackend('udp');
    await state().act('node1', 'pkill flanneld');
    expect(devices(state())).not.toContain('flannel0');
    await state().send();
    expect(state().exchange?.result).not.toBe('replied');
    await state().act('node1', 'systemctl start flanneld');
    expect(devices(state())).toContain('flannel0');
    await state().send();
    expect(state().exchange?.result).toBe('replied');
  });

  it('is taken back to, with what was sent since as the former branch', async () => {
    const { state } = await page();
    await state().send();
    await state().act('node1', 'pkill -9 flanneld');
    await state().send();
    await state().takeBack();
    expect(node(state(), 'node1').flanneld).toBeUndefined();
    expect(state().recording.exchanges).toHaveLength(1);
    expect(state().other?.recording.exchanges).toHaveLength(2);
    expect(state().acted).toBeUndefined();
  });

  it('that was killed amid a packet and is taken back lets the packet end as it would have', async () => {
    const { state } = await page();
    await state().send();
    const whole = state().recording.entries.length;
    state().seek(2);
    await state().act('node2', 'pkill -9 flanneld');
    expect(state().recording.entries).not.toHaveLength(whole);
    await state().send();
    const texts = state().recording.entries.map((entry) => ('text' in entry ? entry.text : ''));
    expect(texts).toContain('pkill -9 flanneld');
    await state().takeBack();
    expect(state().recording.entries).toHaveLength(whole);
    expect(state().recording.exchanges[0]?.result).toBe('replied');
  });

  it('is taken back, and what was edited since still holds', async () => {
    const { state } = await page();
    await state().act('node1', 'pkill -9 flanneld');
    await state().chooseBackend('host-gw');
    await state().takeBack();
    expect(state().board?.backend).toBe('host-gw');
    expect(node(state(), 'node1').flanneld).toBeUndefined();
  });
});
