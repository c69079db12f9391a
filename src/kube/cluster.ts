/**
 * The cluster as the controllers see it: what the YAML says, checked and completed. Addresses are values, defaults are filled
 * in, oddities have become warnings. `kube/manifest` makes it from documents; controllers only read it.
 */
import type { Cidr, Ipv4, Mac } from '../wire/address.ts';
import type { ObjectRef } from '../kernel/origin.ts';
import type { Disposition } from '../kernel/recorder.ts';
import type { Lease } from './flannel/lease.ts';
import type { PortRange } from './ipam/nodePort.ts';
import type { SubnetChoice } from './flannel/netConf.ts';
import type { NetworkPolicy, PolicyController } from './policy/networkPolicy.ts';
import type { KubeProxyConfig } from './kubeProxy/options.ts';
import type { EndpointSlice, Service } from './service.ts';

export type BackendType = 'vxlan' | 'host-gw' | 'udp';

/** Who runs containers, and how they get their network: a CRI runtime or Docker under kubelet with CNI, or Docker alone (CNM). */
export type Runtime = 'containerd' | 'dockershim' | 'docker';

export interface Segment {
  readonly name: string;
  /** the prefix of the segment; the router has its first address */
  readonly cidr: Cidr;
  readonly mtu: number;
}

/** What the condition Ready of a Node says, other than True. */
export type NotReady = 'False' | 'Unknown';

export interface ClusterNode {
  readonly name: string;
  readonly ip: Ipv4;
  readonly segment: string;
  /** missing: flanneld cannot start there ("node pod cidr not assigned"), the node is drawn without pods of its own */
  readonly podCIDR?: Cidr;
  /** so many podCIDRs as its text has when they are more than two: flanneld does not start there */
  readonly podCIDRs?: number;
  /** status.nodeInfo.architecture, where it is not amd64 */
  readonly architecture?: string;
  /** its text has none: kube-controller-manager gave it */
  readonly givenPodCIDR?: true;
  /** from the annotation flannel.alpha.coreos.com/backend-data, else made from the name */
  readonly vtepMac?: Mac;
  /** `--public-ip`, or the annotation node-public-ip: under which address other nodes shall know it */
  readonly publicIP?: Ipv4;
  /** the annotation public-ip-overwrite: what flanneld publishes instead */
  readonly publicIPOverwrite?: Ipv4;
  /** the label topology.kubernetes.io/zone */
  readonly zone?: string;
  /** its condition Ready, when that is not True: `False` is kubelet's word, `Unknown` means that nobody hears of kubelet */
  readonly notReady?: NotReady;
  /** the node lifecycle controller found out while the board ran; what `notReady` was before, or true */
  readonly lost?: NotReady | true;
  readonly ref: ObjectRef;
}

export interface ContainerPort {
  readonly port: number;
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
  readonly name?: string;
  /** published on the machine by Docker (`docker run -p`) */
  readonly hostPort?: number;
}

export interface ClusterPod {
  readonly namespace: string;
  readonly name: string;
  readonly node: string;
  /** undefined for hostNetwork pods, and for a pod that has none (yet): its network could not be set up */
  readonly ip?: Ipv4;
  /** its text gives no address: host-local chooses, and `ip` is what it chose or will choose */
  readonly chosen?: true;
  /** it is ContainerCreating: what kubelet said last, verbatim */
  readonly waiting?: string;
  readonly hostNetwork: boolean;
  readonly labels: Readonly<Record<string, string>>;
  readonly ports: readonly ContainerPort[];
  /** its condition Ready, after the node lifecycle controller; true where the text has no conditions */
  readonly ready: boolean;
  /** what `ready` was before its Node was lost */
  readonly wasReady?: boolean;
  /** it has a deletionTimestamp */
  readonly terminating: boolean;
  /** spec.hostname and spec.subdomain: its name below that of a headless Service */
  readonly hostname?: string;
  readonly subdomain?: string;
  /** what made it, `Deployment/web`; undefined: nobody did, or its node */
  readonly workload?: string;
  /** its container is CoreDNS */
  readonly servesDns?: true;
  /** ports on which Services that select it expect an answer: its containers listen there, too */
  readonly targetPorts: readonly ContainerPort[];
  readonly ref: ObjectRef;
}

/** A namespace of objects; one that has no document of its own is there when pods are in it. */
export interface ClusterNamespace {
  readonly name: string;
  /** with kubernetes.io/metadata.name, which every namespace has */
  readonly labels: Readonly<Record<string, string>>;
}

export interface FlannelConfig {
  readonly backend: BackendType;
  /** the cluster's pod network, `Network` of net-conf.json */
  readonly network: Cidr;
  readonly vni: number;
  readonly port: number;
  /** Backend.MTU of vxlan: that of the network beneath, from which 50 are taken; default that of the card */
  readonly mtu?: number;
  /** Backend.DirectRouting of vxlan: who is on the same link is reached by a plain route */
  readonly directRouting?: boolean;
  /** who keeps the leases; default kube */
  readonly manager?: 'kube' | 'etcd';
  /** SubnetLen, SubnetMin, SubnetMax: the etcd manager's */
  readonly subnets?: SubnetChoice;
  /** `--ip-masq`; default true, as in the stock manifest */
  readonly ipMasq?: boolean;
  /** `--iptables-forward-rules`; default true */
  readonly forwardRules?: boolean;
  /** 'none': flanneld writes its rules where they are not simulated (EnableNFTables), or somebody does it for it; default iptables */
  readonly trafficManager?: 'iptables' | 'none';
}

/** Traffic that keeps flowing while the board is looked at. */
export interface Flow {
  /** as on the command line: `pod/NS/NAME`, `node/NAME`, `client/NAME` */
  readonly from: string;
  readonly to: string;
  readonly protocol: 'tcp' | 'udp' | 'icmp';
  /** nanoseconds */
  readonly every: number;
}

/** What shall come of a packet. */
export interface Expectation {
  /** as on the command line */
  readonly from: string;
  readonly to: string;
  readonly protocol: 'tcp' | 'udp' | 'icmp';
  /** length of the IP packet of a ping */
  readonly size?: number;
  /** the client's port, else one is drawn */
  readonly sport?: number;
  /** endpoints chosen by hand, `SVC=ENDPOINT` each, as on the command line */
  readonly pick?: readonly string[];
  readonly result: Disposition;
  /** devices that it, or what it is wrapped in, has to cross: `node1/flannel.1` */
  readonly via: readonly string[];
}

/** A command that somebody gives on a machine: `iptables -A ...`, `ip route del ...`, `pkill -9 flanneld`. */
export interface Fault {
  /** the namespace: a node's, client's or router's name, `NAMESPACE/POD` */
  readonly on: string;
  readonly run: string;
  /** nanoseconds after the board's start; missing: when it starts, or when the text gets the command */
  readonly at?: number;
  readonly ref: ObjectRef;
}

export interface Cluster {
  readonly name: string;
  readonly serviceCIDR: Cidr;
  /** default 30000-32767 */
  readonly nodePortRange?: PortRange;
  readonly flannel: FlannelConfig;
  /** how often all sandboxes of a node were thrown away by hand */
  readonly evicted?: Readonly<Record<string, number>>;
  /** default containerd */
  readonly runtime?: Runtime;
  /** Docker alone: its range, the same on every machine, or what flannel says of the machine (`--bip`) */
  readonly docker?: { readonly bip: Cidr | 'flannel' };
  readonly segments: readonly Segment[];
  readonly router: { readonly name: string };
  readonly clients: readonly { readonly name: string; readonly ip: Ipv4 }[];
  readonly nodes: readonly ClusterNode[];
  /** how often a machine was started again while the board ran (a Node's bootID changes then); programs write it, no text */
  readonly boots?: Readonly<Record<string, number>>;
  /** nodes whose kubelet is stopped, with the time of its last renewal in nanoseconds; programs write it, no text */
  readonly silent?: Readonly<Record<string, number>>;
  /** what flannelds have put to the API server or to etcd; a text says nothing of them, programs write them */
  readonly leases?: readonly Lease[];
  readonly pods: readonly ClusterPod[];
  readonly namespaces: readonly ClusterNamespace[];
  readonly policies: readonly NetworkPolicy[];
  /** who enforces them; undefined: nobody, as with flannel alone */
  readonly policyController?: PolicyController;
  /** of every type; controllers leave those alone that are none of theirs */
  readonly services: readonly Service[];
  /** those of the text, and what the EndpointSlice controller made for the other Services */
  readonly endpointSlices: readonly EndpointSlice[];
  readonly kubeProxy: KubeProxyConfig;
  readonly traffic: readonly Flow[];
  readonly faults: readonly Fault[];
  readonly expect: readonly Expectation[];
}
