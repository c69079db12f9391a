/** Service ports with their endpoints, as kube-proxy's change trackers hold them. @see pkg/proxy/serviceport.go, endpoints.go */
import type { ObjectRef } from '../../kernel/origin.ts';
import { printIpv4, type Ipv4 } from '../../wire/address.ts';
import type { Endpoint, EndpointSlice, Service, ServicePort, ServiceProtocol } from '../service.ts';
import { portName } from './names.ts';

export interface ProxyEndpoint extends Endpoint {
  readonly port: number;
  /** `ip:port` */
  readonly address: string;
}

export interface ProxyPort {
  /** `namespace/name:port` */
  readonly name: string;
  /** as iptables spells it */
  readonly protocol: 'tcp' | 'udp' | 'sctp';
  readonly clusterIP: Ipv4;
  readonly service: Service;
  readonly port: ServicePort;
  /** its place in spec.ports */
  readonly index: number;
  /** in the order of their text, which is the order in a chain */
  readonly endpoints: readonly ProxyEndpoint[];
  /** all that rules are made of: the same text, the same rules */
  readonly text: string;
}

/** By `namespace/name:port/protocol`: no two ports of a Service have the same. */
export type ServiceMap = ReadonlyMap<string, ProxyPort>;

const LOWER = { TCP: 'tcp', UDP: 'udp', SCTP: 'sctp' } as const satisfies Record<ServiceProtocol, string>;

const keyOf = (name: string, protocol: ServiceProtocol): string => `${name}/${protocol}`;

/** Headless Services, ExternalName and those of another proxy get no rules. */
function isProxied(service: Service): service is Service & { readonly clusterIP: Ipv4 } {
  return (
    service.clusterIP !== undefined && service.type !== 'ExternalName' && service.proxyName === undefined
  );
}

/** Service ports in the order of the documents. */
export function serviceMap(services: readonly Service[], slices: readonly EndpointSlice[]): ServiceMap {
  const endpoints = endpointsByPort(slices);
  const map = new Map<string, ProxyPort>();
  for (const service of services) {
    if (!isProxied(service)) continue;
    const { ports: _ports, ref: _ref, ...rest } = service;
    const text = JSON.stringify(rest);
    service.ports.forEach((port, index) => {
      const name = portName(service.namespace, service.name, port.name);
      const key = keyOf(name, port.protocol);
      const own = endpoints.get(key) ?? NO_ENDPOINTS;
      map.set(key, {
        name,
        protocol: LOWER[port.protocol],
        clusterIP: service.clusterIP,
        service,
        port,
        index,
        endpoints: own.endpoints,
        text: `${text} ${index} ${JSON.stringify(port)} ${own.text}`,
      });
    });
  }
  return map;
}

interface Endpoints {
  readonly endpoints: readonly ProxyEndpoint[];
  readonly text: string;
}

const NO_ENDPOINTS: Endpoints = { endpoints: [], text: '' };

/** An address that two slices have is one endpoint: the first. */
function endpointsByPort(slices: readonly EndpointSlice[]): ReadonlyMap<string, Endpoints> {
  const found = new Map<string, Map<string, ProxyEndpoint>>();
  for (const slice of slices) {
    for (const port of slice.ports) {
      const key = keyOf(portName(slice.namespace, slice.service, port.name), port.protocol);
      let own = found.get(key);
      if (!own) found.set(key, (own = new Map()));
      for (const endpoint of slice.endpoints) {
        const address = `${printIpv4(endpoint.ip)}:${port.port}`;
        if (!own.has(address)) own.set(address, { ...endpoint, port: port.port, address });
      }
    }
  }
  return new Map([...found].map(([key, own]) => [key, inOrder([...own.values()])]));
}

function inOrder(list: readonly ProxyEndpoint[]): Endpoints {
  const endpoints = list.toSorted((a, b) => (a.address < b.address ? -1 : 1));
  const text = endpoints
    .map(({ address, ready, serving, terminating, node = '', forZones, forNodes, ref }) => {
      const conditions = (ready ? 1 : 0) + (serving ? 2 : 0) + (terminating ? 4 : 0);
      const hints = forZones.length + forNodes.length === 0 ? '' : `${forZones.join()};${forNodes.join()}`;
      return `${address} ${conditions} ${node} ${hints} ${ref.kind}/${ref.name} ${ref.path}`;
    })
    .join('\n');
  return { endpoints, text };
}

/** Load balancer addresses whose packets nodes take. */
export function virtualIps({ service }: ProxyPort): Service['loadBalancer'] {
  return service.loadBalancer.filter(({ ipMode }) => ipMode === 'VIP');
}

/** Whether it can be reached by another address than its ClusterIP. */
export function isExternallyAccessible(port: ProxyPort): boolean {
  return (
    port.port.nodePort !== undefined || port.service.externalIPs.length > 0 || virtualIps(port).length > 0
  );
}

/** externalTrafficPolicy says something only where traffic can come from outside. */
export function isExternalLocal({ service }: ProxyPort): boolean {
  const { type, externalIPs, externalTrafficPolicy } = service;
  return externalTrafficPolicy === 'Local' && (type !== 'ClusterIP' || externalIPs.length > 0);
}

export function isInternalLocal({ service }: ProxyPort): boolean {
  return service.internalTrafficPolicy === 'Local';
}

export function usesClusterEndpoints(port: ProxyPort): boolean {
  return !isInternalLocal(port) || isExternallyAccessible(port);
}

export function usesLocalEndpoints(port: ProxyPort): boolean {
  return isInternalLocal(port) || (isExternalLocal(port) && isExternallyAccessible(port));
}

/** The port that tells a load balancer whether this node has endpoints. */
export function healthCheckPort(port: ProxyPort): number | undefined {
  const { type, healthCheckNodePort } = port.service;
  return type === 'LoadBalancer' && isExternalLocal(port) ? healthCheckNodePort : undefined;
}

/** A field of the Service, for the origin of a rule. */
export function fieldOf({ service }: ProxyPort, path: string): ObjectRef {
  return { ...service.ref, path };
}

/** `-m tcp -p tcp -d 10.96.0.1 --dport 80`, without an address for NodePorts. */
export function matchPort(protocol: string, to: Ipv4 | undefined, port: number): string {
  return `-m ${protocol} -p ${protocol}${to === undefined ? '' : ` -d ${printIpv4(to)}`} --dport ${port}`;
}
