/** facts/dataplane.md 7.1, row by row, read from recordings: podb1 10.244.1.2 on node-b to podc1 10.244.2.2 on node-c. */
import { describe, expect, it } from 'vitest';
import { must } from '../../lib/assert.ts';
import { tapLines } from '../../trace/text.ts';
import { isStep, type Step } from '../../trace/types.ts';
import { packetLength } from '../../wire/codec.ts';
import type { Frame, Packet } from '../../wire/frame.ts';
import { printIpv4 } from '../../wire/address.ts';
import type { NetNsId } from '../../kernel/recorder.ts';
import type { FlannelConfig } from '../cluster.ts';
import { Rig } from './testing/rig.testing.ts';

const PODC1 = '10.244.2.2';
const OUTSIDE = '203.0.113.50';

interface Column {
  readonly name: string;
  readonly flannel: Partial<FlannelConfig>;
  readonly podMtu: number;
  readonly route: string;
  /** what leads from the route to the wire, by step: the row that decided */
  readonly lookups: readonly string[];
  readonly layers: readonly string[];
  readonly added: number;
  readonly ports: RegExp;
  /** times that a process has the packet in its hands, on each of the two nodes */
  readonly processes: number;
  readonly ttl: number;
  readonly hops: readonly string[];
  /** what a remote pod sees of node-b itself, and of somebody outside who came by node-b */
  readonly source: string;
}

const ARP = 'neigh 192.168.1.12';

const COLUMNS: readonly Column[] = [
  {
    name: 'udp',
    flannel: { backend: 'udp' },
    podMtu: 1472,
    route: '10.244.0.0/16 dev flannel0',
    lookups: ['process 10.244.2.0/24 -> 192.168.1.12:8285', ARP],
    layers: ['ethernet', 'ipv4', 'udp', 'ipv4'],
    added: 28,
    ports: /^8285>8285$/,
    processes: 1,
    ttl: 60,
    hops: ['10.244.1.1', '*', '*', '10.244.2.0', PODC1],
    source: '10.244.1.0',
  },
  {
    name: 'vxlan',
    flannel: { backend: 'vxlan' },
    podMtu: 1450,
    route: '10.244.2.0/24 via 10.244.2.0 dev flannel.1 onlink',
    lookups: ['neigh 10.244.2.0', 'fdb dst 192.168.1.12', ARP],
    layers: ['ethernet', 'ipv4', 'udp', 'vxlan', 'ethernet', 'ipv4'],
    added: 50,
    ports: /^(?!8472)\d+>8472$/,
    processes: 0,
    ttl: 62,
    hops: ['10.244.1.1', '10.244.2.0', PODC1],
    source: '10.244.1.0',
  },
  {
    name: 'vxlan with DirectRouting, on one link',
    flannel: { backend: 'vxlan', directRouting: true },
    podMtu: 1450,
    route: '10.244.2.0/24 via 192.168.1.12 dev eth0',
    lookups: [ARP],
    layers: ['ethernet', 'ipv4'],
    added: 0,
    ports: /^none$/,
    processes: 0,
    ttl: 62,
    hops: ['10.244.1.1', '192.168.1.12', PODC1],
    source: '192.168.1.11',
  },
  {
    name: 'host-gw',
    flannel: { backend: 'host-gw' },
    podMtu: 1500,
    route: '10.244.2.0/24 via 192.168.1.12 dev eth0',
    lookups: [ARP],
    layers: ['ethernet', 'ipv4'],
    added: 0,
    ports: /^none$/,
    processes: 0,
    ttl: 62,
    hops: ['10.244.1.1', '192.168.1.12', PODC1],
    source: '192.168.1.11',
  },
];

const innermost = (frame: Frame): Packet | undefined => {
  const { payload } = frame;
  return payload.kind === 'ipv4' ? deeper(payload) : undefined;
};

function deeper(packet: Packet): Packet {
  const inner = packet.payload.kind === 'udp' ? packet.payload.payload : undefined;
  if (inner === undefined || inner instanceof Uint8Array) return packet;
  if (inner.kind === 'ipv4') return deeper(inner);
  if (inner.kind === 'vxlan') return innermost(inner.inner) ?? packet;
  return packet;
}

function layersOf(frame: Frame): readonly string[] {
  const own = frame.kind === 'raw' ? [] : ['ethernet'];
  return frame.payload.kind === 'ipv4' ? [...own, ...packetLayers(frame.payload)] : own;
}

function packetLayers(packet: Packet): readonly string[] {
  const inner = packet.payload.kind === 'udp' ? packet.payload.payload : undefined;
  if (inner === undefined || inner instanceof Uint8Array) return ['ipv4'];
  if (inner.kind === 'ipv4') return ['ipv4', 'udp', ...packetLayers(inner)];
  return inner.kind === 'vxlan' ? ['ipv4', 'udp', 'vxlan', ...layersOf(inner.inner)] : ['ipv4', 'udp'];
}

class Walk {
  readonly rig: Rig;
  #from = 0;

  constructor(flannel: Partial<FlannelConfig>) {
    this.rig = new Rig({ flannel });
    // a route back to the pods, as the real outside had one: by node-b
    this.rig.type('rtr', 'ip route add 10.244.0.0/16 via 192.168.1.11');
  }

  send(from: string, to: string, more: Parameters<Rig['send']>[2] = {}): this {
    this.#from = this.rig.recording.entries.length;
    this.rig.send(from, to, more);
    return this;
  }

  /** The steps of the packets that ask, answers and ARP left out, on one machine. */
  steps(ns: string): readonly Step[] {
    const { entries, frames } = this.rig.recording;
    return entries.slice(this.#from).filter((e): e is Step => {
      if (!isStep(e) || e.ns !== ns) return false;
      const packet = innermost(must(frames[e.frame], 'frame'));
      return packet !== undefined && printIpv4(packet.dst) === this.#to;
    });
  }
  #to = '';
  to(ip: string): this {
    this.#to = ip;
    return this;
  }

  frameOf(step: Step): Frame {
    return must(this.rig.recording.frames[step.frame], 'frame');
  }
}

describe.each(COLUMNS)('$name', (column) => {
  const walk = new Walk(column.flannel).to(PODC1).send('podb1', PODC1);
  const onB = walk.steps('node-b');

  it('pods have the MTU that is left', () => {
    const eth0 = [...walk.rig.ns('podb1').state.devices.values()].find(({ name }) => name === 'eth0');
    expect(eth0?.mtu).toBe(column.podMtu);
  });

  it('the route that node-b takes, and the lookups that follow', () => {
    const route = onB.find((step) => step.kind === 'route' && step.direction === 'input');
    expect(route?.kind === 'route' ? route.row?.line : undefined).toBe(column.route);
    const asked = onB.flatMap((step): readonly string[] => {
      if (step.kind === 'process') return step.row ? [`process ${step.row.line}`] : [];
      if (step.kind === 'fdb' && step.dev.startsWith('flannel'))
        return [`fdb dst ${printIpv4(must(step.dst, 'dst'))}`];
      return step.kind === 'neigh' && step.result !== 'noarp' ? [`neigh ${printIpv4(step.ip)}`] : [];
    });
    expect([...new Set(asked)]).toEqual(column.lookups);
  });

  it('on the wire: headers, bytes, ports', () => {
    const tx = must(
      onB.findLast((step) => step.kind === 'tx' && step.dev === 'eth0'),
      'tx',
    );
    const frame = walk.frameOf(tx);
    expect(layersOf(frame)).toEqual(column.layers);
    const outer = must(frame.payload.kind === 'ipv4' ? frame.payload : undefined, 'packet');
    expect(packetLength(outer) - packetLength(must(innermost(frame), 'inner'))).toBe(column.added);
    const { payload } = outer;
    expect(payload.kind === 'udp' ? `${payload.sport}>${payload.dport}` : 'none').toMatch(column.ports);
  });

  it('processes that carry it, on each node', () => {
    const count = (ns: string): number => walk.steps(ns).filter(({ kind }) => kind === 'process').length;
    expect([count('node-b'), count('node-c')]).toEqual([column.processes, column.processes]);
  });

  it('the TTL that is left at the pod', () => {
    const got = walk.steps('lab/podc1').find(({ kind }) => kind === 'rx');
    expect(innermost(walk.frameOf(must(got, 'rx')))?.ttl).toBe(column.ttl);
  });

  it('traceroute', () => {
    const { output } = walk.rig.send('podb1', PODC1, { protocol: 'traceroute', maxHops: 8 });
    expect(output.slice(1).map((line) => line.trim().split(/\s+/)[1])).toEqual(column.hops);
  });

  it('pods of one node are bridged: TTL 64, and no tunnel', () => {
    const same = new Walk(column.flannel).to('10.244.1.3').send('podb1', '10.244.1.3');
    const got = must(
      same.steps('lab/podb2').find(({ kind }) => kind === 'rx'),
      'rx',
    );
    expect(innermost(same.frameOf(got))?.ttl).toBe(64);
    const devices = tapLines(same.rig.recording, 'node-b' as NetNsId).map(({ dev }) => dev);
    expect(devices.filter((dev) => dev.startsWith('flannel') || dev === 'eth0')).toEqual([]);
  });

  it.each([
    ['a pod, outside', 'podb1', OUTSIDE, 'client', '192.168.1.11'],
    ['the node, at a remote pod', 'node-b', PODC1, 'lab/podc1', undefined],
    ['the node, at its own pod', 'node-b', '10.244.1.2', 'lab/podb1', '10.244.1.1'],
    ['somebody outside, at a pod of the node that it came by', 'client', '10.244.1.2', 'lab/podb1', OUTSIDE],
    ['somebody outside, at a remote pod', 'client', PODC1, 'lab/podc1', undefined],
  ] as const)('the source that is seen of %s', (...[, from, to, at, source = column.source]) => {
    const seen = new Walk(column.flannel).to(to).send(from, to, { protocol: 'tcp', dport: 8080 });
    const got = must(
      seen.steps(at).find(({ kind }) => kind === 'rx'),
      'rx',
    );
    expect(printIpv4(must(innermost(seen.frameOf(got)), 'packet').src)).toBe(source);
  });
});
