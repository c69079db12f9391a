/** flanneld on one node: from leases to rows, with the backend of the cluster. */
import { assertUnreachable } from '../../lib/assert.ts';
import type { Origin } from '../../kernel/origin.ts';
import type { Behaviour, Sys } from '../../sim/process.ts';
import type { BackendType, Cluster } from '../cluster.ts';
import { nodeNs } from '../ids.ts';
import type { Naming } from '../naming.ts';
import { nodesText } from '../watch.ts';
import { reconcile, type Wanted } from '../reconcile.ts';
import type { NetNsId, SimTime } from '../../kernel/recorder.ts';
import { because, leasesOf, podMtu, POD_CIDR, type FlannelBackend, type Plan } from './backend.ts';
import { hostGw, routeComplaint } from './hostGw.ts';
import { SUBNET_ENV, subnetEnv } from './subnetEnv.ts';
import {
  allStand,
  bootstrap,
  forwardRules,
  masqRules,
  RESYNC_PERIOD,
  setUp,
  tearDown,
  type RuleList,
} from './trafficManager.ts';
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
  /** the rules that it keeps */
  readonly rules: readonly RuleList[];
  /** when its loops began: they look again every so often from then on */
  readonly since: SimTime;
  /** its loop has been told that there is something to see */
  readonly resyncDue: boolean;
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

const RESYNC = 'iptables-resync';

/** How long until a loop that began at `since` and sleeps `period` between two looks looks again. */
export function untilNext(now: SimTime, since: SimTime, period: number): number {
  return period - ((now - since) % period);
}

/** flanneld: wakes when leases change, when somebody meddles with what it keeps, and in udp mode for every packet. */
export function flanneld(naming: Naming): Behaviour<FlanneldState | undefined, Cluster> {
  return {
    name: 'flanneld',
    watches: true,
    hears: { table: 'rule', op: 'delete', fits: (line) => line.includes('FLANNEL-') },
    wake(sys, state = atStart(sys.now), why) {
      if (why.why === 'timer') return why.tag === RESYNC ? resync(sys, state) : state;
      if (why.why === 'netlink') {
        if (!state.resyncDue) sys.timer(untilNext(sys.now, state.since, RESYNC_PERIOD), RESYNC);
        return { ...state, resyncDue: true };
      }
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
      const rules = keepRules(sys, state.rules, plan);
      return { ...state, applied, proxying, seen, rules };
    },
  };
}

function atStart(since: SimTime): FlanneldState {
  return { applied: [], proxying: false, seen: '', rules: [], since, resyncDue: false };
}

function rulesOf({ cluster, own }: Plan): readonly RuleList[] {
  const { network, ipMasq = true, forwardRules: forward = true } = cluster.flannel;
  return [...(ipMasq ? [masqRules(network, own.subnet)] : []), ...(forward ? [forwardRules(network)] : [])];
}

/** Writes the rules of this plan where they are others than before. */
function keepRules(
  sys: Sys<Cluster>,
  before: readonly RuleList[],
  plan: Plan | undefined,
): readonly RuleList[] {
  const wanted = plan ? rulesOf(plan) : [];
  const same = (a: RuleList, b: RuleList): boolean => JSON.stringify(a) === JSON.stringify(b);
  const by: Origin = plan ? because(plan.own, POD_CIDR) : { by: 'flanneld' };
  for (const old of before) if (!wanted.some((list) => same(list, old))) tearDown(sys, old, by);
  for (const list of wanted) if (!before.some((old) => same(list, old))) setUp(sys, list, by);
  return wanted;
}

/** Looks whether every rule is there, and writes a list of which one is missing anew. */
function resync(sys: Sys<Cluster>, state: FlanneldState): FlanneldState {
  const by: Origin = { by: 'flanneld' };
  for (const list of state.rules) {
    const rules = sys.netns(sys.ns)?.state.rules ?? {};
    if (allStand(rules, list)) continue;
    sys.log('Some iptables rules are missing; deleting and recreating rules', by);
    bootstrap(sys, list, by);
  }
  return { ...state, resyncDue: false };
}
