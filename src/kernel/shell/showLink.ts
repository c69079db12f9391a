/** `ip addr` and `ip link` as iproute2 prints them. @see ip/ipaddress.c, ip/ipaddress_link.c */
import { assertUnreachable } from '../../lib/assert.ts';
import { printCidr, printIpv4 } from '../../wire/address.ts';
import type { Device } from '../device/index.ts';
import type { Address } from '../netns.ts';
import {
  abbreviated,
  argument,
  type Args,
  hintOf,
  requireDevice,
  ShellError,
  type Reading,
  type View,
} from './reading.ts';

/** Options of `ip` that stand before the object. */
export interface IpOptions {
  readonly oneline: boolean;
  readonly brief: boolean;
  readonly details: boolean;
  /** only IPv4: no line of the link layer */
  readonly inet: boolean;
}

const LINK_TYPES = ['bridge', 'veth', 'vxlan', 'tun'] as const;

interface Filter {
  readonly dev?: string;
  readonly up?: true;
  readonly type?: string;
  readonly master?: string;
}

function parseFilter(args: Args, object: 'address' | 'link'): Filter {
  const known = ['dev', 'up', 'type', 'master', 'scope'];
  let filter: Filter = {};
  while (!args.done) {
    const word = args.next();
    if (word === 'dev') filter = { ...filter, dev: argument(args) };
    else if (word === 'up') filter = { ...filter, up: true };
    else if (word === 'master') filter = { ...filter, master: argument(args) };
    else if (word === 'type') {
      const type = argument(args);
      if (!LINK_TYPES.some((t) => t === type)) throw new ShellError([], hintOf(type, LINK_TYPES));
      filter = { ...filter, type };
    } else if (word === 'help') throw new ShellError(USAGE[object]);
    else if (filter.dev === undefined) filter = { ...filter, dev: word };
    else
      throw new ShellError(
        `Error: either "dev" is duplicate, or "${word}" is a garbage.`,
        hintOf(word, known),
      );
  }
  return filter;
}

const USAGE = {
  address: 'Usage: ip address [ show [ dev IFNAME ] [ up ] [ master DEVICE ] [ type TYPE ] ]',
  link: 'Usage: ip link [ show [ DEVICE ] [ up ] [ master DEVICE ] [ type TYPE ] ]',
} as const;

function devicesOf(view: View, filter: Filter): readonly Device[] {
  const { devices } = view.ns.state;
  if (filter.dev !== undefined) requireDevice(view, filter.dev, `Device "${filter.dev}" does not exist.`);
  if (filter.master !== undefined)
    requireDevice(view, filter.master, `Error: argument "${filter.master}" is wrong: Device does not exist`);
  return [...devices.values()]
    .filter(
      ({ name, up, kind, master }) =>
        (filter.dev === undefined || name === filter.dev) &&
        (filter.up !== true || up) &&
        (filter.type === undefined || kind === filter.type) &&
        (filter.master === undefined || master === filter.master),
    )
    .toSorted((a, b) => a.index - b.index);
}

/** `<BROADCAST,MULTICAST,UP,LOWER_UP>`. @see print_link_flags */
export function flagsOf({ kind, up, carrier }: Device): string {
  const flags: string[] = [];
  if (up && !carrier) flags.push('NO-CARRIER');
  if (kind === 'loopback') flags.push('LOOPBACK');
  else if (kind === 'tun') flags.push('POINTOPOINT', 'MULTICAST', 'NOARP');
  else flags.push('BROADCAST', 'MULTICAST');
  if (up) flags.push('UP');
  if (up && carrier) flags.push('LOWER_UP');
  return `<${flags.join(',')}>`;
}

/** IF_OPER_*: devices that say nothing of their carrier stay UNKNOWN. */
function operstate({ kind, up, carrier }: Device): string {
  if (!up || !carrier) return 'DOWN';
  return kind === 'loopback' || kind === 'vxlan' || kind === 'tun' ? 'UNKNOWN' : 'UP';
}

function qdiscOf({ kind, up }: Device): string {
  if (!up) return 'noop';
  switch (kind) {
    case 'tun':
    case 'physical':
      return 'fq_codel';
    case 'loopback':
    case 'bridge':
    case 'veth':
    case 'vxlan':
      return 'noqueue';
    default:
      return assertUnreachable(kind);
  }
}

/** `eth0@if7`: a veth names the number of its peer, which lives in another namespace. */
function nameOf({ namespaces, ns }: View, device: Device): string {
  if (device.kind !== 'veth') return device.name;
  const { peer } = device;
  const index = namespaces.get(peer.ns)?.state.devices.get(peer.dev)?.index ?? 0;
  return peer.ns === ns.id ? `${device.name}@${peer.dev}` : `${device.name}@if${index}`;
}

function peerNs({ ns }: View, device: Device): string {
  return device.kind === 'veth' && device.peer.ns !== ns.id ? ` link-netns ${device.peer.ns}` : '';
}

function head(view: View, device: Device, object: 'address' | 'link'): string {
  const { index, mtu, master, kind } = device;
  const enslaved = master === undefined ? '' : ` master ${master}`;
  const mode = object === 'link' ? ' mode DEFAULT' : '';
  const words = `mtu ${mtu} qdisc ${qdiscOf(device)}${enslaved} state ${operstate(device)}${mode} group default`;
  return `${index}: ${nameOf(view, device)}: ${flagsOf(device)} ${words} qlen ${kind === 'tun' ? 500 : 1000}`;
}

function linkLayer(view: View, device: Device): string {
  const { kind, mac } = device;
  if (kind === 'tun') return '    link/none ';
  if (kind === 'loopback') return `    link/loopback ${mac ?? ''} brd 00:00:00:00:00:00`;
  return `    link/ether ${mac ?? ''} brd ff:ff:ff:ff:ff:ff${peerNs(view, device)}`;
}

/** `ip -d link`: what the kind of the device adds; the rest of iproute2's details is left out. */
function detail(device: Device): readonly string[] {
  switch (device.kind) {
    case 'vxlan': {
      const { vni, local, lower, port, learning } = device;
      return [
        `    vxlan id ${vni} local ${printIpv4(local)} dev ${lower} srcport 0 0 dstport ${port} ${learning ? '' : 'nolearning '}ttl auto ageing 300 udpcsum noudp6zerocsumtx noudp6zerocsumrx `,
      ];
    }
    case 'veth':
      return ['    veth '];
    case 'bridge':
      return ['    bridge '];
    case 'tun':
      return ['    tun type tun '];
    case 'physical':
    case 'loopback':
      return [];
    default:
      return assertUnreachable(device);
  }
}

function inet({ dev, ip, bits, broadcast, scope }: Address): readonly string[] {
  const brd = broadcast === undefined ? '' : `brd ${printIpv4(broadcast)} `;
  return [
    `    inet ${printCidr({ address: ip, bits })} ${brd}scope ${scope} ${dev}`,
    '       valid_lft forever preferred_lft forever',
  ];
}

function addressesOf({ ns }: View, device: Device): readonly Address[] {
  return ns.state.addresses.filter(({ dev }) => dev === device.name);
}

function brief(view: View, device: Device, object: 'address' | 'link'): string {
  const start = `${nameOf(view, device).padEnd(16)} ${operstate(device).padEnd(14)} `;
  if (object === 'link')
    return `${start}${device.mac === undefined ? '' : `${device.mac} `}${flagsOf(device)} `;
  const addresses = addressesOf(view, device).map(({ ip, bits }) => `${printCidr({ address: ip, bits })} `);
  return start + addresses.join('');
}

/** `ip [OPTIONS] addr|link [show] ...` */
export function showLinks(object: 'address' | 'link', options: IpOptions, args: Args): Reading {
  const filter = parseFilter(args, object);
  const { oneline } = options;
  const joined = (lines: readonly string[]): readonly string[] => (oneline ? [lines.join('\\')] : lines);
  return (view) =>
    devicesOf(view, filter).flatMap((device): readonly string[] => {
      const addresses = addressesOf(view, device);
      const isAddress = object === 'address';
      if (isAddress && options.inet && addresses.length === 0) return [];
      if (options.brief) return [brief(view, device, object)];
      // `ip -o addr` leaves out the lines of the link
      if (oneline && isAddress)
        return addresses.flatMap((a) =>
          joined([`${device.index}: ${device.name}${inet(a)[0]}`, inet(a)[1] ?? '']),
        );
      const lines = [
        head(view, device, object) + (options.inet && isAddress ? peerNs(view, device) : ''),
        ...(options.inet && isAddress ? [] : [linkLayer(view, device)]),
        ...(options.details ? detail(device) : []),
        ...(isAddress ? addresses.flatMap(inet) : []),
      ];
      return joined(lines);
    });
}

/** The words of `ip addr` and `ip link` that show; undefined when the verb changes something. */
export function isShow(verb: string): boolean {
  return verb === '' || abbreviated(verb, ['show', 'lst', 'list']) !== undefined;
}
