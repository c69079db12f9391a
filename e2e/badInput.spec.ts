/** Texts that are wrong, odd or hostile: each gets a message with document, line and remedy; the page lives and keeps the text. */
import { alpha, back, beta, front, join, large, node, pod, small } from './clusters.ts';
import { expect, test } from './test.ts';

test.describe('refused, with the text kept', () => {
  for (const [what, text, words] of [
    ['not YAML', 'apiVersion: v1\nkind: "Pod\n', /line \d+/],
    [
      'plain words',
      'The connection to the server localhost:8080 was refused',
      /kubectl get nodes,namespaces,pods/,
    ],
    ['YAML that is no cluster', 'services:\n  web:\n    image: nginx\n', /kind/],
    ['objects without a node', pod({ name: 'lonely', node: 'nowhere', ip: '10.42.0.2' }), /no Node/],
    [
      'an alias bomb',
      `a: &a [x, x, x, x, x, x, x, x, x, x]\n${'bcdefghij'
        .split('')
        .map((name, i) => `${name}: &${name} [${Array(10).fill(`*${'abcdefghij'[i]}`).join(', ')}]`)
        .join('\n')}\n`,
      /aliases/,
    ],
    [
      'two pods with one IP',
      join(alpha, beta, front, pod({ name: 'twin', node: 'alpha', ip: '10.42.0.7' })),
      /both have the address 10\.42\.0\.7/,
    ],
    ['deep nesting', `kind: Pod\nspec: ${'['.repeat(3000)}${']'.repeat(3000)}\n`, /nested deeper/],
  ] as const) {
    test(what, async ({ board, page }) => {
      await board.paste(text);
      await expect(board.refusals.first()).toContainText(words);
      await expect(board.refusals.first()).toContainText(/line \d+/);
      const area = board.dialog.getByRole('textbox');
      expect((await area.inputValue()).slice(0, 40)).toBe(text.slice(0, 40));
      await page.keyboard.press('Escape');
      expect(await board.nodes()).toEqual(['node1', 'node2']);
    });
  }
});

test.describe('odd, but still a board', () => {
  for (const [what, text, words] of [
    [
      'a node without podCIDR',
      join(alpha, node({ name: 'bare', ip: '10.1.0.6' }), front),
      /bare has no spec\.podCIDR/,
    ],
    [
      "an IP outside the node's podCIDR",
      join(alpha, beta, pod({ name: 'stray', node: 'alpha', ip: '10.42.7.7' })),
      /10\.42\.7\.7 is outside 10\.42\.0\.0\/24/,
    ],
    [
      'a Completed pod',
      join(alpha, beta, front, pod({ name: 'job', node: 'alpha', ip: '10.42.0.7', phase: 'Succeeded' })),
      /job is Succeeded/,
    ],
  ] as const) {
    test(what, async ({ board }) => {
      await board.paste(text);
      await expect(board.dialog).toBeHidden();
      await board.showYaml();
      const said = board.diagnostics.filter({ hasText: words });
      await expect(said.first()).toBeVisible();
      await expect(said.first()).toContainText(/line \d+/);
    });
  }

  test('hostNetwork pods live in the namespace of the node and can be on a board', async ({
    board,
    page,
  }) => {
    await board.paste(
      join(
        alpha,
        beta,
        front,
        back,
        pod({ name: 'proxy', node: 'alpha', ip: '10.1.0.5', hostNetwork: true }),
      ),
    );
    await expect(board.dialog).toBeHidden();
    await expect(page.getByRole('group', { name: 'The cluster as a picture' })).toContainText(
      'hostNetwork pod',
    );
    await expect(page.locator('[data-pick="pod/shop/proxy"]')).toHaveCount(0);
  });
});

test('broken YAML in the editor: its error at its line, the last good board stays, and a click leads there', async ({
  board,
  page,
}) => {
  await board.showYaml();
  await board.typeAfter('kind: Namespace', '\nmetadata: {{');
  await expect(page.getByText('the board shows the last good version')).toBeVisible();
  await expect(board.diagnostics.first()).toContainText(/error, line \d+/);
  expect(await board.nodes()).toEqual(['node1', 'node2']);
  await board.sendAndSee();
  await expect(board.result).toContainText('answered');
  await board.showYaml();
  await board.diagnostics.first().getByRole('button').click();
  await expect(board.editor).toBeFocused();
});

test('what was typed survives a reload, also when it is broken, and so does the good board', async ({
  board,
  page,
}) => {
  await board.paste(join(alpha, beta, front, back));
  await expect.poll(() => board.nodes()).toEqual(['alpha', 'beta']);
  await board.showYaml();
  await board.replace('name: alpha', 'name: [alpha');
  await expect(page.getByText('the board shows the last good version')).toBeVisible();
  await board.reload();
  expect(await board.nodes()).toEqual(['alpha', 'beta']);
  await board.showYaml();
  await expect(page.getByText('the board shows the last good version')).toBeVisible();
  await expect(board.editor).toContainText('name: [alpha');
});

test('a text that was refused is still in the dialog after a reload', async ({ board }) => {
  await board.paste('half: [a thought');
  await expect(board.refusals.first()).toBeVisible();
  await board.reload();
  await board.openDialog();
  await expect(board.dialog.getByRole('textbox')).toHaveValue('half: [a thought');
});

test('a dump of 5 MB: progress is shown, the page stays alive, and it can be cancelled', async ({
  board,
  page,
}) => {
  test.setTimeout(120_000);
  const dump = large(5);
  await page.evaluate(() => {
    // the longest time that the page did not answer
    const state = { longest: 0, last: performance.now() };
    setInterval(() => {
      const now = performance.now();
      state.longest = Math.max(state.longest, now - state.last);
      state.last = now;
    }, 20);
    Object.assign(window, { alive: state });
  });
  await board.drop('dump.yaml', dump);
  await expect(board.dialog.getByRole('progressbar')).toBeVisible();
  await board.dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(board.dialog.getByRole('button', { name: 'Open as a board' })).toBeEnabled({
    timeout: 30_000,
  });
  expect(await board.nodes()).toEqual(['node1', 'node2']);
  await board.dialog.getByRole('button', { name: 'Open as a board' }).click();
  await expect(board.dialog).toBeHidden({ timeout: 60_000 });
  await expect(page.getByText('Opened 20 nodes')).toBeVisible();
  expect(await board.nodes()).toHaveLength(20);
  const longest = await page.evaluate(
    () => (window as unknown as { alive: { longest: number } }).alive.longest,
  );
  expect(longest).toBeLessThan(1500);
  await board.reload();
  await expect.poll(() => board.nodes(), { timeout: 60_000 }).toHaveLength(20);
});

test('names that look like markup are shown as text', async ({ board, page }) => {
  await board.paste(small.replaceAll('name: alpha', 'name: "<img src=x onerror=alert(1)>"'));
  await expect(board.refusals.first()).toContainText('<img src=x onerror=alert(1)>');
  await expect(page.locator('img[src=x]')).toHaveCount(0);
});

test('the simulator can crash without taking the text along', async ({ board, page }) => {
  await board.showYaml();
  // A worker that dies is the one thing a text cannot bring about; the page must survive it all the same.
  await page.evaluate(() => {
    const real = Object.getOwnPropertyDescriptor(Worker.prototype, 'postMessage') ?? {};
    Object.defineProperty(Worker.prototype, 'postMessage', {
      configurable: true,
      value(this: Worker, { id }: { readonly id: number }) {
        Object.defineProperty(Worker.prototype, 'postMessage', real);
        const data = { kind: 'crashed', id, message: 'AssertionError: planted' };
        this.dispatchEvent(new MessageEvent('message', { data }));
      },
    });
  });
  await board.send.click();
  const banner = page.getByRole('alert');
  await expect(banner).toContainText('AssertionError: planted');
  await banner.getByRole('button', { name: 'Restart' }).click();
  await expect(banner).toBeHidden();
  await board.sendAndSee();
  await expect(board.result).toContainText('answered');
});
