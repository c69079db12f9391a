/** flanneld on one node: from leases to rows, with the backend of the cluster. */
import { assertUnreachable } from '../../lib/assert.ts';
import type { Behaviour } from '../../sim/process.ts';
import type { BackendType, Cluster } from '../cluster.ts';
import { nodeNs } from '../ids.ts';
import type { Naming } from '../naming.ts';
import { nodesText } from '../watch.ts';
import { reconcile, type Wanted } from '../reconcile.ts';
import type { NetNsId } from '../../kernel/recorder.ts';
import { leasesOf, podMtu, type FlannelBackend, type Plan } from './backend.ts';
import { hostGw, routeComplaint } from './hostGw.ts';
import { SUBNET_ENV, subnetEnv } from './subnetEnv.ts';
import { proxy, startProxy, udp } from './udp.ts';
import { vxlan } from './vxlan.ts';

export function backendOf(type: BackendType): FlannelBackend {
  switch (type) {
    case 'vxlan':
      return vxlan;
    case 'host-gw':
      return hostGw;
    case 'udp':
      return udp;
    default:
      return assertUnreachable(type);
  }
}

export interface FlanneldState {
  readonly applied: readonly Wanted[];
  /** what it saw when it last looked */
  readonly seen: string;
  /** the udp backend's proxy runs */
  readonly proxying: boolean;
}

/** What flanneld on `ns` knows; undefined while its node has no podCIDR ("node pod cidr not assigned"). */
export function planOf(cluster: Cluster, ns: NetNsId, naming: Naming): Plan | undefined {
  const leases = leasesOf(cluster, naming);
  const own = leases.find((lease) => nodeNs(lease.node.name) === ns);
  if (!own) return undefined;
  return { cluster, node: own.node, own, remotes: leases.filter((lease) => lease !== own) };
}

function environmentOf({ cluster, node, own }: Plan): string {
  const { network } = cluster.flannel;
  return subnetEnv({ network, subnet: own.subnet, mtu: podMtu(cluster, node), ipMasq: true });
}

/** flanneld: wakes when leases change, and in udp mode for every packet. */
export function flanneld(naming: Naming): Behaviour<FlanneldState | undefined, Cluster> {
  return {
    name: 'flanneld',
    watches: true,
    wake(sys, state = { applied: [], proxying: false, seen: '' }, why) {
      if (why.why === 'timer') return state;
      if (why.why === 'socket') {
        const plan = planOf(sys.cluster, sys.ns, naming);
        if (plan) proxy(sys, why.event, plan);
        return state;
      }
      const seen = nodesText(sys.cluster);
      if (seen === state.seen) return state;
      const plan = planOf(sys.cluster, sys.ns, naming);
      const backend = backendOf(sys.cluster.flannel.backend);
      if (plan) sys.writeFile(sys.ns, SUBNET_ENV, environmentOf(plan));
      const wanted = plan ? backend.desired(plan) : [];
      const applied = reconcile(sys, state.applied, wanted, (w, error) => routeComplaint(w) || error);
      const proxying = plan !== undefined && backend.type === 'udp';
      if (proxying && !state.proxying) startProxy(sys, plan.own);
      return { applied, proxying, seen };
    },
  };
}
