import { describe, expect, it } from 'vitest';
import { ipv4 } from '../wire/address.ts';
import { parseOp } from '../kernel/opText.ts';
import type { BackendType } from '../kube/cluster.ts';
import { lab, labNs } from '../kube/testing/lab.testing.ts';
import { inject, type Injection } from '../sim/inject.ts';
import { runUntilSettled } from '../sim/run.ts';
import { whyOf } from './why.ts';

interface Case {
  readonly backend?: BackendType;
  readonly commands?: readonly (readonly [string, string])[];
  readonly send: Omit<Injection, 'from' | 'dst'> & { readonly to: string };
}

function why({ backend = 'vxlan', commands = [], send: { to, ...rest } }: Case) {
  const world = lab(backend);
  for (const [ns, text] of commands) {
    const op = parseOp(text);
    if (!op.ok) throw new Error(op.error);
    world.op(labNs(ns), op.value, { by: 'user' });
  }
  const exchange = inject(world, { ...rest, from: labNs('pod1a'), dst: ipv4(to) });
  runUntilSettled(world, () => world.step());
  return whyOf(world.recorder.recording(), exchange);
}

describe('why a packet did not arrive', () => {
  it('nothing is said of one that did', () => {
    expect(why({ send: { protocol: 'icmp', to: '10.244.2.2' } })).toBeUndefined();
  });

  it('host-gw across a router: the router has no route, and nobody is told', () => {
    expect(why({ backend: 'host-gw', send: { protocol: 'icmp', to: '10.244.3.2' } })).toMatchObject({
      sentence: { id: 'why.no-route', params: { ns: 'rtr', dst: '10.244.3.2' } },
      told: { id: 'why.silent' },
      reason: 'IP_INNOROUTES',
    });
  });

  it('a missing fdb row names the device and the MAC that has none', () => {
    const commands = [
      ['node1', 'bridge fdb del 0e:f1:a0:00:00:02 dev flannel.1 dst 192.168.0.12 self permanent'],
    ] as const;
    expect(why({ commands, send: { protocol: 'icmp', to: '10.244.2.2' } })).toMatchObject({
      sentence: { id: 'why.no-fdb', params: { ns: 'node1', dev: 'flannel.1', mac: '0e:f1:a0:00:00:02' } },
    });
  });

  it('a dead pod: nobody answered ARP, and the error says so', () => {
    expect(why({ send: { protocol: 'icmp', to: '10.244.2.99' } })).toMatchObject({
      sentence: { id: 'why.no-neigh', params: { ns: 'node2', dev: 'cni0', ip: '10.244.2.99' } },
      told: { id: 'why.told', params: { from: '10.244.2.0' } },
    });
  });

  it('a closed port: nobody listens, and the reset comes from the pod', () => {
    expect(why({ send: { protocol: 'tcp', to: '10.244.2.2', dport: 81 } })).toMatchObject({
      sentence: { id: 'why.no-socket', params: { ns: 'lab/pod2a', dst: '10.244.2.2:81' } },
      told: { id: 'why.told', params: { from: '10.244.2.2' } },
    });
  });

  it('a TTL that ran out', () => {
    expect(why({ send: { protocol: 'icmp', to: '10.244.2.2', ttl: 2 } })).toMatchObject({
      sentence: { id: 'why.ttl', params: { ns: 'node2' } },
    });
  });
});
