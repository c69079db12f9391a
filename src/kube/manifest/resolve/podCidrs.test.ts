import { expect, test } from 'vitest';
import { printCidr } from '../../../wire/address.ts';
import { board, node, NODE1, NODE2, paramsOf, read, said, stream } from '../manifest.testing.ts';
import { createReader, type ReadResult } from '../reader.ts';

const podCidrs = ({ cluster }: ReadResult) =>
  cluster?.nodes.map(({ name, podCIDR }) => `${name} ${podCIDR ? printCidr(podCIDR) : '-'}`);

const CLUSTER = board('clusterCIDR: 10.244.0.0/16');
const bare = (n: number, podCIDR?: string) =>
  node(`node${n}`, { ip: `192.168.0.1${n}`, ...(podCIDR === undefined ? {} : { podCIDR }) });

test('with a cluster CIDR kube-controller-manager gives each node a block, around those that nodes have', () => {
  const result = read(CLUSTER, bare(3), bare(4), NODE1, NODE2);
  expect(said(result)).toEqual([]);
  expect(podCidrs(result)).toEqual([
    'node3 10.244.0.0/24',
    'node4 10.244.3.0/24',
    'node1 10.244.1.0/24',
    'node2 10.244.2.0/24',
  ]);
});

test('a node that joins again gets the next block, not its old one', () => {
  const reader = createReader();
  const first = reader.read(stream(CLUSTER, bare(1), bare(2)));
  const without = reader.read(stream(CLUSTER, bare(1)), undefined, first.remembered);
  const again = reader.read(stream(CLUSTER, bare(2), bare(1)), undefined, without.remembered);
  expect(podCidrs(again)).toEqual(['node2 10.244.2.0/24', 'node1 10.244.0.0/24']);
});

test("a full cluster CIDR leaves the node without one, in the allocator's words", () => {
  const result = read(board('clusterCIDR: 10.244.1.0/24'), NODE1, bare(5));
  expect(podCidrs(result)).toEqual(['node1 10.244.1.0/24', 'node5 -']);
  expect(result.diagnostics[0]?.upstream).toBe(
    'CIDR allocation failed; there are no remaining CIDRs left to allocate in the accepted range',
  );
});

test('one node outside the cluster CIDR keeps the allocator from starting, so no other node gets a block', () => {
  const result = read(CLUSTER, bare(1, '10.99.0.0/24'), bare(5));
  expect(podCidrs(result)).toEqual(['node1 10.99.0.0/24', 'node5 -']);
  expect(result.diagnostics.map(({ upstream }) => upstream)).toContain(
    'cidr 10.99.0.0/24 is out the range of cluster cidr 10.244.0.0/16',
  );
});

test('an edited podCIDR is said with the words of the API server, at its line', () => {
  const reader = createReader();
  const { remembered } = reader.read(stream(NODE1));
  const edited = reader.read(stream(bare(1, '10.244.9.0/24')), undefined, remembered);
  expect(said(edited)).toEqual(['info cluster.podcidr-changed at 8:12 "10.244.9.0/24"']);
  expect(paramsOf(edited, 'cluster.podcidr-changed')).toEqual({
    node: 'node1',
    was: '10.244.1.0/24',
    podCIDR: '10.244.9.0/24',
  });
  expect(edited.diagnostics[0]?.upstream).toBe(
    'spec.podCIDRs: Forbidden: node updates may not change podCIDR except from "" to valid',
  );
});
