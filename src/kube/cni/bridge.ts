/**
 * The bridge plugin: makes the bridge when there is none, a veth pair with one end in the pod, asks the IPAM plugin for an
 * address, writes it and the routes into the pod, and gives the bridge the gateway's address. What fails half way stays until
 * DEL; only the address is given back.
 * @see containernetworking/plugins plugins/main/bridge/bridge.go, pkg/ip/{link_linux,ipmasq_iptables_linux}.go (facts/dataplane.md 2.4)
 * Left out: VLANs, promiscuous mode, IPv6, arp_notify and the gratuitous ARP that it causes, the wait for the port, MAC
 * spoofing checks, and setting the bridge's MAC to itself (ours does not follow its ports).
 */
import { parseCidr, parseIpv4, printCidr, type Cidr, type Ipv4 } from '../../wire/address.ts';
import { parseOp } from '../../kernel/opText.ts';
import { must } from '../../lib/assert.ts';
import type { TableOp } from '../../kernel/op.ts';
import type { IfName, NetNsId } from '../../kernel/recorder.ts';
import { chainOf } from './chain.ts';
import {
  CniError,
  field,
  listIn,
  loadArgs,
  objectIn,
  textIn,
  type CniEnv,
  type Host,
  type JsonObject,
  type PluginName,
} from './plugin.ts';

interface Given {
  readonly bridge: IfName;
  readonly mtu: number | undefined;
  readonly hairpin: boolean;
  readonly isGateway: boolean;
  readonly isDefaultGateway: boolean;
  readonly ipMasq: boolean;
  readonly ipam: PluginName;
}

function given(host: Host, env: CniEnv, conf: JsonObject): Given {
  loadArgs(env.args, ['MAC']);
  const hairpin = field(conf, 'hairpinMode') === true;
  const dot = host.version === '1.1.1' ? '.' : '';
  if (env.command === 'ADD' && hairpin && field(conf, 'promiscMode') === true)
    throw new CniError(`cannot set hairpin mode and promiscuous mode at the same time${dot}`);
  const mtu = field(conf, 'mtu');
  const bridge = textIn(field(conf, 'bridge'));
  const ipam = textIn(field(objectIn(field(conf, 'ipam')) ?? {}, 'type'));
  if (ipam !== 'host-local') throw new CniError(`failed to find plugin "${ipam}" in path [/opt/cni/bin]`);
  const isDefaultGateway = field(conf, 'isDefaultGateway') === true;
  return {
    bridge: (bridge === '' ? 'cni0' : bridge) as IfName,
    mtu: typeof mtu === 'number' ? mtu : undefined,
    hairpin,
    isGateway: isDefaultGateway || field(conf, 'isGateway') === true,
    isDefaultGateway,
    ipMasq: field(conf, 'ipMasq') === true,
    ipam,
  };
}

/** Gives a command; what Linux refuses ends the plugin, in `words` before the kernel's own. */
function run(host: Host, ns: NetNsId, op: TableOp, words: string): void {
  const { pod } = host.origins;
  const result = host.op(ns, op, pod);
  if (!result.ok) throw new CniError(`${words}: ${lower(result.text)}`);
}

/** netlink's errno as Go words it: `file exists`. */
const lower = (text: string): string => text.replace(/^RTNETLINK answers: /, '').toLowerCase();

function ensureBridge(host: Host, { bridge, mtu }: Given): void {
  const { bridge: origin } = host.origins;
  const known = host.tables(host.ns)?.devices.get(bridge);
  if (known && known.kind !== 'bridge')
    throw new CniError(`failed to create bridge "${bridge}": "${bridge}" already exists but is not a bridge`);
  if (!known) {
    const options = { address: host.names.bridgeMac, ...(mtu === undefined ? {} : { mtu }) };
    host.op(host.ns, { op: 'link-add', name: bridge, options, link: { type: 'bridge' } }, origin);
  }
  if (known?.up !== true) host.op(host.ns, { op: 'link-set', name: bridge, change: { set: 'up' } }, origin);
}

function setupVeth(host: Host, pod: NetNsId, env: CniEnv, { bridge, mtu, hairpin }: Given): void {
  const { veth, vethMac, podMac } = host.names;
  const size = mtu === undefined ? {} : { mtu };
  const ifname = env.ifname as IfName;
  if (host.tables(pod)?.devices.has(ifname) === true)
    throw new CniError(
      host.version === '1.1.1'
        ? `container veth name provided (${ifname}) already exists`
        : `container veth name ("${ifname}") peer provided ("${veth}") already exists`,
    );
  const link = {
    type: 'veth' as const,
    peer: ifname,
    peerNs: pod,
    peerOptions: { address: podMac, ...size },
    cable: false,
  };
  const made: TableOp = { op: 'link-add', name: veth, options: { address: vethMac, ...size }, link };
  run(host, host.ns, made, `failed to make veth pair`);
  run(host, host.ns, { op: 'link-set', name: veth, change: { set: 'up' } }, `failed to set "${veth}" up`);
  const join: TableOp = { op: 'link-set', name: veth, change: { set: 'master', master: bridge } };
  run(host, host.ns, join, `failed to connect "${veth}" to bridge ${bridge}`);
  if (!hairpin) return;
  const turn: TableOp = { op: 'link-set', name: veth, change: { set: 'hairpin', on: true } };
  run(host, host.ns, turn, `failed to setup hairpin mode for ${veth}`);
}

interface Lease {
  readonly address: Cidr;
  readonly gateway: Ipv4;
  readonly routes: readonly { readonly dst: Cidr; readonly via: Ipv4 }[];
}

function configure(host: Host, pod: NetNsId, ifname: IfName, { address, routes }: Lease): void {
  const failed = `failed to add IP addr ${printCidr(address)} to "${ifname}"`;
  run(host, pod, { op: 'addr-add', dev: ifname, address, broadcast: true }, failed);
  run(host, pod, { op: 'link-set', name: ifname, change: { set: 'up' } }, `failed to set "${ifname}" UP`);
  for (const { dst, via } of routes) {
    const route = { type: 'unicast' as const, dst, via, dev: ifname, onlink: false, metric: 0 };
    run(
      host,
      pod,
      { op: 'route-add', route },
      `failed to add route '${printCidr(dst)} via ${via} dev ${ifname}'`,
    );
  }
}

/** ensureAddr: another address of the same family on the bridge is an error, since forceAddress is not set. */
function ensureAddress(host: Host, { bridge }: Given, address: Cidr): void {
  const { bridge: origin } = host.origins;
  const has = host.tables(host.ns)?.addresses.filter(({ dev }) => dev === bridge) ?? [];
  if (has.some(({ ip, bits }) => ip === address.address && bits === address.bits)) return;
  if (has.length > 0)
    throw new CniError(
      `failed to set bridge addr: "${bridge}" already has an IP address different from ${printCidr(address)}`,
    );
  host.op(host.ns, { op: 'addr-add', dev: bridge, address, broadcast: true }, origin);
}

function enableForwarding(host: Host): void {
  const key = 'net.ipv4.ip_forward';
  if (host.tables(host.ns)?.sysctl.get(key) === '1') return;
  host.op(host.ns, { op: 'sysctl', key, value: '1' }, host.origins.bridge);
}

function iptables(host: Host, command: string): void {
  const op = parseOp(`iptables -t nat ${command}`);
  host.op(host.ns, must(op.ok ? op.value : undefined, command), host.origins.pod);
}

/** SetupIPMasq: a chain for the pod, behind which what leaves the pod's network is masqueraded. */
function setupMasquerade(host: Host, conf: JsonObject, env: CniEnv, address: Cidr): void {
  const name = textIn(field(conf, 'name'));
  const chain = chainOf('CNI-', `${name}${env.containerId}`);
  const comment = `-m comment --comment 'name: "${name}" id: "${env.containerId}"'`;
  iptables(host, `-N ${chain}`);
  const rule = (spec: string): void => {
    iptables(host, `-A ${spec}`);
  };
  rule(`${chain} -d ${printCidr(address)} ${comment} -j ACCEPT`);
  rule(`${chain} ! -d 224.0.0.0/4 ${comment} -j MASQUERADE`);
  rule(`POSTROUTING -s ${printCidr({ ...address, bits: 32 })} ${comment} -j ${chain}`);
}

function tearDownMasquerade(host: Host, conf: JsonObject, env: CniEnv, pod: Cidr): void {
  const name = textIn(field(conf, 'name'));
  const chain = chainOf('CNI-', `${name}${env.containerId}`);
  const comment = `-m comment --comment 'name: "${name}" id: "${env.containerId}"'`;
  iptables(host, `-D POSTROUTING -s ${printCidr({ ...pod, bits: 32 })} ${comment} -j ${chain}`);
  iptables(host, `-F ${chain}`);
  iptables(host, `-X ${chain}`);
}

function leaseOf(result: JsonObject, isDefaultGateway: boolean): Lease {
  const ip = objectIn(listIn(field(result, 'ips'))[0]) ?? {};
  const address = parseCidr(textIn(field(ip, 'address')));
  const gateway = parseIpv4(textIn(field(ip, 'gateway')));
  if (!address.ok || !gateway.ok) throw new CniError('IPAM plugin returned missing IP config');
  const via = gateway.value;
  const routes = listIn(field(result, 'routes')).flatMap((route) => {
    const dst = parseCidr(textIn(field(objectIn(route) ?? {}, 'dst')));
    return dst.ok ? [{ dst: dst.value, via }] : [];
  });
  const everything = { dst: { address: 0 as Ipv4, bits: 0 }, via };
  return {
    address: address.value,
    gateway: via,
    routes: isDefaultGateway ? [...routes, everything] : routes,
  };
}

function add(host: Host, env: CniEnv, conf: JsonObject): JsonObject {
  const options = given(host, env, conf);
  const pod = host.netnsAt(env.netns);
  if (pod === undefined)
    throw new CniError(
      `failed to open netns "${env.netns}": failed to Statfs "${env.netns}": no such file or directory`,
    );
  ensureBridge(host, options);
  setupVeth(host, pod, env, options);
  const leased = host.exec(options.ipam, env, conf);
  if (leased.error !== undefined) throw new CniError(leased.error);
  try {
    const result = leased.result ?? {};
    const lease = leaseOf(result, options.isDefaultGateway);
    configure(host, pod, env.ifname as IfName, lease);
    if (options.isGateway) {
      ensureAddress(host, options, { address: lease.gateway, bits: lease.address.bits });
      enableForwarding(host);
    }
    if (options.ipMasq) setupMasquerade(host, conf, env, lease.address);
    return resultOf(host, env, options, result);
  } catch (error) {
    if (error instanceof CniError) host.exec(options.ipam, { ...env, command: 'DEL' }, conf);
    throw error;
  }
}

function resultOf(host: Host, env: CniEnv, options: Given, leased: JsonObject): JsonObject {
  const macOf = (ns: NetNsId, dev: IfName): string => host.tables(ns)?.devices.get(dev)?.mac ?? '';
  const { bridge } = options;
  const { veth } = host.names;
  const ip = objectIn(listIn(field(leased, 'ips'))[0]) ?? {};
  const gw = textIn(field(ip, 'gateway'));
  const pod = must(host.netnsAt(env.netns), env.netns);
  return {
    cniVersion: textIn(field(leased, 'cniVersion')),
    interfaces: [
      { name: bridge, mac: macOf(host.ns, bridge) },
      { name: veth, mac: macOf(host.ns, veth) },
      { name: env.ifname, mac: macOf(pod, env.ifname as IfName), sandbox: env.netns },
    ],
    ips: [{ version: '4', interface: 2, address: textIn(field(ip, 'address')), gateway: gw }],
    routes: [
      ...listIn(field(leased, 'routes')),
      ...(options.isDefaultGateway ? [{ dst: '0.0.0.0/0', gw }] : []),
    ],
    dns: {},
  };
}

function del(host: Host, env: CniEnv, conf: JsonObject): void {
  const options = given(host, env, conf);
  const pod = host.netnsAt(env.netns);
  const tables = pod && host.tables(pod);
  const ifname = env.ifname as IfName;
  const address = tables?.addresses.find(({ dev }) => dev === ifname);
  if (pod !== undefined && tables?.devices.has(ifname) === true)
    host.op(pod, { op: 'link-del', name: ifname }, host.origins.pod);
  host.exec(options.ipam, env, conf);
  if (options.ipMasq && address)
    tearDownMasquerade(host, conf, env, { address: address.ip, bits: address.bits });
}

export function bridge(host: Host, env: CniEnv, conf: JsonObject): JsonObject | undefined {
  if (env.command === 'ADD') return add(host, env, conf);
  del(host, env, conf);
  return undefined;
}
