import { expect, test } from 'vitest';
import { ipv4, printCidr, printIpv4 } from '../../wire/address.ts';
import { board, node, NODE1, paramsOf, pod, read, said } from './manifest.testing.ts';
import { salvageId } from './validate.ts';

const on = 'node1';

test('addresses that are none are told at their place', () => {
  expect(said(read(node('node1', { ip: '192.168.0.300' })))).toEqual([
    'error manifest.bad-ip at 10:14 "192.168.0.300"',
  ]);
  expect(said(read(node('node1', { podCIDR: '10.244.1.0' })))).toEqual([
    'error manifest.bad-cidr at 8:12 "10.244.1.0"',
  ]);
  const result = read(NODE1, pod('web', { on, ip: '10.244.01.2' }));
  expect(paramsOf(result, 'manifest.bad-ip')).toEqual({
    document: 'Pod/shop/web',
    field: 'status.podIP',
    value: '10.244.01.2',
  });
});

test('a Hostname among the addresses of a node may be any text', () => {
  const text = `${node('node1')}\n  - type: Hostname\n    address: not an address`;
  expect(said(read(text)).filter((line) => line.startsWith('error'))).toEqual([]);
});

test('ports and protocols are checked', () => {
  const ports = (line: string) => ['containers:', '- name: c', '  ports:', `  - ${line}`];
  const wrong = read(NODE1, pod('web', { on, spec: ports('{containerPort: 70000, protocol: HTTP}') }));
  expect(said(wrong)).toEqual([
    'error manifest.bad-number at 24:23 "70000"',
    'error manifest.not-one-of at 24:40 "HTTP"',
  ]);
  expect(paramsOf(wrong, 'manifest.bad-number')).toMatchObject({
    field: 'spec.containers[0].ports[0].containerPort',
    from: 1,
    to: 65535,
  });
  expect(paramsOf(wrong, 'manifest.not-one-of')).toMatchObject({ value: 'HTTP', allowed: 'TCP, UDP, SCTP' });
  const fine = read(NODE1, pod('web', { on, spec: ports('{containerPort: 53, protocol: UDP, name: dns}') }));
  expect(fine.cluster?.pods[0]?.ports).toEqual([{ port: 53, protocol: 'UDP', name: 'dns' }]);
});

test('what has the wrong type is told in the words of kubectl explain', () => {
  const result = read(NODE1, pod('web', { on, spec: ['hostNetwork: yes', 'containers: none'] }));
  expect(result.diagnostics.map(({ message }) => message.params)).toEqual([
    { document: 'Pod/shop/web', field: 'spec.hostNetwork', expected: 'boolean', found: 'string' },
    { document: 'Pod/shop/web', field: 'spec.containers', expected: 'array', found: 'string' },
  ]);
  const label = read(NODE1, 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n  labels: {version: 1}');
  expect(said(label)).toEqual(['error manifest.wrong-type at 18:21 "1"']);
});

test('null and absent are the same, as for the API server', () => {
  const text =
    'apiVersion: v1\nkind: Pod\nmetadata: {name: web, labels: null}\nspec: {nodeName: node1, containers: null}\nstatus: null';
  expect(read(NODE1, text).cluster?.pods[0]).toMatchObject({ namespace: 'default', name: 'web', labels: {} });
});

test('a missing name or apiVersion is an error at the place where it belongs', () => {
  expect(said(read('apiVersion: v1\nkind: Pod\nmetadata:\n  labels: {}'))).toEqual([
    'error manifest.missing-field at 3:1 "metadata"',
  ]);
  expect(said(read(NODE1.replace('apiVersion: v1\n', '')))).toEqual([
    'error manifest.missing-field at 1:7 "Node"',
  ]);
});

test("a name that Kubernetes would refuse is refused in the API server's words", () => {
  const result = read(node('Node_1'));
  expect(said(result)).toEqual(['error manifest.bad-name at 4:9 "Node_1"']);
  expect(result.diagnostics[0]?.upstream).toContain('a lowercase RFC 1123 subdomain must consist of');
});

test('a Board field with a typing mistake names the nearest known one', () => {
  const result = read(NODE1, board('clusterCidr: 10.0.0.0/8', 'flannel: { backnd: udp }', 'lala: 1'));
  expect(said(result)).toEqual([
    'error manifest.unknown-field.nearest at 18:16 "10.0.0.0/8"',
    'error manifest.unknown-field.nearest at 19:22 "udp"',
    'error manifest.unknown-field at 20:9 "1"',
  ]);
  expect(result.diagnostics.map(({ message }) => message.params)).toEqual([
    { document: 'Board//test', field: 'spec.clusterCidr', nearest: 'clusterCIDR' },
    { document: 'Board//test', field: 'spec.flannel.backnd', nearest: 'backend' },
    {
      document: 'Board//test',
      field: 'spec.lala',
      known: expect.stringContaining('clusterCIDR, serviceCIDR'),
    },
  ]);
});

test('a Board field that nothing reads yet is said and accepted', () => {
  const result = read(NODE1, board('policyController: none', 'view: {}'));
  expect(said(result)).toEqual(['info manifest.not-used-yet at 19:3 "view"']);
  expect(result.cluster).toBeDefined();
});

test('a Board of another version, backend or shape is refused', () => {
  const v2 = board('flannel: { backend: vxlam }').replace('dev/v1', 'dev/v2');
  expect(said(read(NODE1, v2))).toEqual([
    'error manifest.not-one-of at 14:13 "flannelboard.dev/v2"',
    'error manifest.not-one-of at 18:23 "vxlam"',
  ]);
  const clients = read(NODE1, board('clients: [{ name: me, ip: "2001:db8::1" }]', 'segments: { a: 1 }'));
  expect(clients.diagnostics.map(({ message }) => message.id).sort()).toEqual([
    'manifest.bad-ip',
    'manifest.wrong-type',
  ]);
});

test('the whole Board document of the design is accepted', () => {
  const result = read(
    node('node1', { ip: '192.168.0.11', podCIDR: '10.244.1.0/24' }),
    node('node2', { ip: '192.168.0.12', podCIDR: '10.244.2.0/24' }),
    node('node3', { ip: '192.168.1.13', podCIDR: '10.244.3.0/24' }),
    pod('web', { on: 'node1' }),
    DESIGN_BOARD,
  );
  expect(result.diagnostics.filter(({ severity }) => severity !== 'info')).toEqual([]);
  const { cluster } = result;
  expect(cluster?.name).toBe('nodeport-snat');
  expect(cluster?.segments.map(({ name, cidr }) => `${name} ${printCidr(cidr)}`)).toEqual([
    'a 192.168.0.0/24',
    'b 192.168.1.0/24',
  ]);
  expect(cluster?.pods.map(({ ip }) => printIpv4(ip ?? ipv4('0.0.0.0')))).toEqual(['10.244.1.7']);
});

const DESIGN_BOARD = `apiVersion: flannelboard.dev/v1
kind: Board
metadata: { name: nodeport-snat }
spec:
  clusterCIDR: 10.244.0.0/16
  serviceCIDR: 10.96.0.0/12
  flannel: { backend: vxlan, manager: kube }
  kubeProxy: { mode: iptables }
  policyController: kube-router
  runtime: containerd
  segments:
    - { name: a, cidr: 192.168.0.0/24, nodes: [node1, node2], mtu: 1500 }
    - { name: b, cidr: 192.168.1.0/24, nodes: [node3] }
  router: { name: rtr }
  clients: [{ name: client, ip: 203.0.113.50 }]
  traffic: [{ from: client/client, to: "node/node2:30080", protocol: tcp, every: 1s }]
  faults:
    - { at: 5s, on: node2, run: "bridge fdb del 0e:f1:a0:00:00:01 dev flannel.1 dst 192.168.0.11" }
    - { on: node1, kill: flanneld }
  allocated: { "Pod/shop/web": { ip: 10.244.1.7 } }
  expect: [{ from: pod/shop/web, to: "pod/shop/db:5432", result: connected }]
  view: {}`;

test('the id of a broken document is told from its first lines', () => {
  expect(salvageId('kind: Pod\nmetadata:\n  labels:\n    a: b\n  name: web\n  x: [')).toEqual({
    kind: 'Pod',
    id: 'Pod/default/web',
  });
  expect(salvageId('x: [')).toEqual({ kind: '', id: '' });
});
