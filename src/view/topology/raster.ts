/** Rectangles of one colour, thousands a frame: written into one ImageData, which is put on the canvas once. */
export interface Raster {
  readonly begin: (width: number, height: number) => void;
  /** edges in pixels; what lies outside is cut off */
  readonly fill: (left: number, top: number, rightEdge: number, bottomEdge: number) => void;
  /** colour of what is filled next, as ImageData holds it */
  readonly colour: (colour: number) => void;
  readonly put: (context: CanvasRenderingContext2D) => void;
}

export function createRaster(): Raster {
  let sheet = new ImageData(1, 1);
  let pixels = new Uint32Array(sheet.data.buffer);
  let ink = 0;
  return {
    begin(width, height) {
      if (sheet.width !== width || sheet.height !== height) {
        sheet = new ImageData(width, height);
        pixels = new Uint32Array(sheet.data.buffer);
      } else pixels.fill(0);
    },
    colour(colour) {
      ink = colour;
    },
    fill(left, top, rightEdge, bottomEdge) {
      const { width, height } = sheet;
      const x0 = Math.max(0, Math.round(left));
      const x1 = Math.min(width, Math.round(rightEdge));
      const y0 = Math.max(0, Math.round(top));
      const y1 = Math.min(height, Math.round(bottomEdge));
      if (x0 >= x1) return;
      for (let y = y0; y < y1; y++) {
        const row = y * width;
        if (x1 - x0 > 12) pixels.fill(ink, row + x0, row + x1);
        else for (let i = row + x0; i < row + x1; i++) pixels[i] = ink;
      }
    },
    put(context) {
      context.putImageData(sheet, 0, 0);
    },
  };
}

/** CSS colours as ImageData holds them. */
export function readColours(colours: readonly string[]): readonly number[] {
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, colours.length);
  canvas.height = 1;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) return colours.map(() => 0xff808080);
  colours.forEach((colour, i) => {
    context.fillStyle = colour;
    context.fillRect(i, 0, 1, 1);
  });
  const { data } = context.getImageData(0, 0, canvas.width, 1);
  return [...new Uint32Array(data.buffer)];
}
