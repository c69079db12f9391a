/** A sprite as numbers: the pixels that are not empty, ready to be copied into an ImageData. */

/** Pixels by rows from the top, colours as ImageData holds them, read as signed 32-bit numbers (0xAABBGGRR), which a compiler keeps unboxed. */
export interface Stamp {
  readonly width: number;
  readonly height: number;
  /** fully opaque pixels */
  readonly solid: Runs;
  /** smoothed edges */
  readonly soft: Runs;
}

/** Pixels that stand side by side, each run with the place of its first; the colours of all runs follow each other. */
interface Runs {
  readonly x: Int32Array;
  readonly y: Int32Array;
  readonly length: Int32Array;
  readonly colour: Int32Array;
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
const CRISP = 13;
const HALF = 128;

/** The stamp of what is drawn on a canvas; of one that cannot be drawn on, an empty one. */
export function readStamp(canvas: HTMLCanvasElement): Stamp {
  const { width, height } = canvas;
  const data = canvas.getContext('2d')?.getImageData(0, 0, width, height).data;
  return toStamp(data ? new Int32Array(data.buffer) : new Int32Array(0), width, height, width < CRISP);
}

/** `crisp`: a pixel is there or it is not. */
export function toStamp(pixels: Int32Array, width: number, height: number, crisp = false): Stamp {
  const take = (wanted: (alpha: number) => boolean): Runs => {
    const runs: { x: number; y: number; length: number }[] = [];
    const colour: number[] = [];
    pixels.forEach((one, i) => {
      if (!wanted(one >>> 24)) return;
      const [x, y] = [i % width, Math.floor(i / width)];
      const run = runs.at(-1);
      if (run?.y === y && run.x + run.length === x) run.length++;
      else runs.push({ x, y, length: 1 });
      colour.push(one | (crisp ? 0xff000000 : 0));
    });
    return {
      x: Int32Array.from(runs, (run) => run.x),
      y: Int32Array.from(runs, (run) => run.y),
      length: Int32Array.from(runs, (run) => run.length),
      colour: Int32Array.from(colour),
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
    copy(solid, sheet, left, top);
    fringe(soft, sheet, left, top);
  } else {
    cutOff(solid, sheet, { left, top, covers: true });
    cutOff(soft, sheet, { left, top, covers: false });
  }
}

// The two loops below run some hundred thousand times a frame: no objects, no functions that are not inlined.

function copy({ x, y, length, colour }: Runs, { pixels, width }: Sheet, left: number, top: number): void {
  let next = 0;
  for (let i = 0; i < length.length; i++) {
    let at = (top + (y[i] as number)) * width + left + (x[i] as number);
    const end = next + (length[i] as number);
    while (next < end) pixels[at++] = colour[next++] as number;
  }
}

/** A smoothed edge over another packet is left out: the two touch without a seam, and nothing has to be mixed. */
function fringe({ x, y, length, colour }: Runs, { pixels, width }: Sheet, left: number, top: number): void {
  let next = 0;
  for (let i = 0; i < length.length; i++) {
    let at = (top + (y[i] as number)) * width + left + (x[i] as number);
    const end = next + (length[i] as number);
    for (; next < end; at++, next++) if (pixels[at] === 0) pixels[at] = colour[next] as number;
  }
}

function cutOff(
  runs: Runs,
  { pixels, width, height }: Sheet,
  { left, top, covers }: { readonly left: number; readonly top: number; readonly covers: boolean },
): void {
  let next = 0;
  runs.length.forEach((length, i) => {
    const row = top + (runs.y[i] ?? 0);
    for (let column = left + (runs.x[i] ?? 0); length > 0; length--, column++, next++) {
      if (column < 0 || row < 0 || column >= width || row >= height) continue;
      const at = row * width + column;
      if (covers || pixels[at] === 0) pixels[at] = runs.colour[next] ?? 0;
    }
  });
}
