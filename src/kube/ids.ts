/** Namespace ids: a node's, client's or router's name, `NAMESPACE/POD`, and `segment/NAME` for the switch of a segment. */
import type { IfName, NetNsId } from '../kernel/recorder.ts';
import type { ClusterPod } from './cluster.ts';

export const nodeNs = (name: string): NetNsId => name as NetNsId;
export const podNs = (pod: Pick<ClusterPod, 'namespace' | 'name'>): NetNsId =>
  `${pod.namespace}/${pod.name}` as NetNsId;
export const segmentNs = (name: string): NetNsId => `segment/${name}` as NetNsId;

export const ETH0 = 'eth0' as IfName;
export const CNI0 = 'cni0' as IfName;
export const SWITCH = 'br0' as IfName;
