import { expect, test } from 'vitest';
import { printCidr, printIpv4 } from '../../../wire/address.ts';
import { board, node, NODE1, NODE2, paramsOf, read, said } from '../manifest.testing.ts';
import type { ReadResult } from '../reader.ts';

const at = (...ips: readonly string[]) =>
  ips.map((ip, i) => node(`node${i + 1}`, { ip, podCIDR: `10.244.${i + 1}.0/24` }));

function placed({ cluster }: ReadResult): readonly string[] {
  return (cluster?.segments ?? []).map(({ name, cidr, mtu }) => {
    const nodes = cluster?.nodes.filter(({ segment }) => segment === name).map((one) => one.name) ?? [];
    return `${name} ${printCidr(cidr)} mtu ${mtu}: ${nodes.join(' ')}`;
  });
}

test('by default there is a segment per /24, in the order of the nodes', () => {
  expect(placed(read(...at('192.168.1.13', '192.168.0.11', '192.168.0.12')))).toEqual([
    'a 192.168.1.0/24 mtu 1500: node1',
    'b 192.168.0.0/24 mtu 1500: node2 node3',
  ]);
});

test('a node with an address that a /24 cannot give it gets a wider segment', () => {
  const result = read(...at('172.18.0.2', '172.18.1.0'));
  expect(placed(result)).toEqual(['a 172.18.0.0/23 mtu 1500: node1 node2']);
  expect(said(result)).toEqual(['info cluster.segment-widened at 25:14 "172.18.1.0"']);
});

test("a node with the router's address in every prefix is an error", () => {
  const result = read(...at('10.0.0.1'));
  expect(paramsOf(result, 'cluster.segment-reserved-address')).toMatchObject({
    node: 'node1',
    ip: '10.0.0.1',
    segment: 'a',
  });
  expect(result.cluster).toBeUndefined();
});

test('the 27th segment is called aa', () => {
  const result = read(...at(...Array.from({ length: 27 }, (_, i) => `192.168.${i}.9`)));
  expect(result.cluster?.segments.map(({ name }) => name).slice(24)).toEqual(['y', 'z', 'aa']);
});

test('the segments of a Board hold nodes by address, and its list of nodes is checked', () => {
  const segments = ['segments:', '- { name: lan, cidr: 192.168.0.0/16, mtu: 9000, nodes: [node1, node9] }'];
  const result = read(NODE1, NODE2, board(...segments));
  expect(placed(result)).toEqual(['lan 192.168.0.0/16 mtu 9000: node1 node2']);
  expect(said(result)).toEqual(['warning cluster.segment-unknown-node at 32:66 "node9"']);
});

test('segments that cannot be are errors', () => {
  const one = (...lines: readonly string[]) => said(read(NODE1, NODE2, board('segments:', ...lines)));
  expect(one('- { name: a, cidr: 10.0.0.0/24 }')).toEqual([
    'error cluster.node-no-segment at 12:14 "192.168.0.11"',
    'error cluster.node-no-segment at 25:14 "192.168.0.12"',
  ]);
  expect(
    one('- { name: a, cidr: 10.0.0.0/24, nodes: [node1] }', '- { name: b, cidr: 192.168.0.0/24 }'),
  ).toEqual(['error cluster.segment-wrong-node at 32:35 "nodes"']);
  expect(one('- { name: a, cidr: 192.168.0.0/24 }', '- { name: a, cidr: 192.168.0.128/25 }')).toEqual([
    'error cluster.same-name at 33:13 "a"',
    'error cluster.segment-overlap at 33:22 "192.168.0.128/25"',
  ]);
  expect(one('- { name: a, cidr: 192.168.0.10/31 }', '- { name: b, cidr: 192.168.0.12/30 }')).toHaveLength(2);
});

test('a router and a client stand outside by default', () => {
  const { cluster } = read(NODE1);
  expect(cluster?.router).toEqual({ name: 'rtr' });
  expect(cluster?.clients.map(({ name, ip }) => `${name} ${printIpv4(ip)}`)).toEqual(['client 203.0.113.50']);
});

test('defaults make way for the names and addresses of nodes', () => {
  const { cluster } = read(
    node('rtr', { ip: '203.0.113.9', podCIDR: '10.244.1.0/24' }),
    node('client', { ip: '192.168.0.9' }),
  );
  expect(cluster?.router).toEqual({ name: 'rtr-2' });
  expect(cluster?.clients.map(({ name, ip }) => `${name} ${printIpv4(ip)}`)).toEqual([
    'client-2 198.51.100.50',
  ]);
});

test('clients of a Board are checked against the cluster and one another', () => {
  const clients = [
    'router: { name: node1 }',
    'clients:',
    '- { name: a, ip: 192.168.0.77 }',
    '- { name: b, ip: 10.244.9.9 }',
    '- { name: c, ip: 203.0.113.9 }',
    '- { name: c, ip: 203.0.113.9 }',
    '- { name: d, ip: 203.0.113.1 }',
  ];
  expect(said(read(NODE1, board(...clients)))).toEqual([
    'error cluster.same-name at 18:19 "node1"',
    'error cluster.client-inside at 20:20 "192.168.0.77"',
    'error cluster.client-inside at 21:20 "10.244.9.9"',
    'error cluster.same-name at 23:13 "c"',
    'error cluster.client-same-ip at 23:20 "203.0.113.9"',
    'error cluster.client-reserved-address at 24:20 "203.0.113.1"',
  ]);
});

test('the cluster carries the names that tables and links need', () => {
  const { cluster } = read(NODE1);
  expect(cluster).toMatchObject({
    name: 'cluster',
    nodes: [{ name: 'node1', segment: 'a', ref: { kind: 'Node', namespace: '', name: 'node1', path: '' } }],
  });
  expect(cluster && printCidr(cluster.serviceCIDR)).toBe('10.96.0.0/12');
});
