/** A kubelet that is stopped on a running board: when the Node is NotReady, and what follows for Services. */
import { describe, expect, it } from 'vitest';
import { must } from '../lib/assert.ts';
import { iptablesSave } from '../kernel/netfilter/save.ts';
import { BY_USER } from '../kernel/origin.ts';
import type { NetNsId, SimTime } from '../kernel/recorder.ts';
import type { World } from '../sim/world.ts';
import { parseAction, perform } from './action.ts';
import { createBoard } from './board.ts';
import type { Cluster } from './cluster.ts';
import { node, NODE1, pod, read, service } from './manifest/manifest.testing.ts';

const SECOND = 1_000_000_000;
const web = (name: string, on: string, ip: string): string =>
  pod(name, { on, ip }).replace(`  name: ${name}\n`, `  name: ${name}\n  labels: { app: web }\n`);
const TEXT = [
  NODE1,
  node('node2', { ip: '192.168.0.12', podCIDR: '10.244.2.0/24' }),
  web('one', 'node1', '10.244.1.2'),
  web('two', 'node2', '10.244.2.2'),
];
const SERVICE = service('web', 'clusterIP: 10.96.0.20', 'selector: { app: web }', 'ports: [{ port: 80 }]');
const SLICE = [
  'apiVersion: discovery.k8s.io/v1',
  'kind: EndpointSlice',
  'metadata: { name: web-x, namespace: shop, labels: { kubernetes.io/service-name: web } }',
  'addressType: IPv4',
  'ports: [{ port: 80, name: "" }]',
  'endpoints:',
  '- { addresses: [10.244.1.2], nodeName: node1, conditions: { ready: true } }',
  '- { addresses: [10.244.2.2], nodeName: node2, conditions: { ready: true } }',
].join('\n');
const clusterOf = (...more: readonly string[]): Cluster =>
  must(read(...TEXT, SERVICE, ...more).cluster, 'cluster');

function type(world: World<Cluster>, on: string, line: string): void {
  const action = must(parseAction(line), line);
  if (!action.ok) throw new Error(action.error);
  perform(world, on as NetNsId, action.value, BY_USER);
  while (!world.quiet) world.step();
}
const waitUntil = (world: World<Cluster>, seconds: number): void => {
  world.wait((seconds * SECOND) as SimTime);
  while (!world.quiet) world.step();
};
/** where node1's rules for the Service lead */
const chosen = (world: World<Cluster>): readonly string[] => {
  const saved = iptablesSave(world.netns('node1' as NetNsId).state.rules, { table: 'nat' });
  return [...saved.matchAll(/--to-destination (\S+)/g)].map(([, to = '']) => to).toSorted();
};
const notReady = (world: World<Cluster>): unknown => world.cluster.nodes.map((n) => n.notReady);
const said = (world: World<Cluster>): readonly string[] =>
  world.recorder.recording().entries.flatMap((e) => (e.kind === 'object' ? [e.text] : []));
const BOTH = ['10.244.1.2:80', '10.244.2.2:80'];

describe.each([
  ['slices of the controller', clusterOf()],
  ['slices of the text', clusterOf(SLICE)],
])('a kubelet that is stopped, %s', (_what, cluster) => {
  it('is missed when its last renewal is more than 40 s ago, at the next look', () => {
    const world = createBoard(cluster);
    waitUntil(world, 13);
    type(world, 'node2', 'systemctl stop kubelet');
    // renewed at 10 s; looked at every 5 s, and 50 s is not more than 40 s later
    waitUntil(world, 54);
    expect(notReady(world)).toEqual([undefined, undefined]);
    expect(chosen(world)).toEqual(BOTH);
    waitUntil(world, 55);
    expect(notReady(world)).toEqual([undefined, 'Unknown']);
    expect(said(world)).toEqual(['Node node2 status is now: NodeNotReady']);
    expect(chosen(world)).toEqual(['10.244.1.2:80']);
  });

  it('that is started again in time was never missed', () => {
    const world = createBoard(cluster);
    type(world, 'node2', 'systemctl stop kubelet');
    waitUntil(world, 30);
    type(world, 'node2', 'systemctl start kubelet');
    waitUntil(world, 120);
    expect(said(world)).toEqual([]);
    expect(chosen(world)).toEqual(BOTH);
  });

  it('that is started later makes its Node Ready, and its pods endpoints', () => {
    const world = createBoard(cluster);
    type(world, 'node2', 'systemctl stop kubelet');
    waitUntil(world, 100);
    expect(chosen(world)).toEqual(['10.244.1.2:80']);
    type(world, 'node2', 'systemctl start kubelet');
    expect(notReady(world)).toEqual([undefined, undefined]);
    expect(said(world).at(-1)).toBe('Node node2 status is now: NodeReady');
    expect(chosen(world)).toEqual(BOTH);
    expect(world.cluster.endpointSlices).toEqual(cluster.endpointSlices);
  });

  it('stays missed when somebody edits the text', () => {
    const world = createBoard(cluster);
    type(world, 'node2', 'systemctl stop kubelet');
    waitUntil(world, 100);
    world.setCluster({ ...cluster, traffic: [] });
    while (!world.quiet) world.step();
    expect(notReady(world)).toEqual([undefined, 'Unknown']);
    expect(chosen(world)).toEqual(['10.244.1.2:80']);
  });
});

describe('while a kubelet is stopped', () => {
  it('its containers run on and flannel’s routes to the node stay', () => {
    const world = createBoard(clusterOf());
    const { routes } = world.netns('node1' as NetNsId).state;
    type(world, 'node2', 'systemctl stop kubelet');
    waitUntil(world, 100);
    expect(world.netns('node1' as NetNsId).state.routes).toBe(routes);
    expect(world.namespaces.get('shop/two' as NetNsId)).toBeDefined();
  });

  it('no pod is born on its node, and when it is started again it is', () => {
    const world = createBoard(clusterOf());
    const more = clusterOf(web('three', 'node2', '10.244.2.3'));
    type(world, 'node2', 'systemctl stop kubelet');
    world.setCluster(more);
    while (!world.quiet) world.step();
    expect(world.namespaces.get('shop/three' as NetNsId)).toBeUndefined();
    type(world, 'node2', 'systemctl start kubelet');
    expect(world.namespaces.get('shop/three' as NetNsId)).toBeDefined();
  });
});
