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
    await board.pause();
    const why = page.getByTestId('why');
    // the reader first sees it fall
    await expect(why).toHaveCount(0);
    await page.keyboard.press('x');
    await expect(board.sentence).toContainText('rtr drops the packet: it has no route to 10.244.3.2.');
    await expect(board.sentence).toContainText('IP_INNOROUTES @ ip_error');
    await expect(why).toContainText('Nobody told the sender');
    await expect(page.getByText('it came in, and no route leads on')).toHaveCount(1);
    await expect(why).toContainText('ip route add 10.244.3.0/24 via 192.168.1.13');
    // the same is not said twice in the panel; away from the drop the card says it
    await expect(why).not.toContainText('no route to 10.244.3.2.');
  });

  test('playing pauses at the drop when it is asked to', async ({ board, page }) => {
    await board.sendIt();
    await board.pause();
    await board.openSteps();
    await page.getByRole('checkbox', { name: 'pause on a drop' }).check();
    await board.goTo(/The route table|Route lookup/);
    await board.hurry();
    await board.play();
    await expect(board.sentence).toContainText('drops the packet', { timeout: 20_000 });
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

test.describe('everything that was recorded', () => {
  test('is one list of steps and commands, by kind and by namespace, and a row leads to its step', async ({
    board,
    page,
  }) => {
    await board.sendIt();
    await board.pause();
    await board.showYaml();
    await board.replace('podCIDR: 10.244.2.0/24', 'podCIDR: 10.244.7.0/24');
    await expect(page.getByRole('button', { name: 'Before the fork' })).toBeVisible();
    await board.openSteps();
    const list = page.getByRole('region', { name: 'All steps' });
    await list.getByRole('combobox', { name: 'Show' }).selectOption('all');
    const command = board.steps.filter({ hasText: 'ip route' }).first();
    await expect(command).toContainText('written by flanneld');
    await expect(command).toContainText('ok');
    const all = await board.steps.count();
    await list.getByRole('checkbox', { name: 'commands' }).uncheck();
    await expect(board.steps.filter({ hasText: 'written by flanneld' })).toHaveCount(0);
    await expect(page.getByText(`${all - (await board.steps.count())} hidden`)).toBeVisible();
  });

  test('with the keyboard alone: open the list, look for a word, go to a step', async ({ board, page }) => {
    await page.keyboard.press('s');
    await expect(board.sentence).toBeVisible();
    await page.keyboard.press(' ');
    await page.keyboard.press('l');
    await page.getByRole('combobox', { name: 'Show' }).focus();
    await page.keyboard.type('everything');
    await page.getByRole('searchbox', { name: 'Filter the steps' }).focus();
    await page.keyboard.type('unwraps');
    await expect(board.steps.first()).toContainText('flannel.1 unwraps');
    await board.steps.first().getByRole('button').first().focus();
    await page.keyboard.press('Enter');
    await expect(board.sentence).toContainText('flannel.1 unwraps');
  });
});

test('time obeys the keyboard: finer steps, a pause when wrapped, a fork, and back', async ({
  board,
  page,
}) => {
  await page.keyboard.press('s');
  await expect(board.sentence).toBeVisible();
  await page.keyboard.press(' ');
  const { of } = await board.readStep();
  await page.keyboard.press('g');
  await expect.poll(async () => (await board.readStep()).of).toBeGreaterThan(of);
  await page.keyboard.press('g');
  await page.keyboard.press('g');
  await expect.poll(async () => (await board.readStep()).of).toBe(of);
  await page.keyboard.press('w');
  await expect(timeline(page).getByRole('status').first()).toContainText('pause when wrapped');
  await board.hurry();
  await page.keyboard.press(' ');
  await expect(page.getByRole('button', { name: 'Play', exact: true })).toBeVisible({ timeout: 20_000 });
  await expect(board.sentence).toContainText('flannel.1 wraps');
  await page.keyboard.press('s');
  await expect(page.getByRole('button', { name: 'Before the fork' })).toBeVisible();
  await page.keyboard.press('b');
  await expect(page.getByRole('button', { name: 'Back to now' })).toBeVisible();
  await page.keyboard.press('b');
  await expect(page.getByRole('button', { name: 'Before the fork' })).toBeVisible();
});

test.describe('the bytes', () => {
  test('are compared with the hop before: what changed stands above what it was', async ({ board, page }) => {
    await board.sendIt();
    await board.goTo(/Neighbour table of flannel\.1/);
    await page.getByRole('checkbox', { name: 'compare with the hop before' }).check();
    const bytes = page.getByRole('region', { name: /^Bytes/ });
    await expect(bytes).toContainText(/\d+ bytes changed/);
    await board.goTo(/Route lookup for 192\.168\.0\.12/);
    await expect(page.getByRole('checkbox', { name: 'compare with the hop before' })).toBeChecked();
    await expect(bytes).toContainText('The same bytes');
  });

  test('are saved as a capture, with what to tell Wireshark', async ({ board, page }) => {
    await board.sendIt();
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save capture (pcapng)' }).click();
    expect((await saved).suggestedFilename()).toBe('flannelboard.pcapng');
    await expect(page.getByText(/UDP port 8472, VXLAN/)).toBeVisible();
  });
});

test('tables of a namespace are held while the packet goes on', async ({ board, page }) => {
  await board.sendIt();
  await board.goTo(/flannel\.1 wraps/);
  await tab(page, 'Tables').click();
  await page.getByRole('button', { name: 'Hold this namespace' }).click();
  await expect(page.getByRole('combobox', { name: 'Tables of' })).toHaveValue('node1');
  await board.toEnd();
  await expect(page.getByRole('combobox', { name: 'Tables of' })).toHaveValue('node1');
  await expect(line(page, '192.168.0.12 dev eth0 lladdr')).toBeVisible();
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
