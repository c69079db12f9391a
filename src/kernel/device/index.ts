/**
 * The device kinds of a namespace. A device is immutable data; what it does with a frame is a pure function in its own file,
 * which returns effects that `path.ts` carries out (so no device imports the path).
 */
import type { Ipv4, Mac } from '../../wire/address.ts';
import { packetLength } from '../../wire/codec.ts';
import type { Frame } from '../../wire/frame.ts';
import type { IfName, NetNsId } from '../recorder.ts';
import type { Origin } from '../origin.ts';

export interface FarEnd {
  readonly ns: NetNsId;
  readonly dev: IfName;
}

interface DeviceBase {
  readonly name: IfName;
  readonly index: number;
  /** undefined on a TUN: no link layer */
  readonly mac?: Mac;
  readonly mtu: number;
  readonly up: boolean;
  /** what the medium says: the peer of a veth is up, a bridge has a port, a process holds the TUN */
  readonly carrier: boolean;
  /** the bridge this device is a port of */
  readonly master?: IfName;
  /** bridge port flag: may a frame leave by the port it came in? (`bridge link set dev X hairpin on`) */
  readonly hairpin: boolean;
  readonly origin: Origin;
}

export interface Loopback extends DeviceBase {
  readonly kind: 'loopback';
}
/** One half of a pair; `delay` is the time a frame needs to the other half. */
export interface Veth extends DeviceBase {
  readonly kind: 'veth';
  readonly peer: FarEnd;
}
/** A network card with a cable in it. In an exported lab it is one half of a veth, since a namespace has no cards. */
export interface Physical extends DeviceBase {
  readonly kind: 'physical';
  readonly peer: FarEnd;
}
export interface Bridge extends DeviceBase {
  readonly kind: 'bridge';
  /** ports, most recently added first: the kernel's list order, hence the order of flooding */
  readonly ports: readonly IfName[];
  /** its MTU was changed by command, and no longer follows the smallest of its ports */
  readonly mtuByUser?: boolean;
  /** the MTU of the route that br_netfilter gives to bridged packets (fake_rtable): 1500, or what the MTU was last changed to */
  readonly routeMtu: number;
}
export interface Vxlan extends DeviceBase {
  readonly kind: 'vxlan';
  readonly vni: number;
  readonly port: number;
  readonly local: Ipv4;
  /** the underlay device */
  readonly lower: IfName;
  readonly learning: boolean;
}
export interface Tun extends DeviceBase {
  readonly kind: 'tun';
  /** the process that holds the file descriptor; without it packets are dropped */
  readonly owner?: string;
}

export type Device = Loopback | Veth | Physical | Bridge | Vxlan | Tun;

/** Devices that resolve neighbours (RFC 826); the rest carry IFF_NOARP or no link layer. */
export function usesArp(device: Device): boolean {
  return device.kind !== 'tun' && device.kind !== 'loopback';
}

/** True when frames can leave: administratively up and with carrier. */
export function isRunning(device: Device): boolean {
  return device.up && device.carrier;
}

/** bytes of a VLAN header, which a device takes beyond its MTU whether there is one or not */
const VLAN_HEADER = 4;

/** True when a frame is not too long for a device: is_skb_forwardable in net/core/dev.c. ARP always fits. */
export function fitsDevice({ mtu }: Device, { payload }: Frame): boolean {
  return payload.kind !== 'ipv4' || packetLength(payload) <= mtu + VLAN_HEADER;
}
