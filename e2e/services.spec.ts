/** Services on the board: the lens, a switch of externalTrafficPolicy, the endpoint that is picked, and the chains of a Service. */
import { expect, test } from './test.ts';

test('one click switches externalTrafficPolicy, and the same client is watched again', async ({ board }) => {
  const { page } = board;
  await board.openFromGallery('NodePort across nodes, vxlan: who sees the client?');
  await page.getByRole('combobox', { name: 'From' }).selectOption('client/client');
  await page.getByRole('combobox', { name: 'To' }).selectOption('node/node1:30080');
  await page.getByRole('radio', { name: 'Service' }).check({ force: true });
  const card = page.getByRole('region', { name: 'Services' }).first();
  await expect(card).toContainText('10.96.0.20:80');
  await board.send.click();
  await expect(card.getByRole('listitem').filter({ hasText: 'node2: 10.244.1.0' })).toContainText(
    'of node1 flannel.1',
  );
  await page.getByRole('radio', { name: 'Local' }).check({ force: true });
  await expect(card).toContainText('and there it ends');
  await expect(card).toContainText('node1: 203.0.113.50');
  await page.getByRole('button', { name: 'Back to Cluster' }).click();
  await expect(card).toContainText('node2: 10.244.1.0');
});

test('the endpoint is picked by hand, and the chains of the Service lead to its rules', async ({ board }) => {
  const { page } = board;
  await board.openFromGallery('Session affinity: always the same endpoint');
  await page.getByRole('combobox', { name: 'To' }).selectOption('svc/shop/all:80');
  const pick = page.getByRole('combobox', { name: 'Endpoint' });
  await pick.selectOption({ label: 'shop/api · 10.244.2.2' });
  await board.send.click();
  await page.getByRole('button', { name: 'To the end' }).click();
  await expect(page.getByRole('region', { name: 'Result' })).toContainText('api saw');
  await page.getByRole('tab', { name: 'Tables' }).click();
  await page.getByRole('combobox', { name: 'Tables of' }).selectOption('node1');
  await page.getByRole('button', { name: /^shop\/all/ }).click();
  const chain = page.getByRole('button', { name: /nat:KUBE-SVC-/ }).first();
  await chain.click();
  await expect(page.getByRole('region', { name: 'Rules' })).toContainText('-m recent --rcheck');
});
