/**
 * A frame inside the kernel: sk_buff, with what the stack keeps beside the bytes. Immutable; a change makes a new one, and since
 * every field is always there, that costs little (V8 copies objects of one shape fast, and adds a field to a copy slowly).
 */
import { assert } from '../lib/assert.ts';
import type { Mac } from '../wire/address.ts';
import type { EthernetFrame, Frame, Packet } from '../wire/frame.ts';
import type { SkbCt } from './conntrack/types.ts';
import type { HopIndex, IfName, PktType } from './recorder.ts';

export interface Skb {
  readonly frame: Frame;
  readonly hop: HopIndex;
  /** the device it came in by; undefined when it was made here */
  readonly iif: IfName | undefined;
  readonly pkttype: PktType;
  readonly mark: number;
  /** put together from fragments by conntrack: fragment again on the way out, this large at most (frag_max_size) */
  readonly fragMaxSize: number | undefined;
  /** bytes of IP payload in each piece that conntrack put together (frag_list); leaves in the same pieces where they fit */
  readonly fragments: readonly number[] | undefined;
  /** the packet came over a bridge port and is still on the bridge (nf_bridge info) */
  readonly physin: IfName | undefined;
  /** the bridge port it came in by; stays when the packet leaves the bridge upwards (physdev) */
  readonly physdev: IfName | undefined;
  /** its destination was rewritten on this bridge port, and the neighbour code is to find the new receiver's MAC */
  readonly bridgedFrom: { readonly port: IfName; readonly src: Mac } | undefined;
  /** its destination was rewritten on a bridge port: it has the route there, not the one that every bridged packet is given */
  readonly redirected: boolean;
  /** its connection; undefined where conntrack is not at work */
  readonly ct: SkbCt | undefined;
  /** hash of the flow, chosen by the socket (txhash) or by the addresses; the VXLAN source port comes from it */
  readonly hash: number | undefined;
}

/** What a new sk_buff may begin with. */
interface SkbStart extends Pick<Skb, 'frame' | 'hop'> {
  readonly iif?: IfName;
  readonly pkttype?: PktType;
  readonly mark?: number | undefined;
  readonly hash?: number | undefined;
  readonly ct?: SkbCt | undefined;
}

export function newSkb({ frame, hop, iif, pkttype = 'host', mark = 0, hash, ct }: SkbStart): Skb {
  return {
    frame,
    hop,
    iif,
    pkttype,
    mark,
    fragMaxSize: undefined,
    fragments: undefined,
    physin: undefined,
    physdev: undefined,
    bridgedFrom: undefined,
    redirected: false,
    ct,
    hash,
  };
}

/** The IPv4 packet of a frame; asserts that it holds one. */
export function packetOf(frame: Frame): Packet {
  const payload = frame.payload;
  assert(payload.kind === 'ipv4', 'frame without IPv4 packet');
  return payload;
}

/** The same frame around another packet. */
export function withPacket(frame: Frame, payload: Packet): Frame {
  return { ...frame, payload };
}

export function ethernetOf(frame: Frame): EthernetFrame {
  assert(frame.kind === 'ethernet', 'frame without link layer');
  return frame;
}
