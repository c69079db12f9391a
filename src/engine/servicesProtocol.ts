/** What the page knows and asks of Services. */
import type { ChainRef } from './rulesProtocol.ts';

export interface BoardServicePort {
  /** '' for the only port of a Service */
  readonly name: string;
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
  readonly port: number;
  readonly nodePort?: number;
}

export interface BoardService {
  readonly namespace: string;
  readonly name: string;
  readonly type: 'ClusterIP' | 'NodePort' | 'LoadBalancer' | 'ExternalName';
  /** undefined: headless, or a name for something outside */
  readonly clusterIP?: string;
  readonly ports: readonly BoardServicePort[];
  /** ready endpoints, each address once */
  readonly endpoints: number;
  /** only where traffic comes from outside */
  readonly externalTrafficPolicy?: 'Cluster' | 'Local';
}

export interface ServiceEndpoint {
  readonly ip: string;
  readonly port: number;
  /** name of the Service's port that leads there */
  readonly portName: string;
  /** `NAMESPACE/POD` */
  readonly pod?: string;
  readonly node?: string;
  readonly ready: boolean;
  readonly terminating: boolean;
}

/** A rule of a chain that Services share. */
export interface ServiceRule extends ChainRef {
  readonly number: number;
  readonly text: string;
}

/** What stands behind a Service, and what kube-proxy of one node made of it. */
export interface ServiceDetail {
  readonly endpoints: readonly ServiceEndpoint[];
  /** in KUBE-SERVICES, KUBE-NODEPORTS and the like */
  readonly rules: readonly ServiceRule[];
  /** the Service's own, in the order of the walk */
  readonly chains: readonly (ChainRef & { readonly rules: number })[];
}
