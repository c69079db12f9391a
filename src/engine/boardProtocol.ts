/** What the board draws and what its document asks for: names, addresses, doors, running traffic, expectations. */
import type { Message } from '../lib/message.ts';
import type { Disposition, DropReason } from '../trace/types.ts';
import type { PolicyController } from './policyProtocol.ts';
import type { SendRequest } from './protocol.ts';
import type { BoardService } from './servicesProtocol.ts';

/** A place a packet can be sent from or to, in the spelling of the command line (design.md section 11). */
export type Endpoint = string;

/** What the board draws: names, addresses and doors; no positions. */
export interface Board {
  readonly name: string;
  readonly clusterCIDR: string;
  readonly serviceCIDR: string;
  readonly backend: 'vxlan' | 'host-gw' | 'udp';
  /** Docker alone: no flannel runs here, so there is no backend */
  readonly withoutFlannel?: true;
  readonly segments: readonly BoardSegment[];
  readonly router: BoardMachine | undefined;
  readonly clients: readonly BoardMachine[];
  readonly nodes: readonly BoardNode[];
  /** who enforces NetworkPolicies; undefined: nobody has to, there are none */
  readonly policyController?: PolicyController;
  readonly services: readonly BoardService[];
  /** the running traffic of the Board document */
  readonly traffic: readonly BoardFlow[];
  readonly expect: readonly BoardExpectation[];
}

export interface BoardFlow {
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly protocol: 'icmp' | 'tcp' | 'udp';
  /** nanoseconds between two packets */
  readonly every: number;
}

/** What shall come of a packet, as the Board document says. */
export interface BoardExpectation {
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly protocol: 'icmp' | 'tcp' | 'udp';
  /** length of the IP packet of a ping */
  readonly size?: number;
  /** the client's port, else one is drawn */
  readonly sport?: number;
  /** endpoints chosen by hand, `SVC=ENDPOINT` each, as on the command line */
  readonly pick?: readonly string[];
  readonly result: Disposition;
  /** devices that it has to cross: `node1/flannel.1` */
  readonly via: readonly string[];
}

/** An expectation, and what a packet sent now comes to. */
export type ExpectationResult = BoardExpectation & {
  readonly holds: boolean;
  /** what is sent for it */
  readonly request: SendRequest;
} & (
    | {
        readonly ended?: Disposition;
        /** devices of `via` that it did not cross */
        readonly missed: readonly string[];
        /** where it was dropped, when it was */
        readonly why?: { readonly sentence: Message; readonly reason: DropReason; readonly where: string };
      }
    /** it could not be sent */
    | { readonly refusal: Message }
  );

export interface BoardSegment {
  readonly name: string;
  readonly cidr: string;
  readonly mtu: number;
  /** namespace id of its switch */
  readonly ns: string;
}

export interface BoardDevice {
  readonly name: string;
  readonly kind: 'veth' | 'bridge' | 'vxlan' | 'tun' | 'physical' | 'loopback';
  readonly ns: string;
  readonly mac: string;
  readonly addresses: readonly string[];
  readonly mtu: number;
  readonly up: boolean;
  /** the other end of a veth or cable */
  readonly peer?: { readonly ns: string; readonly dev: string };
  /** the bridge it is a port of */
  readonly master?: string;
}

export interface BoardMachine {
  readonly name: string;
  readonly ns: string;
  readonly ip: string;
  readonly devices: readonly BoardDevice[];
  /** segments its devices are plugged into, in order */
  readonly segments: readonly string[];
}

export interface BoardNode extends BoardMachine {
  readonly podCIDR: string;
  readonly pods: readonly BoardPod[];
  /** hostNetwork pods: they live in the node's own namespace */
  readonly hostPods: readonly BoardHostPod[];
  /** its condition Ready, when that is not True */
  readonly notReady?: 'False' | 'Unknown';
  /** flanneld was ended here, or could not start; undefined: it runs, the node sleeps, or there is no flannel */
  readonly flanneld?: 'stopped' | 'failed';
}

export interface BoardPod {
  /** namespace id: `NAMESPACE/POD` */
  readonly ns: string;
  readonly namespace: string;
  readonly name: string;
  readonly ip: string;
  readonly labels: Readonly<Record<string, string>>;
  /** declared container ports, e.g. `8080/TCP` */
  readonly ports: readonly string[];
  /** its network could not be set up, so it is ContainerCreating and has no address: kubelet's words */
  readonly waiting?: string;
  readonly devices: readonly BoardDevice[];
}

export interface BoardHostPod {
  readonly namespace: string;
  readonly name: string;
}
