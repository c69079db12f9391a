/**
 * kube-proxy on one node. At its start it writes everything; afterwards, for every change of Services or endpoints, the chains
 * that all share and those of the Services that changed. Every 30 s it looks whether its canary is still there: when somebody
 * flushed the tables it writes everything again, and so it does after an hour or a failure. A single rule that somebody deletes
 * is not missed until then.
 * Left out: minSyncPeriod (a change is written at once), the health check server, metrics.
 * @see pkg/proxy/iptables/proxier.go, pkg/util/iptables/monitor (facts/kube-proxy.md 3, 8)
 */
import { must } from '../../lib/assert.ts';
import { remembering } from '../../lib/memo.ts';
import { liveEntries } from '../../kernel/conntrack/table.ts';
import { textOfRule } from '../../kernel/netfilter/command.ts';
import type { NetNs } from '../../kernel/netns.ts';
import type { TableOp } from '../../kernel/op.ts';
import { parseOp } from '../../kernel/opText.ts';
import type { Origin } from '../../kernel/origin.ts';
import type { SimTime } from '../../kernel/recorder.ts';
import type { Behaviour, Sys } from '../../sim/process.ts';
import type { Cluster } from '../cluster.ts';
import { nodeNs } from '../ids.ts';
import { deleteCommand, staleEntries } from './conntrack.ts';
import { hasLocalhostNodePorts, type ProxyNode } from './options.ts';
import { samePort, serviceMap, type ServiceMap } from './servicePort.ts';
import { CANARY, CANARY_TABLES, JUMPS, type Jump } from './staticRules.ts';
import { isLargeCluster, NOTHING_WRITTEN, sync, type Written } from './sync.ts';

export interface KubeProxyState {
  readonly written: Written;
  /** the Services and endpoints of the last sync; undefined before the first */
  readonly map?: ServiceMap;
  /** what it knew of itself and its node then, as text */
  readonly node: string;
  /** undefined: the next sync is a full one */
  readonly fullAt?: SimTime;
  /** when it last looked for stale chains */
  readonly cleanedAt?: SimTime;
}

const SECOND = 1_000_000_000;
const SYNC_PERIOD = 30 * SECOND;
const FULL_SYNC_PERIOD = 3600 * SECOND;
const BY_KUBE_PROXY: Origin = { by: 'kube-proxy' };
const TICK = 'monitor';
const NOT_STARTED: KubeProxyState = { written: NOTHING_WRITTEN, node: '' };

const mapByCluster = new WeakMap<Cluster, ServiceMap>();

/** Made once for a cluster and shared by its nodes. */
export function servicesOf(cluster: Cluster): ServiceMap {
  let map = mapByCluster.get(cluster);
  if (!map) mapByCluster.set(cluster, (map = serviceMap(cluster.services, cluster.endpointSlices)));
  return map;
}

export const kubeProxy: Behaviour<KubeProxyState | undefined, Cluster> = {
  name: 'kube-proxy',
  watches: true,
  wake(sys, state = NOT_STARTED, why) {
    const node = nodeOf(sys);
    const runs = node?.config.mode === 'iptables';
    if (why.why === 'start') sys.timer(SYNC_PERIOD, TICK);
    if (why.why === 'timer') {
      sys.timer(SYNC_PERIOD, TICK);
      return runs ? monitor(sys, node, state) : state;
    }
    if (why.why !== 'start' && why.why !== 'objects') return state;
    // stopped, it leaves what it wrote as it stands
    return runs ? syncIfChanged(sys, node, state) : NOT_STARTED;
  },
};

function nodeOf(sys: Sys<Cluster>): ProxyNode | undefined {
  const own = sys.cluster.nodes.find(({ name }) => nodeNs(name) === sys.ns);
  const state = sys.netns(sys.ns)?.state;
  if (!own || !state) return undefined;
  const config = sys.cluster.kubeProxy;
  return {
    config,
    name: own.name,
    ip: own.ip,
    ...(own.podCIDR ? { podCIDR: own.podCIDR } : {}),
    ...(own.zone === undefined ? {} : { zone: own.zone }),
    addresses: config.nodePortAddresses.length === 0 ? [] : state.addresses.map(({ ip }) => ip),
    nfacct: false,
    tcpBeLiberal: false,
  };
}

function syncIfChanged(sys: Sys<Cluster>, node: ProxyNode, state: KubeProxyState): KubeProxyState {
  const map = servicesOf(sys.cluster);
  const isSame =
    state.map !== undefined && sameServices(map, state.map) && state.node === JSON.stringify(node);
  return isSame && !isFullDue(sys, state) ? { ...state, map } : syncRules(sys, node, state);
}

function sameServices(a: ServiceMap, b: ServiceMap): boolean {
  if (a === b) return true;
  if (a.size !== b.size) return false;
  const others = b.entries();
  for (const [key, port] of a) {
    const [otherKey, other] = others.next().value ?? [];
    if (key !== otherKey || !other || !samePort(port, other)) return false;
  }
  return true;
}

function isFullDue({ now }: Sys<Cluster>, { fullAt }: KubeProxyState): boolean {
  return fullAt === undefined || now - fullAt >= FULL_SYNC_PERIOD;
}

/** The canary lives in mangle, where nobody else writes: when it is gone, somebody has flushed everything. */
function monitor(sys: Sys<Cluster>, node: ProxyNode, state: KubeProxyState): KubeProxyState {
  const isAlive = sys.netns(sys.ns)?.state.rules.mangle?.chains.has(CANARY) === true;
  if (isAlive && state.fullAt !== undefined) return state;
  const { fullAt: _since, ...flushed } = state;
  return syncRules(sys, node, flushed);
}

function syncRules(sys: Sys<Cluster>, node: ProxyNode, state: KubeProxyState): KubeProxyState {
  const ns = must(sys.netns(sys.ns), 'the node of kube-proxy');
  const seen = JSON.stringify(node);
  const isSameNode = seen === state.node;
  const full = !isSameNode || isFullDue(sys, state);
  if (full) prepare(sys, ns, node);
  const map = servicesOf(sys.cluster);
  const looks =
    full || !isLargeCluster(map) || state.cleanedAt === undefined || sys.now - state.cleanedAt > SYNC_PERIOD;
  const { text, written } = sync({
    map,
    node,
    written: isSameNode ? state.written : NOTHING_WRITTEN,
    full,
    existing: looks ? ns.state.rules.nat?.chains.keys() : undefined,
  });
  const op: TableOp = { op: 'iptables-restore', text, noflush: true, counters: true, test: false };
  const result = sys.op(sys.ns, op, BY_KUBE_PROXY);
  const { fullAt: lastFull, ...rest } = state;
  if (!result.ok) {
    sys.log(`Failed to execute iptables-restore: ${result.text}`, BY_KUBE_PROXY, { result: result.errno });
    return { ...rest, map, node: seen, written: NOTHING_WRITTEN };
  }
  cleanConntrack(sys, ns, map);
  const fullAt = full ? sys.now : lastFull;
  return {
    ...rest,
    map,
    node: seen,
    written,
    ...(fullAt === undefined ? {} : { fullAt }),
    ...(looks ? { cleanedAt: sys.now } : {}),
  };
}

/** What a full sync does before the rules: sysctl, canaries, and the jumps, each put first where it is missing. */
function prepare(sys: Sys<Cluster>, ns: NetNs, node: ProxyNode): void {
  const key = 'net.ipv4.conf.all.route_localnet';
  if (hasLocalhostNodePorts(node.config)) run(sys, `sysctl -w ${key}=1`);
  const ensureChain = (table: Jump['table'], chain: string): void => {
    if (!ns.state.rules[table]?.chains.has(chain)) run(sys, `iptables -t ${table} -N ${chain}`);
  };
  for (const table of CANARY_TABLES) ensureChain(table, CANARY);
  for (const jump of JUMPS) {
    ensureChain(jump.table, jump.to);
    const op = opOf(`iptables -t ${jump.table} -I ${jump.from} ${jump.match} -j ${jump.to}`);
    if (!stands(ns, jump, op)) sys.op(sys.ns, op, BY_KUBE_PROXY);
  }
}

/** `iptables -C` */
function stands(ns: NetNs, { table, from }: Jump, op: TableOp): boolean {
  if (op.op !== 'iptables' || !('rules' in op.command)) return false;
  const wanted = op.command.rules.map(textOfRule);
  const rules = ns.state.rules[table]?.chains.get(from)?.rules ?? [];
  return wanted.every((text) => rules.some((rule) => rule.text === text));
}

/** The commands before the rules are the same on every node. */
const opOf = remembering(64, (text): TableOp => {
  const op = parseOp(text);
  return must(op.ok ? op.value : undefined, text);
});

function run(sys: Sys<Cluster>, text: string): void {
  sys.op(sys.ns, opOf(text), BY_KUBE_PROXY);
}

function cleanConntrack(sys: Sys<Cluster>, ns: NetNs, map: ServiceMap): void {
  for (const { original } of staleEntries(map, liveEntries(ns, sys.now))) run(sys, deleteCommand(original));
}
