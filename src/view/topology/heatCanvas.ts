/** Keeps the canvas of a large board painted: at most once a frame, and only when something changed. */
import type { Camera } from './camera.ts';
import { paintHeat, readHeatPalette, type HeatView } from './heatPaint.ts';
import { onThemeChange } from './palette.ts';
import { createRaster } from './raster.ts';

export type HeatShown = Pick<HeatView, 'heat' | 'marks' | 'dimmed' | 'floorWords'>;

export interface HeatCanvas {
  readonly show: (shown: HeatShown) => void;
  readonly destroy: () => void;
}

export function createHeatCanvas(canvas: HTMLCanvasElement, camera: Camera): HeatCanvas {
  const context = canvas.getContext('2d');
  const raster = createRaster();
  let palette = readHeatPalette(canvas);
  let shown: HeatShown | undefined;
  let request: number | undefined;

  const paint = (): void => {
    request = undefined;
    const { clientWidth: width, clientHeight: height } = canvas;
    if (!context || !shown || width === 0) return;
    // the grid is dense: more than two pixels per pixel costs time and shows nothing
    const ratio = Math.min(2, globalThis.devicePixelRatio || 1);
    const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (canvas.width !== w || canvas.height !== h) {
      canvas.width = w;
      canvas.height = h;
    }
    paintHeat(context, raster, { ...shown, transform: camera.transform(), width, height, ratio, palette });
  };
  const soon = (): void => {
    request ??= requestAnimationFrame(paint);
  };
  const unwatch = camera.watch(soon);
  const untheme = onThemeChange(() => {
    palette = readHeatPalette(canvas);
    soon();
  });
  const size = new ResizeObserver(soon);
  size.observe(canvas);
  return {
    show(next) {
      shown = next;
      soon();
    },
    destroy() {
      if (request !== undefined) cancelAnimationFrame(request);
      unwatch();
      untheme();
      size.disconnect();
    },
  };
}
