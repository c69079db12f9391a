import { expect, test } from 'vitest';
import { isStep } from '../trace/types.ts';
import { page } from './page.testing.ts';

test('one choice writes the Board document, changes the tables and sends the last packet again', async () => {
  const { state: get } = await page();
  await get().send();
  const first = get().exchange?.id;
  expect(get().board?.backend).toBe('vxlan');
  await get().chooseBackend('host-gw');
  const { board, text, exchange, recording, edited } = get();
  expect(board?.backend).toBe('host-gw');
  expect(text).toMatch(
    /^apiVersion: flannelboard.dev\/v1\nkind: Board\nspec:\n {2}flannel: \{ backend: host-gw \}\n---\n/,
  );
  expect(exchange?.id).toBe((first ?? 0) + 1);
  expect(exchange?.result).toBe('replied');
  // the former packet is still there to be compared with
  expect(recording.exchanges).toHaveLength(2);
  const lines = recording.entries
    .slice(edited?.from, edited?.to)
    .flatMap((entry) => (isStep(entry) ? [] : entry.changes))
    .map(({ ns, table, op, line }) => `${ns} ${table} ${op} ${line}`);
  expect(lines).toContain('node1 route add 10.244.2.0/24 via 192.168.0.12 dev eth0');
  expect(lines.some((line) => /^node1 link delete \d+: flannel\.1:/.test(line))).toBe(true);
});

test('undo brings back the very text, and the packet goes as before', async () => {
  const { state: get } = await page();
  await get().send();
  const before = get().text;
  await get().chooseBackend('udp');
  expect(get().chosen?.was).toBe('vxlan');
  await get().undoBackend();
  expect(get().text).toBe(before);
  expect(get().board?.backend).toBe('vxlan');
  expect(get().chosen).toBeUndefined();
  expect(get().recording.exchanges).toHaveLength(3);
});

test('nothing is sent where nothing was, and a text that cannot be written into stays', async () => {
  const { state: get } = await page();
  await get().chooseBackend('host-gw');
  expect(get().recording.exchanges).toHaveLength(0);
  const odd = `apiVersion: flannelboard.dev/v1\nkind: Board\nspec: nonsense\n---\n${get().good}`;
  await get().replaceText(odd);
  expect(get().textStatus).toBe('rejected');
  await expect(get().chooseBackend('udp')).resolves.toBe('unreadable');
  expect(get().text).toBe(odd);
});
