import { describe, expect, it } from 'vitest';
import { page } from './page.testing.ts';
import { happened, isRunning, NO_TERMINAL, printedBy } from './terminalActions.ts';

type State = ReturnType<Awaited<ReturnType<typeof page>>['state']>;
const logOf = (state: State, ns: string) => (state.terminals[ns] ?? NO_TERMINAL).log;
const lastOf = (state: State, ns: string) => {
  const entry = logOf(state, ns).at(-1);
  if (entry === undefined) throw new Error('nothing typed');
  return entry;
};

describe('a terminal', () => {
  it('keeps what was typed and what was printed, for each namespace apart', async () => {
    const { state } = await page();
    await state().runLine('node1', 'ip route get 10.244.2.2');
    expect(lastOf(state(), 'node1').lines[0]).toMatch(/^10\.244\.2\.2 via 10\.244\.2\.0 dev flannel\.1/);
    expect(logOf(state(), 'node2')).toEqual([]);
    expect(state().terminals['node1']?.history).toEqual(['ip route get 10.244.2.2']);
  });

  it('marks what failed, and names the nearest word', async () => {
    const { state } = await page();
    await state().runLine('node1', 'ip ruote');
    expect(lastOf(state(), 'node1')).toMatchObject({
      failed: true,
      hint: { word: 'ruote', nearest: 'route' },
    });
  });

  it('changes tables for the next packet', async () => {
    const { state } = await page();
    await state().runLine('node1', 'iptables -I FORWARD -j DROP');
    await state().send();
    expect(state().exchange?.result).toBe('timeout');
  });

  it('prints what a program says as the playhead comes by', async () => {
    const { state } = await page();
    await state().runLine('shop/web', 'ping -c 2 10.244.2.2');
    const entry = lastOf(state(), 'shop/web');
    const printed = () => printedBy(state().recording.exchanges[entry.exchange ?? -1], happened(state()));
    expect(printed()).toHaveLength(1);
    expect(isRunning(entry, state())).toBe(true);
    state().goToEnd();
    expect(printed()).toHaveLength(7);
    expect(isRunning(entry, state())).toBe(false);
  });

  it('Ctrl-C ends a program where the playhead stands', async () => {
    const { state } = await page();
    await state().runLine('shop/web', 'ping -c 50 10.244.2.2');
    const { beats } = state();
    state().seek(Math.floor(beats.length / 10));
    await state().stopProgram('shop/web');
    const output = state().recording.exchanges[0]?.output ?? [];
    expect(output).toContain('^C');
    expect(output.length).toBeLessThan(20);
  });

  it('keeps what a program had printed when history before it is changed', async () => {
    const { state } = await page();
    await state().send();
    state().seek(2);
    await state().runLine('node1', 'sysctl net.ipv4.ip_forward');
    state().goToEnd();
    await state().runLine('shop/web', 'ping -c 1 10.244.2.2');
    const { length } = state().recording.exchanges;
    state().goToEntry(state().recording.entries[0]?.seq ?? (0 as never));
    state().seek(2);
    await state().runLine('node1', 'ip link set flannel.1 down');
    expect(length).toBe(2);
    expect(lastOf(state(), 'shop/web')).toMatchObject({ forked: true });
    expect(lastOf(state(), 'shop/web').lines.join()).toContain('1 packets transmitted');
  });

  it('a command in the midst of a story is a beat of it', async () => {
    const { state } = await page();
    await state().send();
    state().seek(5);
    await state().runLine('node1', 'sysctl -w net.ipv4.ip_forward=0');
    const { beats, beat, recording } = state();
    expect(recording.entries[beats[beat]?.seq ?? -1]).toMatchObject({
      text: 'sysctl -w net.ipv4.ip_forward=0',
    });
  });

  it('tcpdump hears from now on, until Ctrl-C', async () => {
    const { state } = await page();
    await state().send();
    state().goToEnd();
    await state().runLine('node1', 'tcpdump -i cni0');
    const { length } = state().recording.entries;
    expect(lastOf(state(), 'node1').capture).toMatchObject({ from: length });
    expect(isRunning(lastOf(state(), 'node1'), state())).toBe(true);
    await state().stopProgram('node1');
    expect(lastOf(state(), 'node1').capture).toMatchObject({ to: length });
  });

  it('clear empties the log and keeps the history', async () => {
    const { state } = await page();
    await state().runLine('node1', 'help');
    await state().runLine('node1', 'clear');
    expect(state().terminals['node1']).toEqual({ log: [], history: ['help', 'clear'] });
  });

  it('completes words of what is there', async () => {
    const { state } = await page();
    expect(await state().completeLine('node1', 'ip link show dev fl')).toEqual({
      start: 17,
      candidates: ['flannel.1'],
    });
  });
});
