import { expect, test } from 'vitest';
import { printIpv4 } from '../../../wire/address.ts';
import { board, node, NODE1, NODE2, paramsOf, pod, read, said } from '../manifest.testing.ts';
import type { ReadResult } from '../reader.ts';

const drawn = ({ cluster }: ReadResult) =>
  cluster?.pods.map(
    ({ name, node: on, ip, hostNetwork }) =>
      `${name} on ${on} ${ip === undefined ? '-' : printIpv4(ip)}${hostNetwork ? ' host' : ''}`,
  );

test('two running pods with one address: the second is an error that names the first and its line', () => {
  const result = read(
    NODE1,
    pod('web', { on: 'node1', ip: '10.244.1.2' }),
    pod('api', { on: 'node1', ip: '10.244.1.2' }),
  );
  expect(said(result)).toEqual(['error cluster.pod-same-ip at 32:10 "10.244.1.2"']);
  expect(paramsOf(result, 'cluster.pod-same-ip')).toEqual({
    pod: 'shop/api',
    other: 'shop/web',
    ip: '10.244.1.2',
    line: 14,
  });
  expect(result.cluster).toBeUndefined();
});

test('a Completed pod may share its address and is not drawn', () => {
  const result = read(
    NODE1,
    pod('job', { on: 'node1', ip: '10.244.1.2', phase: 'Succeeded' }),
    pod('web', { on: 'node1', ip: '10.244.1.2', phase: 'Running' }),
    pod('evicted', { on: 'node9', phase: 'Failed' }),
  );
  expect(said(result)).toEqual([
    'info cluster.pod-finished at 22:10 "Succeeded"',
    'info cluster.pod-finished at 44:10 "Failed"',
  ]);
  expect(drawn(result)).toEqual(['web on node1 10.244.1.2']);
});

test("an address outside the node's podCIDR is a warning, and host-local chooses another", () => {
  const result = read(NODE1, NODE2, pod('web', { on: 'node1', ip: '10.244.2.9' }));
  expect(said(result)).toEqual(['warning cluster.pod-ip-outside at 35:10 "10.244.2.9"']);
  expect(paramsOf(result, 'cluster.pod-ip-outside')).toEqual({
    pod: 'shop/web',
    ip: '10.244.2.9',
    node: 'node1',
    podCIDR: '10.244.1.0/24',
  });
  expect(result.diagnostics[0]?.upstream).toBe('failed to allocate all requested IPs: 10.244.2.9');
  expect(drawn(result)).toEqual(['web on node1 10.244.1.2']);
});

test('a pod on an unknown node is a warning and not drawn', () => {
  const result = read(NODE1, pod('web', { on: 'node7', ip: '10.244.7.2' }));
  expect(said(result)).toEqual(['warning cluster.pod-unknown-node at 20:13 "node7"']);
  expect(drawn(result)).toEqual([]);
});

test('a pod without nodeName is not drawn', () => {
  expect(said(read(NODE1, pod('web')))).toEqual(['info cluster.pod-unscheduled at 15:7 "Pod"']);
});

test("hostNetwork pods are drawn without an address of their own, all with the node's", () => {
  const host = { on: 'node1', ip: '192.168.0.11', spec: ['hostNetwork: true'] };
  const result = read(NODE1, pod('proxy', host), pod('flannel', host));
  expect(said(result)).toEqual([]);
  expect(drawn(result)).toEqual(['proxy on node1 - host', 'flannel on node1 - host']);
});

test("a pod with a node's address and no hostNetwork is an error", () => {
  expect(said(read(NODE1, NODE2, pod('web', { on: 'node1', ip: '192.168.0.12' })))).toEqual([
    'error cluster.pod-ip-of-node at 35:10 "192.168.0.12"',
  ]);
});

test.each([
  ['10.244.1.1', 'cni0'],
  ['10.244.1.0', 'flannel.1'],
  ['10.244.1.255', 'broadcast'],
])('%s belongs to %s and to no pod', (ip, owner) => {
  const result = read(NODE1, pod('web', { on: 'node1', ip }));
  expect(paramsOf(result, 'cluster.pod-ip-reserved')).toEqual({ pod: 'shop/web', ip, owner, node: 'node1' });
});

test('pods without an address get one from host-local, in the order of the text, behind the highest that is taken', () => {
  const result = read(
    NODE1,
    NODE2,
    pod('a', { on: 'node1' }),
    pod('b', { on: 'node2' }),
    pod('c', { on: 'node1', ip: '10.244.1.3' }),
    pod('d', { on: 'node1' }),
  );
  expect(said(result)).toEqual([]);
  expect(drawn(result)).toEqual([
    'a on node1 10.244.1.4',
    'b on node2 10.244.2.2',
    'c on node1 10.244.1.3',
    'd on node1 10.244.1.5',
  ]);
  expect(result.allocated).toEqual({
    'Pod/shop/a': '10.244.1.4',
    'Pod/shop/b': '10.244.2.2',
    'Pod/shop/d': '10.244.1.5',
  });
});

test('what Board.spec.allocated says stays, so deleting a pod renumbers none', () => {
  const before = read(NODE1, pod('a', { on: 'node1' }), pod('b', { on: 'node1' }));
  const entries = Object.entries(before.allocated).map(([id, ip]) => `"${id}": { ip: ${ip} }`);
  const after = read(
    NODE1,
    pod('b', { on: 'node1' }),
    pod('c', { on: 'node1' }),
    board(`allocated: { ${entries.join(', ')} }`),
  );
  expect(drawn(after)).toEqual(['b on node1 10.244.1.3', 'c on node1 10.244.1.2']);
  expect(after.allocated).toEqual({ 'Pod/shop/b': '10.244.1.3', 'Pod/shop/c': '10.244.1.2' });
});

test('an allocated address that does not fit is replaced, with a warning', () => {
  const result = read(
    NODE1,
    pod('a', { on: 'node1' }),
    board('allocated: { "Pod/shop/a": { ip: 10.244.9.2 } }'),
  );
  expect(said(result)).toEqual(['warning cluster.allocated-ignored at 20:13 "node1"']);
  expect(drawn(result)).toEqual(['a on node1 10.244.1.2']);
});

test("a full range leaves the pod without an address, in host-local's words", () => {
  const small = node('node1', { podCIDR: '10.244.1.0/30' });
  const result = read(small, pod('a', { on: 'node1' }), pod('b', { on: 'node1' }));
  expect(said(result)).toEqual(['warning cluster.pod-range-full at 28:13 "node1"']);
  expect(result.diagnostics[0]?.upstream).toContain(
    'no IP addresses available in range set: 10.244.1.1-10.244.1.2',
  );
  expect(drawn(result)).toEqual(['a on node1 10.244.1.2', 'b on node1 -']);
});

test('a pod on a node without podCIDR is drawn without an address', () => {
  const result = read(node('node1'), pod('web', { on: 'node1', ip: '10.0.0.7' }));
  expect(said(result)).toContain('warning cluster.pod-no-podcidr at 18:13 "node1"');
  expect(drawn(result)).toEqual(['web on node1 -']);
});

test('a dual-stack pod has its IPv4 address, an IPv6-only pod is not drawn', () => {
  const dual = `${pod('dual', { on: 'node1', ip: '2001:db8::2' })}\n  podIPs:\n  - ip: 2001:db8::2\n  - ip: 10.244.1.9`;
  const result = read(NODE1, dual, pod('six', { on: 'node1', ip: '2001:db8::3' }));
  expect(result.diagnostics.map(({ message }) => message.id)).toEqual([
    'cluster.dual-stack',
    'cluster.pod-ipv6-only',
  ]);
  expect(drawn(result)).toEqual(['dual on node1 10.244.1.9']);
});
