/** Figures that open over the board: the race of the backends, the addresses, the board as a script, the birth of a pod. By mouse and by keyboard. */
import { readFile } from 'node:fs/promises';
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from './test.ts';

test('the race: one packet under three backends, step by step by keyboard, and what it cost', async ({
  board,
  page,
}) => {
  await page.keyboard.press('r');
  const dialog = page.getByRole('dialog', { name: /The race/ });
  const slider = dialog.getByRole('slider', { name: 'Position in time' });
  await expect(slider).toBeVisible();
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowRight');
  await expect(slider).toHaveAttribute('aria-valuetext', /^Step 2 of \d+: udp: .* vxlan: .* host-gw: /);
  await page.keyboard.press('End');
  await expect(dialog.getByRole('region', { name: 'host-gw' })).toContainText(/arrived after 1\d steps/);
  const row = (name: string) => dialog.getByRole('row', { name });
  await expect(row('Added to every packet')).toContainText('+28 bytes');
  await expect(row('Added to every packet')).toContainText('+50 bytes');
  await expect(row('User/kernel crossings')).toContainText('4 (2 on node1, 2 on node2)');
  await expect(row('MTU of the pods')).toContainText(/1472\s*1450\s*1500/);
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations).toEqual([]);
  // in Chinese and on a phone it is the same figure, one lane below the other
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await page.getByRole('button', { name: '中文' }).click();
  await page.setViewportSize({ width: 390, height: 844 });
  await page.getByRole('button', { name: '对比' }).click();
  const lanes = page.getByRole('dialog').locator('section');
  await expect(lanes).toHaveCount(3);
  const [first, second] = [await lanes.nth(0).boundingBox(), await lanes.nth(1).boundingBox()];
  expect(second?.y).toBeGreaterThan((first?.y ?? 0) + (first?.height ?? 0) - 1);
  expect(await page.evaluate(() => document.querySelector('dialog')?.scrollWidth)).toBeLessThanOrEqual(390);
  await page.getByRole('button', { name: '关闭' }).click();
  await expect(board.picks.first()).toBeVisible();
});

test('the addresses: who has which, where the next comes from; a cell leads to its YAML, by keyboard and by mouse', async ({
  board,
  page,
}) => {
  await page.keyboard.press('a');
  const dialog = page.getByRole('dialog', { name: /Addresses/ });
  const host = dialog.getByRole('region', { name: /The range of node1/ });
  await expect(host).toContainText('the next pod gets 10.244.1.4');
  await expect(dialog.getByRole('row', { name: /node1/ })).toContainText('"VtepMAC":"0e:f1:a0:00:00:01"');
  await expect(dialog.getByRole('region', { name: /ClusterIPs/ })).toContainText('10.96.0.1 – 10.96.1.0');
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations).toEqual([]);
  // the arrows go from one owner to the next
  await host
    .getByRole('button', { name: /flannel\.1/ })
    .first()
    .focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await expect(host).toContainText('10.244.1.2: shop/web');
  await page.keyboard.press('Enter');
  await expect(dialog).toBeHidden();
  await expect(board.editor).toBeVisible();
  await expect(board.editor.getByText('name: web', { exact: true })).toBeVisible();
  // a pod more: the range fills up where it was said
  await board.editor.focus();
  await page.keyboard.press('ControlOrMeta+End');
  await page.keyboard.insertText(
    '\n---\napiVersion: v1\nkind: Pod\nmetadata: { name: late, namespace: shop }\nspec: { nodeName: node1 }\n',
  );
  await expect(page.locator('[data-pick="pod/shop/late"]')).toBeVisible();
  await page.getByRole('button', { name: 'Addresses' }).click();
  await expect(host).toContainText('the next pod gets 10.244.1.5');
  await host.getByRole('button', { name: 'shop/late (given last)', exact: true }).click();
  await expect(dialog).toBeHidden();
  // on a phone one figure below the other, nothing wider than the page
  await page.setViewportSize({ width: 390, height: 844 });
  await page.getByRole('button', { name: 'Addresses' }).click();
  await expect(host).toBeVisible();
  expect(await page.evaluate(() => document.querySelector('dialog')?.scrollWidth)).toBeLessThanOrEqual(390);
});

test('run it for real: the board is saved as a script, and the commands to run it can be copied; by keyboard and on a phone', async ({
  board,
  page,
}) => {
  await page.keyboard.press('k');
  const dialog = page.getByRole('dialog', { name: 'Run it for real' });
  const save = dialog.getByRole('button', { name: /^Save lab-.*\.sh$/ });
  await expect(save).toBeVisible();
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations).toEqual([]);
  await save.focus();
  const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
  expect(download.suggestedFilename()).toMatch(/^lab-[a-z0-9-]+\.sh$/);
  const script = await readFile(await download.path(), 'utf8');
  expect(script).toMatch(/^#!\/bin\/bash\n/);
  expect(script).toContain('n node1  ip link add flannel.1');
  await expect(dialog.getByRole('status').first()).toContainText('is saved');
  await expect(dialog.getByRole('listitem')).toHaveCount(4);
  await expect(dialog.getByRole('listitem').nth(1)).toContainText(/in shop\/\S+ ping -c 3 10\.244\./);
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await page.getByRole('button', { name: '中文' }).click();
  await page.setViewportSize({ width: 390, height: 844 });
  await page.getByRole('button', { name: '真机运行' }).click();
  await expect(page.getByRole('dialog').getByRole('button', { name: /^保存 lab-/ })).toBeVisible();
  expect(await page.evaluate(() => document.querySelector('dialog')?.scrollWidth)).toBeLessThanOrEqual(390);
  await page.getByRole('button', { name: '关闭' }).click();
  await expect(board.picks.first()).toBeVisible();
});

test('the birth of a pod: step by step by keyboard, with the JSON that goes in and out; of any pod, also one that cannot be born', async ({
  board,
  page,
}) => {
  await page.keyboard.press('p');
  const dialog = page.getByRole('dialog', { name: 'The birth of a pod' });
  const slider = dialog.getByRole('slider');
  await expect(slider).toHaveAttribute('aria-valuetext', /^Step 1 of 28: kubelet on node1/);
  for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowRight');
  await expect(dialog).toContainText('FLANNEL_SUBNET=10.244.1.1/24');
  await expect(dialog.getByRole('region', { name: /configuration that flannel makes/ })).toContainText(
    '"type": "bridge"',
  );
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations).toEqual([]);
  await dialog.getByRole('button', { name: 'host-local returned rc=0' }).click();
  await expect(dialog.getByRole('region', { name: /stdout/ })).toContainText('"address": "10.244.1.2/24"');
  await page.keyboard.press('End');
  await expect(dialog).toContainText('They join the namespace that pause holds');
  // another pod, of the node that has no range: it fails, and says why
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Open your cluster' }).click();
  await page.getByRole('button', { name: 'A node without podCIDR' }).click();
  await expect(page.getByText('Opened 2 nodes')).toBeVisible();
  await page.keyboard.press('p');
  await dialog.getByRole('combobox', { name: 'Pod' }).selectOption('shop/db');
  await expect(dialog.getByRole('button', { name: /flannel returned rc=1/ })).toBeVisible();
  await dialog.getByRole('button', { name: /flannel returned rc=1/ }).click();
  await expect(dialog.getByRole('region', { name: 'What it says' })).toContainText(
    'open /run/flannel/subnet.env: no such file or directory',
  );
  await page.setViewportSize({ width: 390, height: 844 });
  await expect(dialog).toContainText('It failed.');
  expect(await page.evaluate(() => document.querySelector('dialog')?.scrollWidth)).toBeLessThanOrEqual(390);
  await dialog.getByRole('button', { name: 'Close' }).click();
  await expect(board.picks.first()).toBeVisible();
});

test('Docker alone beside flannel and CNI: one range on every machine, no plugin is called, and there is no backend to choose', async ({
  page,
}) => {
  await page.getByRole('button', { name: 'Open your cluster' }).click();
  const group = page.getByRole('group', { name: /CNM and CNI/ });
  await expect(group.getByRole('button')).toHaveCount(3);
  await group.getByRole('button', { name: 'Docker alone (CNM)' }).click();
  await expect(page.getByText('Opened 2 nodes')).toBeVisible();
  await expect(page.getByText('docker0').first()).toBeVisible();
  await expect(page.getByRole('radio', { name: 'vxlan' })).toBeDisabled();
  await page.keyboard.press('Escape');
  await page.keyboard.press('a');
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText(
    'Docker takes the lowest address that is free: the next container gets 172.17.0.4',
  );
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations).toEqual([]);
  await page.keyboard.press('Escape');
  await page.keyboard.press('p');
  await expect(dialog.getByRole('slider')).toHaveAttribute('aria-valuetext', /^Step 1 of \d+: docker run/);
  await page.keyboard.press('End');
  await expect(dialog).toContainText('The namespace is this container’s own');
});
