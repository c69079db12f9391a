/** What the packet layer needs to know of a packet, beyond where it is: its headers as tiles, its size, its addresses. */
import type { Thread } from '../../trace/threads.ts';
import type { PacketAt } from '../../trace/timeline.ts';
import { printIpv4 } from '../../wire/address.ts';
import { frameLength } from '../../wire/codec.ts';
import type { Frame, Packet } from '../../wire/frame.ts';
import { layersOf, type LayerKind } from '../../wire/layers.ts';
import type { Renaming } from './renamed.ts';

export interface PaintedPacket extends PacketAt {
  /** header kinds, outermost first */
  readonly tiles: readonly LayerKind[];
  readonly beforeTiles?: readonly LayerKind[];
  /** length as an MTU counts it: without the outer Ethernet header */
  readonly size: number;
  readonly beforeSize?: number;
  /** the outermost addresses: `10.244.1.2 → 10.244.2.2` */
  readonly caption: string;
  /** the rows that supplied its headers at this step, and those of the step it comes from */
  readonly threads?: readonly Thread[];
  readonly threadsBefore?: readonly Thread[];
  /** which exchange it belongs to, counted from 0: a letter and a hue */
  readonly flow?: number;
  /** of its tiles, counted from the innermost: those that the lens dims */
  readonly dimmed?: readonly boolean[];
  /** halves that NAT rewrote on the way, with what they were */
  readonly renaming?: Renaming;
  /** only a marker: one of many that flow in the background */
  readonly bare?: true;
}

interface Look {
  readonly tiles: readonly LayerKind[];
  readonly size: number;
  readonly caption: string;
}

const ETHERNET_HEADER = 14;
const looks = new WeakMap<Frame, Look>();

/** Frames are immutable and shared, so each is taken apart once. */
function lookOf(frame: Frame): Look {
  const known = looks.get(frame);
  if (known) return known;
  const size = frameLength(frame) - (frame.kind === 'ethernet' ? ETHERNET_HEADER : 0);
  const look = { tiles: layersOf(frame).map(({ kind }) => kind), size, caption: captionOf(frame) };
  looks.set(frame, look);
  return look;
}

function captionOf({ payload }: Frame): string {
  if (payload.kind === 'other') return '';
  if (payload.kind === 'ipv4') return ends(payload);
  return payload.op === 'request'
    ? `${printIpv4(payload.tpa)} ?`
    : `${printIpv4(payload.spa)} = ${payload.sha}`;
}

function ends({ src, dst }: Packet): string {
  return `${printIpv4(src)} → ${printIpv4(dst)}`;
}

export function paintedOf(packet: PacketAt, frames: readonly Frame[]): PaintedPacket | undefined {
  const frame = frames[packet.frame];
  if (!frame) return undefined;
  const before = packet.before === undefined ? undefined : frames[packet.before];
  const look = lookOf(frame);
  const earlier = before && lookOf(before);
  return { ...packet, ...look, ...(earlier && { beforeTiles: earlier.tiles, beforeSize: earlier.size }) };
}

export interface TileDiff {
  /** tiles only in the new packet, outermost first: a shell was put on */
  readonly added: readonly LayerKind[];
  /** tiles only in the old packet: a shell came off */
  readonly removed: readonly LayerKind[];
  readonly kept: readonly LayerKind[];
}

/** Shells go on and come off at the outside, so what is common is the longest common end. */
export function diffTiles(before: readonly LayerKind[], after: readonly LayerKind[]): TileDiff {
  let same = 0;
  while (
    same < before.length &&
    same < after.length &&
    before[before.length - 1 - same] === after[after.length - 1 - same]
  )
    same++;
  return {
    added: after.slice(0, after.length - same),
    removed: before.slice(0, before.length - same),
    kept: after.slice(after.length - same),
  };
}
