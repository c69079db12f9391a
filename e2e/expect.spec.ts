/** What a board expects, tried on the page: after every edit, by mouse and by keyboard, in both languages. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Locator, Page } from '@playwright/test';
import { expect, test } from './test.ts';

const panelOf = (page: Page): Locator => page.getByTestId('expectations');
const rowsOf = (page: Page, holds: boolean): Locator => panelOf(page).locator(`li[data-holds="${holds}"]`);

test.use({ viewport: { width: 1440, height: 900 } });

test('a board that expects nothing has no panel of it', async ({ page }) => {
  await expect(page.locator('[data-pick]').first()).toBeVisible();
  await expect(panelOf(page)).toHaveCount(0);
});

test('expectations are tried again after each edit, and a click on one that fails shows its packet', async ({
  page,
  board,
}) => {
  await board.openFromGallery('Deny everything into a namespace');
  const panel = panelOf(page);
  await expect(panel.getByRole('status')).toHaveText('As expected: all 5');
  await board.showYaml();
  await board.replace('- Ingress', '- Egress');
  await expect(panel.getByRole('status')).toHaveText('As expected: 3 of 5');
  await panel.getByRole('button', { name: 'As expected' }).click();
  await expect(rowsOf(page, true)).toHaveCount(3);
  const failing = rowsOf(page, false).filter({ hasText: 'alice/client' });
  await expect(failing).toHaveText(
    /alice\/client → default\/web:8080 tcp: connection refused is expected\s*but: connected/,
  );
  await failing.getByRole('button').click();
  await board.toEnd();
  await expect(board.result).toContainText('connected');
  // what holds is not another thing because of it
  await expect(panel.getByRole('status')).toHaveText('As expected: 3 of 5');
});

test('half a policy changes nothing that was tried', async ({ page, board }) => {
  await board.openFromGallery('Deny everything into a namespace');
  await expect(panelOf(page).getByRole('status')).toHaveText('As expected: all 5');
  await board.showYaml();
  await board.replace('- Ingress', '- Ing');
  await expect(board.diagnostics.first()).toContainText('Unsupported value');
  await expect(panelOf(page).getByRole('status')).toHaveText('As expected: all 5');
});

test('a command that mends a broken board makes its expectation hold', async ({ page, board }) => {
  await board.openFromGallery('A firewall drops UDP 8472');
  await expect(panelOf(page).getByRole('status')).toHaveText(/As expected: \d of \d/);
  await board.openTerminal();
  await board.chooseTerminal('node2');
  await board.command('iptables -D INPUT -p udp --dport 8472 -j DROP');
  await expect(panelOf(page).getByRole('status')).toHaveText(/As expected: all \d/);
});

test('all of it works by keyboard, in Chinese, and axe finds nothing', async ({ page, board }) => {
  await board.openFromGallery('A policy that nobody enforces');
  await page.getByRole('button', { name: '中文' }).click();
  const panel = panelOf(page);
  await expect(panel.getByRole('status')).toHaveText('符合预期：0 / 1');
  await panel.getByRole('button').first().focus();
  await page.keyboard.press('Enter');
  await expect(rowsOf(page, false)).toContainText('alice/client → default/web:8080 tcp：预期');
  await expect(rowsOf(page, false)).toContainText('实际');
  const { violations } = await new AxeBuilder({ page }).include('[data-testid="expectations"]').analyze();
  expect(violations).toEqual([]);
  await page.keyboard.press('Tab');
  await expect(rowsOf(page, false).getByRole('button')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(board.page.getByRole('slider').first()).toBeVisible();
});
