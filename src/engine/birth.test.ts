import { describe, expect, it } from 'vitest';
import { must } from '../lib/assert.ts';
import { Engine } from './engine.ts';
import type { BirthStep } from './protocol.ts';

const scenario = (id: string): string => must(new Engine().handle('scenario', { id }), id);

function opened(text: string): Engine {
  const engine = new Engine();
  const result = engine.handle('open', { text, revision: 1 });
  if (result.status !== 'committed') throw new Error(JSON.stringify(result.diagnostics));
  return engine;
}

function steps(engine: Engine, pod: string): readonly BirthStep[] {
  const born = engine.handle('birth', { pod, atSeq: 1e9 });
  if (born.status !== 'born') throw new Error(born.status);
  return born.steps;
}

const stages = (of: readonly BirthStep[]): readonly string[] => of.map(({ stage }) => stage);
const at = (of: readonly BirthStep[], stage: string): BirthStep =>
  must(
    of.find((step) => step.stage === stage),
    stage,
  );

const NEW_POD =
  '\n---\napiVersion: v1\nkind: Pod\nmetadata: { name: late, namespace: shop }\nspec: { nodeName: node1 }\n';
const board = (spec: string): string =>
  `apiVersion: flannelboard.dev/v1\nkind: Board\nspec: ${spec}\n---\n${scenario('two-nodes')}`;

describe('the birth of the first pod of a node', () => {
  const made = steps(opened(scenario('two-nodes')), 'shop/web');

  it('is told in the order in which containerd and the plugins act', () => {
    expect(stages(made)).toEqual([
      'sandbox',
      'netns',
      'exec-flannel',
      'delegate',
      'keep-delegate',
      'exec-bridge',
      'bridge',
      'bridge-up',
      'veth',
      'veth-up',
      'veth-port',
      'hairpin',
      'exec-host-local',
      'reserve',
      'pointer',
      'result-host-local',
      'pod-address',
      'pod-up',
      'pod-route',
      'pod-default',
      'bridge-address',
      'forwarding',
      'result-bridge',
      'result-flannel',
      'pause',
      'sandbox-ready',
      'container',
      'started',
    ]);
  });

  it('says who runs whom', () => {
    expect(at(made, 'sandbox').callers).toEqual(['kubelet', 'containerd']);
    expect(at(made, 'reserve').callers).toEqual(['kubelet', 'containerd', 'flannel', 'bridge', 'host-local']);
    expect(at(made, 'pod-route').callers).toEqual(['kubelet', 'containerd', 'flannel', 'bridge']);
    expect(at(made, 'pause').callers).toEqual(['kubelet', 'containerd']);
  });

  it('has the JSON that goes in and out, and the file that flannel read', () => {
    expect(JSON.parse(at(made, 'exec-bridge').detail ?? '')).toMatchObject({
      type: 'bridge',
      mtu: 1450,
      ipam: { type: 'host-local', ranges: [[{ subnet: '10.244.1.0/24' }]] },
    });
    expect(at(made, 'delegate').read?.text).toContain('FLANNEL_SUBNET=10.244.1.1/24');
    expect(JSON.parse(at(made, 'result-host-local').detail ?? '')).toMatchObject({
      ips: [{ address: '10.244.1.2/24', gateway: '10.244.1.1' }],
    });
  });

  it('shows the node as it grows: no bridge, a bridge, a veth pair, an address', () => {
    const devices = (stage: string) => at(made, stage).node.devices.map(({ name }) => name);
    expect(devices('netns')).not.toContain('cni0');
    expect(devices('bridge')).toContain('cni0');
    const pod = (stage: string) => at(made, stage).node.pods[0];
    expect(at(made, 'sandbox').node.pods).toEqual([]);
    expect(pod('netns')?.devices.map(({ name }) => name)).toEqual(['lo']);
    expect(pod('veth')?.devices.map(({ name }) => name)).toEqual(['lo', 'eth0']);
    expect([pod('reserve')?.ip, pod('pod-address')?.ip]).toEqual(['', '10.244.1.2']);
    expect(pod('pod-address')?.devices[1]?.addresses).toEqual(['10.244.1.2/24']);
  });

  it('has no program in the namespace, then pause, then its own', () => {
    const program = (stage: string) => at(made, stage).node.pods[0]?.name;
    expect(program('result-flannel')).toBe('');
    expect(program('pause')).toBe('pause');
    expect(program('container')).toBe('pause');
    expect(program('started')).toBe('web');
  });
});

describe('a birth', () => {
  it('of a later pod finds the bridge there', () => {
    const made = steps(opened(scenario('two-nodes')), 'shop/cart');
    expect(stages(made)).not.toContain('bridge');
    expect(stages(made)).not.toContain('bridge-address');
    expect(at(made, 'netns').node.devices.map(({ name }) => name)).toContain('cni0');
  });

  it('of a pod that came while the board ran is read from the recording, and ends with its status', () => {
    const text = scenario('two-nodes');
    const engine = opened(text);
    engine.handle('apply', { text: text + NEW_POD, revision: 2 });
    const made = steps(engine, 'shop/late');
    expect(stages(made)[0]).toBe('sandbox');
    expect(stages(made)).toContain('started');
    expect(at(made, 'reserve').text).toContain('10.244.1.4');
    expect(at(made, 'netns').node.pods[0]?.devices.map(({ name }) => name)).toEqual(['lo']);
    // looking on changed nothing
    expect(engine.handle('tables', { ns: 'shop/late', atSeq: 1e9 }).addr.length).toBeGreaterThan(0);
  });

  it('under dockershim begins with pause, which owns the namespace from the start', () => {
    const made = steps(opened(board('{ runtime: dockershim }')), 'shop/web');
    expect(stages(made).slice(0, 2)).toEqual(['docker-pause', 'exec-flannel']);
    expect(at(made, 'exec-flannel').node.pods[0]?.name).toBe('pause');
    expect(at(made, 'exec-flannel').callers).toEqual(['kubelet', 'docker', 'flannel']);
    expect(stages(made).at(-1)).toBe('started');
  });

  it('under Docker alone calls no plugin: the daemon does it all', () => {
    const made = steps(opened(scenario('cnm')), 'shop/api');
    expect(stages(made)).toEqual([
      'docker-run',
      'netns',
      'allocate',
      'veth',
      'veth-port',
      'veth-up',
      'pod-address',
      'pod-up',
      'pod-default',
      'publish',
      'publish',
      'publish',
      'docker-started',
    ]);
    expect(made.every(({ callers }) => callers.join() === 'docker')).toBe(true);
    expect(at(made, 'allocate').detail).toBe('172.17.0.2/16');
  });

  it('that fails tells how, and what DEL took back', () => {
    const made = steps(opened(scenario('no-pod-cidr')), 'shop/db');
    expect(stages(made)).toEqual([
      'sandbox',
      'netns',
      'exec-flannel',
      'failed',
      'release',
      'release',
      'release',
      'failed',
      'failed',
    ]);
    const failed = must(made[3], 'failed');
    expect(failed.error).toContain("failed to load flannel 'subnet.env' file");
    expect(failed.callers.at(-1)).toBe('flannel');
    expect(made.at(-1)?.error).toContain('Failed to create pod sandbox');
  });

  it('is there for every pod of every board of the gallery that has a network of its own', () => {
    const gallery = new Engine();
    for (const { id } of gallery.handle('gallery', {})) {
      const engine = new Engine();
      const result = engine.handle('open', { text: scenario(id), revision: 1 });
      const pods = result.status === 'committed' ? result.board.nodes.flatMap((node) => node.pods) : [];
      for (const { ns } of pods) {
        const made = steps(engine, ns);
        expect(stages(made), `${id} ${ns}`).not.toContain('other');
      }
    }
  });

  it('that the commands of the Board document brought about is told, too', () => {
    const made = steps(opened(scenario('cni0-other-subnet')), 'shop/db');
    expect(made.some(({ error = '' }) => error.includes('"cni0" already has an IP address different'))).toBe(
      true,
    );
    // the address had been given before
    expect(stages(made).indexOf('reserve')).toBeLessThan(stages(made).indexOf('failed'));
    const bare = steps(opened(scenario('cni-not-initialised')), 'shop/db');
    expect(bare.some(({ error = '' }) => error.endsWith('cni plugin not initialized'))).toBe(true);
  });

  it('of a pod that shares the network of its node there is none', () => {
    const text = `${scenario('two-nodes')}---\napiVersion: v1\nkind: Pod\nmetadata: { name: proxy }\nspec: { nodeName: node1, hostNetwork: true }\n`;
    expect(opened(text).handle('birth', { pod: 'default/proxy', atSeq: 0 })).toEqual({ status: 'none' });
    expect(opened(text).handle('birth', { pod: 'no/body', atSeq: 0 })).toEqual({ status: 'none' });
  });
});
