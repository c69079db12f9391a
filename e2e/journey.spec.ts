/** What a person can do, by the numbers of issue 2; each journey once with the mouse and once with the keyboard alone. */
import type { Locator } from '@playwright/test';
import { back, front, join, alpha, beta, small } from './clusters.ts';
import { expect, test } from './test.ts';

test.describe('see the cluster', () => {
  test('nodes, pods and devices are drawn with their names and addresses', async ({ board }) => {
    expect(await board.nodes()).toEqual(['node1', 'node2']);
    const picture = board.page.getByRole('group', { name: 'The cluster as a picture' });
    for (const text of [
      'node1',
      '192.168.0.11',
      'user space',
      'kernel',
      'root namespace',
      'cni0',
      'flannel.1',
      'eth0',
    ]) {
      await expect(picture.getByText(text, { exact: false }).first()).toBeVisible();
    }
    await expect(board.page.getByRole('button', { name: /^Pod .*10\.244\.1\.2/ })).toBeVisible();
  });

  test('it can be zoomed, moved and fitted again', async ({ board }) => {
    const node = board.page.locator('[data-pick="node/node1"]');
    const width = async () => (await node.boundingBox())?.width ?? 0;
    const before = await width();
    await board.page.getByRole('button', { name: 'Larger' }).click();
    await expect.poll(width).toBeGreaterThan(before * 1.1);
    const x = async () => (await node.boundingBox())?.x ?? 0;
    const left = await x();
    const box = await board.page.getByRole('main').boundingBox();
    const [from, height] = [(box?.x ?? 0) + 40, (box?.y ?? 0) + (box?.height ?? 0) - 16];
    await board.page.mouse.move(from, height);
    await board.page.mouse.down();
    await board.page.mouse.move(from + 80, height, { steps: 4 });
    await board.page.mouse.up();
    await expect.poll(x).toBeGreaterThan(left + 40);
    await board.page.keyboard.press('f');
    await expect.poll(width).toBeCloseTo(before, 0);
  });
});

test.describe('send a packet', () => {
  test('with the mouse: click a source, click a destination, choose ping, press Send', async ({ board }) => {
    const [source, target] = await endsOn(board.picks);
    await board.pick(source);
    await board.pick(target);
    await expect(board.page.getByRole('combobox', { name: 'From' })).toHaveValue(source);
    await expect(board.page.getByRole('combobox', { name: 'To', exact: true })).toHaveValue(target);
    await board.choose('ping');
    await board.sendIt();
    await expect(board.result).toContainText('still under way');
    await board.result.getByRole('button', { name: 'How does it end?' }).click();
    await expect(board.result).toContainText('answered');
    await expect(board.result).toContainText(/64 bytes from 10\.244\.2\.\d+: icmp_seq=1 ttl=62/);
  });

  test('with the keyboard alone', async ({ board, page }) => {
    await page.getByRole('combobox', { name: 'From' }).focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await expect(page.getByRole('radio', { name: 'ping' })).toBeFocused();
    await page.keyboard.press('ArrowRight');
    await expect(page.getByRole('radio', { name: 'TCP' })).toBeChecked();
    await page.keyboard.press('Tab');
    await expect(board.send).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(board.result).toContainText('still under way');
    // out of the button, so that Space is the page's
    await page.keyboard.press('Tab');
    await page.keyboard.press('End');
    await expect(board.result).toContainText('connected');
    const end = await board.readStep();
    expect(end.step).toBe(end.of);
    await page.keyboard.press('Home');
    expect((await board.readStep()).step).toBe(1);
    await page.keyboard.press('ArrowRight');
    await expect.poll(async () => (await board.readStep()).step).toBe(2);
    await page.keyboard.press('ArrowLeft');
    await expect.poll(async () => (await board.readStep()).step).toBe(1);
  });

  test('s sends, Space pauses and goes on, ? helps and Esc closes', async ({ board, page }) => {
    await page.keyboard.press('s');
    await expect(board.sentence).toBeVisible();
    await expect(page.getByRole('button', { name: 'Pause' })).toBeVisible();
    await page.keyboard.press(' ');
    await expect(page.getByRole('button', { name: 'Play' })).toBeVisible();
    await page.keyboard.press(' ');
    await expect(page.getByRole('button', { name: 'Pause' })).toBeVisible();
    await page.keyboard.press('?');
    await expect(board.dialog).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(board.dialog).toBeHidden();
  });

  test('the legend says what the marks mean, by mouse and by m, and Esc closes it', async ({ page }) => {
    const legend = page.getByRole('region', { name: 'What the marks mean' });
    await page.getByRole('button', { name: 'What the marks mean' }).click();
    await expect(legend).toContainText('yellow: what this step touches');
    await expect(legend).toContainText('headers go on');
    await page.keyboard.press('Escape');
    await expect(legend).toBeHidden();
    await page.keyboard.press('m');
    await expect(legend).toBeVisible();
    await page.keyboard.press('m');
    await expect(legend).toBeHidden();
  });

  test('the packet gains its outer headers at flannel.1 and loses them on the other node', async ({
    board,
  }) => {
    await board.sendIt();
    await board.goTo(/flannel\.1 wraps/);
    const layers = board.headers.locator('[data-layer]');
    await expect(layers.filter({ hasText: 'added' })).toHaveCount(3);
    await expect(layers.locator('summary').first()).toContainText('IPv4');
    await expect(board.headers).toContainText('8472');
    await board.goTo(/flannel\.1 unwraps/);
    await expect(layers.filter({ hasText: 'removed' })).toHaveCount(4);
    // one line says what came off; the first header below it is the outermost there is
    await expect(board.headers.locator('summary').first()).toContainText(
      'removedEthernet · IPv4 · UDP · VXLAN',
    );
    await expect(layers.filter({ visible: true }).first()).toContainText('Ethernet');
  });

  test('it can be played, paused, stepped forward and back, and dragged', async ({ board, page }) => {
    await board.sendIt();
    await board.pause();
    await board.toStart();
    await board.forward();
    await expect.poll(async () => (await board.readStep()).step).toBe(2);
    await board.back();
    await expect.poll(async () => (await board.readStep()).step).toBe(1);
    await board.play();
    await expect.poll(async () => (await board.readStep()).step).toBeGreaterThan(2);
    await board.pause();
    const box = await board.slider.boundingBox();
    if (box === null) throw new Error('no slider');
    await page.mouse.move(box.x + 8, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width - 8, box.y + box.height / 2, { steps: 5 });
    await page.mouse.up();
    const { step, of } = await board.readStep();
    expect(step).toBe(of);
    await board.toStart();
    expect((await board.readStep()).step).toBe(1);
  });

  test('ARP is one beat that can be opened and folded again', async ({ board, page }) => {
    await board.sendIt();
    await board.pause();
    const before = (await board.readStep()).of;
    const fold = page
      .getByRole('region', { name: 'Timeline' })
      .getByRole('button', { name: /Open \d+ folded steps\. ARP/ })
      .first();
    await expect(fold).toContainText(/\d+ folded/);
    await fold.click();
    expect((await board.readStep()).of).toBeGreaterThan(before);
    await page
      .getByRole('region', { name: 'Timeline' })
      .getByRole('button', { name: /Fold again/ })
      .first()
      .click();
    expect((await board.readStep()).of).toBe(before);
  });

  test('a TCP connection folds its handshake', async ({ board, page }) => {
    await board.choose('TCP');
    await board.sendAndSee();
    await expect(board.result).toContainText('connected');
    await expect(page.getByRole('button', { name: /folded steps\. TCP: opening/ }).first()).toBeVisible();
  });

  test('what cannot be reached ends with a word, a sign and a reason', async ({ board }) => {
    const noWay = 'faults: [{ on: alpha, run: "ip route del 10.42.1.0/24" }]';
    const document = `apiVersion: flannelboard.dev/v1\nkind: Board\nmetadata: { name: no-way }\nspec: { ${noWay} }`;
    await board.paste(join(alpha, beta, front, back, document));
    await expect(board.dialog).toBeHidden();
    await board.sendAndSee();
    await expect(board.result).not.toContainText('answered');
    await board.openSteps();
    await expect(board.steps.filter({ hasText: /Dropped|no route|nobody answered/i }).first()).toBeVisible();
  });
});

test('a pod that is not there yet is not sent to, and kubelet says why', async ({ board, page }) => {
  await board.paste(join(alpha, beta, front, back));
  await expect(board.dialog).toBeHidden();
  await board.showYaml();
  // beta's flanneld has a lease of a range that its cni0 is not in
  await board.replace('podCIDR: 10.42.1.0/24', 'podCIDR: 10.42.9.0/24');
  await expect(board.diagnostics.filter({ hasText: 'outside 10.42.9.0/24' })).toBeVisible();
  await board.send.click();
  const refusal = page.getByRole('alert').filter({ hasText: 'pod/shop/back is still ContainerCreating' });
  await expect(refusal).toContainText('"cni0" already has an IP address different from 10.42.9.1/24');
  await page.keyboard.press('Escape');
  await expect(refusal).toBeHidden();
});

test.describe('look into a step', () => {
  test('the row that decided is shown with who wrote it, and leads to the YAML', async ({ board, page }) => {
    await board.sendIt();
    await board.goTo(/via 10\.244\.2\.0, out of flannel\.1/);
    await expect(board.decidingRow).toContainText('10.244.2.0/24 via 10.244.2.0 dev flannel.1 onlink');
    await expect(board.decidingRow).toContainText('written by flanneld');
    await board.decidingRow.getByRole('button', { name: /Node node2 spec\.podCIDR/ }).click();
    await expect(board.editor).toBeFocused();
    await expect(page.getByRole('tab', { name: 'YAML' })).toHaveAttribute('aria-selected', 'true');
    await board.showPacket();
    await board.goTo(/FDB.* is the VTEP at 192\.168\.0\.12/);
    await expect(board.decidingRow).toContainText('dst 192.168.0.12');
    await expect(board.decidingRow).toContainText('flanneld');
  });

  test('what changed is marked with the old value and a word, not by colour alone', async ({ board }) => {
    await board.sendIt();
    await board.goTo(/Neighbour table of flannel\.1/);
    const ttl = board.headers.getByRole('row').filter({ hasText: 'ttl' });
    await expect(ttl).toContainText('changed');
    await expect(ttl).toContainText('64');
    await expect(ttl).toContainText('63');
  });

  test('a field and its bytes show each other', async ({ board, page }) => {
    await board.sendIt();
    await board.goTo(/flannel\.1 wraps/);
    const vni = board.headers.getByRole('row').filter({ hasText: 'vni' });
    const bytes = page.getByRole('img', { name: /^vxlan vni: 1/ });
    await vni.hover();
    await expect(bytes).toHaveClass(/active/);
    await bytes.hover();
    await expect(vni).toHaveClass(/active/);
    await page
      .getByRole('img', { name: /^ipv4 version/ })
      .first()
      .focus();
    await page.keyboard.press('ArrowDown');
    await expect(page.getByRole('img', { name: /^ipv4 tos/ }).first()).toBeFocused();
  });

  test('the steps are a list that can be read, with the present one marked and spoken', async ({
    board,
    page,
  }) => {
    await board.sendIt();
    await board.pause();
    await board.openSteps();
    await board.toStart();
    await expect(board.steps.first()).toHaveAttribute('aria-current', 'step');
    await board.forward();
    await expect(board.steps.nth(1)).toHaveAttribute('aria-current', 'step');
    const said = (await board.readStep()).text;
    await expect(page.getByTestId('spoken')).toHaveText(said);
    await board.steps.nth(5).getByRole('button').first().click();
    expect((await board.readStep()).step).toBe(6);
  });
});

test.describe('bring your own cluster', () => {
  test('the page shows the command, copies it, and says that the data stays here', async ({
    board,
    page,
    context,
  }) => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await board.openDialog();
    await expect(board.dialog).toContainText(
      'kubectl get nodes,namespaces,pods,services,endpointslices,networkpolicies,configmaps -A -o yaml',
    );
    await expect(board.dialog).toContainText('The data stays in this browser');
    await board.dialog.getByRole('button', { name: 'Copy' }).click();
    await expect(board.dialog.getByRole('button', { name: /Copied/ })).toBeVisible();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(
      'kubectl get nodes,namespaces,pods,services,endpointslices,networkpolicies,configmaps -A -o yaml',
    );
  });

  test('pasted: the board has its nodes and real addresses, and a ping crosses it', async ({
    board,
    page,
  }) => {
    await board.paste(small);
    await expect(board.dialog).toBeHidden();
    await expect.poll(() => board.nodes()).toEqual(['alpha', 'beta']);
    await expect(page.getByRole('button', { name: 'Pod shop/front, 10.42.0.7' })).toBeVisible();
    await board.sendAndSee();
    await expect(board.result).toContainText('64 bytes from 10.42.1.9: icmp_seq=1 ttl=62');
  });

  test('dropped on the page', async ({ board }) => {
    await board.drop('cluster.yaml', small);
    await expect.poll(() => board.nodes()).toEqual(['alpha', 'beta']);
  });

  test('chosen as a file, as JSON', async ({ board, page }) => {
    await board.openDialog();
    const items = [
      {
        apiVersion: 'v1',
        kind: 'Node',
        metadata: { name: 'solo' },
        spec: { podCIDR: '10.42.0.0/24' },
        status: { addresses: [{ type: 'InternalIP', address: '10.1.0.5' }] },
      },
    ];
    const json = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
    await page
      .locator('input[type=file]')
      .setInputFiles({ name: 'c.json', mimeType: 'application/json', buffer: Buffer.from(json) });
    await expect.poll(() => board.nodes()).toEqual(['solo']);
  });

  test('an import can be undone', async ({ board, page }) => {
    await board.paste(small);
    await expect.poll(() => board.nodes()).toEqual(['alpha', 'beta']);
    await page.getByRole('button', { name: 'Undo import' }).first().click();
    await expect.poll(() => board.nodes()).toEqual(['node1', 'node2']);
  });

  test('the board follows the text, and typing can be undone', async ({ board, page }) => {
    await board.paste(join(alpha, beta, front, back));
    await expect.poll(() => board.nodes()).toEqual(['alpha', 'beta']);
    await board.showYaml();
    await board.replace('podIP: 10.42.0.7', 'podIP: 10.42.0.77');
    await expect(page.getByRole('button', { name: 'Pod shop/front, 10.42.0.77' })).toBeVisible();
    for (let i = 0; i < 3; i++) await page.keyboard.press('ControlOrMeta+z');
    await expect(page.getByRole('button', { name: /^Pod shop\/front, 10\.42\.0\.7(,|$)/ })).toBeVisible();
  });
});

/** A pod of the first node and one of the second. */
async function endsOn(picks: Locator): Promise<readonly [string, string]> {
  const pods = await picks.evaluateAll((all) =>
    all.map((element) => element.getAttribute('data-pick') ?? '').filter((id) => id.startsWith('pod/')),
  );
  return [pods[1] ?? '', pods[3] ?? ''];
}
