/** Services and their endpoints as controllers see them: defaults filled in as the API server does, IPv4 only. */
import type { ObjectRef } from '../kernel/origin.ts';
import type { Cidr, Ipv4 } from '../wire/address.ts';

export type ServiceProtocol = 'TCP' | 'UDP' | 'SCTP';
export type TrafficPolicy = 'Cluster' | 'Local';

export interface ServicePort {
  /** '' for the only port of a Service, which needs no name */
  readonly name: string;
  readonly protocol: ServiceProtocol;
  readonly port: number;
  /** a name is looked up in each pod */
  readonly targetPort: number | string;
  readonly nodePort?: number;
}

export interface LoadBalancerAddress {
  readonly ip: Ipv4;
  /** Proxy: the load balancer sends to the node's own address, so nodes leave packets for this one alone */
  readonly ipMode: 'VIP' | 'Proxy';
  /** its place in status.loadBalancer.ingress */
  readonly index: number;
}

export interface Service {
  readonly namespace: string;
  readonly name: string;
  readonly type: 'ClusterIP' | 'NodePort' | 'LoadBalancer' | 'ExternalName';
  /** undefined: headless (`None`), or ExternalName */
  readonly clusterIP?: Ipv4;
  readonly ports: readonly ServicePort[];
  /** undefined: somebody else writes its endpoints */
  readonly selector?: Readonly<Record<string, string>>;
  readonly externalIPs: readonly Ipv4[];
  readonly loadBalancer: readonly LoadBalancerAddress[];
  readonly sourceRanges: readonly Cidr[];
  readonly externalTrafficPolicy: TrafficPolicy;
  readonly internalTrafficPolicy: TrafficPolicy;
  /** sessionAffinity ClientIP: seconds */
  readonly affinity?: number;
  readonly healthCheckNodePort?: number;
  readonly publishNotReadyAddresses: boolean;
  /** of an ExternalName: a name in DNS, elsewhere or here */
  readonly externalName?: string;
  /** the label service.kubernetes.io/service-proxy-name: another proxy's */
  readonly proxyName?: string;
  readonly ref: ObjectRef;
}

export interface Endpoint {
  /** kube-proxy uses the first address of an endpoint */
  readonly ip: Ipv4;
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
  /** what it was before its Node was lost */
  readonly was?: { readonly ready: boolean; readonly serving: boolean };
  readonly node?: string;
  /** its name below that of a headless Service */
  readonly hostname?: string;
  readonly forZones: readonly string[];
  readonly forNodes: readonly string[];
  /** what it is because of: an item of an EndpointSlice, or a Pod when nobody wrote the slice down */
  readonly ref: ObjectRef;
}

export interface EndpointPort {
  readonly name: string;
  readonly protocol: ServiceProtocol;
  readonly port: number;
}

export interface EndpointSlice {
  readonly namespace: string;
  readonly name: string;
  /** the Service that it is for, label kubernetes.io/service-name */
  readonly service: string;
  readonly ports: readonly EndpointPort[];
  readonly endpoints: readonly Endpoint[];
  /** the EndpointSlice controller wrote it: it follows the pods */
  readonly generated?: true;
}
