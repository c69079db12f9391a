/** What kubelet writes into a pod's /etc/resolv.conf under dnsPolicy ClusterFirst. @see pkg/kubelet/network/dns/dns.go */
import { printIpv4, type Ipv4 } from '../../wire/address.ts';
import type { Cluster, ClusterPod } from '../cluster.ts';
import { CLUSTER_DOMAIN } from './zone.ts';

export const RESOLV_CONF = '/etc/resolv.conf';

/** kubeadm gives kube-dns the tenth address of the Service range, and kubelet's clusterDNS is the same. */
const TENTH = 10;

/** kubelet's clusterDNS: where the text has a Service kube-dns, its address. */
export function clusterDns({ services, serviceCIDR }: Cluster): Ipv4 {
  const kubeDns = services.find(({ namespace, name }) => namespace === 'kube-system' && name === 'kube-dns');
  return kubeDns?.clusterIP ?? ((serviceCIDR.address + TENTH) as Ipv4);
}

export function podResolvConf(cluster: Cluster, { namespace }: Pick<ClusterPod, 'namespace'>): string {
  const search = [`${namespace}.svc.${CLUSTER_DOMAIN}`, `svc.${CLUSTER_DOMAIN}`, CLUSTER_DOMAIN];
  return `search ${search.join(' ')}\nnameserver ${printIpv4(clusterDns(cluster))}\noptions ndots:5\n`;
}
