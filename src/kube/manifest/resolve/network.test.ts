import { expect, test } from 'vitest';
import { printCidr } from '../../../wire/address.ts';
import { board, FLANNEL, node, NODE1, NODE2, paramsOf, read, said } from '../manifest.testing.ts';
import type { ReadResult } from '../reader.ts';

const networkOf = ({ cluster }: ReadResult) => cluster && printCidr(cluster.flannel.network);
const backendOf = ({ cluster }: ReadResult) => cluster?.flannel.backend;
const withCIDR = (i: number, podCIDR: string, annotations = FLANNEL) =>
  node(`node${i}`, { ip: `192.168.0.${10 + i}`, podCIDR, annotations });
const plain = (i: number) => withCIDR(i, `10.244.${i}.0/24`, []);

function netConf(json: string): string {
  return `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: kube-flannel-cfg, namespace: kube-flannel}\ndata:\n  cni-conf.json: "{}"\n  net-conf.json: |\n    ${json}`;
}

test('the pod network is that of the stock manifest when every podCIDR lies in it', () => {
  expect(networkOf(read(NODE1, NODE2))).toBe('10.244.0.0/16');
  expect(networkOf(read(node('node1')))).toBe('10.244.0.0/16');
});

test('else it is the smallest block that holds every podCIDR', () => {
  expect(networkOf(read(withCIDR(1, '10.42.0.0/24'), withCIDR(2, '10.42.5.0/24')))).toBe('10.42.0.0/21');
  expect(networkOf(read(withCIDR(1, '10.42.3.0/24')))).toBe('10.42.3.0/24');
});

test('else net-conf.json says it, and before that the Board', () => {
  const conf = netConf('{"Network": "10.42.0.0/16", "Backend": {"Type": "vxlan"}}');
  expect(networkOf(read(withCIDR(1, '10.42.0.0/24'), conf))).toBe('10.42.0.0/16');
  expect(networkOf(read(withCIDR(1, '10.42.0.0/24'), conf, board('clusterCIDR: 10.0.0.0/9')))).toBe(
    '10.0.0.0/9',
  );
});

test("a podCIDR outside the network is a warning in flanneld's words", () => {
  const result = read(NODE1, board('clusterCIDR: 10.42.0.0/16'));
  expect(said(result)).toEqual(['warning cluster.node-podcidr-outside at 8:12 "10.244.1.0/24"']);
  expect(result.diagnostics[0]?.upstream).toBe(
    `subnet "10.42.0.0/16" specified in the flannel net config doesn't contain "10.244.1.0/24" PodCIDR of the "node1" node`,
  );
});

test('a node that lives in the pod network is a warning', () => {
  const result = read(node('node1', { ip: '10.244.0.5', podCIDR: '10.244.1.0/24' }));
  expect(said(result)).toEqual(['warning cluster.node-ip-in-pod-network at 12:14 "10.244.0.5"']);
});

test('the backend is what flannel wrote to the nodes; the empty string is udp', () => {
  const typed = (type: string) =>
    withCIDR(1, '10.244.1.0/24', [`flannel.alpha.coreos.com/backend-type: ${type}`]);
  expect(backendOf(read(typed('host-gw')))).toBe('host-gw');
  expect(read(typed('""')).cluster?.flannel).toMatchObject({ backend: 'udp', port: 8285 });
  expect(backendOf(read(typed('""'), board('flannel: { backend: host-gw }')))).toBe('host-gw');
});

test('without annotations net-conf.json says it; no Backend there is udp, as in the code of flannel', () => {
  expect(
    backendOf(read(plain(1), netConf('{"Network": "10.244.0.0/16", "Backend": {"type": "HOST-GW"}}'))),
  ).toBe('host-gw');
  expect(backendOf(read(plain(1), netConf('{"Network": "10.244.0.0/16"}')))).toBe('udp');
  const vni = read(
    plain(1),
    netConf('{"Network": "10.244.0.0/16", "Backend": {"Type": "vxlan", "VNI": 42, "Port": 4789}}'),
  );
  expect(vni.cluster?.flannel).toMatchObject({ backend: 'vxlan', vni: 42, port: 4789 });
});

test('another network plugin: vxlan is assumed, and that is said once', () => {
  const result = read(plain(1), plain(2));
  expect(said(result)).toEqual(['info cluster.no-flannel at 3:1 "metadata"']);
  expect(backendOf(result)).toBe('vxlan');
  expect(said(read(plain(1), board('flannel: { backend: vxlan }')))).toEqual([]);
});

test('a backend that flannel has and the board has not is shown as vxlan, with a warning', () => {
  const result = read(withCIDR(1, '10.244.1.0/24', ['flannel.alpha.coreos.com/backend-type: wireguard']));
  expect(said(result)).toEqual(['warning cluster.backend-not-simulated at 6:44 "wireguard"']);
  expect(paramsOf(result, 'cluster.backend-not-simulated')).toEqual({
    backend: 'wireguard',
    used: 'vxlan',
    allowed: 'vxlan, host-gw, udp',
  });
});

test('a backend that flannel does not have is an error in its configuration', () => {
  const result = read(plain(1), netConf('{"Network": "10.244.0.0/16", "Backend": {"Type": "vxlam"}}'));
  expect(said(result)[0]).toMatch(/^error cluster.backend-not-simulated at 18:5/);
  expect(result.diagnostics[0]?.upstream).toBe('Error fetching backend: unknown backend type: vxlam');
});

test('nodes of different backends are a warning at each that differs', () => {
  const result = read(
    NODE1,
    withCIDR(2, '10.244.2.0/24', ['flannel.alpha.coreos.com/backend-type: host-gw']),
  );
  expect(paramsOf(result, 'cluster.backend-mixed')).toEqual({
    backend: 'vxlan',
    node: 'node2',
    nodeBackend: 'host-gw',
  });
});

test('a net-conf.json that flanneld would not read is an error', () => {
  expect(said(read(NODE1, netConf('{"Network": ')))[0]).toMatch(/^error manifest.bad-json at 20:5/);
  expect(said(read(NODE1, netConf('{"Network": "10.244.0.0"}')))[0]).toMatch(/^error manifest.bad-cidr/);
  expect(
    said(read(NODE1, netConf('{"Backend": {"Type": 3, "VNI": -1}}'))).map((line) => line.split(' ')[1]),
  ).toEqual(['manifest.wrong-type', 'manifest.bad-number']);
});

test('a second Board is a warning and the first counts', () => {
  const second = board('clusterCIDR: 10.0.0.0/9').replace('name: test', 'name: other');
  const result = read(NODE1, board('clusterCIDR: 10.0.0.0/8'), second);
  expect(said(result)).toEqual(['warning manifest.one-only at 21:7 "Board"']);
  expect(networkOf(result)).toBe('10.0.0.0/8');
});
