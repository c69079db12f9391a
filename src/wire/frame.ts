/**
 * What is on the wire, as typed values. Bytes are made on demand (`emitFrame`), and `parseFrame(emitFrame(f))` equals `f`.
 *
 *   vxlan:   ethernet | ipv4 | udp | vxlan | ethernet | ipv4 | icmp/tcp/udp | bytes
 *   udp:     ethernet | ipv4 | udp |                    ipv4 | icmp/tcp/udp | bytes     (flannel's udp backend: no inner MAC)
 *   tun:     raw      | ipv4 | ...                                                       (a device without a link layer)
 *
 * Left out: VLAN tags, IPv6, IP options, SCTP (kept as bytes). Values are immutable: a rewritten header is a new object, so
 * "same frame" is object identity all through the simulator.
 */
import type { Ipv4, Mac } from './address.ts';

export type Frame = EthernetFrame | RawFrame;

export interface EthernetFrame {
  readonly kind: 'ethernet';
  readonly dst: Mac;
  readonly src: Mac;
  readonly payload: ArpPacket | Packet | OtherPayload;
}

/** A packet on a device without a link layer (TUN). */
export interface RawFrame {
  readonly kind: 'raw';
  readonly payload: Packet;
}

/** A payload whose ethertype we do not take apart. */
export interface OtherPayload {
  readonly kind: 'other';
  readonly ethertype: number;
  readonly bytes: Uint8Array;
}

/** RFC 826, Ethernet and IPv4 only. */
export interface ArpPacket {
  readonly kind: 'arp';
  readonly op: 'request' | 'reply';
  readonly sha: Mac;
  readonly spa: Ipv4;
  readonly tha: Mac;
  readonly tpa: Ipv4;
}

/** An IPv4 packet (RFC 791) without options. `payload` is Bytes in every fragment (mf, or offset > 0). */
export interface Packet {
  readonly kind: 'ipv4';
  readonly tos: number;
  readonly id: number;
  readonly df: boolean;
  readonly mf: boolean;
  /** fragment offset in bytes, a multiple of 8 */
  readonly offset: number;
  readonly ttl: number;
  readonly protocol: number;
  readonly src: Ipv4;
  readonly dst: Ipv4;
  readonly payload: Segment;
}

export type Segment = IcmpEcho | IcmpError | UdpDatagram | TcpSegment | Bytes;

/** Application data, or a segment that is not taken apart. */
export interface Bytes {
  readonly kind: 'bytes';
  readonly bytes: Uint8Array;
}

/** RFC 792 echo (type 8) and echo reply (type 0). */
export interface IcmpEcho {
  readonly kind: 'icmp-echo';
  readonly reply: boolean;
  readonly id: number;
  readonly seq: number;
  readonly data: Uint8Array;
}

/** RFC 792 / RFC 1191 errors: destination unreachable 3, redirect 5, time exceeded 11, parameter problem 12. */
export interface IcmpError {
  readonly kind: 'icmp-error';
  readonly type: number;
  readonly code: number;
  /** the second word: next-hop MTU for 3/4, gateway for 5, else 0 */
  readonly rest: number;
  /** the quoted IP header and the beginning of its payload */
  readonly quote: Uint8Array;
}

export interface UdpDatagram {
  readonly kind: 'udp';
  readonly sport: number;
  readonly dport: number;
  /** 'none' is the zero checksum of RFC 768: "the transmitter generated no checksum" */
  readonly checksum: 'computed' | 'none';
  readonly payload: VxlanPacket | Packet | Bytes;
}

/** RFC 7348, I flag set. */
export interface VxlanPacket {
  readonly kind: 'vxlan';
  readonly vni: number;
  readonly inner: EthernetFrame;
}

export interface TcpFlags {
  readonly fin: boolean;
  readonly syn: boolean;
  readonly rst: boolean;
  readonly psh: boolean;
  readonly ack: boolean;
  readonly urg: boolean;
}

export type TcpOption =
  | { readonly kind: 'nop' }
  | { readonly kind: 'end' }
  | { readonly kind: 'mss'; readonly mss: number }
  | { readonly kind: 'sack-permitted' }
  | { readonly kind: 'timestamps'; readonly value: number; readonly echo: number }
  | { readonly kind: 'window-scale'; readonly shift: number }
  | { readonly kind: 'other'; readonly type: number; readonly bytes: Uint8Array };

export interface TcpSegment {
  readonly kind: 'tcp';
  readonly sport: number;
  readonly dport: number;
  readonly seq: number;
  readonly ack: number;
  readonly flags: TcpFlags;
  readonly window: number;
  readonly options: readonly TcpOption[];
  readonly data: Uint8Array;
}

/** IANA protocol numbers. */
export const PROTOCOL = { icmp: 1, tcp: 6, udp: 17, sctp: 132 } as const;
/** UDP ports whose payload is taken apart: Linux's VXLAN default, IANA's VXLAN, flannel's udp backend. */
export const PORT = { vxlan: 8472, vxlanIana: 4789, flannelUdp: 8285 } as const;
