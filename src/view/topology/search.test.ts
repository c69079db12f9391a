import { describe, expect, it } from 'vitest';
import { ipv4 } from '../../wire/address.ts';
import { twoNodes } from './fixture.testing.ts';
import { searchBoard, whoOwns } from './search.ts';

const who = (ip: string, board = twoNodes) => whoOwns(board, ipv4(ip), ip).fact;
const [node1, node2] = twoNodes.nodes;
const pod = node2?.pods[0];

describe('who owns an address', () => {
  it('is a pod, a node or a client that has it', () => {
    expect(who(pod?.ip ?? '')).toEqual({ is: 'pod', ip: pod?.ip, node: node2?.name });
    expect(who(node1?.ip ?? '')).toMatchObject({ is: 'node', ip: node1?.ip });
    expect(who(twoNodes.clients[0]?.ip ?? '')).toMatchObject({ is: 'client' });
  });

  it('is the device that has it: the bridge, the tunnel, a port of the router', () => {
    expect(who('10.244.1.1')).toEqual({ is: 'device', dev: 'cni0', machine: node1?.name });
    expect(who('10.244.1.0')).toEqual({ is: 'device', dev: 'flannel.1', machine: node1?.name });
    const port = twoNodes.router?.devices.find(({ kind }) => kind === 'physical');
    const address = port?.addresses[0]?.split('/')[0] ?? '';
    expect(who(address)).toEqual({ is: 'device', dev: port?.name, machine: twoNodes.router?.name });
  });

  it('knows the bridge and the tunnel of a node that nothing has touched, which has no devices yet', () => {
    const asleep = { ...twoNodes, nodes: twoNodes.nodes.map((node) => ({ ...node, devices: [] })) };
    expect(who('10.244.1.1', asleep)).toMatchObject({ is: 'device', dev: 'cni0' });
    expect(who('10.244.1.0', asleep)).toMatchObject({ is: 'device', dev: 'flannel.1' });
    expect(who('10.244.1.0', { ...asleep, backend: 'udp' })).toMatchObject({ is: 'device', dev: 'flannel0' });
    expect(who('10.244.1.0', { ...asleep, backend: 'host-gw' })).toMatchObject({ is: 'free' });
  });

  it('says why nobody has it: free on a node, leased to none, a Service, free on a segment, elsewhere', () => {
    expect(who('10.244.1.250')).toEqual({ is: 'free', node: node1?.name, cidr: node1?.podCIDR });
    expect(who('10.244.200.9')).toEqual({ is: 'unleased', cidr: twoNodes.clusterCIDR });
    const service = twoNodes.serviceCIDR.replace(/\d+\/\d+$/, '77');
    expect(who(service)).toEqual({ is: 'service', cidr: twoNodes.serviceCIDR });
    const segment = twoNodes.segments[0];
    const free = (segment?.cidr ?? '').replace(/\d+\/\d+$/, '233');
    expect(who(free)).toEqual({ is: 'vacant', segment: segment?.name, cidr: segment?.cidr });
    expect(who('8.8.8.8')).toEqual({ is: 'unknown' });
  });

  it('names a place to go to whenever there is one', () => {
    expect(whoOwns(twoNodes, ipv4(pod?.ip ?? ''), pod?.ip ?? '').target).toEqual({
      at: 'pod',
      ns: pod?.ns,
      node: node2?.name,
    });
    expect(whoOwns(twoNodes, ipv4('10.244.1.1'), '10.244.1.1').target).toEqual({
      at: 'node',
      node: node1?.name,
    });
    expect(whoOwns(twoNodes, ipv4('8.8.8.8'), '8.8.8.8').target).toBeUndefined();
  });
});

describe('searching the board', () => {
  it('gives a whole address one answer', () => {
    expect(searchBoard(twoNodes, ` ${pod?.ip} `)).toHaveLength(1);
  });

  it('finds pods, nodes, clients, the router and segments by a part of their name, the best first', () => {
    const first = (query: string) => searchBoard(twoNodes, query)[0];
    expect(first(pod?.name ?? '')?.fact.is).toBe('pod');
    expect(first(`${pod?.namespace}/${pod?.name}`)?.title).toBe(`${pod?.namespace}/${pod?.name}`);
    expect(first((node2?.name ?? '').toUpperCase())?.key).toBe(`node/${node2?.name}`);
    expect(first('router')?.fact.is).toBe('router');
    expect(first(twoNodes.clients[0]?.name ?? '')?.fact.is).toBe('client');
    expect(searchBoard(twoNodes, twoNodes.segments[0]?.name ?? '').map(({ fact }) => fact.is)).toContain(
      'segment',
    );
  });

  it('finds everything whose address begins so', () => {
    const found = searchBoard(twoNodes, '10.244.2', 50);
    expect(found.length).toBeGreaterThan(0);
    expect(found.every(({ fact }) => fact.is === 'pod' || fact.is === 'node')).toBe(true);
  });

  it('answers nothing to nothing, to what is not there, and to what is no address', () => {
    for (const query of ['', '  ', 'no such thing', '10.244.1.999', '<img>'])
      expect(searchBoard(twoNodes, query)).toEqual([]);
  });

  it('never gives two answers the same key', () => {
    const keys = searchBoard(twoNodes, 'e', 100).map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
  });
});
