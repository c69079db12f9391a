/** Where a packet can start and end, read off the board; in the spelling of the command line. */
import type { Board, BoardPod, BoardService, Endpoint, SendRequest } from '../engine/protocol.ts';

export interface EndpointChoice {
  readonly endpoint: Endpoint;
  readonly kind: 'pod' | 'node' | 'client' | 'service' | 'nodePort';
  readonly label: string;
  readonly ip: string;
  /** the node a pod runs on, else '' */
  readonly node: string;
  /** the Service (`NAMESPACE/NAME`) and protocol behind a ClusterIP or a NodePort */
  readonly service?: string;
  readonly protocol?: 'TCP' | 'UDP' | 'SCTP';
}

/** The port a TCP probe dials when a pod declares none: the board's default listener. */
const DEFAULT_PORT = 8080;

export function podEndpoint(pod: Pick<BoardPod, 'namespace' | 'name'>): Endpoint {
  return `pod/${pod.namespace}/${pod.name}`;
}

/** So many NodePorts are offered at most: each Service has one on every node. */
const MOST_NODE_PORTS = 200;

/** What is only a destination: every port of every ClusterIP, and every NodePort of every node. */
export function servicesOf(board: Board): readonly EndpointChoice[] {
  const ports = board.services.flatMap((of) => of.ports.map((port) => ({ of, port })));
  const service = ({ namespace, name }: BoardService): string => `${namespace}/${name}`;
  const clusterIps = ports.flatMap(({ of, port: { port, protocol } }): EndpointChoice[] =>
    of.clusterIP === undefined
      ? []
      : [
          {
            endpoint: `svc/${service(of)}:${port}`,
            kind: 'service',
            label: `${service(of)}:${port}`,
            ip: of.clusterIP,
            node: '',
            service: service(of),
            protocol,
          },
        ],
  );
  const nodePorts = ports.flatMap(({ of, port: { nodePort, protocol } }) =>
    nodePort === undefined
      ? []
      : board.nodes.map((node): EndpointChoice => ({
          endpoint: `node/${node.name}:${nodePort}`,
          kind: 'nodePort',
          label: `${node.name}:${nodePort}`,
          ip: service(of),
          node: '',
          service: service(of),
          protocol,
        })),
  );
  return [...clusterIps, ...nodePorts.slice(0, MOST_NODE_PORTS)];
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
  const isIn = (all: readonly EndpointChoice[], endpoint: Endpoint | undefined): boolean =>
    all.some((choice) => choice.endpoint === endpoint);
  const source = isIn(choices, selection.source) ? selection.source : choices[0]?.endpoint;
  if (isIn(choices, selection.target) || isIn(servicesOf(board), selection.target))
    return { source, target: selection.target };
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

/** The Service behind what was chosen as the destination. */
export function serviceBehind(board: Board, target: Endpoint | undefined): EndpointChoice | undefined {
  if (target === undefined || !target.includes(':')) return undefined;
  return servicesOf(board).find(({ endpoint }) => endpoint === target);
}

/** What is sent for a selection, or undefined while one end is missing; `picked` counts where it is about the Service that is dialled. */
export function requestOf(
  board: Board,
  { source, target, picked }: Selection & { readonly picked?: string | undefined },
  protocol: 'icmp' | 'tcp',
): SendRequest | undefined {
  if (source === undefined || target === undefined) return undefined;
  const behind = serviceBehind(board, target);
  if (behind !== undefined) {
    // a ping has no port, and so finds no Service: that is something to see
    if (protocol === 'icmp') return { from: source, to: target.replace(/:\d+$/, ''), protocol };
    const pick = picked?.startsWith(`${behind.service ?? ''}=`) === true ? { pick: [picked] } : {};
    return { from: source, to: target, protocol: behind.protocol === 'UDP' ? 'udp' : 'tcp', ...pick };
  }
  const to = protocol === 'tcp' ? `${target}:${tcpPort(board, target)}` : target;
  return { from: source, to, protocol };
}
