import { describe, expect, it } from 'vitest';
import { ipv4 } from '../wire/address.ts';
import { parseOp } from '../kernel/opText.ts';
import type { BackendType } from '../kube/cluster.ts';
import { lab, labNs } from '../kube/testing/lab.testing.ts';
import { inject, type Injection } from '../sim/inject.ts';
import { runUntilSettled } from '../sim/run.ts';
import type { Known } from './remedy.ts';
import { whyOf } from './why.ts';

interface Case {
  readonly backend?: BackendType;
  readonly commands?: readonly (readonly [string, string])[];
  readonly known?: Known;
  readonly send: Omit<Injection, 'from' | 'dst'> & { readonly to: string };
}

function why({ backend = 'vxlan', commands = [], known, send: { to, ...rest } }: Case) {
  const world = lab(backend);
  for (const [ns, text] of commands) {
    const op = parseOp(text);
    if (!op.ok) throw new Error(op.error);
    world.op(labNs(ns), op.value, { by: 'user' });
  }
  const exchange = inject(world, { ...rest, from: labNs('pod1a'), dst: ipv4(to) });
  runUntilSettled(world, () => world.step());
  return whyOf(world.recorder.recording(), exchange, known);
}

describe('why a packet did not arrive', () => {
  it('nothing is said of one that did', () => {
    expect(why({ send: { protocol: 'icmp', to: '10.244.2.2' } })).toBeUndefined();
  });

  it('host-gw across a router: the router has no route, and none back to tell the sender', () => {
    expect(why({ backend: 'host-gw', send: { protocol: 'icmp', to: '10.244.3.2' } })).toMatchObject({
      sentence: { id: 'why.no-route', params: { ns: 'rtr', dst: '10.244.3.2' } },
      told: { id: 'why.untold.no-route', params: { ns: 'rtr', to: '10.244.1.2' } },
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

  it('an ICMP redirect that was lost beside the packet is not why', () => {
    const commands = [
      ['node1', 'iptables -t nat -A PREROUTING -d 10.96.0.10/32 -p tcp -j DNAT --to-destination 10.244.1.3'],
      ['node1', 'sysctl -w net.bridge.bridge-nf-call-iptables=0'],
    ] as const;
    expect(why({ commands, send: { protocol: 'tcp', to: '10.96.0.10', dport: 8080 } })).toMatchObject({
      sentence: { id: 'why.no-socket', params: { ns: 'lab/pod1a' } },
      reason: 'NO_SOCKET',
    });
  });

  it('a TTL that ran out', () => {
    expect(why({ send: { protocol: 'icmp', to: '10.244.2.2', ttl: 2 } })).toMatchObject({
      sentence: { id: 'why.ttl', params: { ns: 'node2' } },
    });
  });

  it('a row that was deleted would let it through when it is written again', () => {
    const line = '0e:f1:a0:00:00:02 dev flannel.1 dst 192.168.0.12 self permanent';
    const commands = [['node1', `bridge fdb del ${line}`]] as const;
    expect(why({ commands, send: { protocol: 'icmp', to: '10.244.2.2' } })?.remedy).toEqual({
      ns: 'node1',
      command: `bridge fdb append ${line}`,
      because: 'deleted',
    });
  });

  it('a deleted neighbour is written again in the words of ip neigh', () => {
    const commands = [['node1', 'ip neigh del 10.244.2.0 dev flannel.1']] as const;
    expect(why({ commands, send: { protocol: 'icmp', to: '10.244.2.2' } })?.remedy?.command).toMatch(
      /^ip neigh replace 10\.244\.2\.0 dev flannel\.1 lladdr [0-9a-f:]+ nud permanent$/,
    );
  });

  it('a route that says no is named, and would have to go', () => {
    const commands = [['node1', 'ip route add unreachable 10.244.9.0/24']] as const;
    expect(why({ commands, send: { protocol: 'icmp', to: '10.244.9.2' } })).toMatchObject({
      row: { line: expect.stringContaining('unreachable 10.244.9.0/24') as string },
      remedy: { ns: 'node1', because: 'denies' },
    });
  });

  it('forwarding that was switched off would have to be switched on', () => {
    const commands = [['node2', 'sysctl -w net.ipv4.ip_forward=0']] as const;
    expect(why({ commands, send: { protocol: 'icmp', to: '10.244.2.2' } })?.remedy).toMatchObject({
      ns: 'node2',
      command: 'sysctl -w net.ipv4.ip_forward=1',
    });
  });

  it('a router is told the way to a range only when the node that has it is on its link', () => {
    const ranges = [{ cidr: '10.244.3.0/24', ip: '192.168.1.13', ns: 'node3' }];
    const send = { protocol: 'icmp', to: '10.244.3.2' } as const;
    const known = (links: readonly string[]): Known => ({ ranges, links: new Map([['rtr', links]]) });
    const on = (links: readonly string[]) => why({ backend: 'host-gw', known: known(links), send })?.remedy;
    expect(on(['192.168.1.1/24'])).toMatchObject({
      ns: 'rtr',
      command: 'ip route add 10.244.3.0/24 via 192.168.1.13',
    });
    expect(on(['192.168.7.1/24'])).toBeUndefined();
  });

  it('where nothing is known nothing is proposed', () => {
    expect(why({ send: { protocol: 'icmp', to: '10.244.2.99' } })?.remedy).toBeUndefined();
  });
});
