/** A sprite as numbers: the pixels that are not empty, ready to be copied into an ImageData. */

/** Pixels in the order of the picture; colours as ImageData holds them, read as signed 32-bit numbers (0xAABBGGRR), which a compiler keeps unboxed. */
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
  readonly colour: Int32Array;
  /** y * stride + x for the sheet it was last put on */
  readonly offset: Int32Array;
  stride: number;
}

export interface Sheet {
  readonly pixels: Int32Array;
  readonly width: number;
  readonly height: number;
}

/** Alpha from which a pixel covers what is below, and below which it is not worth the time. */
const OPAQUE = 225;
const EMPTY = 30;
/** A picture smaller than this has hard edges: thousands of it are on the board, and a smooth edge costs twice a plain pixel. */
const CRISP = 10;
const HALF = 128;

/** The stamp of what is drawn on a canvas; of one that cannot be drawn on, an empty one. */
export function readStamp(canvas: HTMLCanvasElement): Stamp {
  const { width, height } = canvas;
  const data = canvas.getContext('2d')?.getImageData(0, 0, width, height).data;
  return toStamp(data ? new Int32Array(data.buffer) : new Int32Array(0), width, height, width < CRISP);
}

/** `crisp`: a pixel is there or it is not. */
export function toStamp(pixels: Int32Array, width: number, height: number, crisp = false): Stamp {
  const take = (wanted: (alpha: number) => boolean): Pixels => {
    const at: number[] = [];
    pixels.forEach((colour, i) => {
      if (wanted(colour >>> 24)) at.push(i);
    });
    return {
      x: Int16Array.from(at, (i) => i % width),
      y: Int16Array.from(at, (i) => Math.floor(i / width)),
      colour: Int32Array.from(at, (i) => (pixels[i] ?? 0) | (crisp ? 0xff000000 : 0)),
      offset: new Int32Array(at.length),
      stride: -1,
    };
  };
  const [opaque, empty] = crisp ? [HALF, HALF] : [OPAQUE, EMPTY];
  return {
    width,
    height,
    solid: take((alpha) => alpha >= opaque),
    soft: take((alpha) => alpha >= empty && alpha < opaque),
  };
}

/** Puts a stamp on a sheet with its upper left corner at (left, top); what lies outside is left out. */
export function stamped(stamp: Stamp, sheet: Sheet, left: number, top: number): void {
  const { solid, soft } = stamp;
  if (left >= 0 && top >= 0 && left + stamp.width <= sheet.width && top + stamp.height <= sheet.height) {
    const base = top * sheet.width + left;
    copy(aimed(solid, sheet.width), sheet.pixels, base);
    fringe(aimed(soft, sheet.width), sheet.pixels, base);
  } else {
    cutOff(solid, sheet, { left, top, covers: true });
    cutOff(soft, sheet, { left, top, covers: false });
  }
}

function aimed(part: Pixels, stride: number): Pixels {
  if (part.stride === stride) return part;
  part.stride = stride;
  for (let i = 0; i < part.offset.length; i++) part.offset[i] = (part.y[i] ?? 0) * stride + (part.x[i] ?? 0);
  return part;
}

// The two loops below run some hundred thousand times a frame: no objects, no functions that are not inlined.

function copy({ offset, colour }: Pixels, pixels: Int32Array, base: number): void {
  for (let i = 0; i < offset.length; i++) pixels[base + (offset[i] as number)] = colour[i] as number;
}

/** A smoothed edge over another packet is left out: the two touch without a seam, and nothing has to be mixed. */
function fringe({ offset, colour }: Pixels, pixels: Int32Array, base: number): void {
  for (let i = 0; i < offset.length; i++) {
    const at = base + (offset[i] as number);
    if (pixels[at] === 0) pixels[at] = colour[i] as number;
  }
}

function cutOff(
  { x, y, colour }: Pixels,
  { pixels, width, height }: Sheet,
  { left, top, covers }: { readonly left: number; readonly top: number; readonly covers: boolean },
): void {
  for (let i = 0; i < colour.length; i++) {
    const column = left + (x[i] ?? 0);
    const row = top + (y[i] ?? 0);
    if (column < 0 || row < 0 || column >= width || row >= height) continue;
    const at = row * width + column;
    if (covers || pixels[at] === 0) pixels[at] = colour[i] ?? 0;
  }
}
