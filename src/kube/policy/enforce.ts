/**
 * Who enforces NetworkPolicies on a node: kube-router's controller as a process, or nobody. Flannel enforces nothing.
 *
 * It writes what kube-router writes; unlike it, only what changed, and only into its own chains: upstream saves the filter table and
 * restores it as a whole. Left out: the version in the names of chains (names stay), --netpol-default-deny, IPv6, nftables.
 * @see kube-router pkg/controllers/netpol/npc_iptables.go fullPolicySync
 */
import { must } from '../../lib/assert.ts';
import { remembering } from '../../lib/memo.ts';
import { textOfRule } from '../../kernel/netfilter/command.ts';
import type { NetNs, NetNsState } from '../../kernel/netns.ts';
import { parseOp } from '../../kernel/opText.ts';
import type { ObjectRef, Origin } from '../../kernel/origin.ts';
import type { TableOp } from '../../kernel/op.ts';
import type { Behaviour, Process, Sys } from '../../sim/process.ts';
import type { Cluster } from '../cluster.ts';
import { nodeNs } from '../ids.ts';
import { printChains, printRules } from '../kubeProxy/lines.ts';
import {
  jumpOf,
  podFirewall,
  policyRules,
  sharedChains,
  topChains,
  type Chain,
} from './kubeRouter/chains.ts';
import { BUILT_INS } from './kubeRouter/names.ts';
import { actionable, Resolver, type ResolvedPolicy } from './kubeRouter/resolved.ts';
import { restoreText, setsOf, type SetText } from './kubeRouter/sets.ts';
import { policyKey, type NetworkPolicy } from './networkPolicy.ts';
import { namespaceLabels, subjectOfPod, type Subject } from './subject.ts';

const SECOND = 1_000_000_000;
/** --iptables-sync-period */
const SYNC_PERIOD = 300 * SECOND;
const BY_POLICY: Origin = { by: 'network-policy' };
const TICK = 'sync';

/** The sets of one policy, as text. */
interface PolicySets {
  readonly key: string;
  readonly ref: ObjectRef;
  readonly names: readonly string[];
  readonly text: string;
}

/** What stands on a node, in the order in which it is written. */
export interface NodeRules {
  readonly sets: readonly PolicySets[];
  readonly chains: readonly PrintedChain[];
}

/** A chain as lines of a restore: what makes or empties it, and its rules. */
interface PrintedChain {
  readonly name: string;
  readonly declared: string;
  readonly rules: string;
}

const NOTHING: NodeRules = { sets: [], chains: [] };

interface Shared {
  readonly podsByNode: ReadonlyMap<string, readonly Subject[]>;
  /** by the id of the pod: those that select it */
  readonly policiesByPod: ReadonlyMap<string, readonly NetworkPolicy[]>;
  readonly sets: readonly PolicySets[];
  /** printed once for all nodes: they are most of what a node has */
  readonly chains: readonly PrintedChain[];
}

const sharedByCluster = new WeakMap<Cluster, Shared>();

/** What policies are resolved against, and those that are: an edit of one policy leaves pods and namespaces as they are. */
interface Resolving {
  readonly namespaces: Cluster['namespaces'];
  readonly pods: readonly Subject[];
  readonly resolver: Resolver;
  readonly known: WeakMap<NetworkPolicy, ResolvedPolicy>;
}

const resolvingByPods = new WeakMap<Cluster['pods'], Resolving>();

function resolvingOf(cluster: Cluster): Resolving {
  const { namespaces } = cluster;
  const made = resolvingByPods.get(cluster.pods);
  if (made?.namespaces === namespaces) return made;
  const pods = actionable(cluster.pods.map((pod) => subjectOfPod(cluster, pod)));
  const resolver = new Resolver(pods, namespaceLabels(cluster));
  const fresh: Resolving = { namespaces, pods, resolver, known: new WeakMap() };
  resolvingByPods.set(cluster.pods, fresh);
  return fresh;
}

/** Every policy of the cluster as kube-router resolves it, by name. */
export function resolvedPolicies(cluster: Cluster): readonly ResolvedPolicy[] {
  const { resolver, known } = resolvingOf(cluster);
  return [...cluster.policies]
    .toSorted((a, b) => (policyKey(a) < policyKey(b) ? -1 : 1))
    .map((policy) => {
      const made = known.get(policy) ?? resolver.resolve(policy);
      known.set(policy, made);
      return made;
    });
}

/** What is the same on every node, made once for a cluster. */
function sharedOf(cluster: Cluster): Shared {
  const known = sharedByCluster.get(cluster);
  if (known) return known;
  const { pods } = resolvingOf(cluster);
  const policies = resolvedPolicies(cluster);
  const policiesByPod = new Map<string, NetworkPolicy[]>();
  for (const { policy, targets } of policies) for (const { id } of targets) append(policiesByPod, id, policy);
  const podsByNode = new Map<string, Subject[]>();
  for (const pod of pods) append(podsByNode, pod.node ?? '', pod);
  const made = {
    podsByNode,
    policiesByPod,
    sets: policies.map((resolved) => policySets(resolved.policy, setsOf(resolved))),
    chains: [...sharedChains(), ...policies.map(policyRules)].map(printed),
  };
  sharedByCluster.set(cluster, made);
  return made;
}

function append<T>(lists: Map<string, T[]>, key: string, value: T): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}

function policySets(policy: NetworkPolicy, sets: readonly SetText[]): PolicySets {
  const names = sets.map(({ name }) => name);
  return { key: policyKey(policy), ref: policy.ref, names, text: restoreText(sets) };
}

/** What shall stand on a node. Pure. */
export function desiredRules(cluster: Cluster, node: string): NodeRules {
  const { podsByNode, policiesByPod, sets, chains } = sharedOf(cluster);
  const local = podsByNode.get(node) ?? [];
  const firewalls = local.flatMap(({ id, pod, ip }) =>
    pod && ip !== undefined ? [podFirewall(pod, ip, policiesByPod.get(id) ?? [])] : [],
  );
  const own = [...firewalls, ...topChains(local, cluster.serviceCIDR)].map(printed);
  return { sets, chains: [...chains, ...own] };
}

function printed({ name, rules, for: whom }: Chain): PrintedChain {
  return { name, declared: printChains([{ chain: name, for: whom }]), rules: printRules(rules) };
}

export interface ControllerState {
  readonly written: NodeRules;
  /** the tables as they were when it had written them */
  readonly standing: Tables | undefined;
  /** its timer runs */
  readonly ticking: boolean;
}

type Tables = Pick<NetNsState, 'rules' | 'ipsets'>;

const NOT_STARTED: ControllerState = { written: NOTHING, standing: undefined, ticking: false };

export const policyController: Behaviour<ControllerState | undefined, Cluster> = {
  name: 'network-policy',
  watches: true,
  wake(sys, state = NOT_STARTED, why) {
    if (why.why !== 'start' && why.why !== 'objects' && why.why !== 'timer') return state;
    const ns = sys.netns(sys.ns);
    const { written, standing } = state;
    if (sys.cluster.policyController !== 'kube-router') {
      const now = written.chains.length === 0 ? written : cleanUp(sys, written);
      return { written: now, standing: undefined, ticking: state.ticking && why.why !== 'timer' };
    }
    const isDue = why.why === 'timer';
    if (isDue || !state.ticking) sys.timer(SYNC_PERIOD, TICK);
    // what stands as it was written is left alone: upstream writes the same again
    if (isDue && ns && standing && isAsWritten(ns.state, standing, written)) return state;
    const now = sync(sys, isDue ? NOTHING : written, written);
    return { written: now, standing: tablesOf(ns), ticking: true };
  },
};

function tablesOf(ns: NetNs | undefined): Tables | undefined {
  return ns && { rules: ns.state.rules, ipsets: ns.state.ipsets };
}

/** Tables are replaced when they change, so what is still the same needs no look. */
function isAsWritten(now: Tables, then: Tables, written: NodeRules): boolean {
  if (now.rules.filter === then.rules.filter && now.ipsets === then.ipsets) return true;
  return standingText(now, written) === standingText(then, written);
}

/** Rules and sets of its own as they stand, and where its jumps are. */
function standingText({ rules, ipsets }: Tables, { sets, chains }: NodeRules): string {
  const table = rules.filter?.chains;
  const first = BUILT_INS.map((builtIn) => table?.get(builtIn)?.rules[0]?.text);
  const own = chains.map(({ name }) => table?.get(name)?.rules.map(({ text }) => text));
  const elements = sets.flatMap(({ names }) =>
    names.map((name) => {
      const set = ipsets.get(name);
      return set && 'entries' in set ? [...set.entries.keys()] : undefined;
    }),
  );
  return JSON.stringify([first, own, elements]);
}

/** The controller of a node, as it is started. */
export function policyProcess(node: string): Process {
  return { pid: `network-policy@${node}`, behaviour: 'network-policy', ns: nodeNs(node), state: undefined };
}

function nodeOf({ cluster, ns }: Sys<Cluster>): string | undefined {
  return cluster.nodes.find(({ name }) => nodeNs(name) === ns)?.name;
}

/** Writes what differs from `written`; `stood` is what was there, some of which may have to go. */
function sync(sys: Sys<Cluster>, written: NodeRules, stood: NodeRules): NodeRules {
  const node = nodeOf(sys);
  const ns = sys.netns(sys.ns);
  if (node === undefined || !ns) return stood;
  const wanted = desiredRules(sys.cluster, node);
  const setText = new Map(written.sets.map(({ key, text }) => [key, text]));
  for (const { key, ref, text } of wanted.sets)
    if (setText.get(key) !== text) act(sys, { op: 'ipset-restore', text, exist: true }, ref);
  const known = new Map(written.chains.map(({ name, rules }) => [name, rules]));
  const changed = wanted.chains.filter(({ name, rules }) => known.get(name) !== rules);
  const names = new Set(wanted.chains.map(({ name }) => name));
  const stale = stood.chains.filter(({ name }) => !names.has(name));
  if (changed.length > 0 || stale.length > 0) {
    const text = [
      '*filter\n',
      ...changed.map(({ declared }) => declared),
      // a line for a chain empties it, so that it can be deleted
      ...stale.map(({ name }) => `:${name} - [0:0]\n`),
      ...changed.map(({ rules }) => rules),
      ...stale.map(({ name }) => `-X ${name}\n`),
      'COMMIT\n',
    ].join('');
    act(sys, { op: 'iptables-restore', text, noflush: true, counters: false, test: false });
  }
  putFirst(sys, ns);
  const sets = new Set(wanted.sets.flatMap(({ names: list }) => list));
  for (const { ref, names: list } of stood.sets)
    for (const name of list) if (!sets.has(name)) run(sys, `ipset destroy ${name}`, ref);
  return wanted;
}

/** Its jumps stand before all others: moved there where somebody else put one before them. */
function putFirst(sys: Sys<Cluster>, ns: NetNs): void {
  for (const builtIn of BUILT_INS) {
    const jump = jumpOf(builtIn);
    const op = opOf(`iptables -I ${builtIn} 1 ${jump}`);
    const text =
      op.op === 'iptables' && 'rules' in op.command ? op.command.rules.map(textOfRule)[0] : undefined;
    const rules = ns.state.rules.filter?.chains.get(builtIn)?.rules ?? [];
    const place = rules.findIndex((rule) => rule.text === text);
    if (place === 0) continue;
    sys.op(sys.ns, op, BY_POLICY);
    if (place > 0) run(sys, `iptables -D ${builtIn} ${place + 2}`);
  }
}

/** `kube-router --cleanup-config`: nothing of its own stays. */
function cleanUp(sys: Sys<Cluster>, { sets, chains }: NodeRules): NodeRules {
  for (const builtIn of BUILT_INS) run(sys, `iptables -D ${builtIn} ${jumpOf(builtIn)}`);
  const text = [
    '*filter\n',
    ...chains.map(({ name }) => `:${name} - [0:0]\n`),
    ...chains.map(({ name }) => `-X ${name}\n`),
    'COMMIT\n',
  ].join('');
  act(sys, { op: 'iptables-restore', text, noflush: true, counters: false, test: false });
  for (const { ref, names } of sets) for (const name of names) run(sys, `ipset destroy ${name}`, ref);
  return NOTHING;
}

function act(sys: Sys<Cluster>, op: TableOp, object?: ObjectRef): void {
  const origin = object === undefined ? BY_POLICY : { ...BY_POLICY, object };
  const result = sys.op(sys.ns, op, origin);
  if (!result.ok) sys.log(`Aborting sync. ${result.text}`, origin, { result: result.errno });
}

/** The commands besides the texts are the same on every node. */
const opOf = remembering(64, (text): TableOp => {
  const op = parseOp(text);
  return must(op.ok ? op.value : undefined, text);
});

function run(sys: Sys<Cluster>, text: string, object?: ObjectRef): void {
  act(sys, opOf(text), object);
}
