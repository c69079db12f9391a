/** Copies cells into the pixels of a picture. Pure: of a large grid only what is seen is touched. */

/** The pixels of one cell, row by row. */
export type Stamp = Uint32Array;

export interface Blit {
  /** of the picture, in pixels */
  readonly width: number;
  readonly height: number;
  /** a row for each line, an index into the stamps for each column */
  readonly states: Uint8Array;
  readonly count: number;
  /** of a cell, in pixels */
  readonly side: number;
  readonly stamps: readonly Stamp[];
  /** where the first cell begins; negative where the picture is scrolled */
  readonly left: number;
  readonly top: number;
}

/** Writes every cell that is at least partly in the picture. */
export function blitCells(out: Uint32Array, blit: Blit): void {
  const { width, height, states, count, side, stamps, left, top } = blit;
  const [firstRow, endRow] = seen(top, height, blit);
  const [firstColumn, endColumn] = seen(left, width, blit);
  for (let row = firstRow; row < endRow; row++) {
    const y0 = top + row * side;
    for (let column = firstColumn; column < endColumn; column++) {
      const stamp = stamps[states[row * count + column] ?? 0];
      if (!stamp) continue;
      const x0 = left + column * side;
      const [fromX, toX] = [Math.max(0, -x0), Math.min(side, width - x0)];
      for (let y = Math.max(0, -y0); y < side && y0 + y < height; y++) {
        const [to, from] = [(y0 + y) * width + x0, y * side];
        for (let x = fromX; x < toX; x++) out[to + x] = stamp[from + x] ?? 0;
      }
    }
  }
}

function seen(begin: number, room: number, { side, count }: Blit): readonly [first: number, end: number] {
  const first = Math.max(0, Math.floor(-begin / side));
  return [first, Math.min(count, Math.ceil((room - begin) / side))];
}
