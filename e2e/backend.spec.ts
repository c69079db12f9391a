/** Choosing flannel's backend on a running board, by mouse and by keyboard. */
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from './test.ts';

test('one click changes the backend; the last packet goes again, the tables mark what changed, and one click goes back', async ({
  board,
  page,
}) => {
  await board.sendAndSee();
  await board.openSteps();
  await expect(board.steps.filter({ hasText: /flannel\.1 wraps/ }).first()).toBeVisible();
  await page.getByRole('tab', { name: 'Tables' }).click();
  await page.getByRole('combobox', { name: 'Tables of' }).selectOption('node1');
  await page.getByRole('radio', { name: 'host-gw' }).check();
  const tables = page.getByRole('tabpanel', { name: 'Tables' });
  await expect(tables.getByText('10.244.2.0/24 via 192.168.0.12 dev eth0')).toBeVisible();
  await expect(tables.getByText('changed by the last edit').first()).toBeVisible();
  await expect(tables.getByText('deleted by the last edit').first()).toBeVisible();
  await board.pause();
  await board.toEnd();
  await expect(board.steps.filter({ hasText: /wraps/ })).toHaveCount(0);
  await board.showPacket();
  await expect(board.result).toContainText('answered');
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations).toEqual([]);

  await page.getByRole('button', { name: 'Back to vxlan' }).click();
  await expect(page.getByRole('radio', { name: 'vxlan' })).toBeChecked();
  await board.pause();
  await expect(board.steps.filter({ hasText: /flannel\.1 wraps/ }).first()).toBeVisible();
  await board.showYaml();
  await expect(board.editor).not.toContainText('kind: Board');
});

test('with the keyboard alone; the YAML says what was chosen, and its own undo takes it back', async ({
  board,
  page,
}) => {
  await board.showYaml();
  await expect(board.editor).not.toContainText('kind: Board');
  await page.getByRole('radio', { name: 'vxlan' }).focus();
  await page.keyboard.press('ArrowLeft');
  await expect(page.getByRole('radio', { name: 'udp' })).toBeChecked();
  await expect(board.editor).toContainText('flannel: { backend: udp }');
  await expect(page.getByText('flannel0').first()).toBeVisible();
  await board.editor.focus();
  await page.keyboard.press('ControlOrMeta+z');
  await expect(board.editor).not.toContainText('kind: Board');
  await expect(page.getByRole('radio', { name: 'vxlan' })).toBeChecked();
});

test('while the YAML is broken nothing can be chosen', async ({ board, page }) => {
  await board.showYaml();
  await board.write('kind: [');
  await expect(page.getByRole('radio', { name: 'udp' })).toBeDisabled();
});
