/** Which endpoints a service port uses on this node. @see pkg/proxy/topology.go CategorizeEndpoints (facts/kube-proxy.md 6) */
import {
  usesClusterEndpoints,
  usesLocalEndpoints,
  type ProxyEndpoint,
  type ProxyPort,
} from './servicePort.ts';
import type { ProxyNode } from './options.ts';

export interface Categorized {
  /** for the policy Cluster */
  readonly cluster: readonly ProxyEndpoint[];
  /** for the policy Local */
  readonly local: readonly ProxyEndpoint[];
  /** all that a chain of this node leads to */
  readonly reachable: readonly ProxyEndpoint[];
  /** any at all, here or elsewhere: without, the port is refused */
  readonly hasAny: boolean;
}

type Here = Pick<ProxyNode, 'name' | 'zone'>;

/** A terminating endpoint that still answers: used when no ready one is left. */
const isLeaving = ({ serving, terminating }: ProxyEndpoint): boolean => serving && terminating;

export function categorize(port: ProxyPort, here: Here): Categorized {
  const { endpoints } = port;
  const cluster = usesClusterEndpoints(port) ? clusterEndpoints(endpoints, here) : [];
  if (!usesLocalEndpoints(port))
    return { cluster, local: [], reachable: cluster, hasAny: cluster.length > 0 };
  const isLocal = ({ node }: ProxyEndpoint): boolean => node === here.name;
  const ready = endpoints.filter((endpoint) => isLocal(endpoint) && endpoint.ready);
  const local =
    ready.length > 0 ? ready : endpoints.filter((endpoint) => isLocal(endpoint) && isLeaving(endpoint));
  const hasAny = cluster.length > 0 || endpoints.some((endpoint) => endpoint.ready || isLeaving(endpoint));
  const used = new Set([...cluster, ...local]);
  return { cluster, local, reachable: endpoints.filter((endpoint) => used.has(endpoint)), hasAny };
}

function clusterEndpoints(endpoints: readonly ProxyEndpoint[], here: Here): readonly ProxyEndpoint[] {
  const ready = endpoints.filter((endpoint) => endpoint.ready);
  const isNear = nearness(ready, here);
  const chosen = isNear ? ready.filter(isNear) : ready;
  return chosen.length > 0 ? chosen : endpoints.filter(isLeaving);
}

/** Hints count only when every ready endpoint has one, and one of them means this node or its zone. */
function nearness(
  ready: readonly ProxyEndpoint[],
  { name, zone }: Here,
): ((endpoint: ProxyEndpoint) => boolean) | undefined {
  const sameNode = ({ forNodes }: ProxyEndpoint): boolean => forNodes.includes(name);
  if (ready.every(({ forNodes }) => forNodes.length > 0) && ready.some(sameNode)) return sameNode;
  const sameZone = ({ forZones }: ProxyEndpoint): boolean => zone !== undefined && forZones.includes(zone);
  if (ready.every(({ forZones }) => forZones.length > 0) && ready.some(sameZone)) return sameZone;
  return undefined;
}
