/** Services on the page: what can be sent to, the endpoint that is picked, the policy that is switched. */
import { expect, test } from 'vitest';
import { endpointsOf, requestOf, servicesOf } from './endpoints.ts';
import { page } from './page.testing.ts';

async function opened(id: string) {
  const { state, settle } = await page();
  await state().openScenario(id);
  const { board } = state();
  if (board === undefined) throw new Error(id);
  return { get: state, board, settle };
}

test('every port of a ClusterIP and every NodePort of every node can be sent to, and cannot send', async () => {
  const { board } = await opened('nodeport');
  expect(servicesOf(board).map(({ endpoint }) => endpoint)).toEqual([
    'svc/shop/api:80',
    'node/node1:30080',
    'node/node2:30080',
  ]);
  expect(endpointsOf(board).some(({ endpoint }) => endpoint.includes(':'))).toBe(false);
});

test('a ping to a Service asks the bare address; a connection takes the port, and the endpoint that is picked', async () => {
  const { board } = await opened('affinity');
  const ends = { source: 'pod/shop/web', target: 'svc/shop/all:80' };
  expect(requestOf(board, ends, 'icmp')).toEqual({
    from: 'pod/shop/web',
    to: 'svc/shop/all',
    protocol: 'icmp',
  });
  expect(requestOf(board, { ...ends, picked: 'shop/all=10.244.2.2' }, 'tcp')).toEqual({
    from: 'pod/shop/web',
    to: 'svc/shop/all:80',
    protocol: 'tcp',
    pick: ['shop/all=10.244.2.2'],
  });
  // what was picked for another Service says nothing about this one
  expect(requestOf(board, { ...ends, picked: 'shop/api=10.244.2.2' }, 'tcp')).not.toHaveProperty('pick');
});

test('who chooses a Service wants to connect', async () => {
  const { get } = await opened('nodeport');
  get().chooseProtocol('icmp');
  get().chooseTarget('svc/shop/api:80');
  expect(get().protocol).toBe('tcp');
});

test('behind a Service are its endpoints, and on a node its rules and chains', async () => {
  const { get, settle } = await opened('nodeport');
  get().lookAtService('shop/api', 'node1');
  await expect.poll(() => get().lookedAt?.detail).toBeDefined();
  const detail = get().lookedAt?.detail;
  expect(detail?.endpoints).toEqual([
    {
      ip: '10.244.2.2',
      port: 8080,
      portName: '',
      pod: 'shop/api',
      node: 'node2',
      ready: true,
      terminating: false,
    },
  ]);
  expect(detail?.rules.map(({ table, chain }) => `${table} ${chain}`)).toEqual([
    'nat KUBE-NODEPORTS',
    'nat KUBE-SERVICES',
  ]);
  expect(detail?.chains.map(({ chain, rules }) => `${chain.slice(0, 8)} ${rules}`)).toEqual([
    'KUBE-EXT 2',
    'KUBE-SVC 2',
    'KUBE-SEP 2',
  ]);
  await settle();
});

test('one click writes the policy into the Service, and the same client is sent again; undo brings the very text back', async () => {
  const { get } = await opened('nodeport');
  get().chooseSource('client/client');
  get().chooseTarget('node/node1:30080');
  await get().send();
  expect(get().exchange?.result).toBe('connected');
  const before = get().text;
  await expect(get().switchPolicy('shop/api', 'Local')).resolves.toBe('done');
  expect(get().board?.services[0]?.externalTrafficPolicy).toBe('Local');
  expect(get().exchange?.result).toBe('timeout');
  expect(get().text).toBe(before.replace('externalTrafficPolicy: Cluster', 'externalTrafficPolicy: Local'));
  await get().undoSwitch();
  expect(get().text).toBe(before);
  expect(get().exchange?.result).toBe('connected');
});
