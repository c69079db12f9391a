import { expect, test } from 'vitest';
import { printCidr, printIpv4 } from '../../../wire/address.ts';
import { board, node, NODE1, NODE2, paramsOf, read, said } from '../manifest.testing.ts';

test('a node without podCIDR is drawn, with the words flanneld would die with', () => {
  const result = read(NODE1, node('node2', { ip: '192.168.0.12' }));
  expect(said(result)).toEqual(['warning cluster.node-no-podcidr at 15:7 "Node"']);
  expect(result.diagnostics[0]?.upstream).toBe(
    'Error registering network: failed to acquire lease: node "node2" pod cidr not assigned',
  );
  expect(result.cluster?.nodes.map(({ name, podCIDR }) => [name, podCIDR && printCidr(podCIDR)])).toEqual([
    ['node1', '10.244.1.0/24'],
    ['node2', undefined],
  ]);
});

test('a node with three podCIDRs is drawn, with the words flanneld would die with', () => {
  const three = node('node2', { ip: '192.168.0.12', podCIDR: '10.244.2.0/24' }).replace(
    '  podCIDR: 10.244.2.0/24',
    '  podCIDR: 10.244.2.0/24\n  podCIDRs: [10.244.2.0/24, 10.244.3.0/24, 10.244.4.0/24]',
  );
  const result = read(NODE1, three, board('clusterCIDR: 10.244.0.0/16'));
  expect(said(result)).toEqual(['warning cluster.node-podcidrs at 22:3 "podCIDRs"']);
  expect(result.diagnostics[0]?.upstream).toBe(
    'Error registering network: failed to acquire lease: node "node2" pod cidrs should be IPv4/IPv6 only or dualstack',
  );
  expect(result.cluster?.nodes[1]?.podCIDR).toBeUndefined();
});

test.each([
  ['udp', ['warning cluster.node-architecture at 22:29 "arm64"']],
  ['vxlan', []],
])('an arm64 node under the backend %s', (backend, expected) => {
  const arm = `${node('node2', { ip: [], podCIDR: '10.244.2.0/24', annotations: [] })}\nstatus:\n  addresses: [{ type: InternalIP, address: 192.168.0.12 }]\n  nodeInfo: { architecture: arm64 }`;
  const first = NODE1.replace('backend-type: vxlan', `backend-type: ${backend === 'udp' ? '""' : backend}`);
  expect(said(read(first, arm, board(`flannel: { backend: ${backend} }`)))).toEqual(expected);
});

test('an empty podCIDR is none', () => {
  expect(said(read(node('node1', { podCIDR: '""' })))).toEqual([
    'warning cluster.node-no-podcidr at 7:1 "spec"',
  ]);
});

test('a node without InternalIP is an error', () => {
  const result = read(NODE1, node('node2', { ip: [], podCIDR: '10.244.2.0/24' }));
  expect(said(result)).toEqual(['error cluster.node-no-ip at 15:7 "Node"']);
  expect(result.cluster).toBeUndefined();
});

test('two nodes with one address: the second is an error that names the first and its line', () => {
  const result = read(NODE1, node('node2', { ip: '192.168.0.11', podCIDR: '10.244.2.0/24' }));
  expect(said(result)).toEqual(['error cluster.node-same-ip at 25:14 "192.168.0.11"']);
  expect(paramsOf(result, 'cluster.node-same-ip')).toEqual({
    node: 'node2',
    other: 'node1',
    ip: '192.168.0.11',
    line: 1,
  });
});

test('overlapping podCIDRs are a warning at the later one', () => {
  const result = read(NODE1, NODE2, node('node3', { ip: '192.168.0.13', podCIDR: '10.244.1.128/25' }));
  expect(said(result)).toEqual(['warning cluster.podcidr-overlap at 34:12 "10.244.1.128/25"']);
  expect(paramsOf(result, 'cluster.podcidr-overlap')).toEqual({
    node: 'node3',
    podCIDR: '10.244.1.128/25',
    other: 'node1',
    otherPodCIDR: '10.244.1.0/24',
    line: 1,
  });
});

test('dual stack: IPv4 is used and IPv6 is said once', () => {
  const result = read(
    node('node1', { ip: ['2001:db8::11', '192.168.0.11'], podCIDR: '10.244.1.0/24' }),
    node('node2', { ip: ['192.168.0.12', '2001:db8::12'], podCIDR: '10.244.2.0/24' }),
  );
  expect(said(result)).toEqual(['info cluster.dual-stack at 9:1 "status"']);
  expect(paramsOf(result, 'cluster.dual-stack')).toEqual({ count: 2 });
  expect(result.cluster?.nodes.map(({ ip }) => printIpv4(ip))).toEqual(['192.168.0.11', '192.168.0.12']);
});

test('an IPv6-only node is not drawn, and a cluster of them is no board', () => {
  const six = node('node2', { ip: '2001:db8::12', podCIDR: '10.244.2.0/24' });
  const mixed = read(NODE1, six);
  expect(said(mixed)).toEqual(['warning cluster.node-ipv6-only at 25:14 "2001:db8::12"']);
  expect(mixed.cluster?.nodes).toHaveLength(1);
  expect(said(read(six))).toContain('error cluster.ipv6-only at 2:7 "Node"');
});

test('an IPv6-only podCIDR leaves the node without one', () => {
  const result = read(node('node1', { podCIDR: '2001:db8:1::/64' }));
  expect(said(result)).toEqual(['warning cluster.node-podcidr-ipv6 at 8:12 "2001:db8:1::/64"']);
  expect(result.cluster?.nodes[0]?.podCIDR).toBeUndefined();
});

test('podCIDRs stands in for podCIDR', () => {
  const text = `${node('node1')}\nspec:\n  podCIDRs:\n  - 2001:db8:1::/64\n  - 10.244.7.0/24`;
  expect(read(text).cluster?.nodes[0]?.podCIDR).toMatchObject({ bits: 24 });
});

test('a public-ip annotation other than the InternalIP is said', () => {
  const annotations = [
    'flannel.alpha.coreos.com/backend-type: vxlan',
    'flannel.alpha.coreos.com/public-ip: 10.0.2.15',
  ];
  const result = read(node('node1', { podCIDR: '10.244.1.0/24', annotations }));
  expect(said(result)).toEqual(['warning cluster.node-public-ip at 7:41 "10.0.2.15"']);
});

test('a node that is not ready is drawn, and its condition is told', () => {
  const withReady = (ready: string) =>
    read(NODE1, node('node2', { ip: '192.168.0.12', podCIDR: '10.244.2.0/24', ready }));
  expect(withReady('True').cluster?.nodes[1]?.notReady).toBeUndefined();
  expect(said(withReady('True'))).toEqual([]);
  for (const status of ['False', 'Unknown']) {
    const result = withReady(status);
    expect(result.cluster?.nodes.map(({ notReady }) => notReady)).toEqual([undefined, status]);
    expect(said(result)).toEqual([`info cluster.node-not-ready at 28:14 "${status}"`]);
  }
});

test('the VTEP MAC comes from the backend-data annotation', () => {
  const annotations = (data: string) => [
    `flannel.alpha.coreos.com/backend-data: '${data}'`,
    'flannel.alpha.coreos.com/backend-type: vxlan',
  ];
  const vtep = (data: string) =>
    read(node('node1', { podCIDR: '10.244.1.0/24', annotations: annotations(data) }));
  expect(vtep('{"VNI":7,"VtepMAC":"EE:8D:CF:69:B3:7C"}').cluster).toMatchObject({
    flannel: { vni: 7 },
    nodes: [{ vtepMac: 'ee:8d:cf:69:b3:7c' }],
  });
  expect(vtep('{"VtepMAC":"ee:8d:cf:69:b3:7c"}').cluster).toMatchObject({ flannel: { vni: 1 } });
  expect(said(vtep('null'))).toEqual([]);
  expect(said(vtep('{"VtepMAC":"none"}'))).toEqual(['warning manifest.bad-mac at 6:45 "{"VtepMAC":"none"}"']);
  expect(said(vtep('{'))).toEqual(['warning manifest.bad-json at 6:45 "{"']);
});
