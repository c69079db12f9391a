/** How the page looks before anything was asked of it, measured. */
import { expect, test } from './test.ts';

test.describe('first look at 1440 x 900', () => {
  test.use({ viewport: { width: 1440, height: 900 } });

  test('the board takes at least 65 % of the page, beside one panel, with the drawer closed', async ({
    page,
    board,
  }) => {
    const box = await page.getByRole('main').boundingBox();
    expect(((box?.width ?? 0) * (box?.height ?? 0)) / (1440 * 900)).toBeGreaterThanOrEqual(0.65);
    await expect(page.getByRole('tablist')).toHaveCount(1);
    await expect(board.steps).toHaveCount(0);
    await expect(page.getByRole('button', { name: 'All steps' })).toHaveAttribute('aria-expanded', 'false');
    await expect(board.dialog).toHaveCount(0);
  });

  test('one button is highlighted: Send', async ({ page }) => {
    const accent = await page.evaluate(() => {
      const probe = document.createElement('i');
      probe.style.color = 'var(--accent)';
      document.body.append(probe);
      const { color } = getComputedStyle(probe);
      probe.remove();
      return color;
    });
    const highlighted = await page
      .getByRole('button')
      .evaluateAll(
        (all, colour) =>
          all
            .filter((button) => getComputedStyle(button).backgroundColor === colour)
            .map(({ textContent }) => textContent),
        accent,
      );
    expect(highlighted).toEqual(['Send']);
  });

  test('nothing moves until it is asked to', async ({ page }) => {
    const frames = await page.evaluate(async () => {
      const request = window.requestAnimationFrame.bind(window);
      let count = 0;
      window.requestAnimationFrame = (callback) => {
        count++;
        return request(callback);
      };
      await new Promise((resolve) => setTimeout(resolve, 1000));
      return {
        count,
        animations: document.getAnimations().filter(({ playState }) => playState === 'running').length,
      };
    });
    expect(frames).toEqual({ count: 0, animations: 0 });
    const before = await page.screenshot();
    await page.waitForTimeout(500);
    expect((await page.screenshot()).equals(before)).toBe(true);
  });

  test('everything fits: nothing scrolls and nothing is cut off', async ({ page }) => {
    const sizes = await page.evaluate(() => {
      const { scrollWidth, scrollHeight, clientWidth, clientHeight } = document.documentElement;
      return { wide: scrollWidth - clientWidth, high: scrollHeight - clientHeight };
    });
    expect(sizes).toEqual({ wide: 0, high: 0 });
    for (const name of ['Send', 'Help', 'Open your cluster', 'All steps', 'Play']) {
      await expect(page.getByRole('button', { name, exact: true })).toBeInViewport({ ratio: 1 });
    }
  });

  test('a hop takes between 500 and 900 ms', async ({ page, board }) => {
    await board.sendIt();
    await board.pause();
    await board.toStart();
    await board.play();
    const times: number[] = [];
    for (let step = 2; step <= 4; step++) {
      await page.waitForFunction(
        (prefix) =>
          document.querySelector('[data-timeline]')?.getAttribute('aria-valuetext')?.startsWith(prefix) ===
          true,
        `Step ${step} of`,
        { polling: 'raf' },
      );
      times.push(await page.evaluate(() => performance.now()));
    }
    const hops = times.slice(1).map((time, i) => time - (times[i] ?? 0));
    for (const hop of hops) {
      // a busy machine may hold back a frame or two, and the clock is read in another process
      expect(hop).toBeGreaterThan(400);
      expect(hop).toBeLessThan(1300);
    }
  });
});

test.describe('other sizes', () => {
  for (const [width, height] of [
    [1280, 720],
    [1024, 768],
    [390, 844],
  ] as const) {
    test(`${width} x ${height}: the board, Send and the steps are in view`, async ({ page, board }) => {
      await page.setViewportSize({ width, height });
      await expect(page.getByRole('main')).toBeInViewport({ ratio: 1 });
      await expect(board.send).toBeInViewport({ ratio: 1 });
      await expect(page.getByRole('button', { name: 'One step forward' })).toBeInViewport({ ratio: 1 });
      await expect(page.getByRole('tab', { name: 'Packet' })).toBeInViewport({ ratio: 1 });
      const wide = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(wide).toBe(0);
    });
  }

  test('a phone: the board on top with about 55 %, large buttons, a sheet that grows', async ({
    browser,
  }) => {
    const context = await browser.newContext({
      viewport: { width: 390, height: 844 },
      hasTouch: true,
      isMobile: true,
    });
    const page = await context.newPage();
    await page.goto('./');
    await expect(page.locator('[data-pick]').first()).toBeVisible();
    const main = await page.getByRole('main').boundingBox();
    expect((main?.height ?? 0) / 844).toBeGreaterThan(0.5);
    for (const name of ['Send', 'One step back', 'Play', 'One step forward']) {
      const box = await page.getByRole('button', { name, exact: true }).boundingBox();
      expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(44);
    }
    await page.getByRole('button', { name: 'Send' }).tap();
    await expect(page.getByTestId('sentence')).toBeAttached();
    await page.getByRole('button', { name: 'Larger', exact: true }).tap();
    await expect(page.getByTestId('sentence')).toBeInViewport();
    await context.close();
  });
});
