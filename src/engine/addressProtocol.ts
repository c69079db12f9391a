/** The addresses of a cluster as their allocators know them: ranges, who has what, and where the next comes from. */
import type { ObjectRef } from '../trace/types.ts';

/** What flanneld publishes of a node; none where no flannel runs. */
export interface LeaseRow {
  readonly node: string;
  readonly ref: ObjectRef;
  /** undefined: the node has no podCIDR, so flanneld ends there */
  readonly subnet?: string;
  readonly publicIP: string;
  /** as in the annotation `backend-type`: empty for udp */
  readonly backendType: string;
  /** as in the annotation `backend-data` */
  readonly backendData: string;
  /** who gave the node its podCIDR: its text, or kube-controller-manager when the board was read */
  readonly givenBy: 'text' | 'kube-controller-manager';
}

/** The pod network in blocks of the size that nodes get. */
export interface PodRange {
  readonly cidr: string;
  readonly blockBits: number;
  readonly blocks: number;
  /** in the order of the range; a podCIDR larger than a block takes several */
  readonly taken: readonly {
    readonly from: number;
    readonly to: number;
    readonly cidr: string;
    readonly node: string;
    readonly ref: ObjectRef;
  }[];
  /** the block that the range allocator gives next */
  readonly next?: { readonly index: number; readonly cidr: string };
  /** its own words when there is none */
  readonly full?: string;
  /** kube-controller-manager gives podCIDRs here (`--allocate-node-cidrs`): the Board says clusterCIDR */
  readonly isGiven: boolean;
}

/** The range of one node, from which its pods get their addresses. Hosts are counted from the network's own address. */
export interface HostRange {
  readonly node: string;
  readonly ref: ObjectRef;
  readonly cidr: string;
  /** how many addresses the prefix has */
  readonly size: number;
  /** who chooses: host-local goes round, Docker takes the lowest that is free */
  readonly by: 'host-local' | 'docker';
  readonly taken: readonly {
    readonly host: number;
    readonly ip: string;
    /** undefined: a file that no pod of this node owns: an address that has leaked */
    readonly pod?: string;
    readonly ref?: ObjectRef;
  }[];
  /** the device that has the network's own address: a tunnel's, to send from */
  readonly network?: string;
  /** the bridge, which has the first address */
  readonly gateway: { readonly host: number; readonly dev: string };
  /** what was given last (`last_reserved_ip.0`) */
  readonly last?: number;
  readonly next?: { readonly host: number; readonly ip: string };
  /** the allocator's own words when there is none */
  readonly full?: string;
}

/** The range of ClusterIPs. Indices are counted from the first address that can be given. */
export interface ServiceRangeView {
  readonly cidr: string;
  readonly count: number;
  /** size of the lower band, for those who ask for an address */
  readonly offset: number;
  readonly bands: {
    readonly lower?: { readonly from: string; readonly to: string };
    readonly upper: { readonly from: string; readonly to: string };
  };
  readonly taken: readonly {
    readonly index: number;
    readonly ip: string;
    readonly service: string;
    /** absent for `default/kubernetes` when the text does not have it: the API server always does */
    readonly ref?: ObjectRef;
  }[];
}

export interface NodePortRange {
  readonly from: number;
  readonly to: number;
  /** size of the lower band */
  readonly offset: number;
  readonly taken: readonly { readonly port: number; readonly service: string; readonly ref: ObjectRef }[];
}

export interface AddressPlan {
  readonly leases: readonly LeaseRow[];
  /** undefined where no flannel runs: there is no network of all pods */
  readonly pods?: PodRange;
  /** of the node that was asked for, or the first that has one */
  readonly host?: HostRange;
  /** nodes that have a range, in the order of the board */
  readonly nodes: readonly string[];
  readonly services: ServiceRangeView;
  readonly nodePorts: NodePortRange;
}
