/** A Service or EndpointSlice of the text -> the same as controllers see it: the API server's defaults, IPv4 only. */
import type { Cidr, Ipv4 } from '../../../wire/address.ts';
import type { Endpoint, EndpointSlice, LoadBalancerAddress, Service } from '../../service.ts';
import { parseIpSloppy } from '../fields.ts';
import type { EndpointSliceManifest, ServiceManifest } from '../services.ts';

/** kube-apiserver's default, three hours */
const AFFINITY_SECONDS = 10800;

export const SERVICE_NAME = 'kubernetes.io/service-name';
const PROXY_NAME = 'service.kubernetes.io/service-proxy-name';

type Spec = NonNullable<ServiceManifest['spec']>;

/** What the API server or its allocators gave: the cluster IP, and node ports by their place in spec.ports. */
export interface Given {
  readonly clusterIP?: Ipv4;
  readonly nodePorts: readonly (number | undefined)[];
  readonly healthCheckNodePort?: number;
}

/** The IPv4 address that the text gives; 'none' when it says that there shall be none. */
export function clusterIpOf(spec: Spec): Ipv4 | 'none' | undefined {
  const all = [spec.clusterIP, ...(spec.clusterIPs ?? [])].filter((ip) => ip !== undefined && ip !== null);
  for (const ip of all) if (typeof ip === 'object' && ip.family === 4) return ip.ip;
  return all.includes('None') ? 'none' : undefined;
}

export function toService(
  { metadata, spec, status }: ServiceManifest,
  namespace: string,
  given: Given,
): Service {
  const type = spec?.type ?? 'ClusterIP';
  const { clusterIP, nodePorts, healthCheckNodePort } = given;
  const selector = Object.keys(spec?.selector ?? {}).length > 0 ? spec?.selector : undefined;
  const proxyName = metadata.labels?.[PROXY_NAME];
  const affinity =
    spec?.sessionAffinity === 'ClientIP'
      ? (spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? AFFINITY_SECONDS)
      : undefined;
  return {
    namespace,
    name: metadata.name,
    type,
    ...(clusterIP === undefined ? {} : { clusterIP }),
    ports: (spec?.ports ?? []).map(({ name, protocol, port, targetPort }, i) => ({
      name: name ?? '',
      protocol: protocol ?? 'TCP',
      port,
      targetPort: targetPort ?? port,
      ...(nodePorts[i] === undefined ? {} : { nodePort: nodePorts[i] }),
    })),
    ...(selector ? { selector } : {}),
    externalIPs: ipv4s(spec?.externalIPs ?? []),
    loadBalancer: loadBalancerOf(status),
    sourceRanges: (spec?.loadBalancerSourceRanges ?? []).flatMap((range): Cidr[] =>
      range.family === 4 ? [range.cidr] : [],
    ),
    externalTrafficPolicy: spec?.externalTrafficPolicy === 'Local' ? 'Local' : 'Cluster',
    internalTrafficPolicy: spec?.internalTrafficPolicy ?? 'Cluster',
    ...(affinity === undefined ? {} : { affinity }),
    ...(healthCheckNodePort === undefined ? {} : { healthCheckNodePort }),
    publishNotReadyAddresses: spec?.publishNotReadyAddresses === true,
    ...(type === 'ExternalName' && spec?.externalName ? { externalName: trimDot(spec.externalName) } : {}),
    ...(proxyName === undefined ? {} : { proxyName }),
    ref: { kind: 'Service', namespace, name: metadata.name, path: '' },
  };
}

const trimDot = (name: string): string => name.replace(/\.$/, '').toLowerCase();

function ipv4s(fields: readonly { readonly family: 4 | 6; readonly ip?: Ipv4 }[]): readonly Ipv4[] {
  return fields.flatMap(({ ip }) => (ip === undefined ? [] : [ip]));
}

function loadBalancerOf(status: ServiceManifest['status']): readonly LoadBalancerAddress[] {
  return (status?.loadBalancer?.ingress ?? []).flatMap(({ ip, ipMode }, index): LoadBalancerAddress[] =>
    ip?.family === 4 ? [{ ip: ip.ip, ipMode: ipMode ?? 'VIP', index }] : [],
  );
}

/** The slice with its IPv4 endpoints; undefined when it is for no Service, or of other addresses. */
export function toEndpointSlice(
  { metadata, addressType, ports, endpoints }: EndpointSliceManifest,
  namespace: string,
): EndpointSlice | undefined {
  const service = metadata.labels?.[SERVICE_NAME];
  if (addressType !== 'IPv4' || service === undefined) return undefined;
  const { name } = metadata;
  return {
    namespace,
    name,
    service,
    // a port without a number stands for all ports, which kube-proxy cannot do
    ports: (ports ?? []).flatMap(({ name: port, protocol, port: number }) =>
      typeof number === 'number' ? [{ name: port ?? '', protocol: protocol ?? 'TCP', port: number }] : [],
    ),
    endpoints: (endpoints ?? []).flatMap((endpoint, i): Endpoint[] => {
      const ip = parseIpSloppy(endpoint.addresses[0] ?? '');
      const { ready, serving, terminating } = endpoint.conditions ?? {};
      const { nodeName, hostname, hints } = endpoint;
      if (ip?.family !== 4) return [];
      return [
        {
          ip: ip.ip,
          ready: ready ?? true,
          serving: serving ?? true,
          terminating: terminating ?? false,
          ...(nodeName ? { node: nodeName } : {}),
          ...(hostname ? { hostname } : {}),
          forZones: (hints?.forZones ?? []).map((hint) => hint.name),
          forNodes: (hints?.forNodes ?? []).map((hint) => hint.name),
          ref: { kind: 'EndpointSlice', namespace, name, path: `endpoints[${i}]` },
        },
      ];
    }),
  };
}
