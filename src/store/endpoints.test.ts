import { describe, expect, it } from 'vitest';
import { twoNodes } from '../view/topology/fixture.testing.ts';
import { endpointsOf, keepSelection, pickInto, requestOf } from './endpoints.ts';

const none = { source: undefined, target: undefined };

describe('endpoints', () => {
  it('lists pods, nodes and clients in the spelling of the command line', () => {
    const kinds = endpointsOf(twoNodes).map(({ endpoint }) => endpoint.split('/')[0]);
    expect(new Set(kinds)).toEqual(new Set(['pod', 'node', 'client']));
    expect(endpointsOf(twoNodes)[0]).toMatchObject({ kind: 'pod', node: 'node1' });
  });

  it('proposes a pod and a pod of another node, so that the packet crosses the wire', () => {
    const { source, target } = keepSelection(twoNodes, none);
    const nodeOf = (endpoint?: string) =>
      endpointsOf(twoNodes).find((choice) => choice.endpoint === endpoint)?.node;
    expect(nodeOf(source)).toBe('node1');
    expect(nodeOf(target)).toBe('node2');
  });

  it('keeps what is still there and replaces what is gone', () => {
    const [first, second] = endpointsOf(twoNodes);
    const kept = { source: second?.endpoint, target: first?.endpoint };
    expect(keepSelection(twoNodes, kept)).toEqual(kept);
    expect(keepSelection(twoNodes, { source: 'pod/gone/gone', target: second?.endpoint })).toEqual({
      source: first?.endpoint,
      target: second?.endpoint,
    });
    expect(keepSelection({ ...twoNodes, nodes: [], clients: [] }, kept)).toEqual(none);
  });

  it('takes the first click for the source, the second for the destination, the third for a new source', () => {
    const one = pickInto({ source: 'a', target: 'b' }, 'pod/x/y');
    expect(one).toEqual({ source: 'pod/x/y', target: undefined });
    expect(pickInto(one, 'pod/x/y')).toEqual(one);
    const two = pickInto(one, 'node/node1');
    expect(two).toEqual({ source: 'pod/x/y', target: 'node/node1' });
    expect(pickInto(two, 'client/client')).toEqual({ source: 'client/client', target: undefined });
  });

  it('dials the first TCP port that the pod declares, and 8080 when it declares none', () => {
    const pod = twoNodes.nodes[1]?.pods[0];
    const target = `pod/${pod?.namespace}/${pod?.name}`;
    const withPorts = (ports: readonly string[]) => ({
      ...twoNodes,
      nodes: twoNodes.nodes.map((node) => ({ ...node, pods: node.pods.map((each) => ({ ...each, ports })) })),
    });
    const to = (ports: readonly string[]) =>
      requestOf(withPorts(ports), { source: 'node/node1', target }, 'tcp')?.to;
    expect(to(['53/UDP', '6379/TCP', '80/TCP'])).toBe(`${target}:6379`);
    expect(to([])).toBe(`${target}:8080`);
    expect(requestOf(twoNodes, { source: 'node/node1', target }, 'icmp')).toEqual({
      from: 'node/node1',
      to: target,
      protocol: 'icmp',
    });
    expect(requestOf(twoNodes, { source: 'node/node1', target: undefined }, 'tcp')).toBeUndefined();
  });
});
