/**
 * A VXLAN device: which remote VTEPs a frame goes to, and what a received one means. Pure; `path.ts` carries it out.
 * Left out: multicast groups, L2/L3 miss notifications, ARP proxy, GBP, checksum offload.
 * @see drivers/net/vxlan/vxlan_core.c vxlan_xmit, vxlan_rcv; RFC 7348
 */
import { ZERO_MAC, type Ipv4, type Mac } from '../../wire/address.ts';
import { PROTOCOL, type EthernetFrame, type Packet } from '../../wire/frame.ts';
import type { FdbEntry, NetNs } from '../netns.ts';
import { fdbKey } from '../neighKey.ts';
import type { Vxlan } from './index.ts';

/** The fdb rows that say where `mac` is: its own, else those of the all-zero default. Empty: nowhere to send it. */
export function remotesOf(ns: NetNs, device: Vxlan, mac: Mac): readonly FdbEntry[] {
  return ns.state.fdb.get(fdbKey(device.name, mac)) ?? ns.state.fdb.get(fdbKey(device.name, ZERO_MAC)) ?? [];
}

/** ip_local_port_range, from which the outer source port comes */
const PORT_MIN = 32768;
const PORT_MAX = 60999;

/** udp_flow_src_port: the flow's hash, folded into the local port range, so underlay ECMP sees flows. */
export function sourcePort(hash: number): number {
  const mixed = (hash ^ (hash << 16)) >>> 0;
  return Math.floor((mixed * (PORT_MAX - PORT_MIN)) / 0x1_0000_0000) + PORT_MIN;
}

/**
 * A hash of the flow that is the same in both directions, as the flow dissector makes it (addresses and ports sorted).
 * Linux uses a keyed jhash: the port number differs from boot to boot, its being stable and symmetric does not.
 */
export function flowHash(frame: EthernetFrame): number {
  const packet = frame.payload;
  if (packet.kind !== 'ipv4') return mix(mix(0x9e3779b9, hashMac(frame.src) ^ hashMac(frame.dst)), 0x0806);
  const segment = packet.payload;
  const [a, b] = packet.src < packet.dst ? [packet.src, packet.dst] : [packet.dst, packet.src];
  let hash = mix(mix(mix(0x9e3779b9, a), b), packet.protocol);
  if (segment.kind === 'tcp' || segment.kind === 'udp') {
    const [p, q] =
      segment.sport < segment.dport ? [segment.sport, segment.dport] : [segment.dport, segment.sport];
    hash = mix(mix(hash, p), q);
  }
  return hash;
}

function mix(hash: number, word: number): number {
  let h = Math.imul(hash ^ word, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

function hashMac(mac: Mac): number {
  let hash = 0;
  for (let i = 0; i < mac.length; i++) hash = (Math.imul(hash, 31) + mac.charCodeAt(i)) >>> 0;
  return hash;
}

/** The outer packet: TTL of the host, DF clear whatever the inner packet says, UDP checksum on (udpcsum). */
export function encapsulate(
  device: Vxlan,
  inner: EthernetFrame,
  outer: {
    readonly src: Ipv4;
    readonly dst: Ipv4;
    readonly ttl: number;
    readonly id: number;
    readonly sport: number;
  },
): Packet {
  const { src, dst, ttl, id, sport } = outer;
  return {
    kind: 'ipv4',
    tos: 0,
    id,
    df: false,
    mf: false,
    offset: 0,
    ttl,
    protocol: PROTOCOL.udp,
    src,
    dst,
    payload: {
      kind: 'udp',
      sport,
      dport: device.port,
      checksum: 'computed',
      payload: { kind: 'vxlan', vni: device.vni, inner },
    },
  };
}
