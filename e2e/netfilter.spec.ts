/** Rules that are walked, addresses that are swapped, connections: by mouse and by keyboard. */
import type { Page } from '@playwright/test';
import { expect, test } from './test.ts';

async function openScenario(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: 'Open your cluster' }).click();
  await page.getByRole('dialog').getByRole('button', { name }).click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
}

async function choose(page: Page, from: string, to: string): Promise<void> {
  await page.getByRole('combobox', { name: 'From' }).selectOption(from);
  await page.getByRole('combobox', { name: 'To', exact: true }).selectOption(to);
}

test('with the mouse: NAT is paused on, its connection is lit, and a rule says why it did not match', async ({
  page,
  board,
}) => {
  await openScenario(page, 'A pod pings the outside: MASQUERADE');
  await choose(page, 'pod/shop/web', 'client/client');
  await page.getByRole('button', { name: 'All steps' }).click();
  await page.getByRole('checkbox', { name: 'pause on NAT' }).check();
  await page.getByRole('slider', { name: 'Speed' }).press('End');
  await board.sendIt();
  await expect(board.sentence).toContainText('NAT: the source 10.244.1.2');
  await expect(page.getByRole('button', { name: 'Play', exact: true })).toBeVisible();

  await page.getByRole('tab', { name: 'Tables' }).click();
  const row = page.getByTestId('connection');
  await expect(row).toContainText('10.244.1.2 → 203.0.113.50');
  await expect(row).toContainText('203.0.113.50 → 192.168.0.11');
  await expect(row).toContainText('the connection of this packet');
  await expect(row).toContainText('no answer yet');

  // the answer lights the same row
  await page.getByRole('button', { name: 'Play', exact: true }).click();
  await expect(board.sentence).toContainText(/NAT: the destination 192\.168\.0\.11/, { timeout: 40_000 });
  await expect(row).toHaveCount(1);
  await expect(row).toContainText('the connection of this packet');
  await expect(row).not.toContainText('no answer yet');

  const rules = page.getByRole('region', { name: /iptables-save/ });
  await rules.getByRole('button', { name: 'FLANNEL-POSTRTG', exact: true }).click();
  await expect(rules.getByText('! -d 224.0.0.0/4')).toBeVisible();
  await rules.getByRole('button', { name: /Why rule 1 of FLANNEL-POSTRTG/ }).click();
  await expect(rules.getByRole('status')).toContainText('only for the first packet of a connection');
  await rules.getByRole('searchbox').fill('224.0.0.0');
  await expect(rules.getByRole('listitem')).toHaveCount(1);
  await expect(rules.getByRole('listitem')).toContainText('1 packet, 84 bytes');
});

test('with the keyboard alone: a walk is stepped through rule by rule', async ({ page, board }) => {
  await openScenario(page, 'A pod pings the outside: MASQUERADE');
  await choose(page, 'pod/shop/web', 'client/client');
  await board.sendIt();
  await page.keyboard.press('Home');
  await page.keyboard.press('g');
  await expect(page.getByRole('status').getByText('+ hooks')).toBeVisible();
  for (let i = 0; i < 40; i++) {
    if ((await board.sentence.textContent())?.includes('says MASQUERADE') === true) break;
    await page.keyboard.press('ArrowRight');
  }
  await expect(board.sentence).toHaveText(
    'Table nat, chain FLANNEL-POSTRTG: rule 5 matches and says MASQUERADE.',
  );
  const walk = page.getByTestId('walk');
  await expect(walk).toContainText('gate POSTROUTING');
  await expect(walk).toContainText('POSTROUTING by rule 2');
  await expect(walk).toContainText('4 rules tried before it did not match');
  await expect(page.locator('svg').getByText('nat:FLANNEL-POSTRTG')).toBeVisible();

  await walk.getByRole('button', { name: /Why rule 5/ }).focus();
  await page.keyboard.press('Enter');
  await expect(walk.getByRole('status')).toContainText('This rule matched the packet.');
  await expect(walk.getByRole('status')).toContainText(
    'Destination not in 224.0.0.0/4. The packet has 203.0.113.50.',
  );

  await walk.getByRole('button', { name: 'Previous rule' }).focus();
  await page.keyboard.press('Enter');
  await expect(board.sentence).toHaveText(
    'Table nat, chain POSTROUTING: rule 2 matches and jumps to FLANNEL-POSTRTG.',
  );
  await walk.getByRole('button', { name: 'FLANNEL-POSTRTG' }).focus();
  await page.keyboard.press('Enter');
  const rules = page.getByRole('region', { name: /iptables-save/ });
  await rules.getByRole('button', { name: /Why rule 2 of FLANNEL-POSTRTG/ }).focus();
  await page.keyboard.press('Enter');
  await expect(rules.getByRole('status')).toContainText('✕fails Destination in 10.244.0.0/16');
  await expect(rules.getByRole('status')).toContainText('this is why');
});

test('a command of the board that is not understood is an error at its line, and the board stays', async ({
  page,
  board,
}) => {
  await openScenario(page, 'DROP and REJECT feel different');
  await page.getByRole('tab', { name: 'YAML' }).click();
  await board.replace('-j DROP', '--nonsense');
  await expect(page.getByText(/is not understood/).first()).toBeVisible();
});
