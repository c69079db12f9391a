/** A Node whose condition Ready is not True: what follows for its pods, for Services, and for flannel's rows. */
import { describe, expect, it } from 'vitest';
import { must } from '../lib/assert.ts';
import { iptablesSave } from '../kernel/netfilter/save.ts';
import type { NetNsId } from '../kernel/recorder.ts';
import { createBoard } from './board.ts';
import type { Cluster } from './cluster.ts';
import { node, NODE1, pod, read, service } from './manifest/manifest.testing.ts';

const NODE = 'node1' as NetNsId;
const node2 = (ready?: string): string =>
  node('node2', { ip: '192.168.0.12', podCIDR: '10.244.2.0/24', ...(ready === undefined ? {} : { ready }) });
const web = (name: string, on: string, ip: string, ready?: string): string => {
  const text = pod(name, { on, ip }).replace(
    `  name: ${name}\n`,
    `  name: ${name}\n  labels: { app: web }\n`,
  );
  return ready === undefined ? text : `${text}\n  conditions: [{ type: Ready, status: "${ready}" }]`;
};
const clusterOf = (ready: string | undefined, podReady?: string, ...spec: readonly string[]): Cluster => {
  const to = service(
    'web',
    'clusterIP: 10.96.0.20',
    'selector: { app: web }',
    'ports: [{ port: 80 }]',
    ...spec,
  );
  const pods = [web('one', 'node1', '10.244.1.2'), web('two', 'node2', '10.244.2.2', podReady)];
  return must(read(NODE1, node2(ready), ...pods, to).cluster, 'cluster');
};
const readiness = (cluster: Cluster): readonly boolean[] =>
  must(cluster.endpointSlices[0], 'slice').endpoints.map(({ ready }) => ready);

describe('the pods of a node that is NotReady', () => {
  it.each([
    ['True', undefined, true],
    ['False', undefined, false],
    ['Unknown', undefined, false],
    // nobody hears of kubelet, so what it said last does not count
    ['Unknown', 'True', false],
    // kubelet runs, and has written its pods' own state again
    ['False', 'True', true],
    ['True', 'False', false],
  ])('node %s, pod %s: an endpoint that is ready: %s', (nodeReady, podReady, ready) => {
    expect(readiness(clusterOf(nodeReady, podReady))).toEqual([true, ready]);
  });

  it('are endpoints of a Service that publishes what is not ready', () => {
    expect(readiness(clusterOf('Unknown', undefined, 'publishNotReadyAddresses: true'))).toEqual([
      true,
      true,
    ]);
  });

  it('on the host network are marked like the others', () => {
    const own = pod('agent', { on: 'node2', spec: ['hostNetwork: true'] });
    const { pods } = must(read(NODE1, node2('Unknown'), own).cluster, 'cluster');
    expect(pods.map(({ ready }) => ready)).toEqual([false]);
  });
});

describe('a Node that becomes NotReady on a running board', () => {
  const world = createBoard(clusterOf('True'));
  const become = (ready: string): readonly string[] => {
    const from = world.recorder.recording().entries.length;
    world.setCluster(clusterOf(ready));
    while (!world.quiet) world.step();
    const entries = world.recorder.recording().entries.slice(from);
    return [...new Set(entries.flatMap((e) => (e.kind === 'op' ? [e.by.by] : [])))];
  };
  const chosen = (): readonly string[] => {
    const saved = iptablesSave(world.netns(NODE).state.rules, { table: 'nat' });
    return [...saved.matchAll(/--to-destination (\S+)/g)].map(([, to = '']) => to).toSorted();
  };
  const routes = (): unknown => world.netns(NODE).state.routes;

  it('is left out by kube-proxy; flannel’s routes to it stay, and nobody else writes anything', () => {
    const before = routes();
    expect(chosen()).toEqual(['10.244.1.2:80', '10.244.2.2:80']);
    expect(become('Unknown')).toEqual(['kube-proxy']);
    expect(chosen()).toEqual(['10.244.1.2:80']);
    expect(routes()).toBe(before);
  });

  it('is taken in again when it is Ready again', () => {
    become('Unknown');
    expect(become('True')).toEqual(['kube-proxy']);
    expect(chosen()).toEqual(['10.244.1.2:80', '10.244.2.2:80']);
  });
});
