/** Service ports with their endpoints, as kube-proxy's change trackers hold them. @see pkg/proxy/serviceport.go, endpoints.go */
import { onceFor } from '../../lib/memo.ts';
import type { ObjectRef } from '../../kernel/origin.ts';
import { printIpv4, type Ipv4 } from '../../wire/address.ts';
import type { Endpoint, EndpointSlice, Service, ServicePort, ServiceProtocol } from '../service.ts';
import { portName } from './names.ts';

export interface ProxyEndpoint extends Omit<Endpoint, 'node' | 'hostname'> {
  readonly node: string | undefined;
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
}

/** By `namespace/name:port/protocol`: no two ports of a Service have the same. */
export type ServiceMap = ReadonlyMap<string, ProxyPort>;

const LOWER = { TCP: 'tcp', UDP: 'udp', SCTP: 'sctp' } as const satisfies Record<ServiceProtocol, string>;

const keyOf = (name: string, protocol: ServiceProtocol): string => `${name}/${protocol}`;

/** Headless Services, ExternalName and those of another proxy get no rules. */
export function isProxied(service: Service): service is Service & { readonly clusterIP: Ipv4 } {
  return (
    service.clusterIP !== undefined && service.type !== 'ExternalName' && service.proxyName === undefined
  );
}

/** in the order of their text */
type Endpoints = readonly ProxyEndpoint[];

const NO_ENDPOINTS: Endpoints = [];

/** The ports made of a Service when it was last asked for. */
const portsOf = onceFor((_service: Service) => new Map<ServicePort, ProxyPort>());

/**
 * Service ports in the order of the documents. A port whose Service and endpoints are the same objects as before is the same
 * object as before, as upstream's trackers look only at what changed.
 */
export function serviceMap(services: readonly Service[], slices: readonly EndpointSlice[]): ServiceMap {
  const endpoints = endpointsByPort(slices);
  const map = new Map<string, ProxyPort>();
  for (const service of services) {
    if (!isProxied(service)) continue;
    const known = portsOf(service);
    service.ports.forEach((port, index) => {
      const name = portName(service.namespace, service.name, port.name);
      const key = keyOf(name, port.protocol);
      const own = endpoints.get(key) ?? NO_ENDPOINTS;
      const old = known.get(port);
      if (old?.endpoints === own) {
        map.set(key, old);
        return;
      }
      const made: ProxyPort = {
        name,
        protocol: LOWER[port.protocol],
        clusterIP: service.clusterIP,
        service,
        port,
        index,
        endpoints: own,
      };
      known.set(port, made);
      map.set(key, made);
    });
  }
  return map;
}

function endpointsByPort(slices: readonly EndpointSlice[]): ReadonlyMap<string, Endpoints> {
  const found = new Map<string, Endpoints>();
  for (const slice of slices)
    for (const [key, own] of ofSlice(slice)) {
      const others = found.get(key);
      found.set(key, others ? together(others, own) : own);
    }
  return found;
}

const ofSlice = onceFor((slice: EndpointSlice): readonly (readonly [key: string, own: Endpoints])[] =>
  slice.ports.map(({ name, protocol, port }) => [
    keyOf(portName(slice.namespace, slice.service, name), protocol),
    inOrder(slice.endpoints.map((endpoint) => atPort(endpoint, port))),
  ]),
);

/** Field by field: tens of thousands are made at once, and a spread takes ten times as long. */
function atPort(endpoint: Endpoint, port: number): ProxyEndpoint {
  const { ip, ready, serving, terminating, node, forZones, forNodes, ref } = endpoint;
  const address = `${printIpv4(ip)}:${port}`;
  return { ip, ready, serving, terminating, node, forZones, forNodes, ref, port, address };
}

/** Of two slices for the same port; asked again with the same two, it has the same answer. */
const together = (() => {
  const known = onceFor((_one: Endpoints) => new WeakMap<Endpoints, Endpoints>());
  return (one: Endpoints, other: Endpoints): Endpoints => {
    const old = known(one).get(other);
    if (old) return old;
    const made = inOrder([...one, ...other]);
    known(one).set(other, made);
    return made;
  };
})();

/** An address that is there twice is one endpoint: the first. */
function inOrder(list: readonly ProxyEndpoint[]): Endpoints {
  const byAddress = new Map<string, ProxyEndpoint>();
  for (const endpoint of list)
    if (!byAddress.has(endpoint.address)) byAddress.set(endpoint.address, endpoint);
  return [...byAddress.values()].sort((a, b) => (a.address < b.address ? -1 : 1));
}

/** All that rules are made of: the same text, the same rules. Only asked where the objects are not the same already. */
const textOf = onceFor(({ service, index, port, endpoints }: ProxyPort): string => {
  const { ports: _ports, ref: _ref, ...rest } = service;
  const lines = endpoints.map(
    ({ address, ready, serving, terminating, node = '', forZones, forNodes, ref }) => {
      const conditions = (ready ? 1 : 0) + (serving ? 2 : 0) + (terminating ? 4 : 0);
      const hints = forZones.length + forNodes.length === 0 ? '' : `${forZones.join()};${forNodes.join()}`;
      return `${address} ${conditions} ${node} ${hints} ${ref.kind}/${ref.name} ${ref.path}`;
    },
  );
  return [JSON.stringify(rest), index, JSON.stringify(port), ...lines].join('\n');
});

/** Whether kube-proxy writes the same for both. */
export function samePort(one: ProxyPort, other: ProxyPort): boolean {
  return one === other || textOf(one) === textOf(other);
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
