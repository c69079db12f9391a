/** Reading what happened, and moving through it: tables, why, the list of steps, detail, breakpoints, forks, traffic, search. */
import type { Locator, Page } from '@playwright/test';
import { expect, test } from './test.ts';

const tab = (page: Page, name: string): Locator => page.getByRole('tab', { name });
const line = (page: Page, text: string): Locator =>
  page.getByRole('tabpanel').getByRole('listitem').filter({ hasText: text });
const timeline = (page: Page): Locator => page.getByRole('region', { name: /Time/i }).first();

async function openScenario(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: 'Open your cluster' }).click();
  await page.getByRole('button', { name, exact: true }).click();
  await expect(page.getByRole('dialog')).toBeHidden();
}

test.describe('the tables at the playhead', () => {
  test('show what a namespace holds, with who wrote it, and mark the row that decided', async ({
    board,
    page,
  }) => {
    await board.sendIt();
    await board.goTo(/via 10\.244\.2\.0, out of flannel\.1/);
    await tab(page, 'Tables').click();
    const row = line(page, '10.244.2.0/24 via 10.244.2.0 dev flannel.1 onlink');
    await expect(row).toContainText('decided this step');
    await expect(row).toContainText('written by flanneld');
    await row.getByRole('button', { name: /Node node2 spec\.podCIDR/ }).click();
    await expect(tab(page, 'YAML')).toHaveAttribute('aria-selected', 'true');
  });

  test('go back with the playhead: what ARP taught is not there before it was asked', async ({
    board,
    page,
  }) => {
    await board.sendIt();
    await board.toEnd();
    await tab(page, 'Tables').click();
    await page.getByRole('combobox', { name: 'Tables of' }).selectOption('node1');
    await expect(line(page, '192.168.0.12 dev eth0 lladdr')).toBeVisible();
    await board.toStart();
    await expect(line(page, '192.168.0.12 dev eth0 lladdr')).toHaveCount(0);
  });
});

test.describe('why a packet did not arrive', () => {
  test.beforeEach(async ({ page }) => {
    await openScenario(page, 'Three nodes, one behind a router, host-gw');
    await page.getByRole('combobox', { name: 'To' }).selectOption('pod/shop/mail');
  });

  test('the card names who dropped it, for want of what, and leads there', async ({ board, page }) => {
    await board.sendIt();
    const why = page.getByTestId('why');
    await expect(why).toContainText('rtr has no route to 10.244.3.2.');
    await expect(why).toContainText('Nobody told the sender');
    await expect(why).toContainText('IP_INNOROUTES @ ip_error');
    await why.getByRole('button').click();
    await expect(board.sentence).toContainText('Dropped');
  });

  test('playing pauses at the drop when it is asked to', async ({ board, page }) => {
    await board.sendIt();
    await board.pause();
    await board.openSteps();
    await page.getByRole('checkbox', { name: 'pause on a drop' }).check();
    await board.goTo(/The route table|Route lookup/);
    await board.play();
    await expect(board.sentence).toContainText('Dropped', { timeout: 20_000 });
  });
});

test.describe('the list of steps', () => {
  test('can be filtered, and always says how many are hidden', async ({ board, page }) => {
    await board.sendIt();
    await board.openSteps();
    await expect(page.getByText('0 hidden')).toBeVisible();
    const all = await board.steps.count();
    await page.getByRole('searchbox', { name: 'Filter the steps' }).fill('flannel.1');
    const left = await board.steps.count();
    expect(left).toBeGreaterThan(3);
    await expect(page.getByText(`${all - left} hidden`)).toBeVisible();
  });

  test('is as fine as one wants: devices, hooks, everything', async ({ board, page }) => {
    await board.sendIt();
    await board.openSteps();
    const { of } = await board.readStep();
    await page.getByRole('combobox', { name: 'Detail' }).selectOption('header');
    expect((await board.readStep()).of).toBeGreaterThan(of);
    await expect(board.steps.filter({ hasText: 'POSTROUTING' }).first()).toBeVisible();
  });
});

test('a packet sent in the past forks the story, and the former one can be looked at', async ({
  board,
  page,
}) => {
  await board.sendIt();
  await board.goTo(/flannel\.1 wraps/);
  await page.getByRole('combobox', { name: 'To' }).selectOption('pod/shop/cart');
  await board.sendIt();
  await expect(board.result).toContainText('10.244.1.3');
  await page.getByRole('button', { name: 'Before the fork' }).click();
  await expect(board.result).toContainText('10.244.2.2');
  await page.getByRole('button', { name: 'Back to now' }).click();
  await expect(board.result).toContainText('10.244.1.3');
});

test('the traffic of a board runs until it is stopped, and says how each flow fares', async ({ page }) => {
  await openScenario(page, 'Three nodes, one behind a router, host-gw');
  await page.getByRole('button', { name: 'Run the traffic (2)' }).click();
  const traffic = page.getByRole('region', { name: 'Running traffic' });
  await expect(traffic).toContainText('shop/web → shop/db:8080 tcp: connected');
  await expect(traffic).toContainText('shop/cart → shop/mail icmp: no answer');
  await traffic.getByRole('button', { name: 'Stop the traffic' }).click();
  await expect(traffic.getByRole('listitem')).toHaveCount(0);
});

test('with the keyboard alone: tables of another namespace, and who owns an address', async ({
  board,
  page,
}) => {
  await board.sendIt();
  await tab(page, 'Packet').focus();
  await page.keyboard.press('ArrowRight');
  await expect(tab(page, 'Tables')).toHaveAttribute('aria-selected', 'true');
  await page.getByRole('combobox', { name: 'Tables of' }).focus();
  await page.keyboard.type('node2');
  await expect(line(page, '10.244.1.0/24 via 10.244.1.0 dev flannel.1 onlink')).toBeVisible();
  await page.locator('body').press('Escape');
  await tab(page, 'Tables').focus();
  await page.keyboard.press('/');
  await page.keyboard.type('10.244.2.3');
  await expect(page.getByText(/shop\/db/).last()).toBeVisible();
  await expect(timeline(page)).toBeVisible();
});
