import { describe, expect, it } from 'vitest';
import { yamlLab } from '../kube/testing/labYaml.testing.ts';
import type { BackendType } from '../kube/cluster.ts';
import { send, warm, type Sent } from '../kube/testing/natCases.testing.ts';
import { sourcesOf, type Sources } from './sources.ts';

function sources(sent: Omit<Sent, 'protocol'>, backend: BackendType = 'vxlan'): Sources | undefined {
  const world = yamlLab(backend);
  warm(world);
  const { id } = send(world, { protocol: 'tcp', ...sent });
  return sourcesOf(world.recorder.recording(), id);
}

const told = (found: Sources | undefined): readonly string[] =>
  found?.sights.map(({ ns, source }) => `${ns} sees ${source}`) ?? [];

describe('who sees which source address', () => {
  it.each([
    ['vxlan', '10.244.2.0'],
    ['udp', '10.244.2.0'],
    ['host-gw', '192.168.0.12'],
  ] as const)(
    'of a NodePort whose endpoint is on another node, %s: behind node2 it is %s',
    (backend, snat) => {
      const found = sources({ from: 'client', to: '192.168.0.12', dport: 30083 }, backend);
      expect(told(found)).toEqual([
        'client sees 203.0.113.50',
        'rtr sees 203.0.113.50',
        'node2 sees 203.0.113.50',
        `node1 sees ${snat}`,
        `lab/pod1a sees ${snat}`,
      ]);
      expect(found?.lost).toBe(false);
    },
  );

  it('of externalTrafficPolicy Local: the client, everywhere', () => {
    const found = sources({ from: 'client', to: '192.168.0.11', dport: 30081 });
    expect(new Set(found?.sights.map(({ source }) => source))).toEqual(new Set(['203.0.113.50']));
  });

  it('of a packet that meets no Service nothing is said', () => {
    expect(sources({ from: 'pod1a', to: '10.244.2.2', dport: 8080 })).toBeUndefined();
  });
});
