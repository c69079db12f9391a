import { expect, test } from 'vitest';
import { createReader } from '../kube/manifest/reader.ts';
import { decodeColumns, EMPTY_RECORDING } from '../trace/columns.ts';
import { printCidr, printIpv4 } from '../wire/address.ts';
import { Engine } from '../engine/engine.ts';
import { gallery } from './gallery.ts';

const read = (id: string) => createReader().read(gallery.find((entry) => entry.id === id)?.text ?? '');

/** What is said of boards that are broken in what they say. */
const SAID: Readonly<Record<string, readonly string[]>> = {
  'same-public-ip': ['cluster.same-public-ip'],
  'no-endpoints': ['cluster.service-selects-none'],
  'dns-forgotten': ['lint.no-dns'],
  'no-pod-cidr': ['cluster.node-no-podcidr', 'cluster.pod-no-podcidr', 'cluster.pod-no-podcidr'],
  'policy-or': ['lint.lone-dash'],
  'policy-node-port': ['lint.snat'],
  'policy-one-open': ['lint.anything'],
  'policy-all-namespaces': ['lint.every-pod'],
  'policy-inside-only': ['lint.every-pod'],
  'names-forgotten': ['lint.no-dns'],
};

test.each(gallery)('$id opens and stays as it is written', ({ id, text }) => {
  const result = createReader().read(text);
  expect(result.diagnostics.map(({ message }) => message.id)).toEqual(SAID[id] ?? []);
  expect(result.changed).toBe(false);
  // where host-local itself is the subject, it chooses
  expect(id === 'ipam-leak' ? {} : result.allocated).toEqual({});
});

test('two-nodes is the two-node topology of facts/kernel.md with two pods each', () => {
  const { cluster } = read('two-nodes');
  expect(
    cluster?.nodes.map(({ name, ip, podCIDR, vtepMac }) => [
      name,
      printIpv4(ip),
      podCIDR && printCidr(podCIDR),
      vtepMac,
    ]),
  ).toEqual([
    ['node1', '192.168.0.11', '10.244.1.0/24', '0e:f1:a0:00:00:01'],
    ['node2', '192.168.0.12', '10.244.2.0/24', '0e:f1:a0:00:00:02'],
  ]);
  expect(
    cluster?.pods.map(({ name, node, ip, ports }) => [name, node, ip && printIpv4(ip), ports[0]?.port]),
  ).toEqual([
    ['web', 'node1', '10.244.1.2', 8080],
    ['cart', 'node1', '10.244.1.3', 8080],
    ['api', 'node2', '10.244.2.2', 8080],
    ['db', 'node2', '10.244.2.3', 8080],
  ]);
  expect(cluster?.flannel).toMatchObject({ backend: 'vxlan', vni: 1, port: 8472 });
});

test('three-nodes has its third node in a second segment behind the router', () => {
  const { cluster } = read('three-nodes');
  expect(cluster?.segments.map(({ name, cidr }) => `${name} ${printCidr(cidr)}`)).toEqual([
    'a 192.168.0.0/24',
    'b 192.168.1.0/24',
  ]);
  expect(cluster?.nodes.map(({ name, ip, segment }) => `${name} ${printIpv4(ip)} ${segment}`)).toEqual([
    'node1 192.168.0.11 a',
    'node2 192.168.0.12 a',
    'node3 192.168.1.13 b',
  ]);
  expect(cluster?.router.name).toBe('rtr');
  expect(cluster?.pods.filter(({ node }) => node === 'node3').map(({ ip }) => ip && printIpv4(ip))).toEqual([
    '10.244.3.2',
    '10.244.3.3',
  ]);
});

test.each([
  ['two-nodes-host-gw', 'host-gw'],
  ['two-nodes-udp', 'udp'],
  ['three-nodes-host-gw', 'host-gw'],
])('%s runs the %s backend, as its annotations say', (id, backend) => {
  expect(read(id).cluster?.flannel.backend).toBe(backend);
});

/** How sending ends, and what the packets' addresses were turned into on the way, seen at the nat steps. */
function played(id: string, from: string, to: string, protocol: 'icmp' | 'tcp' = 'icmp') {
  const engine = new Engine();
  const opened = engine.handle('open', {
    text: gallery.find((entry) => entry.id === id)?.text ?? '',
    revision: 1,
  });
  const result = engine.handle('send', { from, to, protocol });
  if (opened.status !== 'committed' || result.status !== 'sent') throw new Error(id);
  const begun = decodeColumns(EMPTY_RECORDING, opened.recording);
  expect(begun.entries.filter((entry) => entry.kind === 'op' && entry.result !== 'ok')).toEqual([]);
  const { entries, exchanges } = decodeColumns(begun, result.recording);
  const [exchange] = exchanges;
  const nat = entries.flatMap((entry) =>
    entry.kind === 'nat'
      ? [`${entry.ns} ${entry.manip} ${entry.was} ${entry.is}`.replace(/ id \d+/g, '')]
      : [],
  );
  const seconds = ((exchange?.endAt ?? 0) - (entries[exchange?.startSeq ?? 0]?.at ?? 0)) / 1e9;
  return { result: exchange?.result, nat, seconds };
}

test('masquerade: the client sees node1, and node1 turns the answer back', () => {
  expect(played('masquerade', 'pod/shop/web', 'client/client')).toMatchObject({
    result: 'replied',
    nat: ['node1 src 10.244.1.2 192.168.0.11', 'node1 dst 192.168.0.11 10.244.1.2'],
  });
  expect(played('masquerade', 'pod/shop/web', 'pod/shop/db').nat).toEqual([]);
});

test('dnat: the connection to node1 is one to the pod on node2, by way of node1 in both directions', () => {
  const { result, nat } = played('dnat', 'client/client', 'node/node1:8080', 'tcp');
  expect(result).toBe('connected');
  const plain = nat.slice(0, 4).map((line) => line.replace(/(203\.0\.113\.50|10\.244\.1\.0):\d+/g, '$1'));
  expect(plain).toEqual([
    'node1 dst 192.168.0.11:8080 10.244.2.2:8080',
    'node1 src 203.0.113.50 10.244.1.0',
    'node1 dst 10.244.1.0 203.0.113.50',
    'node1 src 10.244.2.2:8080 192.168.0.11:8080',
  ]);
});

test('drop-reject: DROP keeps the sender waiting, REJECT tells it at once', () => {
  const dropped = played('drop-reject', 'pod/shop/web', 'pod/shop/api');
  const rejected = played('drop-reject', 'pod/shop/web', 'pod/shop/db');
  expect([dropped.result, rejected.result]).toEqual(['timeout', 'refused']);
  expect(dropped.seconds).toBeGreaterThan(3);
  expect(rejected.seconds).toBeLessThan(0.1);
});

test('across the router vxlan arrives and host-gw does not', () => {
  const sent = (id: string): string | undefined => {
    const engine = new Engine();
    engine.handle('open', { text: gallery.find((entry) => entry.id === id)?.text ?? '', revision: 1 });
    const to = read(id).cluster?.pods.find((pod) => pod.node === 'node3');
    const result = engine.handle('send', {
      from: 'pod/shop/web',
      to: `pod/shop/${to?.name ?? ''}`,
      protocol: 'icmp',
    });
    return result.status === 'sent' ? result.recording.exchanges[0]?.result : result.status;
  };
  expect([sent('three-nodes'), sent('three-nodes-host-gw')]).toEqual(['replied', 'timeout']);
});

test.each(gallery.filter(({ group }) => group === 'cnm'))('$id does what it says it expects', ({ text }) => {
  const engine = new Engine();
  const opened = engine.handle('open', { text, revision: 1 });
  expect(opened.status).toBe('committed');
  const results = engine.handle('expect', { atSeq: 1e9 });
  expect(results.length).toBeGreaterThanOrEqual(3);
  expect(results.filter(({ holds }) => !holds)).toEqual([]);
});

test('the same two pods: Docker alone gives both one address, flannel and CNI each its own', () => {
  const ips = (id: string): readonly (string | undefined)[] => {
    const engine = new Engine();
    const text = gallery.find((entry) => entry.id === id)?.text ?? '';
    const opened = engine.handle('open', { text, revision: 1 });
    const pods = opened.status === 'committed' ? opened.board.nodes.flatMap((node) => node.pods) : [];
    return ['web', 'api'].map((name) => pods.find((pod) => pod.name === name)?.ip);
  };
  expect(ips('cnm')).toEqual(['172.17.0.2', '172.17.0.2']);
  expect(ips('cnm-flannel')).toEqual(['10.244.1.2', '10.244.2.2']);
  expect(ips('cni')).toEqual(['10.244.1.2', '10.244.2.2']);
});
