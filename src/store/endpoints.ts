/** Where a packet can start and end, read off the board; in the spelling of the command line. */
import type { Board, BoardPod, Endpoint, SendRequest } from '../engine/protocol.ts';

export interface EndpointChoice {
  readonly endpoint: Endpoint;
  readonly kind: 'pod' | 'node' | 'client';
  readonly label: string;
  readonly ip: string;
  /** the node a pod runs on, else '' */
  readonly node: string;
}

/** The port a TCP probe dials when a pod declares none: the board's default listener. */
const DEFAULT_PORT = 8080;

export function podEndpoint(pod: Pick<BoardPod, 'namespace' | 'name'>): Endpoint {
  return `pod/${pod.namespace}/${pod.name}`;
}

/** Pods by node, then nodes, then clients: the order of the board. */
export function endpointsOf(board: Board): readonly EndpointChoice[] {
  const pods = board.nodes.flatMap((node) =>
    node.pods.map((pod): EndpointChoice => ({
      endpoint: podEndpoint(pod),
      kind: 'pod',
      label: `${pod.namespace}/${pod.name}`,
      ip: pod.ip,
      node: node.name,
    })),
  );
  const nodes = board.nodes.map((node): EndpointChoice => ({
    endpoint: `node/${node.name}`,
    kind: 'node',
    label: node.name,
    ip: node.ip,
    node: '',
  }));
  const clients = board.clients.map((client): EndpointChoice => ({
    endpoint: `client/${client.name}`,
    kind: 'client',
    label: client.name,
    ip: client.ip,
    node: '',
  }));
  return [...pods, ...nodes, ...clients];
}

export interface Selection {
  readonly source: Endpoint | undefined;
  readonly target: Endpoint | undefined;
}

/**
 * What stays of a selection on a new board. Gaps are filled with the most instructive pair: the first pod, and the first
 * pod of another node, so that the packet has to cross the wire.
 */
export function keepSelection(board: Board, selection: Selection): Selection {
  const choices = endpointsOf(board);
  const isThere = (endpoint: Endpoint | undefined): boolean =>
    choices.some((choice) => choice.endpoint === endpoint);
  const source = isThere(selection.source) ? selection.source : choices[0]?.endpoint;
  if (isThere(selection.target)) return { source, target: selection.target };
  const from = choices.find((choice) => choice.endpoint === source);
  const others = choices.filter((choice) => choice.endpoint !== source);
  const target = others.find((choice) => choice.kind === 'pod' && choice.node !== from?.node) ?? others[0];
  return { source, target: target?.endpoint };
}

/** A click on the board: the first names the source, the second the destination, the third begins again. */
export function pickInto(selection: Selection, endpoint: Endpoint): Selection {
  const { source, target } = selection;
  if (source !== undefined && target === undefined && endpoint !== source)
    return { source, target: endpoint };
  return { source: endpoint, target: undefined };
}

/** The port that a TCP probe dials: the first that the pod declares. */
function tcpPort(board: Board, target: Endpoint): number {
  const pod = board.nodes.flatMap((node) => node.pods).find((candidate) => podEndpoint(candidate) === target);
  const declared = pod?.ports.find((port) => port.endsWith('/TCP'));
  return declared === undefined ? DEFAULT_PORT : Number.parseInt(declared, 10);
}

/** What is sent for a selection, or undefined while one end is missing. */
export function requestOf(
  board: Board,
  { source, target }: Selection,
  protocol: 'icmp' | 'tcp',
): SendRequest | undefined {
  if (source === undefined || target === undefined) return undefined;
  const to = protocol === 'tcp' ? `${target}:${tcpPort(board, target)}` : target;
  return { from: source, to, protocol };
}
