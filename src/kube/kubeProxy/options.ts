/** What kube-proxy is told on its command line (KubeProxyConfiguration), and how it tells local traffic from other traffic. */
import { assertUnreachable } from '../../lib/assert.ts';
import { printCidr, type Cidr, type Ipv4 } from '../../wire/address.ts';

export type DetectLocal =
  | { readonly mode: 'ClusterCIDR'; readonly cidr: Cidr }
  /** this node's podCIDR */
  | { readonly mode: 'NodeCIDR' }
  | { readonly mode: 'BridgeInterface'; readonly bridge: string }
  | { readonly mode: 'InterfaceNamePrefix'; readonly prefix: string }
  | { readonly mode: 'None' };

export interface KubeProxyConfig {
  readonly mode: 'iptables' | 'none';
  readonly detectLocal: DetectLocal;
  readonly masqueradeAll: boolean;
  readonly localhostNodePorts: boolean;
  /** empty: every local address */
  readonly nodePortAddresses: readonly Cidr[];
}

/** kubeadm's, but for clusterCIDR, which is the pod network. */
export const DEFAULT_KUBE_PROXY: KubeProxyConfig = {
  mode: 'iptables',
  detectLocal: { mode: 'None' },
  masqueradeAll: false,
  localhostNodePorts: true,
  nodePortAddresses: [],
};

/** What one kube-proxy knows about itself and its node. */
export interface ProxyNode {
  readonly config: KubeProxyConfig;
  readonly name: string;
  readonly ip: Ipv4;
  readonly podCIDR?: Cidr;
  /** the label topology.kubernetes.io/zone */
  readonly zone?: string;
  /** every address of its devices, for nodePortAddresses */
  readonly addresses: readonly Ipv4[];
  /** the counters of 1.32 and later could be made when it started: only with nfnetlink_acct, which our kernel has not */
  readonly nfacct: boolean;
  /** nf_conntrack_tcp_be_liberal */
  readonly tcpBeLiberal: boolean;
}

/** What a rule says of the source of local traffic, and of all other; undefined: it cannot be told. */
export interface LocalDetector {
  readonly ifLocal: string;
  readonly ifNotLocal: string;
}

export function localDetector({ config, podCIDR }: ProxyNode): LocalDetector | undefined {
  const match = matchOf(config.detectLocal, podCIDR);
  return match === undefined ? undefined : { ifLocal: match, ifNotLocal: `! ${match}` };
}

function matchOf(detect: DetectLocal, podCIDR: Cidr | undefined): string | undefined {
  switch (detect.mode) {
    case 'ClusterCIDR':
      return `-s ${printCidr(detect.cidr)}`;
    case 'NodeCIDR':
      return podCIDR && `-s ${printCidr(podCIDR)}`;
    case 'BridgeInterface':
      return `-i ${detect.bridge}`;
    case 'InterfaceNamePrefix':
      return `-i ${detect.prefix}+`;
    case 'None':
      return undefined;
    default:
      return assertUnreachable(detect);
  }
}

const LOOPBACK_OCTET = 127;

/** Whether 127.0.0.1:NodePort works: not when nodePortAddresses leaves loopback out. */
export function hasLocalhostNodePorts({ localhostNodePorts, nodePortAddresses }: KubeProxyConfig): boolean {
  const loopback = (prefix: Cidr): boolean => prefix.bits === 0 || prefix.address >>> 24 === LOOPBACK_OCTET;
  return localhostNodePorts && (nodePortAddresses.length === 0 || nodePortAddresses.some(loopback));
}
