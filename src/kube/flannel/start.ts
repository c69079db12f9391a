/**
 * How flanneld starts (main.go): configuration, external interface, device and lease, rules, subnet.env, and only then the routes
 * to others. What was there before it is not asked for and not taken away.
 */
import { assertUnreachable } from '../../lib/assert.ts';
import { err, ok, type Result } from '../../lib/result.ts';
import { networkOf, parseCidr, printIpv4, type Cidr, type Mac } from '../../wire/address.ts';
import type { Sys } from '../../sim/process.ts';
import type { BackendType, Cluster, ClusterNode } from '../cluster.ts';
import { nodeNs } from '../ids.ts';
import type { Naming } from '../naming.ts';
import { externalInterface, podMtu, type FlannelBackend, type Own } from './backend.ts';
import { hostGw } from './hostGw.ts';
import {
  annotationsOf,
  because,
  etcdKey,
  etcdValue,
  isEtcd,
  leaseOf,
  POD_CIDR,
  type Lease,
} from './lease.ts';
import { acquireLease, type Attrs } from './manager.ts';
import { isBuiltFor, notLeased, UDP_NOT_SUPPORTED } from './refusals.ts';
import { parseSubnetEnv, SUBNET_ENV, subnetEnv } from './subnetEnv.ts';
import { forwardRules, masqRules, setUp, type RuleList } from './trafficManager.ts';
import { startProxy, udp } from './udp.ts';
import { configureDevice, ensureDevice, vxlan, vxlanName } from './vxlan.ts';

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

export const BY_FLANNELD = { by: 'flanneld' } as const;

export interface Started {
  readonly own: Own;
  readonly lease: Lease;
  readonly rules: readonly RuleList[];
}

/** flanneld's node; undefined when it is no node of the cluster any more. */
export function nodeOf(sys: Sys<Cluster>): ClusterNode | undefined {
  return sys.cluster.nodes.find(({ name }) => nodeNs(name) === sys.ns);
}

/** Everything up to subnet.env. The error is the log line with which flanneld ends, with exit code 1. */
export function start(sys: Sys<Cluster>, naming: Naming, again: boolean): Result<Started, string> {
  const say = (text: string): void => {
    sys.log(text, BY_FLANNELD);
  };
  const node = nodeOf(sys);
  const state = sys.netns(sys.ns)?.state;
  if (!node || !state) return err(`Failed to create SubnetManager: nodes "${sys.ns}" not found`);
  const external = externalInterface(state);
  if (!external.ok) return err(`Failed to find any valid interface to use: ${external.error}`);
  const config = sys.cluster.flannel;
  const backend = backendOf(config.backend);
  const { iface, ip: ifaceIP, mtu: ifaceMtu } = external.value;
  const publicIP = node.publicIP ?? ifaceIP;
  const own: Own = { node: node.name, config, iface, ifaceIP, ifaceMtu, publicIP };
  say(`Found network config - Backend type: ${backend.type}`);
  say(`Using interface with name ${iface} and address ${printIpv4(ifaceIP)}`);
  say(
    node.publicIP === undefined
      ? `Defaulting external address to interface address (${printIpv4(ifaceIP)})`
      : `Using ${printIpv4(publicIP)} as external address`,
  );
  if (backend.type === 'host-gw' && publicIP !== ifaceIP)
    return err(
      "Error fetching backend: your PublicIP differs from interface IP, meaning that probably you're on a NAT, which is not supported by host-gw backend",
    );
  if (!isBuiltFor(config.backend, node)) return err(UDP_NOT_SUPPORTED);
  const attrs = attrsOf(sys, own, { naming, again, given: node.vtepMac });
  const acquired = acquireLease(sys.cluster, { attrs, previous: previousSubnet(sys), first: !again });
  acquired.says.forEach(say);
  publish(sys, acquired.cluster);
  if (!acquired.lease.ok) return err(notLeased(acquired.lease.error));
  const lease = acquired.lease.value;
  if (backend.type === 'vxlan') configureDevice(sys, own, lease);
  if (backend.type === 'udp') startProxy(sys, own, lease);
  const rules = rulesOf(own, lease);
  for (const list of rules) {
    say(
      list.table === 'nat' ? 'Setting up masking rules' : 'Changing default FORWARD chain policy to ACCEPT',
    );
    setUp(sys, list, because(node.name, POD_CIDR));
  }
  const { network, ipMasq = true } = config;
  const mtu = podMtu(backend, own);
  sys.writeFile(sys.ns, SUBNET_ENV, subnetEnv({ network, subnet: lease.subnet, mtu, ipMasq }));
  say(`Wrote subnet file to ${SUBNET_ENV}`);
  say('Running backend.');
  return ok({ own, lease, rules });
}

/** What it will say of itself; with vxlan its device has to be there first, since a lease names its MAC. */
function attrsOf(
  sys: Sys<Cluster>,
  own: Own,
  {
    naming,
    again,
    given,
  }: { readonly naming: Naming; readonly again: boolean; readonly given: Mac | undefined },
): Attrs {
  const { node, config, publicIP } = own;
  if (config.backend !== 'vxlan') return { node, publicIP, backendType: config.backend };
  const { vni, port, directRouting = false } = config;
  const asked = port === DEFAULT_PORT ? 0 : port;
  sys.log(
    `VXLAN config: VNI=${vni} Port=${asked} GBP=false Learning=false DirectRouting=${directRouting}`,
    BY_FLANNELD,
  );
  const wanted = again ? vtepMacAgain(sys, own, naming) : (given ?? naming.mac('vtep', node));
  const vtepMac = ensureDevice(sys, own, wanted);
  return { node, publicIP, backendType: 'vxlan', vni, vtepMac };
}

const DEFAULT_PORT = 8472;

/**
 * The MAC of a device that is made anew while the board runs: the kube manager reads back what was published, the etcd manager
 * draws another one, here from the number that the device will have.
 */
export function vtepMacAgain(sys: Sys<Cluster>, { node }: Own, naming: Naming): Mac {
  const stored = isEtcd(sys.cluster) ? undefined : leaseOf(sys.cluster, node)?.vtepMac;
  const index = sys.netns(sys.ns)?.state.nextIfIndex ?? 0;
  return stored ?? naming.mac('vtep', `${node} ${index}`);
}

function previousSubnet(sys: Sys<Cluster>): Cidr | undefined {
  const text = sys.readFile(sys.ns, SUBNET_ENV);
  const said = /^FLANNEL_SUBNET=(.*)$/m.exec(text ?? '')?.[1];
  const subnet = said === undefined ? undefined : parseCidr(said);
  return subnet?.ok === true && parseSubnetEnv(text ?? '').subnet ? networkOf(subnet.value) : undefined;
}

/** Writes the objects when something in them is new, as an event for each annotation or key. */
function publish(sys: Sys<Cluster>, next: Cluster): void {
  if (next === sys.cluster) return;
  const before = new Set(sys.cluster.leases);
  for (const lease of next.leases ?? []) if (!before.has(lease)) sayPut(sys, lease);
  sys.setCluster(next);
}

function sayPut(sys: Sys<Cluster>, lease: Lease): void {
  const by = because(lease.node, '');
  if (isEtcd(sys.cluster)) {
    sys.log(`put ${etcdKey(lease.subnet)}`, by, { kind: 'object', detail: etcdValue(lease) });
    return;
  }
  const detail = Object.entries(annotationsOf(lease)).map(
    ([key, value]) => `${key}: ${JSON.stringify(value)}`,
  );
  sys.log(`Node/${lease.node} metadata.annotations`, by, { kind: 'object', detail: detail.join('\n') });
}

function rulesOf({ config }: Own, { subnet }: Lease): readonly RuleList[] {
  const { network, ipMasq = true, forwardRules: forward = true, trafficManager } = config;
  if (trafficManager === 'none') return [];
  return [...(ipMasq ? [masqRules(network, subnet)] : []), ...(forward ? [forwardRules(network)] : [])];
}

/** What flanneld is told: when somebody edits that, the board takes it as an administrator who starts everything anew. */
export function toldOf(cluster: Cluster, node: ClusterNode | undefined): string {
  if (!node) return '';
  const { name, ip, podCIDR, podCIDRs, architecture, vtepMac, publicIP, publicIPOverwrite, segment } = node;
  const mtu = cluster.segments.find((s) => s.name === segment)?.mtu;
  return JSON.stringify([
    cluster.flannel,
    { name, ip, podCIDR, podCIDRs, architecture, vtepMac, publicIP, publicIPOverwrite, segment, mtu },
  ]);
}

/**
 * The leases of all nodes as their flannelds will put them, so that a node on which nothing runs yet is known to the others: they
 * come to life when somebody looks at them (more than fifty nodes), but they have been there all along. Pure.
 */
export function registered(cluster: Cluster, naming: Naming, nodes = cluster.nodes): Cluster {
  const { backend, vni } = cluster.flannel;
  let next = cluster;
  const leases: Lease[] = [];
  for (const node of nodes) {
    const { name, ip, publicIP = ip, vtepMac } = node;
    if (!isBuiltFor(backend, node)) continue;
    const attrs: Attrs = {
      node: name,
      publicIP,
      backendType: backend,
      ...(backend === 'vxlan' ? { vni, vtepMac: vtepMac ?? naming.mac('vtep', name) } : {}),
    };
    if (isEtcd(cluster)) next = acquireLease(next, { attrs, previous: undefined, first: true }).cluster;
    else {
      const lone: Cluster = { ...cluster, leases: [] };
      const acquired = acquireLease(lone, { attrs, previous: undefined, first: true });
      leases.push(...(acquired.cluster.leases ?? []));
    }
  }
  if (isEtcd(cluster) || leases.length === 0) return next;
  const fresh = new Set(leases.map(({ node }) => node));
  return { ...next, leases: [...(next.leases ?? []).filter(({ node }) => !fresh.has(node)), ...leases] };
}

/** Takes away what it made for itself, the routes to others with it. */
export function tearDownBackend(sys: Sys<Cluster>, { config, node }: Own): void {
  const name = config.backend === 'vxlan' ? vxlanName(config) : 'flannel0';
  const device = sys.netns(sys.ns)?.state.devices.get(name as ReturnType<typeof vxlanName>);
  if (device) sys.op(sys.ns, { op: 'link-del', name: device.name }, because(node, ''));
}
