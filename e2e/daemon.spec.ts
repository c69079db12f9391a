/** flanneld of a node, ended and started on the board, by mouse and by keyboard. */
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from './test.ts';

test('a killed flanneld is marked on its card, with udp the next packet is lost, and one click takes it back', async ({
  board,
  page,
}) => {
  await page.getByRole('radio', { name: 'udp' }).check();
  await page.getByRole('button', { name: 'flanneld on node1', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'flanneld on node1' });
  await expect(dialog).toContainText('Every packet for another node passes through it');
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations).toEqual([]);
  await dialog.getByRole('button', { name: 'Kill it' }).click();
  await expect(page.getByRole('button', { name: 'flanneld on node1: it does not run' })).toBeVisible();
  await expect(page.getByText('flannel0', { exact: true })).toHaveCount(1);
  await board.sendAndSee();
  await expect(board.result).not.toContainText('answered');

  await page.getByRole('button', { name: 'Take back on node1: pkill -9 flanneld' }).click();
  await expect(page.getByRole('button', { name: 'flanneld on node1', exact: true })).toBeVisible();
  await expect(page.getByText('flannel0', { exact: true })).toHaveCount(2);
});

test('with the keyboard alone: stopped, and with vxlan packets still get through; started again', async ({
  board,
  page,
}) => {
  const daemon = page.getByRole('button', { name: 'flanneld on node2' });
  await daemon.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Stop it' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByText('does not run', { exact: true })).toBeVisible();
  await board.sendAndSee();
  await expect(board.result).toContainText('answered');
  await daemon.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toContainText('nothing heals');
  await page.getByRole('button', { name: 'Start it' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByText('does not run', { exact: true })).toHaveCount(0);
});
