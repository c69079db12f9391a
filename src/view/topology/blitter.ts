/**
 * Putting very many sprites on a canvas. Two ways behind one function: `drawImage` per sprite, which a GPU may like, and
 * copying pixels into one ImageData that is put once a frame, which costs a fraction without one (performance.md). Which
 * is the quicker here is measured once, when the first crowd comes.
 */
import { clamp } from './geometry.ts';
import type { Sprite } from './sprites.ts';
import { stamped } from './stamp.ts';

export interface Blitter<Picture = Sprite> {
  readonly begin: () => void;
  /** its middle, in pixels of the canvas */
  readonly add: (sprite: Picture, x: number, y: number) => void;
  readonly end: () => void;
}

export type BlitWay = 'pixels' | 'drawImage';

export function createBlitter(context: CanvasRenderingContext2D, way: BlitWay): Blitter {
  return way === 'pixels' ? pixelBlitter(context) : imageBlitter(context);
}

function imageBlitter(context: CanvasRenderingContext2D): Blitter {
  return {
    begin() {
      context.setTransform(1, 0, 0, 1, 0, 0);
      context.clearRect(0, 0, context.canvas.width, context.canvas.height);
    },
    add({ canvas }, x, y) {
      context.drawImage(canvas, Math.round(x - canvas.width / 2), Math.round(y - canvas.height / 2));
    },
    end: () => undefined,
  };
}

/** The rows of the sheet that are not empty: from, to. Columns are not worth counting: a crowd is everywhere. */
interface Dirty {
  top: number;
  bottom: number;
}

/** Whole numbers, which a compiler keeps unboxed. */
const NOTHING: Readonly<Dirty> = { top: 1 << 30, bottom: 0 };

function pixelBlitter(context: CanvasRenderingContext2D): Blitter {
  let sheet = new ImageData(1, 1);
  let pixels = new Int32Array(sheet.data.buffer);
  let now: Dirty = { ...NOTHING };
  let before: Dirty = { ...NOTHING };
  return {
    begin() {
      const { width, height } = context.canvas;
      if (sheet.width !== width || sheet.height !== height) {
        sheet = new ImageData(width, height);
        pixels = new Int32Array(sheet.data.buffer);
        // whatever was painted there by other means goes as well
        before = { top: 0, bottom: height };
      } else {
        pixels.fill(0, before.top * width, before.bottom * width);
      }
      now = { ...NOTHING };
    },
    add(sprite, x, y) {
      const stamp = sprite.stamp();
      const { width, height } = sheet;
      const left = Math.round(x - stamp.width / 2);
      const top = Math.round(y - stamp.height / 2);
      if (left >= width || top >= height || left + stamp.width <= 0 || top + stamp.height <= 0) return;
      if (top < now.top) now.top = Math.max(0, top);
      if (top + stamp.height > now.bottom) now.bottom = Math.min(height, top + stamp.height);
      stamped(stamp, { pixels, width, height }, left, top);
    },
    end() {
      const top = Math.min(now.top, before.top);
      const height = Math.max(now.bottom, before.bottom) - top;
      before = now.bottom > now.top ? now : { top: 0, bottom: 0 };
      if (height > 0) context.putImageData(sheet, 0, 0, 0, top, sheet.width, height);
    },
  };
}

/** Copying is our own code, which the browser makes quick only after some rounds; drawing is quick at once. */
const TRIAL = { size: 512, sprites: 2000, rounds: { pixels: 8, drawImage: 2 } } as const;
let chosen: BlitWay | undefined;

/** The quicker of the two for this sprite on this machine; asked once for all. */
export function chooseWay(sprite: Sprite): BlitWay {
  chosen ??= measure(sprite, 'pixels') <= measure(sprite, 'drawImage') ? 'pixels' : 'drawImage';
  return chosen;
}

/** Milliseconds of the best round, with everything flushed: reading a pixel waits for the drawing. */
function measure(sprite: Sprite, way: BlitWay): number {
  const canvas = document.createElement('canvas');
  canvas.width = TRIAL.size;
  canvas.height = TRIAL.size;
  const context = canvas.getContext('2d');
  if (!context) return Infinity;
  const blitter = createBlitter(context, way);
  let best = Infinity;
  for (let round = 0; round < TRIAL.rounds[way]; round++) {
    const from = performance.now();
    blitter.begin();
    for (let i = 0; i < TRIAL.sprites; i++)
      blitter.add(sprite, (i * 37) % TRIAL.size, clamp((i * 53) % TRIAL.size, 16, TRIAL.size - 16));
    blitter.end();
    context.getImageData(0, 0, 1, 1);
    best = Math.min(best, performance.now() - from);
  }
  return best;
}
