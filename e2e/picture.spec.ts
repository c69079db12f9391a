/** What people do with the picture, by the numbers of issue 4: the cluster, the packet, time, reading, overview; with the mouse and with the keyboard alone. Time and reading by mouse: reading.spec.ts. */
import type { Locator, Page } from '@playwright/test';
import type { Board } from './board.ts';
import { back, beta, front, alpha, join, many, node, pod } from './clusters.ts';
import { expect, test } from './test.ts';

const picture = (page: Page): Locator => page.getByRole('group', { name: 'The cluster as a picture' });
/** What the present step lights. */
const lit = (page: Page, kind: string): Locator => picture(page).locator(`[class*="${kind}"][class*="lit"]`);

async function openScenario(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: 'Open your cluster' }).click();
  await page.getByRole('button', { name, exact: true }).click();
  await expect(page.getByRole('dialog')).toBeHidden();
}

async function places(board: Board): Promise<ReadonlyMap<string, string>> {
  const all = await board.picks.evaluateAll((picks) =>
    picks.map((pick) => [
      pick.getAttribute('data-pick') ?? '',
      ['x', 'y', 'width', 'height'].map((name) => pick.querySelector('rect')?.getAttribute(name)).join(' '),
    ]),
  );
  return new Map(all.map(([id = '', rect = '']) => [id, rect]));
}

test.describe('1 the cluster', () => {
  test('two floors with a router between; a tunnel hop lights the arc and the wires; the gates light as they are passed', async ({
    board,
    page,
  }) => {
    await openScenario(page, 'Three nodes, one behind a router, vxlan');
    for (const text of [/^segment a/, /^segment b/, 'rtr', 'client', 'node3', 'flanneld'])
      await expect(picture(page).locator('text').filter({ hasText: text }).first()).toBeVisible();
    await page.getByRole('combobox', { name: 'To' }).selectOption('pod/shop/mail');
    await board.sendIt();
    await board.goTo(/flannel\.1 wraps/);
    await expect(lit(page, 'overlay')).toHaveCount(1);
    // node1, the router on both sides, node3
    await expect(lit(page, 'wire')).toHaveCount(4);
    // at the usual detail no hook is told, and yet the gates that were passed light
    await board.goTo(/Neighbour table of flannel\.1/);
    await expect(lit(page, 'gate')).toHaveCount(2);
  });

  test('an edit moves nothing that it did not touch', async ({ board }) => {
    await board.paste(join(alpha, beta, front, back));
    await expect.poll(() => board.nodes()).toEqual(['alpha', 'beta']);
    const before = await places(board);
    await board.showYaml();
    await board.replace('name: front', 'name: renamed');
    await expect(board.page.locator('[data-pick="pod/shop/renamed"]')).toBeVisible();
    const after = await places(board);
    expect(after.get('pod/shop/renamed')).toBe(before.get('pod/shop/front'));
    for (const [id, rect] of before) if (id !== 'pod/shop/front') expect(after.get(id)).toBe(rect);
  });

  test('with the keyboard alone: walk over the board with the arrows and choose both ends', async ({
    board,
    page,
  }) => {
    await page.locator('[data-pick="pod/shop/web"]').focus();
    await page.keyboard.press('ArrowRight');
    await expect(page.locator('[data-pick="pod/shop/cart"]')).toBeFocused();
    await page.keyboard.press('Enter');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await expect(page.locator('[data-pick="pod/shop/db"]')).toBeFocused();
    await page.keyboard.press(' ');
    await expect(page.getByRole('combobox', { name: 'From' })).toHaveValue('pod/shop/cart');
    await expect(page.getByRole('combobox', { name: 'To', exact: true })).toHaveValue('pod/shop/db');
    await expect(board.sentence).toHaveCount(0);
    // what is there? its tables
    await page.keyboard.press('Shift+F10');
    await expect(page.getByRole('combobox', { name: 'Tables of' })).toHaveValue('shop/db');
  });
});

test.describe('2 the packet', () => {
  test('reads In, decision, Out: the shells go on with the rows that supplied them, and come off', async ({
    board,
    page,
  }) => {
    await board.sendIt();
    await board.goTo(/flannel\.1 wraps/);
    const step = page.getByRole('region', { name: 'In, decision, out' });
    await expect(step).toContainText('Ethernet 14 + IPv4 84 B');
    await expect(step).toContainText('IPv4 134 B');
    for (const row of ['dst 192.168.0.12', 'lladdr 0e:f1:a0:00:00:02', '10.244.2.0/24 via 10.244.2.0'])
      await expect(step).toContainText(row);
    const out = step.getByRole('list').last().getByRole('listitem');
    await expect(out).toHaveText([
      /IPv4 added/,
      /UDP added/,
      /VXLAN added/,
      'Ethernet',
      'IPv4',
      'ICMP',
      'data',
    ]);
    await board.goTo(/flannel\.1 unwraps/);
    await expect(out.filter({ hasText: 'removed' })).toHaveCount(4);
  });

  test('a drop halts at its place, with a tombstone on the timeline and a clock that runs out', async ({
    board,
    page,
  }) => {
    await openScenario(page, 'Three nodes, one behind a router, host-gw');
    await page.getByRole('combobox', { name: 'To' }).selectOption('pod/shop/mail');
    await board.sendIt();
    await board.pause();
    await expect(board.result).toContainText('still under way');
    const tombstone = page
      .getByRole('region', { name: 'Timeline' })
      .getByRole('button', { name: /^Step \d+: dropped$/ });
    await tombstone.hover();
    await expect(tombstone.getByText('dropped')).toBeVisible();
    await tombstone.press('Enter');
    await expect(board.result).toContainText('no answer');
    await expect(lit(page, 'machine')).toHaveCount(1);
    await expect(board.sentence).toContainText('rtr drops the packet: it has no route');
    await expect(page.getByText(/client shop\/web: gave up after/)).toBeAttached();
  });

  test('with the keyboard alone: a refused connection comes back as a reset', async ({ board, page }) => {
    await page.getByRole('combobox', { name: 'To', exact: true }).focus();
    await page.keyboard.type('node2');
    await page.getByRole('radio', { name: 'ping' }).focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expect(board.sentence).toBeVisible();
    await page.keyboard.press('Tab');
    await page.keyboard.press('x');
    await expect(board.sentence).toContainText('NO_SOCKET');
    await expect(page.getByTestId('why')).toContainText('An error went back to the sender');
    const { step, of } = await board.readStep();
    expect(step).toBeLessThan(of);
    await page.keyboard.press('End');
    await expect(board.result).toContainText('Connection refused');
    await expect(board.headers).toContainText('[R.]');
  });
});

test.describe('3 time, where motion is unwelcome', () => {
  test.use({ contextOptions: { reducedMotion: 'reduce' } });

  test('steps stand still, one picture fades into the next, and nothing plays by itself', async ({
    board,
    page,
  }) => {
    await board.sendIt();
    await expect(page.getByRole('button', { name: 'Play', exact: true })).toBeVisible();
    expect((await board.readStep()).step).toBe(1);
    await board.forward();
    const fades = await page.evaluate(() =>
      document
        .getAnimations()
        .map(({ effect }) => effect)
        .filter((effect) => effect instanceof KeyframeEffect && effect.target instanceof HTMLCanvasElement)
        .map((effect) => effect?.getComputedTiming().duration),
    );
    expect(fades).toEqual([260, 260]);
    expect((await board.readStep()).step).toBe(2);
    expect(await board.slider.inputValue()).toBe('1');
  });
});

test.describe('5 overview', () => {
  test('a thousand nodes: look for an address, choose in the grid, send, and look at one layer', async ({
    board,
    page,
  }) => {
    await board.drop('many.yaml', many(1000, 10));
    await expect(page.getByText('Opened 1000 nodes and 10000 pods.')).toBeVisible({ timeout: 40_000 });
    await page.getByRole('button', { name: 'Dismiss' }).click();
    const grid = page.getByRole('listbox', { name: /^1000 nodes and 10000 pods/ });
    await page.getByRole('combobox', { name: 'Search the board' }).fill('10.65.3.7');
    await page.getByRole('option', { name: /p5259.*on n259/ }).click();
    // it flies there and rings it
    await expect(picture(page).locator('[class*="found"]')).toBeVisible();
    await page.waitForTimeout(1000);
    const box = await grid.boundingBox();
    await grid.click({ position: { x: (box?.width ?? 0) / 2, y: (box?.height ?? 0) / 2 } });
    await expect(page.getByRole('combobox', { name: 'From' })).toHaveValue(/n259|p5259/);
    await grid.click({ position: { x: (box?.width ?? 0) / 4, y: (box?.height ?? 0) / 2 } });
    await board.sendAndSee();
    await expect(board.result).toContainText('answered');
    await expect(picture(page).getByText('n259').first()).toBeVisible();
    const before = await page.getByRole('main').screenshot();
    await page.getByRole('radio', { name: 'Layer 2 and tunnel' }).check();
    expect((await page.getByRole('main').screenshot()).equals(before)).toBe(false);
    await page.getByRole('button', { name: 'Fit the board into view' }).click();
  });

  test('with the keyboard alone: who owns an address, and a way over the grid', async ({ board, page }) => {
    await board.drop('many.yaml', many(60, 3));
    await expect(page.getByText('Opened 60 nodes')).toBeVisible();
    await page.keyboard.press('/');
    await page.keyboard.type('10.64.7.200');
    await expect(page.getByRole('option', { name: /nobody has it now.*n7/ })).toBeVisible();
    await page.keyboard.press('Enter');
    const grid = page.getByRole('listbox', { name: /^60 nodes/ });
    await grid.focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('PageDown');
    await expect(grid.getByRole('option')).toHaveText(/^Pod shop\/p\d+/);
    await page.keyboard.press('Enter');
    await expect(page.getByRole('combobox', { name: 'From' })).toHaveValue(/^pod\/shop\/p/);
    await page.getByRole('radio', { name: 'Everything' }).focus();
    await page.keyboard.press('ArrowLeft');
    await expect(page.getByRole('radio', { name: 'Layer 2 and tunnel' })).toBeChecked();
  });
});

test.describe('a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

  test('shows where the packet is, tells the story in its sheet, and a long press looks into what is there', async ({
    board,
    page,
    context,
  }) => {
    const card = page.locator('[data-pick="node/node1"]');
    const width = async (): Promise<number> => (await card.boundingBox())?.width ?? 0;
    expect(await width()).toBeLessThan(200);
    await page.getByRole('button', { name: 'Send' }).tap();
    await page.getByRole('button', { name: 'Pause' }).tap();
    await expect.poll(width).toBeGreaterThan(330);
    await page.getByRole('button', { name: 'All steps' }).tap();
    await expect(page.getByRole('tab', { name: 'Story' })).toHaveAttribute('aria-selected', 'true');
    await board.steps
      .filter({ hasText: /flannel\.1 unwraps/ })
      .first()
      .getByRole('button')
      .first()
      .tap();
    await page.getByRole('tab', { name: 'Why' }).tap();
    await expect(page.getByText('Nothing was dropped so far.')).toBeVisible();
    await page.getByRole('button', { name: 'Smaller' }).last().tap();
    await expect(page.locator('[data-pick="node/node2"]')).toBeInViewport();
    // the flight is over
    await expect.poll(width).toBeGreaterThan(330);
    const pick = await page.locator('[data-pick="pod/shop/api"]').boundingBox();
    const touch = await context.newCDPSession(page);
    const at = { x: (pick?.x ?? 0) + 20, y: (pick?.y ?? 0) + (pick?.height ?? 0) / 2 };
    await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [at] });
    await expect(page.getByRole('combobox', { name: 'Tables of' })).toHaveValue('shop/api');
    await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
    // a long press is not a click: the ends are what they were
    await expect(page.getByRole('combobox', { name: 'From' })).toHaveValue('pod/shop/web');
  });
});

test.describe('a phone on its side', () => {
  test.use({ viewport: { width: 844, height: 390 }, hasTouch: true, isMobile: true });

  test('sends, shows the packet large enough to read, and tells the step in one line', async ({ page }) => {
    const card = page.locator('[data-pick="node/node1"]');
    const width = async (): Promise<number> => (await card.boundingBox())?.width ?? 0;
    expect(await width()).toBeLessThan(200);
    await page.getByRole('button', { name: 'Send' }).tap();
    await expect.poll(width).toBeGreaterThan(330);
    await page.getByRole('button', { name: 'Pause' }).tap();
    const told = page.getByRole('region', { name: 'Timeline' }).getByText(/^Step \d+ of \d+/);
    await expect(told.first()).toBeInViewport({ ratio: 1 });
  });
});

test.describe('odd clusters are pictures, too', () => {
  const long = `${'a'.repeat(60)}.`.repeat(5).slice(0, 252) + 'z';
  for (const [what, text, id] of [
    ['no pod', join(alpha, beta), 'node/alpha'],
    ['one node', join(alpha, front), 'pod/shop/front'],
    [
      'names of 253 characters',
      join(
        node({ name: long, ip: '10.1.0.5', podCIDR: '10.42.0.0/24' }),
        pod({ name: long, node: long, ip: '10.42.0.7' }),
      ),
      `pod/shop/${long}`,
    ],
    [
      'emoji, right-to-left text and HTML in labels',
      join(
        alpha,
        beta,
        back,
        front.replace(
          '  namespace: shop',
          '  namespace: shop\n  labels: { a: "👩‍👩‍👧‍👦 شبكة", b: "<img src=x onerror=alert(1)>" }',
        ),
      ),
      'pod/shop/front',
    ],
  ] as const) {
    test(what, async ({ board, page }) => {
      await board.paste(text);
      await expect(board.dialog).toBeHidden();
      const pick = page.locator(`[data-pick="${id}"]`);
      await expect(pick).toBeVisible();
      // on hover, a name that was cut is shown in full
      await expect(pick.locator('title')).toContainText(id.split('/').at(-1) ?? '');
      await expect(page.locator('img')).toHaveCount(0);
      const wide = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(wide).toBe(0);
    });
  }
});
