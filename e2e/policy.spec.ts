/** NetworkPolicies on the page: the matrix, why a packet is kept out, and what an edit opens and closes. */
import type { Page } from '@playwright/test';
import { expect, test } from './test.ts';

async function openScenario(page: Page, title: string): Promise<void> {
  await page.getByRole('button', { name: 'Open your cluster' }).click();
  await page.getByRole('button', { name: title }).click();
  await expect(page.getByTestId('policy-badge')).toBeVisible();
}

/** Puts the cursor of the matrix into a cell, counted from 0. */
async function walkTo(page: Page, row: number, column: number): Promise<void> {
  await page.getByTestId('matrix').focus();
  await page.keyboard.press('ArrowDown');
  for (let i = 0; i < row; i++) await page.keyboard.press('ArrowDown');
  for (let i = 0; i < column; i++) await page.keyboard.press('ArrowRight');
}

/** The canvas of the matrix in pixels of its own: how many have a colour of the theme. */
async function pixelsOf(page: Page, token: string): Promise<number> {
  return page
    .getByTestId('matrix')
    .locator('canvas')
    .evaluate((canvas, name) => {
      if (!(canvas instanceof HTMLCanvasElement)) return -1;
      // a copy: the canvas itself is not made for being read
      const copy = new OffscreenCanvas(canvas.width, canvas.height + 1);
      const context = copy.getContext('2d', { willReadFrequently: true });
      if (!context) return -1;
      context.fillStyle = getComputedStyle(canvas).getPropertyValue(name);
      context.fillRect(0, canvas.height, 1, 1);
      const [r, g, b] = context.getImageData(0, canvas.height, 1, 1).data;
      context.drawImage(canvas, 0, 0);
      const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
      let count = 0;
      for (let i = 0; i < data.length; i += 4)
        if (data[i] === r && data[i + 1] === g && data[i + 2] === b && data[i + 3] === 255) count++;
      return count;
    }, token);
}

/** The middle of a cell, counted from 0, as a place in the grid. */
async function cellPoint(page: Page, row: number, column: number): Promise<{ x: number; y: number }> {
  const lines = Number(await page.getByTestId('matrix').getAttribute('data-lines'));
  const cell = Number(await page.getByTestId('matrix').getAttribute('data-cell'));
  const box = await page.getByTestId('matrix').locator('canvas').boundingBox();
  if (!box) throw new Error('no canvas');
  const begin = (length: number): number => length - 2 - cell * lines;
  return {
    x: box.x + begin(box.width) + (column + 0.5) * cell,
    y: box.y + begin(box.height) + (row + 0.5) * cell,
  };
}

test.use({ viewport: { width: 1440, height: 900 } });

test('a cell of the matrix is read, sent, and explained down to the line of the policy', async ({ page }) => {
  await openScenario(page, 'Two items: either will do (OR)');
  await page.getByRole('tab', { name: 'Matrix' }).click();
  await expect(page.getByTestId('matrix')).toHaveAttribute('data-lines', '8');
  // pods by namespace: alice/batch, alice/client, bob/client, default/client, default/web
  await walkTo(page, 2, 4);
  const told = page.getByTestId('matrix-told');
  await expect(told).toHaveText('bob/client → default/web: denied by the ingress of the destination');
  await page.keyboard.press('Enter');
  const why = page.getByTestId('policy-why');
  await expect(why).toContainText('default/web is isolated for ingress by default/web');
  await expect(why).toContainText('namespace bob has user=bob, not user=alice');
  await expect(why).toContainText('opens nothing else');
  await expect(page.getByRole('slider', { name: 'Position in time' })).toBeVisible();
  await why.getByRole('button', { name: 'namespace bob has user=bob' }).click();
  await expect(page.getByRole('tab', { name: 'YAML' })).toHaveAttribute('aria-selected', 'true');
  await expect(page.getByTestId('policy-says')).toContainText(
    'every pod in namespaces labelled user=alice OR pods labelled role=client in namespace default',
  );
});

test('taking one dash away closes pairs, and the matrix says which', async ({ page }) => {
  await openScenario(page, 'Two items: either will do (OR)');
  await page.getByRole('tab', { name: 'Matrix' }).click();
  await expect(page.getByTestId('matrix')).toBeVisible();
  await page.getByRole('tab', { name: 'YAML' }).click();
  await page.getByRole('button', { name: /Two items: pods that fit/ }).click();
  await page.getByRole('button', { name: 'Take this dash away: both must fit (AND)' }).click();
  await expect(page.getByTestId('policy-says')).toContainText(
    'pods labelled role=client in namespaces labelled user=alice',
  );
  await page.getByRole('tab', { name: 'Matrix' }).click();
  const diff = page.getByTestId('policy-diff');
  await expect(diff).toContainText('It opened 0 and closed 2 pairs.');
  await expect(diff).toContainText('alice/batch → default/web');
});

test('a packet that a policy kept out says so in its own card', async ({ page, board }) => {
  await openScenario(page, 'Deny everything into a namespace');
  await page.getByRole('tab', { name: 'Matrix' }).click();
  await walkTo(page, 0, 4);
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('policy-why')).toContainText('which has no rules: nothing is admitted');
  await page.getByRole('tab', { name: 'Packet' }).click();
  await page.getByRole('button', { name: 'How does it end?' }).click();
  await expect(page.getByTestId('why')).toContainText('A NetworkPolicy kept this packet out');
  await expect(board.page.getByTestId('why')).toContainText('isolated for ingress by default/deny-all');
});

test('a board that nobody enforces on says so', async ({ page }) => {
  await openScenario(page, 'A policy that nobody enforces');
  await expect(page.getByTestId('policy-badge')).toHaveText('NetworkPolicy: nobody enforces it');
});

test('a rule is edited as a form: its fields are edits of the text, and what is typed there shows in the form', async ({
  page,
  board,
}) => {
  await openScenario(page, 'Two items: either will do (OR)');
  await page.getByRole('tab', { name: 'YAML' }).click();
  await page.getByRole('button', { name: /Two items: pods that fit/ }).click();
  await page.getByRole('button', { name: 'Edit as a form' }).click();
  const form = page.getByTestId('policy-form');
  const peers = form.getByRole('group', { name: 'from' });
  await peers.getByRole('button', { name: 'Join: both must fit (AND)' }).click();
  // the dash went, and nothing else
  const text = async (): Promise<string> =>
    (await board.editor.locator('.cm-line').allInnerTexts()).join('\n');
  await expect.poll(text).toContain('user: alice\n      podSelector:');
  await peers.getByRole('button', { name: 'Part: either will do (OR)' }).click();
  await expect(peers.getByText('or', { exact: true })).toBeVisible();
  await form.getByRole('button', { name: 'Undo' }).click();
  await expect(peers.getByRole('button', { name: 'Part: either will do (OR)' })).toBeVisible();
  // by keyboard: a label more, and a port
  const label = peers.getByRole('combobox', { name: 'Label of pods' });
  await label.fill('tier in (a, b)');
  await label.press('Enter');
  await expect(peers.getByRole('button', { name: 'Remove tier in (a, b)' })).toBeVisible();
  await expect.poll(text).toMatch(/operator: In\n\s+values:\n\s+- a\n\s+- b/);
  await form.getByRole('group', { name: 'at' }).getByRole('button', { name: '+ Port' }).click();
  const port = form.getByRole('combobox', { name: 'Port or its name' }).last();
  await expect(port).toHaveValue('80');
  await port.fill('8443');
  await port.press('Enter');
  await expect.poll(text).toContain('- port: 8443');
  // the other way: what is typed in the text
  await board.editor.getByText('8443').dblclick();
  await page.keyboard.type('9443');
  await expect(port).toHaveValue('9443');
});

test('a suggested edit is written into the YAML, opens the cell, and is taken back', async ({ page }) => {
  await openScenario(page, 'Two items: either will do (OR)');
  await page.getByRole('tab', { name: 'Matrix' }).click();
  await walkTo(page, 2, 4);
  await page.keyboard.press('Enter');
  const why = page.getByTestId('policy-why');
  await why.getByRole('button', { name: 'Write it into the YAML' }).first().click();
  await expect(why).toContainText('Written into the YAML.');
  await expect(why.getByText('allowed', { exact: true })).toBeVisible();
  await expect(page.getByTestId('policy-diff')).toContainText('It opened 1 and closed 0 pairs.');
  await why.getByRole('button', { name: 'Undo' }).click();
  await expect(why.getByText('denied', { exact: true })).toBeVisible();
  await expect(page.getByTestId('policy-diff')).toContainText('It opened 0 and closed 1 pairs.');
});

test('the board is compared with another file, which may be policies alone', async ({ page }) => {
  await openScenario(page, 'Two items: either will do (OR)');
  await page.getByRole('tab', { name: 'Matrix' }).click();
  const compare = page.getByTestId('policy-compare');
  await compare.getByText('Compare with another file').click();
  await compare.getByRole('textbox', { name: 'Paste YAML here' }).fill('a: [');
  await compare.getByRole('button', { name: 'Compare', exact: true }).click();
  await expect(compare).toContainText('has no NetworkPolicy that can be read');
  const denyAll =
    'kind: NetworkPolicy\nmetadata: { name: web }\nspec: { podSelector: { matchLabels: { app: web } } }\n';
  await compare
    .getByRole('textbox', { name: 'Paste YAML here' })
    .fill(`apiVersion: networking.k8s.io/v1\n${denyAll}`);
  await compare.getByRole('button', { name: 'Compare', exact: true }).click();
  await expect(compare).toContainText('they were tried with the pods of this board');
  await expect(compare).toContainText('This board opens 3 and closes 0 pairs.');
  await expect(compare).toContainText('alice/batch → default/web');
  await compare.getByRole('button', { name: 'Stop comparing' }).click();
  await expect(compare).not.toContainText('This board opens');
});

test('a click on a cell sends its packet, and the board shows how it fares', async ({ page, board }) => {
  await openScenario(page, 'Two items: either will do (OR)');
  await page.getByRole('tab', { name: 'Matrix' }).click();
  await expect(page.getByTestId('matrix')).toHaveAttribute('data-lines', '8');
  const { x, y } = await cellPoint(page, 2, 4);
  await page.mouse.move(x, y);
  await expect(page.getByTestId('matrix-told')).toHaveText(
    'bob/client → default/web: denied by the ingress of the destination',
  );
  await page.mouse.click(x, y);
  await expect(page.getByTestId('policy-why')).toContainText('bob/client → default/web TCP');
  await expect(board.slider).toBeVisible();
  await board.toEnd();
  await page.getByRole('tab', { name: 'Packet' }).click();
  await expect(page.getByTestId('why')).toContainText('A NetworkPolicy kept this packet out');
});

test('cells that an edit changed flash, and then rest', async ({ page }) => {
  await openScenario(page, 'Two items: either will do (OR)');
  await page.getByRole('tab', { name: 'Matrix' }).click();
  await walkTo(page, 2, 4);
  await page.keyboard.press('Enter');
  expect(await pixelsOf(page, '--accent')).toBe(0);
  await page
    .getByTestId('policy-why')
    .getByRole('button', { name: 'Write it into the YAML' })
    .first()
    .click();
  await expect(page.getByTestId('policy-diff')).toContainText('It opened 1 and closed 0 pairs.');
  // the first frames of a flash are nearly opaque; where motion is unwelcome, all of them are
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.getByTestId('policy-why').getByRole('button', { name: 'Undo' }).click();
  await expect.poll(() => pixelsOf(page, '--accent')).toBeGreaterThan(20);
  await expect.poll(() => pixelsOf(page, '--accent')).toBe(0);
  // a search is no edit
  await page.getByRole('searchbox', { name: 'Name or namespace' }).fill('default');
  await expect(page.getByTestId('matrix')).toHaveAttribute('data-lines', '2');
  expect(await pixelsOf(page, '--accent')).toBe(0);
});

test('the pods that a selector means are lit on the board while the cursor is in it', async ({
  page,
  board,
}) => {
  await openScenario(page, 'Two items: either will do (OR)');
  const lit = page.locator('[data-lit]');
  await expect(lit).toHaveCount(0);
  await board.showYaml();
  await board.editor.getByText('user: alice').last().click();
  await expect(page.getByTestId('policy-says')).toContainText('means 2 on this board');
  await expect(lit).toHaveCount(2);
  for (const pod of ['alice/batch', 'alice/client'])
    await expect(page.locator(`[data-lit="${pod}"]`)).toBeAttached();
  await page.getByRole('tab', { name: 'Packet' }).click();
  await expect(lit).toHaveCount(0);
});

test('a policy that the API server would refuse says so at its line, and board and matrix stay', async ({
  page,
  board,
}) => {
  await openScenario(page, 'Two items: either will do (OR)');
  await board.showYaml();
  await board.replace('- Ingress', '- Inbound');
  await expect(board.diagnostics.first()).toContainText('the API server would refuse this');
  await expect(board.diagnostics.first()).toContainText('Unsupported value: "Inbound"');
  await expect(board.diagnostics.first()).toContainText(/line \d+/);
  await expect(page.getByRole('tab', { name: 'YAML' })).toContainText('1');
  await expect(page.getByTestId('policy-badge')).toHaveText('NetworkPolicy: kube-router');
  await page.getByRole('tab', { name: 'Matrix' }).click();
  await walkTo(page, 2, 4);
  await expect(page.getByTestId('matrix-told')).toHaveText(
    'bob/client → default/web: denied by the ingress of the destination',
  );
  await board.showYaml();
  await board.replace('- Inbound', '- Ingress');
  await expect(page.getByRole('tab', { name: 'YAML' })).toHaveText('YAML');
});

test('a policy of another API is said once, kept, and not enforced', async ({ page, board }) => {
  await openScenario(page, 'Two items: either will do (OR)');
  await board.showYaml();
  await board.editor.click();
  await page.keyboard.press('ControlOrMeta+End');
  await page.keyboard.insertText(
    '---\napiVersion: policy.networking.k8s.io/v1alpha1\nkind: AdminNetworkPolicy\nmetadata: {name: all}\nspec: {}\n',
  );
  await expect(board.diagnostics.filter({ hasText: 'AdminNetworkPolicy' })).toHaveText(
    /AdminNetworkPolicy \(1\): kept in the text and not enforced/,
  );
});

test('the profile spec says on its badge that it is the meaning alone', async ({ page, board }) => {
  await openScenario(page, 'A policy that nobody enforces');
  await board.showYaml();
  await board.replace('policyController: none', 'policyController: spec');
  await expect(page.getByTestId('policy-badge')).toHaveText('NetworkPolicy: meaning only');
});
