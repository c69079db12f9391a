/** What follows when kubelet writes a pod's status: the pod has the address, and the endpoints of its Services have it. */
import type { Ipv4 } from '../wire/address.ts';
import type { Cluster, ClusterPod } from './cluster.ts';
import { withOwnSlices } from './endpointSlices.ts';

export interface PodStatus {
  readonly ip: Ipv4 | undefined;
  /** why it is still ContainerCreating */
  readonly waiting: string | undefined;
}

/** The cluster in which the pods of `news` have this status. */
export function withPodStatus(cluster: Cluster, news: ReadonlyMap<ClusterPod, PodStatus>): Cluster {
  const pods = cluster.pods.map((pod) => {
    const status = news.get(pod);
    return status ? withStatus(pod, status) : pod;
  });
  const { services, nodes } = cluster;
  const given = cluster.endpointSlices.filter(({ generated }) => generated !== true);
  return { ...cluster, pods, endpointSlices: withOwnSlices({ services, pods, nodes }, given) };
}

function withStatus(
  { ip: _ip, waiting: _waiting, ...pod }: ClusterPod,
  { ip, waiting }: PodStatus,
): ClusterPod {
  return { ...pod, ...(ip === undefined ? {} : { ip }), ...(waiting === undefined ? {} : { waiting }) };
}
