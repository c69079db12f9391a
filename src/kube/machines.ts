/**
 * The machines under the cluster: nodes, router, clients, and the switches that join them. Written by the machines' own
 * network set-up, not by Kubernetes. A segment is a namespace with a bridge; a network card is a cable to one of its ports.
 */
import { addressAt, networkOf, type Cidr, type Ipv4 } from '../wire/address.ts';
import type { TableOp } from '../kernel/op.ts';
import { BY_MACHINE, type Origin } from '../kernel/origin.ts';
import type { IfName, NetNsId } from '../kernel/recorder.ts';
import type { Behaviour, Process, Sys } from '../sim/process.ts';
import type { Cluster, Segment } from './cluster.ts';
import { afterReboot, containersOf, kubeletPid, kubeletProcess, type KubeletState } from './cni/index.ts';
import { flanneldProcess } from './flannel/index.ts';
import { registered } from './flannel/start.ts';
import { dockerdProcess } from './docker/daemon.ts';
import { hasFlannel } from './docker/options.ts';
import { ETH0, nodeNs, podNs, segmentNs, SWITCH } from './ids.ts';
import type { Naming } from './naming.ts';
import { policyProcess } from './policy/enforce.ts';
import { nodesText, podsOn } from './watch.ts';
import { reconcile, type Wanted } from './reconcile.ts';

export interface MachinesState {
  readonly applied: readonly Wanted[];
  readonly namespaces: readonly NetNsId[];
  /** nodes whose programs run, or sleep until something looks at the node */
  readonly started: readonly string[];
  /** what it saw when it last looked */
  readonly seen: string;
  /** how often each machine had been started again then */
  readonly boots: Readonly<Record<string, number>>;
}

const CLIENT_PREFIX = 24;
const CLIENT_MTU = 1500;
/** on a larger board a node's programs start when something first looks at the node: rows grow with the square of the nodes */
const EAGER_NODES = 50;

/** The segments of the cluster, and one for every /24 that clients stand in. */
export function allSegments(cluster: Cluster): readonly Segment[] {
  const outside: Segment[] = [];
  for (const client of cluster.clients) {
    const cidr = networkOf({ address: client.ip, bits: CLIENT_PREFIX });
    const known = [...cluster.segments, ...outside].some(
      (s) => s.cidr.address === cidr.address && s.cidr.bits === cidr.bits,
    );
    if (!known)
      outside.push({
        name: `outside${outside.length === 0 ? '' : outside.length + 1}`,
        cidr,
        mtu: CLIENT_MTU,
      });
  }
  return [...cluster.segments, ...outside];
}

/** The router's address on a segment: the first. */
export function gatewayOf(segment: Segment): Ipv4 {
  return addressAt(networkOf(segment.cidr).address, 1);
}

/** A machine with one card on one segment. */
interface Plug {
  readonly ns: NetNsId;
  readonly dev: IfName;
  readonly ip: Ipv4;
  readonly segment: Segment;
  readonly isRouter: boolean;
  readonly origin: Origin;
}

function plugs(cluster: Cluster): readonly Plug[] {
  const segments = allSegments(cluster);
  const segmentOf = (name: string): Segment | undefined => segments.find((s) => s.name === name);
  const result: Plug[] = [];
  for (const node of cluster.nodes) {
    const segment = segmentOf(node.segment);
    const origin: Origin = { by: 'machine', object: { ...node.ref, path: 'status.addresses' } };
    if (segment)
      result.push({ ns: nodeNs(node.name), dev: ETH0, ip: node.ip, segment, isRouter: false, origin });
  }
  const router = nodeNs(cluster.router.name);
  segments.forEach((segment, i) => {
    const dev = `eth${i}` as IfName;
    result.push({ ns: router, dev, ip: gatewayOf(segment), segment, isRouter: true, origin: BY_MACHINE });
  });
  for (const client of cluster.clients) {
    const cidr = networkOf({ address: client.ip, bits: CLIENT_PREFIX });
    const segment = segments.find((s) => s.cidr.address === cidr.address && s.cidr.bits === cidr.bits);
    if (segment)
      result.push({
        ns: nodeNs(client.name),
        dev: ETH0,
        ip: client.ip,
        segment,
        isRouter: false,
        origin: BY_MACHINE,
      });
  }
  return result;
}

function plugIn(plug: Plug, naming: Naming): readonly Wanted[] {
  const { ns, dev, ip, segment, origin } = plug;
  const peer = naming.port(plug.isRouter ? `${ns} ${dev}` : ns);
  const at = segmentNs(segment.name);
  const { mtu } = segment;
  const address: Cidr = { address: ip, bits: segment.cidr.bits };
  const key = `${ns} ${dev}`;
  const mac = naming.mac('eth0', dev === ETH0 ? ns : `${ns} ${dev}`);
  const options = { address: mac, mtu };
  const link = { type: 'veth' as const, peer, peerNs: at, peerOptions: { mtu }, cable: true };
  const row = (what: string, where: NetNsId, op: TableOp): Wanted => ({
    key: `${key} ${what}`,
    ns: where,
    op,
    ...(what === 'cable' ? {} : { on: `${key} cable` }),
    origin,
  });
  const rows: Wanted[] = [
    {
      ...row('cable', ns, { op: 'link-add', name: dev, options, link }),
      undo: { op: 'link-del', name: dev },
    },
    row('port', at, { op: 'link-set', name: peer, change: { set: 'master', master: SWITCH } }),
    row('port up', at, { op: 'link-set', name: peer, change: { set: 'up' } }),
    {
      ...row('address', ns, { op: 'addr-add', dev, address, broadcast: true }),
      undo: { op: 'addr-del', dev, address, broadcast: true },
    },
    row('up', ns, { op: 'link-set', name: dev, change: { set: 'up' } }),
  ];
  if (!plug.isRouter) {
    const dst = { address: 0 as Ipv4, bits: 0 };
    const route = { type: 'unicast' as const, dst, via: gatewayOf(segment), dev, onlink: false, metric: 0 };
    const on = `${key} address`;
    rows.push({ ...row('default', ns, { op: 'route-add', route }), on, undo: { op: 'route-del', route } });
  }
  return rows;
}

/** The switch of a segment. */
function switchOn(ns: NetNsId): readonly Wanted[] {
  return [
    {
      key: `${ns} bridge`,
      ns,
      op: { op: 'link-add', name: SWITCH, options: {}, link: { type: 'bridge' } },
      origin: BY_MACHINE,
    },
    {
      key: `${ns} bridge up`,
      ns,
      op: { op: 'link-set', name: SWITCH, change: { set: 'up' } },
      origin: BY_MACHINE,
    },
    {
      key: `${ns} nf`,
      ns,
      op: { op: 'sysctl', key: 'net.bridge.bridge-nf-call-iptables', value: '0' },
      origin: BY_MACHINE,
    },
  ];
}

/** Rows of a card or switch, by what they are made from: on a board of a thousand nodes an edit changes those of one. */
type PlugRows = ReadonlyMap<string, readonly Wanted[]>;

function plugKey({ ns, dev, ip, segment, isRouter }: Plug): string {
  const { name, cidr, mtu } = segment;
  return `${ns} ${dev} ${ip} ${isRouter ? 'router' : ''} ${name} ${cidr.address}/${cidr.bits} ${mtu}`;
}

/** Everything that shall stand: which namespaces, which rows in them; rows that are in `known` are those. Pure. */
export function desiredMachines(
  cluster: Cluster,
  naming: Naming,
  known: PlugRows = new Map(),
): {
  readonly plugs: PlugRows;
  readonly namespaces: readonly { readonly id: NetNsId; readonly conntrackHooks: boolean }[];
  readonly rows: readonly Wanted[];
} {
  const router = nodeNs(cluster.router.name);
  const switches = allSegments(cluster).map((segment) => segmentNs(segment.name));
  const rows: Wanted[] = [];
  const byPlug = new Map<string, readonly Wanted[]>();
  const put = (key: string, made: () => readonly Wanted[]): void => {
    const own = known.get(key) ?? made();
    byPlug.set(key, own);
    rows.push(...own);
  };
  for (const ns of switches) put(ns, () => switchOn(ns));
  put(router, () => [
    {
      key: `${router} forward`,
      ns: router,
      op: { op: 'sysctl', key: 'net.ipv4.ip_forward', value: '1' },
      origin: BY_MACHINE,
    },
  ]);
  for (const plug of plugs(cluster)) put(plugKey(plug), () => plugIn(plug, naming));
  const namespaces = [
    ...switches.map((id) => ({ id, conntrackHooks: false })),
    ...cluster.nodes.map((node) => ({ id: nodeNs(node.name), conntrackHooks: true })),
    { id: router, conntrackHooks: false },
    ...cluster.clients.map((client) => ({ id: nodeNs(client.name), conntrackHooks: false })),
  ];
  return { namespaces, rows, plugs: byPlug };
}

/** The processes of a node, started with the machine: kube-proxy, flanneld, then what makes pods (kubelet, runtime, CNI plugins), then the policy controller. */
function nodeProcesses(cluster: Cluster, name: string): readonly Process[] {
  const ns = nodeNs(name);
  return [
    { pid: `kube-proxy@${name}`, behaviour: 'kube-proxy', ns, state: undefined },
    ...(hasFlannel(cluster) ? [flanneldProcess(name)] : []),
    dockerdProcess(name),
    kubeletProcess(name),
    policyProcess(name),
  ];
}

export const START_MACHINES: Process = {
  pid: 'machines',
  behaviour: 'machines',
  ns: '' as NetNsId,
  state: undefined,
};

/**
 * Whose programs sleep has put its lease all the same; and when a board is set up all have put theirs, so that none hears of
 * fifty others one by one.
 */
function register(
  sys: Sys<Cluster>,
  naming: Naming,
  { before, lazily }: { readonly before: ReadonlySet<string>; readonly lazily: boolean },
): void {
  if ((!lazily && before.size > 0) || !hasFlannel(sys.cluster)) return;
  const fresh = sys.cluster.nodes.filter(({ name }) => !before.has(name));
  if (fresh.length > 0) sys.setCluster(registered(sys.cluster, naming, fresh));
}

const NOTHING: MachinesState = { applied: [], namespaces: [], started: [], seen: '', boots: {} };

/**
 * A machine goes down and comes up: its programs end, its pods' namespaces go, and of itself only what is on its disk is left
 * (/run is not). @returns its programs as they come up with it; none when nobody has looked at the machine yet
 */
function shutDown(sys: Sys<Cluster>, name: string): readonly Process[] {
  const ns = nodeNs(name);
  const kubelet = sys.process(kubeletPid(name));
  if (!kubelet) return [];
  for (const { pid } of nodeProcesses(sys.cluster, name)) sys.kill(pid);
  for (const pod of podsOn(sys.cluster, name)) {
    sys.kill(containersOf(pod));
    if (!pod.hostNetwork && sys.netns(podNs(pod))) sys.deleteNetns(podNs(pod));
  }
  const disk = sys.filesOf(ns).filter((path) => !path.startsWith('/run/'));
  const files = disk.map((path) => [path, sys.readFile(ns, path)] as const);
  // the cable's other end is in the switch
  sys.op(ns, { op: 'link-del', name: ETH0 }, BY_MACHINE);
  sys.deleteNetns(ns);
  sys.addNetns(ns, { conntrackHooks: true });
  for (const [path, text] of files) sys.writeFile(ns, path, text);
  // the world hands a behaviour's state back as it got it
  const state = afterReboot(kubelet.state as KubeletState);
  return nodeProcesses(sys.cluster, name).map((process) => {
    if (process.pid === kubelet.pid) return { ...process, state };
    return process.behaviour === 'flanneld' ? flanneldProcess(name, true) : process;
  });
}

/** Builds, plugs and removes machines as nodes, segments and clients come and go. */
export function machines(naming: Naming): Behaviour<MachinesState | undefined, Cluster> {
  let rowsOfPlugs: PlugRows = new Map();
  return {
    name: 'machines',
    watches: true,
    wake(sys, before = NOTHING, why) {
      if (why.why !== 'start' && why.why !== 'objects') return before;
      const seen = nodesText(sys.cluster);
      const { boots = before.boots } = sys.cluster;
      if (seen === before.seen && boots === before.boots) return before;
      const again = before.started.filter((name) => boots[name] !== before.boots[name]);
      const revived = again.map((name) => shutDown(sys, name));
      const down = new Set(again.map((name) => `${nodeNs(name)} ${ETH0} `));
      const stands = ({ key }: Wanted): boolean => ![...down].some((prefix) => key.startsWith(prefix));
      const state = down.size === 0 ? before : { ...before, applied: before.applied.filter(stands) };
      const { namespaces, rows, plugs: made } = desiredMachines(sys.cluster, naming, rowsOfPlugs);
      rowsOfPlugs = made;
      const ids = namespaces.map((n) => n.id);
      const lazily = sys.cluster.nodes.length > EAGER_NODES;
      const started = sys.cluster.nodes.map((node) => node.name);
      const wanted = new Set(started);
      const there = new Set(state.namespaces);
      const present = new Set(ids);
      // first the programs of machines that go, then what they are plugged into, then the machines
      const gone = state.started.filter((name) => !wanted.has(name));
      for (const { pid } of gone.flatMap((name) => nodeProcesses(sys.cluster, name))) sys.kill(pid);
      for (const { id, conntrackHooks } of namespaces) {
        if (!there.has(id)) sys.addNetns(id, { conntrackHooks });
      }
      const applied = reconcile(sys, state.applied, rows);
      for (const id of state.namespaces) if (!present.has(id)) sys.deleteNetns(id);
      const known = new Set(state.started);
      register(sys, naming, { before: known, lazily });
      for (const process of revived.flat()) if (wanted.has(process.ns)) sys.spawn(process);
      for (const name of started) {
        if (known.has(name)) continue;
        if (lazily) sys.sleep(nodeNs(name), nodeProcesses(sys.cluster, name));
        else for (const process of nodeProcesses(sys.cluster, name)) sys.spawn(process);
      }
      return { applied, namespaces: ids, started, seen, boots };
    },
  };
}
