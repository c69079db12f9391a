/**
 * The row of header tiles and its motions, as numbers: where each tile stands at a moment of putting a shell on or taking
 * one off. Pure, so that the painting only paints.
 */
import type { LayerKind } from '../../wire/layers.ts';
import { clamp } from './geometry.ts';
import { diffTiles, type PaintedPacket } from './painted.ts';
import { textWidth } from './text.ts';

export const TILE_LABEL: Readonly<Record<LayerKind, string>> = {
  ethernet: 'ETH',
  arp: 'ARP',
  ipv4: 'IP',
  icmp: 'ICMP',
  udp: 'UDP',
  tcp: 'TCP',
  vxlan: 'VXLAN',
  dns: 'DNS',
  data: 'data',
};

/** Sizes at unit 1, in CSS pixels. */
export const TILE = { height: 22, font: 12, pad: 6, gap: 2 } as const;
export const CAPTION = { height: 17, font: 11.5 } as const;
const SLIDE = 34;

export interface PlacedTile {
  readonly kind: LayerKind;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly alpha: number;
  /** came off: drawn as an outline */
  readonly ghost: boolean;
}

export interface Train {
  readonly tiles: readonly PlacedTile[];
  readonly width: number;
  /** `IP 84 → 134 B` while the size changes, else `IP 84 B`: what an MTU counts, so without the outer Ethernet header */
  readonly sizeTag: string;
  readonly changing: boolean;
  /** around the headers that this step put on; `alpha` grows as they arrive */
  readonly shell: { readonly width: number; readonly alpha: number } | undefined;
}

export function tileWidth(kind: LayerKind): number {
  return Math.ceil(textWidth(TILE_LABEL[kind], TILE.font, 'sans')) + 2 * TILE.pad;
}

export function rowWidth(tiles: readonly LayerKind[]): number {
  return tiles.reduce((sum, kind) => sum + tileWidth(kind) + TILE.gap, -TILE.gap);
}

/** Tiles with x from the left of the row; room is kept for whatever is on its way in or out. */
export function trainOf(packet: PaintedPacket): Train {
  const { tiles, beforeTiles, size, beforeSize, t } = packet;
  const { added, removed, kept } = diffTiles(beforeTiles ?? tiles, tiles);
  const wide = added.length >= removed.length ? tiles : [...removed, ...kept];
  const width = rowWidth(wide);
  const placed: PlacedTile[] = [];
  let x = width;
  for (const kind of [...kept].reverse()) {
    x -= tileWidth(kind);
    placed.unshift({ kind, x, y: 0, width: tileWidth(kind), alpha: 1, ghost: false });
    x -= TILE.gap;
  }
  placed.unshift(
    ...shell(added, x, (i) => slideOn(t, i, added.length)),
    ...shell(removed, x, (i) => peelOff(t, removed.length - 1 - i, removed.length)),
  );
  const changing = beforeSize !== undefined && beforeSize !== size;
  const counted = TILE_LABEL[tiles.find((kind) => kind !== 'ethernet') ?? 'data'];
  const sizeTag = changing ? `${counted} ${beforeSize} → ${size} B` : `${counted} ${size} B`;
  const shellOn =
    added.length > 0 && kept.length > 0 ? { width: rowWidth(added), alpha: clamp(t / 0.8, 0, 1) } : undefined;
  return { tiles: placed, width, sizeTag, changing, shell: shellOn };
}

interface Motion {
  readonly dx: number;
  readonly dy: number;
  readonly alpha: number;
  readonly ghost: boolean;
}

/** Tiles to the left of `right`; `i` counts from the inside out, the order in which a shell is put on. */
function shell(
  kinds: readonly LayerKind[],
  right: number,
  motion: (i: number) => Motion,
): readonly PlacedTile[] {
  const placed: PlacedTile[] = [];
  let x = right;
  [...kinds].reverse().forEach((kind, i) => {
    x -= tileWidth(kind);
    const { dx, dy, alpha, ghost } = motion(i);
    if (alpha > 0) placed.unshift({ kind, x: x + dx, y: dy, width: tileWidth(kind), alpha, ghost });
    x -= TILE.gap;
  });
  return placed;
}

/** One after the other, in the first four fifths of the beat, so that the finished row is seen. */
function slideOn(t: number, i: number, count: number): Motion {
  const p = ease(clamp((t / 0.8) * count - i, 0, 1));
  return { dx: -SLIDE * (1 - p), dy: 0, alpha: p, ghost: false };
}

/** The outermost first, with a hop; what has come off stays in its place as a ghost. */
function peelOff(t: number, i: number, count: number): Motion {
  const p = ease(clamp((t / 0.8) * count - i, 0, 1));
  const hop = 4 * p * (1 - p);
  return { dx: -6 * hop, dy: -7 * hop, alpha: 1 - 0.3 * p, ghost: p >= 0.5 };
}

export function ease(t: number): number {
  return t * t * (3 - 2 * t);
}
