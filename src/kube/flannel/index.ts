/**
 * flanneld on one node. It starts, hears of leases that come and go, keeps its rules every 5 s and (host-gw) its routes every
 * 10 s, makes its vxlan device again when somebody deletes it, and in udp mode carries every packet. Nothing else is missed:
 * a neighbour, an fdb entry or a vxlan route that somebody deletes stays away until the lease comes again.
 */
import { printCidr } from '../../wire/address.ts';
import { closeSocket } from '../../kernel/socket.ts';
import type { SimTime } from '../../kernel/recorder.ts';
import { lookup } from '../../kernel/fib.ts';
import type { Behaviour, Process, Subscription, Sys } from '../../sim/process.ts';
import type { Cluster, FlannelConfig } from '../cluster.ts';
import { nodeNs } from '../ids.ts';
import type { Naming } from '../naming.ts';
import { goError, type Command, type FlannelBackend, type Remote } from './backend.ts';
import { makeWay, recoverable, recovered, ROUTE_CHECK_PERIOD } from './hostGw.ts';
import { because, changesBetween, isEtcd, leasesOf, POD_CIDR, sameLease, type Lease } from './lease.ts';
import { backendOf, BY_FLANNELD, nodeOf, start, tearDownBackend, toldOf, vtepMacAgain } from './start.ts';
import { NOT_STARTED, STARTED_AGAIN, type FlanneldState, type Loop, type Running } from './state.ts';
import { allStand, bootstrap, RESYNC_PERIOD, tearDown } from './trafficManager.ts';
import { proxy, UDP_OVERHEAD } from './udp.ts';
import { configureDevice, ensureDevice, vxlanName } from './vxlan.ts';

const MILLISECOND = 1_000_000;
/** how long a real flanneld took to make a deleted device again (measured) */
const RECREATE_TIME = 4 * MILLISECOND;

export const flanneldPid = (node: string): string => `flanneld@${node}`;

/** flanneld's process; `again` when somebody starts it while the board runs. */
export function flanneldProcess(node: string, again = false): Process {
  const state: FlanneldState | undefined = again ? STARTED_AGAIN : undefined;
  return { pid: flanneldPid(node), behaviour: 'flanneld', ns: nodeNs(node), state };
}

/** How long until a loop that began at `since` and sleeps `period` between two looks looks again. */
export function untilNext(now: SimTime, since: SimTime, period: number): number {
  return period - ((now - since) % period);
}

const always = (): boolean => true;

/** What it watches of its node: its rules, routes, and devices that go. */
const HEARS: readonly Subscription[] = [
  { table: 'rule', op: 'delete', fits: (line) => line.includes('FLANNEL-') },
  { table: 'route', op: 'delete', fits: always },
  // a gateway may have come within reach
  { table: 'route', op: 'add', fits: always },
  { table: 'link', op: 'delete', fits: (line) => line.includes('flannel') },
];

/** The process. */
export function flanneld(naming: Naming): Behaviour<FlanneldState | undefined, Cluster> {
  return {
    name: 'flanneld',
    watches: true,
    hears: HEARS,
    wake(sys, state = NOT_STARTED, why) {
      if (why.why === 'start') return begin(sys, naming, state.phase !== 'running' && state.again);
      if (why.why === 'objects') return onObjects(sys, naming, state);
      if (state.phase !== 'running') return state;
      switch (why.why) {
        case 'netlink':
          return onNetlink(sys, state);
        case 'timer':
          return onTimer(sys, naming, state, why.tag);
        case 'socket': {
          const { own, lease, known } = state;
          const remotes = [...known.values()];
          if (own.config.backend === 'udp')
            proxy(sys, why.event, {
              ifaceIP: own.ifaceIP,
              buffer: own.ifaceMtu - UDP_OVERHEAD,
              own: lease,
              remotes,
            });
          return state;
        }
        case 'interrupt':
          return state;
      }
    },
  };
}

function begin(sys: Sys<Cluster>, naming: Naming, again: boolean): FlanneldState {
  const told = toldOf(sys.cluster, nodeOf(sys));
  const started = start(sys, naming, again);
  if (!started.ok) {
    sys.log(started.error, BY_FLANNELD, { result: 'failed' });
    return { phase: 'failed', again, told };
  }
  const running: Running = {
    phase: 'running',
    told,
    ...started.value,
    since: sys.now,
    known: new Map(),
    seen: [],
    due: [],
  };
  return hearLeases(sys, running);
}

function onObjects(sys: Sys<Cluster>, naming: Naming, state: FlanneldState): FlanneldState {
  const isSame = toldOf(sys.cluster, nodeOf(sys)) === state.told;
  if (state.phase !== 'running') return isSame ? state : begin(sys, naming, state.again);
  if (!isSame) {
    stopAll(sys, state);
    return begin(sys, naming, false);
  }
  return hearLeases(sys, state);
}

/** An administrator takes away what this flanneld wrote, before another one is started with another configuration. */
function stopAll(sys: Sys<Cluster>, { own, known, rules }: Running): void {
  const backend = backendOf(own.config.backend);
  for (const lease of known.values()) {
    const isDirect = isDirectly(sys, own.config, lease);
    if (backend.type === 'host-gw' || isDirect)
      run(sys, remoteOf(backend, own.config, lease, isDirect).remove);
  }
  tearDownBackend(sys, own);
  for (const [id, socket] of sys.netns(sys.ns)?.state.sockets ?? [])
    if (socket.owner === sys.pid) closeSocket(sys.kernel(), id);
  for (const list of rules) tearDown(sys, list, because(own.node, POD_CIDR));
}

// ---------------------------------------------------------------------------------------------- leases

/** What is done about a lease is the same on every node, so it is worked out once for all of them. */
const remotes = new WeakMap<FlannelConfig, WeakMap<Lease, { direct?: Remote; tunnelled?: Remote }>>();

export function remoteOf(
  backend: FlannelBackend,
  config: FlannelConfig,
  lease: Lease,
  direct: boolean,
): Remote {
  let ofConfig = remotes.get(config);
  if (!ofConfig)
    remotes.set(config, (ofConfig = new WeakMap<Lease, { direct?: Remote; tunnelled?: Remote }>()));
  let ofLease = ofConfig.get(lease);
  if (!ofLease) ofConfig.set(lease, (ofLease = {}));
  return direct
    ? (ofLease.direct ??= backend.remote(config, lease, true))
    : (ofLease.tunnelled ??= backend.remote(config, lease, false));
}

/** What a flanneld that starts now on this node gives to the kernel for the others, DirectRouting left aside. */
export function planOf(cluster: Cluster, node: string): readonly Remote[] {
  const { flannel } = cluster;
  const backend = backendOf(flannel.backend);
  const leases = leasesOf(cluster);
  const own = leases.find((lease) => lease.node === node);
  return own ? leases.flatMap((l) => (isOwn(l, own) ? [] : [remoteOf(backend, flannel, l, false)])) : [];
}

/** DirectRouting: the kernel has a route to the node, and it goes by no gateway. @see flannel pkg/ip/iface.go DirectRouting */
function isDirectly(sys: Sys<Cluster>, { directRouting }: FlannelConfig, { publicIP }: Lease): boolean {
  const ns = sys.netns(sys.ns);
  if (directRouting !== true || !ns) return false;
  const route = lookup(ns, publicIP);
  return route !== 'miss' && route.type === 'unicast' && route.via === undefined;
}

const keyOf = ({ node, subnet }: Lease, etcd: boolean): string => `${etcd ? '' : node} ${printCidr(subnet)}`;

const isOwn = (a: Lease, b: Lease): boolean =>
  a.subnet.address === b.subnet.address && a.subnet.bits === b.subnet.bits;

/** Compares the leases that there are with those that it saw: what WatchLeases would have told it meanwhile. */
function hearLeases(sys: Sys<Cluster>, state: Running): Running {
  const leases = leasesOf(sys.cluster);
  if (leases === state.seen) return state;
  const etcd = isEtcd(sys.cluster);
  const { gone, come } = changesBetween(state.seen, leases);
  if (etcd && gone.some((lease) => isOwn(lease, state.lease)) && !leases.some((l) => isOwn(l, state.lease))) {
    sys.log('Lease has been revoked. Shutting down daemon.', BY_FLANNELD);
    sys.kill(sys.pid);
    return state;
  }
  const known = new Map(state.known);
  const others = come.filter((lease) => !isOwn(lease, state.lease));
  const keys = new Set(others.map((lease) => keyOf(lease, etcd)));
  for (const lease of gone) {
    const key = keyOf(lease, etcd);
    const heard = known.get(key);
    if (heard === undefined || keys.has(key) || (!etcd && !isDeleted(sys.cluster, lease))) continue;
    removed(sys, state, heard);
    known.delete(key);
  }
  for (const lease of others) {
    const key = keyOf(lease, etcd);
    const before = known.get(key);
    if (before?.revision === lease.revision && sameLease(before, lease)) continue;
    known.set(key, lease);
    added(sys, state, lease);
  }
  return { ...state, known, seen: leases };
}

/** With the kube manager only a Node that is deleted takes its lease away; one whose annotations are gone is passed over. */
function isDeleted({ nodes, leases }: Cluster, { node }: Lease): boolean {
  return !nodes.some(({ name }) => name === node) || leases?.some((lease) => lease.node === node) === true;
}

function added(sys: Sys<Cluster>, { own }: Running, lease: Lease): void {
  const backend = backendOf(own.config.backend);
  if (backend.takes !== 'any' && !backend.takes.includes(lease.backendType)) {
    sys.log(backend.ignored(lease), BY_FLANNELD);
    return;
  }
  sys.log(backend.heard(lease), BY_FLANNELD);
  const ns = sys.netns(sys.ns);
  if (backend.type === 'host-gw' && ns && makeWay(sys, ns, lease) === 'skip') return;
  const { add, remove } = remoteOf(backend, own.config, lease, isDirectly(sys, own.config, lease));
  const failed = run(sys, add, { stops: true });
  // "Try to clean up ... then continue"
  if (failed !== undefined) run(sys, remove.slice(0, failed));
}

function removed(sys: Sys<Cluster>, { own }: Running, lease: Lease): void {
  const backend = backendOf(own.config.backend);
  if (backend.takes !== 'any' && !backend.takes.includes(lease.backendType)) return;
  const says = backend.gone(lease);
  if (says !== undefined) sys.log(says, BY_FLANNELD);
  run(sys, remoteOf(backend, own.config, lease, isDirectly(sys, own.config, lease)).remove);
}

/** Gives commands in order; what Linux refuses is a log line. @returns the number of the first that failed, when it `stops` there */
function run(
  sys: Sys<Cluster>,
  commands: readonly Command[],
  { stops = false }: { readonly stops?: boolean } = {},
): number | undefined {
  for (const [i, { op, origin, complaint }] of commands.entries()) {
    const result = sys.op(sys.ns, op, origin);
    if (result.ok) continue;
    const says = complaint?.(goError(result.errno));
    if (says !== undefined) sys.log(says, origin, { result: result.errno });
    if (stops) return i;
  }
  return undefined;
}

// ---------------------------------------------------------------------------------------------- loops

/** Somebody changed something: the loop that cares will see it when it looks next. */
function onNetlink(sys: Sys<Cluster>, state: Running): Running {
  const ns = sys.netns(sys.ns);
  if (!ns) return state;
  const { own, rules, known, since } = state;
  const { backend } = own.config;
  let next = state;
  const due = (loop: Loop, after: number): void => {
    if (next.due.includes(loop)) return;
    if (loop === 'recreate-device') sys.work(after, loop);
    else sys.timer(after, loop);
    next = { ...next, due: [...next.due, loop] };
  };
  if (!rules.every((list) => allStand(ns.state.rules, list)))
    due('iptables-resync', untilNext(sys.now, since, RESYNC_PERIOD));
  if (backend === 'host-gw' && recoverable(ns, known.values()).length > 0)
    due('route-check', untilNext(sys.now, since, ROUTE_CHECK_PERIOD));
  if (backend === 'vxlan' && !ns.state.devices.has(vxlanName(own.config))) {
    sys.log(`Interface ${vxlanName(own.config)} deleted`, BY_FLANNELD);
    sys.log('vxlan device missing, attempting to recreate...', BY_FLANNELD);
    due('recreate-device', RECREATE_TIME);
  }
  return next;
}

function onTimer(sys: Sys<Cluster>, naming: Naming, state: Running, tag: string): Running {
  const next = { ...state, due: state.due.filter((loop) => loop !== tag) };
  if (tag === 'iptables-resync') resync(sys, next);
  else if (tag === 'route-check') checkRoutes(sys, next);
  else if (tag === 'recreate-device') recreateDevice(sys, naming, next);
  return next;
}

/** Looks whether every rule is there, and writes a list of which one is missing anew. */
function resync(sys: Sys<Cluster>, { rules, own }: Running): void {
  for (const list of rules) {
    if (allStand(sys.netns(sys.ns)?.state.rules ?? {}, list)) continue;
    sys.log('Some iptables rules are missing; deleting and recreating rules', BY_FLANNELD);
    bootstrap(sys, list, because(own.node, POD_CIDR));
  }
}

function checkRoutes(sys: Sys<Cluster>, { own, known }: Running): void {
  const ns = sys.netns(sys.ns);
  const backend = backendOf(own.config.backend);
  for (const lease of ns ? recoverable(ns, known.values()) : []) {
    const [command] = remoteOf(backend, own.config, lease, false).add;
    if (command && sys.op(sys.ns, command.op, command.origin).ok) sys.log(recovered(lease), BY_FLANNELD);
  }
}

/** The device comes back with its address; what was written for other nodes went with the old one and stays away. */
function recreateDevice(sys: Sys<Cluster>, naming: Naming, { own, lease }: Running): void {
  ensureDevice(sys, own, vtepMacAgain(sys, own, naming));
  const name = vxlanName(own.config);
  if (sys.netns(sys.ns)?.state.devices.has(name) !== true) return;
  configureDevice(sys, own, lease);
  sys.log(`VXLAN device ${name} recreated successfully`, BY_FLANNELD);
}
