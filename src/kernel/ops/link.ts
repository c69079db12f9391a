/** `ip link add|del|set` and what Linux flushes and keeps when a device comes, goes, rises or falls. */
import { assertUnreachable, must } from '../../lib/assert.ts';
import { hashText } from '../../lib/random.ts';
import { macFromHash, type Mac } from '../../wire/address.ts';
import type { Device } from '../device/index.ts';
import { update, withEntry, withoutEntry, type FdbEntry, type NetNs } from '../netns.ts';
import { fdbKey } from '../neighKey.ts';
import { BY_KERNEL } from '../origin.ts';
import { printFdb, printLink } from '../print.ts';
import type { IfName } from '../recorder.ts';
import type { LinkChange, LinkKind, LinkOptions } from './types.ts';
import { FILE_EXISTS, noBridgePort, noDevice, refuse, type OpContext, type OpResult } from './types.ts';
import { addRoutesOf, flushDown, flushNeighs, removeAddress, removeRoutes } from './address.ts';

const MIN_MTU = 68;
const ETHERNET_MTU = 1500;
const MAX_MTU = 65535;
/** outer IPv4 20, UDP 8, VXLAN 8, inner Ethernet 14 */
export const VXLAN_OVERHEAD = 50;

function put(ns: NetNs, device: Device): void {
  update(ns, { devices: withEntry(ns.state.devices, device.name, device) });
}

/** A MAC for a device that was given none: derived from where it is, so the same board has the same MACs on every machine. */
function ownMac(ns: NetNs, name: IfName): Mac {
  return macFromHash(hashText(`${ns.id} ${name}`), hashText(`${name} ${ns.id}`));
}

export function addLink(
  c: OpContext,
  name: IfName,
  options: LinkOptions,
  link: LinkKind,
): OpResult | undefined {
  const { ns } = c;
  if (ns.state.devices.has(name)) return refuse('EEXIST', FILE_EXISTS);
  if (options.mtu !== undefined && (options.mtu < MIN_MTU || options.mtu > MAX_MTU)) {
    return refuse('EINVAL', 'RTNETLINK answers: Invalid argument');
  }
  const base = (where: NetNs, n: IfName, o: LinkOptions) => {
    const index = where.state.nextIfIndex;
    update(where, { nextIfIndex: index + 1 });
    return {
      name: n,
      index,
      mtu: o.mtu ?? 1500,
      mac: o.address ?? ownMac(where, n),
      up: false,
      hairpin: false,
      origin: c.origin,
    };
  };
  switch (link.type) {
    case 'bridge':
      return created(c, ns, {
        kind: 'bridge',
        ...base(ns, name, options),
        carrier: false,
        ports: [],
        routeMtu: ETHERNET_MTU,
      });
    case 'tun': {
      const { mac: _none, ...rest } = base(ns, name, options);
      return created(c, ns, { kind: 'tun', ...rest, carrier: false });
    }
    case 'vxlan': {
      const lower = ns.state.devices.get(link.lower);
      if (!lower) return noDevice(link.lower);
      for (const other of ns.state.devices.values()) {
        if (other.kind === 'vxlan' && other.vni === link.vni && other.port === link.port) {
          return refuse('EEXIST', 'Error: A VXLAN device with the specified VNI already exists.');
        }
      }
      // vxlan_config_apply: never larger than what the lower device can carry
      const largest = lower.mtu - VXLAN_OVERHEAD;
      const mtu = Math.min(options.mtu ?? largest, largest);
      const { type: _type, ...config } = link;
      return created(c, ns, { kind: 'vxlan', ...base(ns, name, options), mtu, carrier: true, ...config });
    }
    case 'veth': {
      const peerNs = c.namespaces.get(link.peerNs);
      if (!peerNs)
        return refuse('EINVAL', `Error: argument "${link.peerNs}" is wrong: Invalid "netns" value`);
      if (peerNs.state.devices.has(link.peer) || (peerNs === ns && link.peer === name))
        return refuse('EEXIST', FILE_EXISTS);
      const kind = link.cable ? 'physical' : 'veth';
      // the peer's end of a cable is a port of a switch
      created(c, ns, {
        kind,
        ...base(ns, name, options),
        carrier: false,
        peer: { ns: peerNs.id, dev: link.peer },
      });
      return created(c, peerNs, {
        kind: 'veth',
        ...base(peerNs, link.peer, link.peerOptions),
        carrier: false,
        peer: { ns: ns.id, dev: name },
      });
    }
    default:
      return assertUnreachable(link);
  }
}

function created(c: OpContext, ns: NetNs, device: Device): undefined {
  put(ns, device);
  c.change({ table: 'link', op: 'add', line: () => printLink(device) }, ns);
}

export function deleteLink(c: OpContext, name: IfName): OpResult | undefined {
  const device = c.ns.state.devices.get(name);
  if (!device) return noDevice(name);
  if (device.kind === 'loopback') return refuse('EOPNOTSUPP', 'RTNETLINK answers: Operation not supported');
  remove(c, c.ns, device);
  if (device.kind === 'veth' || device.kind === 'physical') {
    const peerNs = c.namespaces.get(device.peer.ns);
    const peer = peerNs?.state.devices.get(device.peer.dev);
    if (peerNs && peer) remove(c, peerNs, peer);
  }
  return undefined;
}

function remove(c: OpContext, ns: NetNs, device: Device): void {
  if (device.master !== undefined) release(c, ns, device);
  if (device.kind === 'bridge')
    for (const port of device.ports) release(c, ns, must(ns.state.devices.get(port), 'port'));
  for (const address of ns.state.addresses.filter((a) => a.dev === device.name))
    removeAddress(c, ns, address);
  flushDown(c, ns, device.name);
  removeRoutes(c, ns, (route) => route.dev === device.name);
  const rows = [...ns.state.fdb].filter(([, entries]) => entries.some((entry) => entry.dev === device.name));
  const fdb = new Map(ns.state.fdb);
  for (const [key] of rows) fdb.delete(key);
  update(ns, { fdb, devices: withoutEntry(ns.state.devices, device.name) });
  c.change({ table: 'link', op: 'delete', line: () => printLink(device) }, ns);
}

export function setLink(c: OpContext, name: IfName, change: LinkChange): OpResult | undefined {
  const { ns } = c;
  const device = ns.state.devices.get(name);
  if (!device) return change.set === 'hairpin' ? noBridgePort(name) : noDevice(name);
  switch (change.set) {
    case 'up':
    case 'down':
      setUp(c, device, change.set === 'up');
      return undefined;
    case 'mtu': {
      if (change.mtu < MIN_MTU) return refuse('EINVAL', 'Error: mtu less than device minimum.');
      if (change.mtu > MAX_MTU) return refuse('EINVAL', 'Error: mtu greater than device maximum.');
      const lower = device.kind === 'vxlan' ? ns.state.devices.get(device.lower) : undefined;
      if (lower && change.mtu > lower.mtu - VXLAN_OVERHEAD)
        return refuse('EINVAL', 'RTNETLINK answers: Invalid argument');
      if (change.mtu === device.mtu) return undefined;
      if (device.kind === 'bridge') put(ns, { ...device, mtuByUser: true });
      changed(c, ns, device, { mtu: change.mtu });
      if (device.master !== undefined) followPorts(c, ns, device.master);
      return undefined;
    }
    case 'address': {
      // neigh_changeaddr: every neighbour of the device goes, the permanent ones too
      flushNeighs(c, ns, name);
      if (device.master !== undefined) forgetPort(c, ns, device.name, 'all');
      changed(c, ns, device, { mac: change.mac });
      if (device.master !== undefined)
        localFdb(c, ns, device.master, must(ns.state.devices.get(name), 'port'));
      return undefined;
    }
    case 'hairpin':
      if (device.master === undefined)
        return refuse('EOPNOTSUPP', 'RTNETLINK answers: Operation not supported');
      return changed(c, ns, device, { hairpin: change.on });
    case 'nomaster':
      if (device.master !== undefined) release(c, ns, device);
      return undefined;
    case 'master': {
      const bridge = ns.state.devices.get(change.master);
      if (!bridge) return noDevice(change.master);
      if (bridge.kind !== 'bridge') return refuse('EOPNOTSUPP', 'RTNETLINK answers: Operation not supported');
      if (device.kind === 'bridge') return refuse('ELOOP', 'Error: Can not enslave a bridge to a bridge.');
      if (device.master === change.master) return undefined;
      if (device.master !== undefined) release(c, ns, device);
      const port = must(ns.state.devices.get(name), 'port');
      changed(c, ns, port, { master: change.master });
      put(ns, { ...bridge, ports: [name, ...bridge.ports] });
      localFdb(c, ns, change.master, port);
      followPorts(c, ns, change.master);
      carrierOfBridge(c, ns, change.master);
      return undefined;
    }
    default:
      return assertUnreachable(change);
  }
}

type Settable = {
  mtu?: number;
  mac?: Mac;
  master?: IfName;
  hairpin?: boolean;
  up?: boolean;
  carrier?: boolean;
};

function changed(c: OpContext, ns: NetNs, device: Device, fields: Settable): undefined {
  const old = must(ns.state.devices.get(device.name), 'device');
  // br_change_mtu
  const isCut = old.kind === 'bridge' && fields.mtu !== undefined;
  const next: Device = { ...old, ...fields, ...(isCut ? { routeMtu: fields.mtu } : {}) };
  put(ns, next);
  c.change({ table: 'link', op: 'change', line: () => printLink(next) }, ns);
}

/** dev_open / dev_close, with the notifications that matter: routes, neighbours, carrier of the peer and of the bridge. */
function setUp(c: OpContext, device: Device, up: boolean): void {
  const { ns } = c;
  if (device.up === up) return;
  changed(c, ns, device, { up });
  if (up) {
    for (const address of ns.state.addresses) if (address.dev === device.name) addRoutesOf(c, address);
  } else {
    flushDown(c, ns, device.name);
  }
  if (device.kind === 'bridge') carrierOfBridge(c, ns, device.name);
  if (device.kind === 'veth' || device.kind === 'physical') carrierOfPair(c, ns, device.name);
}

/** A veth has carrier while both halves are up. */
function carrierOfPair(c: OpContext, ns: NetNs, name: IfName): void {
  const device = ns.state.devices.get(name);
  if (device?.kind !== 'veth' && device?.kind !== 'physical') return;
  const peerNs = c.namespaces.get(device.peer.ns);
  const peer = peerNs?.state.devices.get(device.peer.dev);
  if (!peerNs || !peer) return;
  const carrier = device.up && peer.up;
  for (const [where, half] of [
    [ns, device],
    [peerNs, peer],
  ] as const) {
    if (half.carrier === carrier) continue;
    changed(c, where, half, { carrier });
    // arp_netdev_event, with arp_evict_nocarrier as it is by default
    if (!carrier) flushNeighs(c, where, half.name, 'learned');
    if (half.master !== undefined && !carrier) forgetPort(c, where, half.name, 'learned');
    if (half.master !== undefined) carrierOfBridge(c, where, half.master);
  }
}

/** A bridge has carrier while one of its ports has. */
function carrierOfBridge(c: OpContext, ns: NetNs, name: IfName): void {
  const bridge = ns.state.devices.get(name);
  if (bridge?.kind !== 'bridge') return;
  const carrier = bridge.up && bridge.ports.some((port) => ns.state.devices.get(port)?.carrier === true);
  if (bridge.carrier === carrier) return;
  changed(c, ns, bridge, { carrier });
  if (!carrier) flushNeighs(c, ns, name, 'learned');
}

/** br_add_if writes the port's own MAC as a local, permanent row. */
function localFdb(c: OpContext, ns: NetNs, bridge: IfName, port: Device): void {
  if (port.mac === undefined) return;
  const entry: FdbEntry = {
    dev: bridge,
    mac: port.mac,
    port: port.name,
    state: 'permanent',
    updated: c.at,
    origin: BY_KERNEL,
  };
  update(ns, { fdb: withEntry(ns.state.fdb, fdbKey(bridge, port.mac), [entry]) });
  c.change({ table: 'fdb', op: 'add', line: () => printFdb(entry) }, ns, BY_KERNEL);
}

/** br_fdb_delete_by_port: what was learned behind a port goes when it is disabled, all its rows when it leaves. */
function forgetPort(c: OpContext, ns: NetNs, port: IfName, rows: 'learned' | 'all'): void {
  const fdb = new Map(ns.state.fdb);
  for (const [key, entries] of ns.state.fdb) {
    const entry = entries[0];
    if (entry?.port !== port || (rows === 'learned' && entry.state !== 'learned')) continue;
    fdb.delete(key);
    c.change({ table: 'fdb', op: 'delete', line: () => printFdb(entry) }, ns, BY_KERNEL);
  }
  update(ns, { fdb });
}

/** br_del_if: the port leaves the bridge, its rows go with it. */
function release(c: OpContext, ns: NetNs, device: Device): void {
  const bridge = device.master === undefined ? undefined : ns.state.devices.get(device.master);
  forgetPort(c, ns, device.name, 'all');
  const { master: _master, ...rest } = must(ns.state.devices.get(device.name), 'port');
  put(ns, { ...rest, hairpin: false });
  c.change({ table: 'link', op: 'change', line: () => printLink({ ...rest, hairpin: false }) }, ns);
  if (bridge?.kind === 'bridge') {
    put(ns, { ...bridge, ports: bridge.ports.filter((port) => port !== device.name) });
    followPorts(c, ns, bridge.name);
    carrierOfBridge(c, ns, bridge.name);
  }
}

/** br_mtu_auto_adjust: a bridge whose MTU nobody has set has that of its smallest port. */
function followPorts(c: OpContext, ns: NetNs, name: IfName): void {
  const bridge = ns.state.devices.get(name);
  if (bridge?.kind !== 'bridge' || bridge.mtuByUser === true) return;
  const mtus = bridge.ports.map((port) => must(ns.state.devices.get(port), 'port').mtu);
  const mtu = mtus.length === 0 ? ETHERNET_MTU : Math.min(...mtus);
  if (mtu !== bridge.mtu) changed(c, ns, bridge, { mtu });
}
