/** Where the page is served, in which language and colours, and whether everyone can use it. */
import { AxeBuilder } from '@axe-core/playwright';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname } from 'node:path';
import { printPolicy } from '../src/build/csp.ts';
import { Board } from './board.ts';
import { many } from './clusters.ts';
import { expect, test } from './test.ts';

test('a strict policy is in the page and holds through a whole visit', async ({ board, page }) => {
  const meta = page.locator('meta[http-equiv="Content-Security-Policy"]');
  await expect(meta).toHaveAttribute('content', printPolicy());
  expect(printPolicy()).not.toMatch(/unsafe|\*/);
  await board.sendIt();
  await board.goTo(/flannel\.1 wraps/);
  await board.showYaml();
  await board.write('kind: Pod');
  await expect(board.diagnostics.first()).toBeVisible();
  await page.keyboard.press('ControlOrMeta+f');
  await page.keyboard.press('Escape');
  await board.openDialog();
  // the fixture asserts that nothing was violated
});

test('the editor is styled, although the policy forbids style elements', async ({ board }) => {
  await board.showYaml();
  const font = await board.editor.evaluate((element) => getComputedStyle(element).fontFamily);
  expect(font).toMatch(/mono/i);
  expect(await board.editor.evaluate((element) => element.getRootNode() instanceof ShadowRoot)).toBe(true);
});

test('it works from any path of any static host, and asks for nothing elsewhere', async ({ browser }) => {
  const types: Readonly<Record<string, string>> = {
    '.html': 'text/html',
    '.js': 'text/javascript',
    '.css': 'text/css',
    '.svg': 'image/svg+xml',
  };
  const dist = new URL('../dist/', import.meta.url);
  const server = createServer((request, response) => {
    const path = (request.url ?? '/').replace(/^\/some\/where\//, '').replace(/^$/, 'index.html');
    readFile(new URL(path, dist)).then(
      (bytes) => response.writeHead(200, { 'content-type': types[extname(path)] ?? 'text/plain' }).end(bytes),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const context = await browser.newContext({ locale: 'en-US' });
  const page = await context.newPage();
  const elsewhere: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(`http://127.0.0.1:${address.port}/some/where/`))
      elsewhere.push(request.url());
  });
  const board = new Board(page);
  await board.visit(`http://127.0.0.1:${address.port}/some/where/`);
  await board.showYaml();
  await board.sendAndSee();
  await expect(board.result).toContainText('answered');
  expect(elsewhere).toEqual([]);
  expect(board.complaints).toEqual([]);
  await context.close();
  server.close();
});

test.describe('languages', () => {
  test('English and Chinese at a click, remembered, and told to the browser', async ({ board, page }) => {
    await expect(page.locator('html')).toHaveAttribute('lang', 'en');
    await board.sendAndSee();
    await page.getByRole('button', { name: '中文' }).click();
    await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN');
    await expect(page.getByRole('button', { name: '发送' })).toBeVisible();
    await expect(page.getByRole('region', { name: '结果' })).toContainText('收到应答');
    await page.getByRole('button', { name: '全部步骤' }).click();
    await expect(page.getByRole('listitem').filter({ hasText: '封装起来' }).first()).toBeVisible();
    await board.reload();
    await expect(page.getByRole('button', { name: '发送' })).toBeVisible();
    await page.getByRole('button', { name: 'English' }).click();
    await expect(page.getByRole('button', { name: 'Send' })).toBeVisible();
  });

  test("the browser's language is the first choice", async ({ browser }) => {
    const context = await browser.newContext({ locale: 'zh-CN' });
    const page = await context.newPage();
    await page.goto('./');
    await expect(page.getByRole('button', { name: '发送' })).toBeVisible();
    await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN');
    await context.close();
  });

  test('only the words of the language in use are loaded, and the page shows nothing in another one before', async ({
    browser,
  }) => {
    const context = await browser.newContext({ locale: 'zh-CN' });
    const page = await context.newPage();
    const words: string[] = [];
    page.on('request', (request) => {
      const [, name] = /\/(en|zhCN)-[^/]*\.js$/.exec(request.url()) ?? [];
      if (name !== undefined) words.push(name);
    });
    await page.addInitScript(() => {
      const seen = new Set<string>();
      Reflect.set(window, 'namesOfSend', seen);
      new MutationObserver(() => {
        for (const { textContent } of document.querySelectorAll('button')) seen.add(textContent);
      }).observe(document, { subtree: true, childList: true, characterData: true });
    });
    await page.goto('./');
    await expect(page.getByRole('button', { name: '发送' })).toBeVisible();
    const seen = await page.evaluate(() => [...(Reflect.get(window, 'namesOfSend') as Set<string>)]);
    expect(seen).toContain('发送');
    expect(seen).not.toContain('Send');
    expect(words).toEqual(['zhCN']);
    await context.close();
  });

  test('a language that does not arrive is said, the page goes on in the other, and it can be asked for again', async ({
    browser,
  }) => {
    const context = await browser.newContext({ locale: 'zh-CN' });
    const page = await context.newPage();
    await page.route('**/zhCN-*.js', (route) => route.abort());
    await page.goto('./');
    const board = new Board(page);
    await expect(
      page.getByRole('status').filter({ hasText: 'Chinese (中文) could not be loaded' }),
    ).toBeVisible();
    await board.sendAndSee();
    await page.unroute('**/zhCN-*.js');
    await page.getByRole('button', { name: '中文' }).click();
    await expect(page.getByRole('button', { name: '发送' })).toBeVisible();
    await context.close();
  });

  test('a page whose words do not arrive at all says so', async ({ browser }) => {
    const context = await browser.newContext({ locale: 'en-US' });
    const page = await context.newPage();
    await page.route(/\/(?:en|zhCN)-[^/]*\.js$/, (route) => route.abort());
    await page.goto('./');
    await expect(page.getByText('Flannelboard could not be loaded. Please reload the page.')).toBeVisible();
    await expect(page.getByText('页面未能加载，请刷新重试。')).toBeVisible();
    await context.close();
  });
});

test('light and dark by choice, remembered', async ({ board, page }) => {
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await background();
  await page.getByRole('button', { name: 'Theme: as the system' }).click();
  await page.getByRole('button', { name: 'Theme: light' }).click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  expect(await background()).not.toBe(light);
  await board.reload();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
});

test('with reduced motion nothing plays by itself and steps jump', async ({ browser }) => {
  const context = await browser.newContext({ reducedMotion: 'reduce', locale: 'en-US' });
  const board = new Board(await context.newPage());
  await board.visit();
  await board.sendIt();
  await expect(board.page.getByRole('button', { name: 'Play', exact: true })).toBeVisible();
  expect((await board.readStep()).step).toBe(1);
  await board.forward();
  expect(await board.slider.inputValue()).toBe('1');
  await context.close();
});

test('the width of the panel can be set by keyboard and is remembered', async ({ board, page }) => {
  const splitter = page.getByRole('separator');
  await splitter.focus();
  const width = Number(await splitter.getAttribute('aria-valuenow'));
  await page.keyboard.press('ArrowLeft');
  await expect(splitter).toHaveAttribute('aria-valuenow', String(width + 16));
  await board.reload();
  await expect(page.getByRole('separator')).toHaveAttribute('aria-valuenow', String(width + 16));
});

test.describe('accessibility', () => {
  for (const colorScheme of ['light', 'dark'] as const) {
    test.describe(colorScheme, () => {
      test.use({ colorScheme });
      /** The whole page, or where something changed since the last look: a look costs seconds. */
      const scan = async (board: Board, part?: string) => {
        const axe = new AxeBuilder({ page: board.page });
        const { violations } = await (part === undefined ? axe : axe.include(part)).analyze();
        return violations.map(
          ({ id, nodes }) => `${id}: ${nodes.map(({ target }) => String(target)).join(' | ')}`,
        );
      };

      test('the start, and the legend', async ({ board, page }) => {
        expect(await scan(board)).toEqual([]);
        await page.keyboard.press('m');
        await page.getByTestId('legend').waitFor();
        expect(await scan(board, '[data-testid=legend]')).toEqual([]);
      });

      test('a step with its headers, and the list of steps', async ({ board }) => {
        await board.sendIt();
        await board.goTo(/flannel\.1 wraps/);
        expect(await scan(board)).toEqual([]);
        await board.goTo(/Neighbour table of flannel\.1/);
        expect(await scan(board, '[role=tabpanel]:not([hidden])')).toEqual([]);
      });

      test('the tables, and a packet that was dropped while traffic runs', async ({ board, page }) => {
        await page.getByRole('button', { name: 'Open your cluster' }).click();
        await page.getByRole('button', { name: 'Three nodes, one behind a router, host-gw' }).click();
        await page.getByRole('combobox', { name: 'To' }).selectOption('pod/shop/mail');
        await board.sendIt();
        await board.toEnd();
        await page.getByRole('button', { name: 'Run the traffic (2)' }).click();
        await expect(page.getByText('no answer').first()).toBeVisible();
        expect(await scan(board)).toEqual([]);
        await page.getByRole('tab', { name: 'Tables' }).click();
        await expect(page.getByRole('combobox', { name: 'Tables of' })).toBeVisible();
        expect(await scan(board, '[role=tabpanel]:not([hidden])')).toEqual([]);
      });

      test('a grid of many nodes while something is searched, and the sheet of a phone', async ({
        board,
        page,
      }) => {
        await board.drop('many.yaml', many(60, 3));
        await expect(page.getByText('Opened 60 nodes')).toBeVisible();
        await page.getByRole('combobox', { name: 'Search the board' }).fill('10.64.7');
        await expect(page.getByRole('option', { name: /on n7/ }).first()).toBeVisible();
        expect(await scan(board)).toEqual([]);
        await page.setViewportSize({ width: 390, height: 844 });
        await board.sendIt();
        await board.pause();
        await board.openSteps();
        await expect(board.steps.first()).toBeVisible();
        expect(await scan(board)).toEqual([]);
      });

      test('the dialogs', async ({ board, page }) => {
        await board.paste('half: [a thought');
        await expect(board.refusals.first()).toBeVisible();
        expect(await scan(board)).toEqual([]);
        await page.keyboard.press('Escape');
        await page.keyboard.press('?');
        await expect(board.dialog).toBeVisible();
        expect(await scan(board)).toEqual([]);
      });

      test('the editor with a problem', async ({ board }) => {
        await board.showYaml();
        await board.typeAfter('kind: Namespace', '\nmetadata: {{');
        await expect(board.diagnostics.first()).toBeVisible();
        expect(await scan(board)).toEqual([]);
      });
    });
  }
});
