/** A sprite as numbers: the pixels that are not empty, ready to be copied into an ImageData. */
import type { Sprite } from './sprites.ts';

/** Pixels in the order of the picture; colours as ImageData holds them, read as 32-bit numbers (0xAABBGGRR). */
export interface Stamp {
  readonly width: number;
  readonly height: number;
  /** fully opaque pixels */
  readonly solid: Pixels;
  /** smoothed edges */
  readonly soft: Pixels;
}

interface Pixels {
  readonly x: Int16Array;
  readonly y: Int16Array;
  readonly colour: Uint32Array;
  /** y * stride + x for the sheet it was last put on */
  readonly offset: Int32Array;
  stride: number;
}

export interface Sheet {
  readonly pixels: Uint32Array;
  readonly width: number;
  readonly height: number;
}

const stamps = new WeakMap<Sprite, Stamp>();

export function stampOf(sprite: Sprite): Stamp {
  const known = stamps.get(sprite);
  if (known) return known;
  const { width, height } = sprite.canvas;
  const data = sprite.canvas.getContext('2d')?.getImageData(0, 0, width, height).data;
  const made = toStamp(data ? new Uint32Array(data.buffer) : new Uint32Array(0), width, height);
  stamps.set(sprite, made);
  return made;
}

export function toStamp(pixels: Uint32Array, width: number, height: number): Stamp {
  const take = (wanted: (alpha: number) => boolean): Pixels => {
    const at: number[] = [];
    pixels.forEach((colour, i) => {
      if (wanted(colour >>> 24)) at.push(i);
    });
    return {
      x: Int16Array.from(at, (i) => i % width),
      y: Int16Array.from(at, (i) => Math.floor(i / width)),
      colour: Uint32Array.from(at, (i) => pixels[i] ?? 0),
      offset: new Int32Array(at.length),
      stride: -1,
    };
  };
  return {
    width,
    height,
    solid: take((alpha) => alpha === 255),
    soft: take((alpha) => alpha > 0 && alpha < 255),
  };
}

/** Puts a stamp on a sheet with its upper left corner at (left, top); what lies outside is left out. */
export function stamped(stamp: Stamp, sheet: Sheet, left: number, top: number): void {
  const whole =
    left >= 0 && top >= 0 && left + stamp.width <= sheet.width && top + stamp.height <= sheet.height;
  for (const part of [stamp.solid, stamp.soft]) {
    aim(part, sheet.width);
    if (whole && part === stamp.solid) copy(part, sheet.pixels, top * sheet.width + left);
    else mix(part, sheet, left, top);
  }
}

function aim(part: Pixels, stride: number): void {
  if (part.stride === stride) return;
  part.stride = stride;
  for (let i = 0; i < part.offset.length; i++) part.offset[i] = (part.y[i] ?? 0) * stride + (part.x[i] ?? 0);
}

function copy({ offset, colour }: Pixels, pixels: Uint32Array, base: number): void {
  const count = offset.length;
  for (let i = 0; i < count; i++) pixels[base + (offset[i] ?? 0)] = colour[i] ?? 0;
}

function mix({ x, y, offset, colour }: Pixels, sheet: Sheet, left: number, top: number): void {
  const { pixels, width, height } = sheet;
  const base = top * width + left;
  for (let i = 0; i < offset.length; i++) {
    const [column, row] = [left + (x[i] ?? 0), top + (y[i] ?? 0)];
    if (column < 0 || row < 0 || column >= width || row >= height) continue;
    const at = base + (offset[i] ?? 0);
    pixels[at] = over(colour[i] ?? 0, pixels[at] ?? 0);
  }
}

/** One colour over another. Between two half transparent ones the less transparent wins: that is an edge on an edge. */
export function over(above: number, below: number): number {
  const [a, b] = [above >>> 24, below >>> 24];
  if (a === 255 || b === 0) return above;
  if (b < 255) return a >= b ? above : below;
  let out = 255 << 24;
  for (const shift of [0, 8, 16]) {
    const [from, to] = [(below >>> shift) & 255, (above >>> shift) & 255];
    out |= Math.round(from + ((to - from) * a) / 255) << shift;
  }
  return out >>> 0;
}
