/** The chains that one service port has on this node, and where its traffic goes (facts/kube-proxy.md 5). */
import { must } from '../../lib/assert.ts';
import { categorize, type Categorized } from './categorize.ts';
import { endpointChain, serviceHash } from './names.ts';
import type { ProxyNode } from './options.ts';
import {
  isExternalLocal,
  isExternallyAccessible,
  isInternalLocal,
  usesClusterEndpoints,
  usesLocalEndpoints,
  virtualIps,
  type ProxyEndpoint,
  type ProxyPort,
} from './servicePort.ts';

export interface PortChains {
  readonly endpoints: Categorized;
  /** the policy Cluster, the policy Local, external destinations, loadBalancerSourceRanges */
  readonly svc: string;
  readonly svl: string;
  readonly ext: string;
  readonly fw: string;
  readonly usesSvc: boolean;
  readonly usesSvl: boolean;
  readonly usesExt: boolean;
  readonly usesFw: boolean;
  /** where packets for the ClusterIP go */
  readonly internal: string;
  readonly hasInternal: boolean;
  /** where packets from outside go */
  readonly external: string;
  readonly hasExternal: boolean;
  sep(endpoint: ProxyEndpoint): string;
}

export function portChains(port: ProxyPort, node: ProxyNode): PortChains {
  const endpoints = categorize(port, node);
  const { cluster, local, hasAny } = endpoints;
  const hash = serviceHash(port.name, port.protocol);
  const [svc, svl] = [`KUBE-SVC-${hash}`, `KUBE-SVL-${hash}`];
  const [internalLocal, externalLocal] = [isInternalLocal(port), isExternalLocal(port)];
  // named in several rules each
  const seps = new Map(
    endpoints.reachable.map(({ address }) => [address, endpointChain(port.name, port.protocol, address)]),
  );
  return {
    endpoints,
    svc,
    svl,
    ext: `KUBE-EXT-${hash}`,
    fw: `KUBE-FW-${hash}`,
    usesSvc: cluster.length > 0 && usesClusterEndpoints(port),
    usesSvl: local.length > 0 && usesLocalEndpoints(port),
    usesExt: hasAny && isExternallyAccessible(port),
    usesFw: hasAny && virtualIps(port).length > 0 && port.service.sourceRanges.length > 0,
    internal: internalLocal ? svl : svc,
    hasInternal: hasAny && (!internalLocal || local.length > 0),
    external: externalLocal ? svl : svc,
    hasExternal: hasAny && (!externalLocal || local.length > 0),
    sep: ({ address }) => must(seps.get(address), address),
  };
}
