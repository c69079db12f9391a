/**
 * The lens: one layer of the network at a time. What does not belong to it is dimmed, never taken away, so that the board
 * keeps its shape. Pure; the style sheet and the canvas do what `dimmedBy` and `tilesInLens` say.
 */
import type { Lens } from '../../store/settings.ts';
import type { Thread } from '../../trace/threads.ts';
import type { LayerKind } from '../../wire/layers.ts';
import type { Door, DoorKind } from './layoutTypes.ts';

/** What is drawn on the board, as the style sheet knows it. A 'leg' is the end of a veth that has an address: a pod's eth0. */
export type Glyph = DoorKind | 'leg' | 'switch' | 'gate' | 'stack' | 'mac' | 'overlay' | 'process' | 'daemon';

export const LENSES: readonly Lens[] = ['service', 'l3', 'l2', 'all'];

const GLYPHS: readonly Glyph[] = [
  'veth',
  'leg',
  'bridge',
  'vxlan',
  'tun',
  'physical',
  'loopback',
  'port',
  'switch',
  'gate',
  'stack',
  'mac',
  'overlay',
  'process',
  'daemon',
];

/** Layer 3: whatever has an address or decides by one. */
const LAYER_3: ReadonlySet<Glyph> = new Set([
  'leg',
  'physical',
  'vxlan',
  'tun',
  'loopback',
  'gate',
  'stack',
  'process',
  'daemon',
]);
/** Layer 2 and tunnel: whatever forwards by MAC, and what makes the tunnel. */
const LAYER_2: ReadonlySet<Glyph> = new Set([
  'leg',
  'veth',
  'bridge',
  'vxlan',
  'tun',
  'physical',
  'port',
  'switch',
  'mac',
  'overlay',
  'daemon',
]);
/** Services are rules in the hooks between programs. */
const SERVICE: ReadonlySet<Glyph> = new Set(['leg', 'physical', 'gate', 'stack', 'process']);

export function glyphOf({ kind, device }: Door): Glyph {
  return kind === 'veth' && device !== undefined && device.addresses.length > 0 ? 'leg' : kind;
}

export function belongs(lens: Lens, glyph: Glyph): boolean {
  switch (lens) {
    case 'all':
      return true;
    case 'l3':
      return LAYER_3.has(glyph);
    case 'l2':
      return LAYER_2.has(glyph);
    case 'service':
      return SERVICE.has(glyph);
  }
}

/** The glyphs that a lens dims. */
export function dimmedBy(lens: Lens): readonly Glyph[] {
  return GLYPHS.filter((glyph) => !belongs(lens, glyph));
}

/** What a grid of cells has of the board: floors are segments, cells machines, dots pods. */
export interface GridDimmed {
  readonly floors: boolean;
  readonly dots: boolean;
}

/** A cell is a machine, which has devices of every layer; a segment is its switch, and a dot its pod's program. */
export function gridDimmedBy(lens: Lens): GridDimmed {
  return { floors: !belongs(lens, 'switch'), dots: !belongs(lens, 'process') };
}

/** How many of the outermost headers are a tunnel's shell, the Ethernet header that carries it included. */
function shellOf(tiles: readonly LayerKind[]): number {
  const vxlan = tiles.indexOf('vxlan');
  if (vxlan >= 0) return vxlan + 1;
  // the udp backend: an IP packet right behind a UDP header
  const wrapped = tiles.findIndex((kind, i) => kind === 'ipv4' && tiles[i - 1] === 'udp');
  return Math.max(0, wrapped);
}

/** Of a packet's headers, outermost first: which belong to the lens. */
export function tilesInLens(lens: Lens, tiles: readonly LayerKind[]): readonly boolean[] {
  const shell = shellOf(tiles);
  return tiles.map((kind, i) => {
    switch (lens) {
      case 'all':
        return true;
      case 'l3':
        return kind === 'ipv4' || kind === 'icmp' || kind === 'udp' || kind === 'tcp';
      case 'l2':
        return kind === 'ethernet' || kind === 'arp' || i < shell;
      case 'service':
        return i >= shell && kind !== 'ethernet' && kind !== 'arp';
    }
  });
}

/** Rows of the forwarding and neighbour tables are layer 2; routes are layer 3. */
export function threadInLens(lens: Lens, { row }: Thread): boolean {
  switch (lens) {
    case 'all':
      return true;
    case 'l3':
      return row.table === 'route';
    case 'l2':
      return row.table === 'fdb' || row.table === 'neigh';
    case 'service':
      return row.table === 'rule';
  }
}
