/** What a name or an address on the board belongs to: "who owns 10.244.2.7?". Pure; the words are i18n's. */
import type { Board, BoardMachine, BoardNode } from '../../engine/protocol.ts';
import {
  addressAt,
  contains,
  networkOf,
  parseCidr,
  parseIpv4,
  type Cidr,
  type Ipv4,
} from '../../wire/address.ts';

/** A place that the camera can go to. */
export type Target =
  | { readonly at: 'pod'; readonly ns: string; readonly node: string }
  | { readonly at: 'node'; readonly node: string }
  | { readonly at: 'machine'; readonly ns: string }
  | { readonly at: 'segment'; readonly ns: string };

/** What it is, for the sentence that says so. */
export type Fact =
  | { readonly is: 'pod'; readonly ip: string; readonly node: string }
  | { readonly is: 'hostPod'; readonly node: string; readonly ip: string }
  | { readonly is: 'node'; readonly ip: string; readonly podCIDR: string }
  | { readonly is: 'client'; readonly ip: string }
  | { readonly is: 'router' }
  | { readonly is: 'segment'; readonly cidr: string }
  /** an address of a device: cni0, flannel.1, a port of the router */
  | { readonly is: 'device'; readonly dev: string; readonly machine: string }
  /** free, but this node gives its pods addresses from there */
  | { readonly is: 'free'; readonly node: string; readonly cidr: string }
  /** in the cluster's range, but no node has this part */
  | { readonly is: 'unleased'; readonly cidr: string }
  | { readonly is: 'service'; readonly cidr: string }
  /** on this segment nobody has it */
  | { readonly is: 'vacant'; readonly segment: string; readonly cidr: string }
  | { readonly is: 'unknown' };

export interface Hit {
  readonly key: string;
  readonly title: string;
  readonly fact: Fact;
  /** where to go; an address that nobody has may have no place */
  readonly target?: Target;
}

/** A whole address gets exactly one answer; anything else the best names and beginnings of addresses. */
export function searchBoard(board: Board, query: string, most = 8): readonly Hit[] {
  const words = query.trim().toLowerCase();
  if (words === '') return [];
  const ip = parseIpv4(words);
  if (ip.ok) return [whoOwns(board, ip.value, words)];
  const found: { readonly hit: Hit; readonly rank: number }[] = [];
  const offer = (hit: Hit, names: readonly string[], address: string): void => {
    const rank = Math.min(
      ...names.map((name) => rankOf(name.toLowerCase(), words)),
      address.startsWith(words) ? 2 : 9,
    );
    if (rank < 9) found.push({ hit, rank });
  };
  for (const segment of board.segments) offer(hitOf.segment(segment), [segment.name], segment.cidr);
  if (board.router) offer(hitOf.router(board.router), [board.router.name, 'router'], '');
  for (const client of board.clients)
    offer(hitOf.client(client), [client.name, `client/${client.name}`], client.ip);
  for (const node of board.nodes) {
    offer(hitOf.node(node), [node.name, `node/${node.name}`, node.podCIDR], node.ip);
    for (const pod of node.pods) {
      const { namespace, name } = pod;
      offer(hitOf.pod(node, pod), [name, `${namespace}/${name}`, `pod/${namespace}/${name}`], pod.ip);
    }
    for (const { namespace, name } of node.hostPods)
      offer(hitOf.hostPod(node, `${namespace}/${name}`), [name, `${namespace}/${name}`], '');
  }
  return found
    .sort((a, b) => a.rank - b.rank)
    .slice(0, most)
    .map(({ hit }) => hit);
}

/** 0 the same, 1 begins so, 3 has it inside, 9 not at all. */
function rankOf(name: string, words: string): number {
  if (name === words) return 0;
  if (name.startsWith(words)) return 1;
  return name.includes(words) ? 3 : 9;
}

/** Who answers to this address, or why nobody does. */
export function whoOwns(board: Board, ip: Ipv4, text: string): Hit {
  for (const node of board.nodes) {
    if (node.ip === text) return hitOf.node(node);
    for (const pod of node.pods) if (pod.ip === text) return hitOf.pod(node, pod);
  }
  for (const client of board.clients) if (client.ip === text) return hitOf.client(client);
  const target = (machine: BoardMachine): Target =>
    board.nodes.some(({ name }) => name === machine.name)
      ? { at: 'node', node: machine.name }
      : { at: 'machine', ns: machine.ns };
  const answer = (fact: Fact, at?: Target): Hit => ({
    key: `ip/${text}`,
    title: text,
    fact,
    ...(at && { target: at }),
  });
  for (const machine of [...board.nodes, ...board.clients, ...(board.router ? [board.router] : [])]) {
    const device = machine.devices.find(
      ({ kind, addresses }) =>
        kind !== 'loopback' && addresses.some((address) => address.split('/')[0] === text),
    );
    if (device) return answer({ is: 'device', dev: device.name, machine: machine.name }, target(machine));
  }
  const node = board.nodes.find(({ podCIDR }) => within(podCIDR, ip));
  if (node) {
    const dev = ownDevice(board, node, ip);
    const fact: Fact =
      dev === undefined
        ? { is: 'free', node: node.name, cidr: node.podCIDR }
        : { is: 'device', dev, machine: node.name };
    return answer(fact, { at: 'node', node: node.name });
  }
  if (within(board.serviceCIDR, ip)) return answer({ is: 'service', cidr: board.serviceCIDR });
  if (within(board.clusterCIDR, ip)) return answer({ is: 'unleased', cidr: board.clusterCIDR });
  const segment = board.segments.find(({ cidr }) => within(cidr, ip));
  return segment
    ? answer({ is: 'vacant', segment: segment.name, cidr: segment.cidr }, { at: 'segment', ns: segment.ns })
    : answer({ is: 'unknown' });
}

/**
 * On a large board the devices of a node are not there before something touches it, but its first addresses are fixed:
 * .0 is flannel's device, .1 the bridge. Host-gw has no device of flannel's.
 */
function ownDevice({ backend }: Board, { podCIDR }: BoardNode, ip: Ipv4): string | undefined {
  const prefix = cidrOf(podCIDR);
  if (!prefix) return undefined;
  const first = networkOf(prefix).address;
  if (ip === addressAt(first, 1)) return 'cni0';
  if (ip !== first || backend === 'host-gw') return undefined;
  return backend === 'vxlan' ? 'flannel.1' : 'flannel0';
}

function cidrOf(text: string): Cidr | undefined {
  const parsed = parseCidr(text);
  return parsed.ok ? parsed.value : undefined;
}

function within(text: string, ip: Ipv4): boolean {
  const prefix = cidrOf(text);
  return prefix !== undefined && contains(prefix, ip);
}

/** Hits of what is on the board. */
const hitOf = {
  pod: ({ name: node }: BoardNode, pod: BoardNode['pods'][number]): Hit => ({
    key: `pod/${pod.ns}`,
    title: `${pod.namespace}/${pod.name}`,
    fact: { is: 'pod', ip: pod.ip, node },
    target: { at: 'pod', ns: pod.ns, node },
  }),
  hostPod: ({ name: node, ip }: BoardNode, title: string): Hit => ({
    key: `host/${title}/${node}`,
    title,
    fact: { is: 'hostPod', node, ip },
    target: { at: 'node', node },
  }),
  node: ({ name, ip, podCIDR }: BoardNode): Hit => ({
    key: `node/${name}`,
    title: name,
    fact: { is: 'node', ip, podCIDR },
    target: { at: 'node', node: name },
  }),
  client: ({ name, ip, ns }: BoardMachine): Hit => ({
    key: `client/${name}`,
    title: name,
    fact: { is: 'client', ip },
    target: { at: 'machine', ns },
  }),
  router: ({ name, ns }: BoardMachine): Hit => ({
    key: `router/${name}`,
    title: name,
    fact: { is: 'router' },
    target: { at: 'machine', ns },
  }),
  segment: ({ name, cidr, ns }: Board['segments'][number]): Hit => ({
    key: `segment/${ns}`,
    title: name,
    fact: { is: 'segment', cidr },
    target: { at: 'segment', ns },
  }),
};
