/** dataplane.md 7.1, row by row, read from recordings of the lab: pod1a on node1 to pod2a on node2, everybody's ARP known. */
import { describe, expect, it } from 'vitest';
import { must } from '../lib/assert.ts';
import { ipv4 } from '../wire/address.ts';
import { inject, type Injection } from '../sim/inject.ts';
import { runUntilSettled } from '../sim/run.ts';
import type { BackendType } from '../kube/cluster.ts';
import { lab, labNs } from '../kube/testing/lab.testing.ts';
import { briefOf } from './threads.ts';
import { tripOf, type Trip } from './trip.ts';

/** The second of two packets, so that nobody asks for MACs. */
function trip(
  backend: BackendType,
  to = '10.244.2.2',
  more: Partial<Injection> = {},
  directRouting = false,
): Trip {
  const world = lab(backend, { directRouting });
  for (let i = 0; i < 2; i++) {
    inject(world, { protocol: 'icmp', from: labNs('pod1a'), dst: ipv4(to), ...more });
    runUntilSettled(world, () => world.step());
  }
  return must(tripOf(world.recorder.recording(), 1), 'trip');
}

const wireOf = ({ wire }: Trip): string =>
  must(wire, 'wire')
    .layers.map(({ kind, bytes }) => `${kind} ${bytes}`)
    .join(' · ');
const lookups = (of: Trip): readonly string[] =>
  of.lookups.map(({ in: table, row }) => `${table}: ${briefOf(row)}`);

describe.each([
  {
    name: 'udp',
    backend: 'udp',
    directRouting: false,
    layers: 'ethernet 14 · ipv4 20 · udp 8 · ipv4 20 · icmp 8 · data 56',
    added: 28,
    ports: { sport: 8285, dport: 8285 },
    crossings: [
      { ns: 'node1', count: 2 },
      { ns: 'node2', count: 2 },
    ],
    copies: 3,
    ttl: 60,
    lookups: [
      'route: 10.244.0.0/16 dev flannel0',
      'process: 10.244.2.0/24 -> 192.168.0.12:8285',
      'route: 192.168.0.0/24 dev eth0',
      'neigh: 192.168.0.12 lladdr 52:54:00:00:00:02',
    ],
  },
  {
    name: 'vxlan',
    backend: 'vxlan',
    directRouting: false,
    layers: 'ethernet 14 · ipv4 20 · udp 8 · vxlan 8 · ethernet 14 · ipv4 20 · icmp 8 · data 56',
    added: 50,
    ports: { sport: 'by flow', dport: 8472 },
    crossings: [],
    copies: 1,
    ttl: 62,
    lookups: [
      'route: 10.244.2.0/24 via 10.244.2.0',
      'neigh: 10.244.2.0 lladdr 0e:f1:a0:00:00:02',
      'fdb: 0e:f1:a0:00:00:02 dst 192.168.0.12',
      'route: 192.168.0.0/24 dev eth0',
      'neigh: 192.168.0.12 lladdr 52:54:00:00:00:02',
    ],
  },
  {
    name: 'host-gw',
    backend: 'host-gw',
    directRouting: false,
    layers: 'ethernet 14 · ipv4 20 · icmp 8 · data 56',
    added: 0,
    ports: undefined,
    crossings: [],
    copies: 1,
    ttl: 62,
    lookups: ['route: 10.244.2.0/24 via 192.168.0.12', 'neigh: 192.168.0.12 lladdr 52:54:00:00:00:02'],
  },
  {
    name: 'vxlan with DirectRouting',
    backend: 'vxlan',
    directRouting: true,
    layers: 'ethernet 14 · ipv4 20 · icmp 8 · data 56',
    added: 0,
    ports: undefined,
    crossings: [],
    copies: 1,
    ttl: 62,
    lookups: ['route: 10.244.2.0/24 via 192.168.0.12', 'neigh: 192.168.0.12 lladdr 52:54:00:00:00:02'],
  },
] as const)(
  'a ping by $name',
  ({ backend, directRouting, layers, added, ports, crossings, copies, ttl, lookups: rows }) => {
    const made = trip(backend, undefined, undefined, directRouting);

    it('has these headers on the wire, and grew by so many bytes', () => {
      expect(wireOf(made)).toBe(layers);
      expect(made.sent).toEqual({ ttl: 64, length: 84 });
      expect(made.wire?.added).toBe(added);
      expect(made.wire?.length).toBe(84 + added);
      expect(made.wire?.pieces).toBe(1);
    });

    it('has these ports outside', () => {
      const outer = made.wire?.ports;
      // the kernel chooses VXLAN's source port by the flow
      expect(
        outer && { sport: outer.sport === outer.dport ? outer.sport : 'by flow', dport: outer.dport },
      ).toEqual(ports);
    });

    it('goes through user space so often, and is copied so often', () => {
      expect(made.crossings).toEqual(crossings);
      expect(made.copies).toBe(copies);
    });

    it('arrives with this TTL', () => {
      expect(made.arrived).toBe(true);
      expect(made.ttl).toBe(ttl);
    });

    it('is looked up in these tables of the first node', () => {
      expect(lookups(made)).toEqual(rows);
    });
  },
);

describe('a trip', () => {
  it('within a node never meets a wire, whatever the backend', () => {
    for (const backend of ['udp', 'vxlan', 'host-gw'] as const) {
      const made = trip(backend, '10.244.1.3');
      expect(made.wire).toBeUndefined();
      expect(made.ttl).toBe(64);
      expect(made.crossings).toEqual([]);
    }
  });

  it('of a connection is that of the first segment with data', () => {
    const made = trip('vxlan', '10.244.2.2', { protocol: 'tcp', dport: 8080, request: 'GET / HTTP/1.1' });
    expect(wireOf(made)).toContain('tcp 32 · data 14');
    expect(made.arrived).toBe(true);
  });

  it('that nobody answers ends where the packet was dropped', () => {
    // host-gw across the router: the kernel refused flanneld's route, the router knows no pods
    const made = trip('host-gw', '10.244.3.2');
    expect(made.arrived).toBe(false);
    expect(made.ttl).toBeUndefined();
    expect(made.steps.at(-1)).toMatchObject({ kind: 'drop', ns: 'rtr' });
    expect(trip('vxlan', '10.244.3.2').ttl).toBe(62);
  });

  it('of a packet that is too long for the wire counts its pieces', () => {
    const made = trip('vxlan', '10.244.2.2', { size: 1500, df: false });
    expect(made.wire?.pieces).toBe(1);
    expect(made.steps.some(({ kind }) => kind === 'fragment')).toBe(true);
  });
});
