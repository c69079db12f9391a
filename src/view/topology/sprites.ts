/** Pre-drawn tiles and envelopes: drawn once per look, then copied. */
import type { LayerKind } from '../../wire/layers.ts';
import type { Point } from './geometry.ts';
import type { PacketKind, Palette } from './palette.ts';
import { shapeOf } from './shapes.ts';
import { readStamp, type Stamp } from './stamp.ts';
import { TILE, TILE_LABEL, tileWidth } from './train.ts';

export interface Sprite {
  readonly canvas: HTMLCanvasElement;
  /** in CSS pixels */
  readonly width: number;
  readonly height: number;
  /** the same as pixels, read when first asked for */
  readonly stamp: () => Stamp;
}

export interface Sprites {
  readonly tile: (kind: LayerKind, unit: number) => Sprite;
  readonly envelope: (kind: PacketKind, tiles: readonly LayerKind[], size?: EnvelopeSize) => Sprite;
}

/** Edges of envelopes, in CSS pixels; the smaller ones are for crowds. */
export const ENVELOPES = [22, 12, 8, 6] as const;
export type EnvelopeSize = (typeof ENVELOPES)[number];
const [ENVELOPE] = ENVELOPES;

type Draw = (context: CanvasRenderingContext2D) => void;

export function createSprites(palette: Palette, ratio: number): Sprites {
  const cache = new Map<string, Sprite>();
  // asked for per packet and frame: by the list itself, which frames share
  const envelopes = new Map(
    ENVELOPES.map((size) => [size, new WeakMap<readonly LayerKind[], Map<PacketKind, Sprite>>()]),
  );
  const sprite = (key: string, width: number, height: number, draw: Draw): Sprite => {
    const known = cache.get(key);
    if (known) return known;
    const canvas = document.createElement('canvas');
    canvas.width = Math.ceil(width * ratio);
    canvas.height = Math.ceil(height * ratio);
    const context = canvas.getContext('2d');
    if (context) {
      context.scale(ratio, ratio);
      draw(context);
    }
    let stamp: Stamp | undefined;
    const made = { canvas, width, height, stamp: () => (stamp ??= readStamp(canvas)) };
    if (cache.size > 600) cache.clear();
    cache.set(key, made);
    return made;
  };
  return {
    tile(kind, unit) {
      const width = tileWidth(kind) * unit;
      const height = TILE.height * unit;
      return sprite(`tile ${kind} ${unit.toFixed(2)}`, width, height, (context) => {
        const { fill, ink } = palette.layer[kind];
        context.fillStyle = fill;
        context.beginPath();
        context.roundRect(0, 0, width, height, 3 * unit);
        context.fill();
        context.fillStyle = ink;
        context.font = `700 ${TILE.font * unit}px ${palette.font}`;
        context.textAlign = 'center';
        context.textBaseline = 'middle';
        context.fillText(TILE_LABEL[kind], width / 2, height / 2 + unit * 0.8);
      });
    },
    envelope(kind, tiles, size = ENVELOPE) {
      const mine = envelopes.get(size);
      const known = mine?.get(tiles)?.get(kind);
      if (known) return known;
      const made = sprite(`envelope ${size} ${kind} ${tiles.join()}`, size, size, (context) => {
        context.translate(size / 2, size / 2);
        context.scale(size / ENVELOPE, size / ENVELOPE);
        shapeOf(context, kind, 10);
        context.fillStyle = palette.plate;
        context.fill();
        context.lineWidth = 2;
        context.strokeStyle = palette.kind[kind];
        context.stroke();
        // nested: one frame per header, the outermost outside
        tiles.slice(0, 3).forEach((tile, i) => {
          const half = 6 - i * 2;
          context.fillStyle = palette.layer[tile].fill;
          context.fillRect(-half, -half * 0.8, half * 2, half * 1.6);
        });
      });
      const byKind = mine?.get(tiles) ?? new Map<PacketKind, Sprite>();
      mine?.set(tiles, byKind.set(kind, made));
      return made;
    },
  };
}

/** The one place where a sprite reaches the canvas. */
export function blit(context: CanvasRenderingContext2D, { canvas, width, height }: Sprite, at: Point): void {
  context.drawImage(canvas, at.x, at.y, width, height);
}
