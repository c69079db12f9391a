/** Where motion is unwelcome, one still picture gives way to the next: a copy of the old fades out while the new fades in. */

const FADE_MS = 260;

export interface CrossFade {
  /** `paint` paints the new picture on the canvas */
  readonly to: (paint: () => void) => void;
}

/** `ghost` is a canvas of the same size below `canvas`, for the picture that goes. */
export function createCrossFade(canvas: HTMLCanvasElement, ghost: HTMLCanvasElement): CrossFade {
  return {
    to(paint) {
      ghost.width = canvas.width;
      ghost.height = canvas.height;
      ghost.getContext('2d')?.drawImage(canvas, 0, 0);
      paint();
      ghost.animate([{ opacity: 1 }, { opacity: 0 }], FADE_MS);
      canvas.animate([{ opacity: 0 }, { opacity: 1 }], FADE_MS);
    },
  };
}
