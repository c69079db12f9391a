/**
 * What may in both directions: a plane of bits for each class of ports, rows of sources. The egress rows are those of sources already;
 * the ingress rows are those of destinations and have to be turned. That is done in one of two ways, whichever costs less:
 * rule by rule (every source that a rule lets in gets the bits of all that it protects), or in squares of 32 x 32 bits.
 */
import { countWord, forEachBit, noBits, transpose32, wordsFor, type Bits } from './bits.ts';

/** Rows of one direction. Classes with the same policies (and the same named ports) share them. */
export interface Rows {
  /** the row of each subject class */
  readonly rowOf: Int32Array;
  /** by row and port class; the other side's classes as bits */
  readonly rows: readonly (readonly Bits[])[];
}

/** Sources that an ingress rule lets in to destinations; at one class of ports, else at all. */
export interface Admission {
  readonly from: Bits;
  readonly to: Bits;
  readonly at?: number;
}

/** A square costs about as much as so many words of a row (measured). */
const WORDS_PER_SQUARE = 160;

export class Planes {
  readonly #rows: { readonly ingress: Rows; readonly egress: Rows };
  readonly #admissions: readonly Admission[];
  readonly #unheld: Bits;
  readonly #count: number;
  readonly #byRule: boolean;
  #base: Bits | undefined;

  constructor({
    ingress,
    egress,
    admissions,
    unheld,
  }: {
    readonly ingress: Rows;
    readonly egress: Rows;
    readonly admissions: readonly Admission[];
    /** destinations that no policy isolates */
    readonly unheld: Bits;
  }) {
    this.#rows = { ingress, egress };
    this.#unheld = unheld;
    this.#admissions = admissions;
    this.#count = ingress.rowOf.length;
    const words = wordsFor(this.#count);
    const ports = ingress.rows[0]?.length ?? 0;
    let cost = 0;
    for (const { from } of admissions) cost += countBits(from) * words;
    this.#byRule = cost < ports * words * words * WORDS_PER_SQUARE;
  }

  plane(c: number): Bits {
    return this.#byRule ? this.#fromRules(c) : combine(this.#rows.ingress, this.#rows.egress, c, this.#count);
  }

  #fromRules(c: number): Bits {
    this.#base ??= this.#everywhere();
    const plane = this.#base.slice();
    const words = wordsFor(this.#count);
    for (const { from, to, at } of this.#admissions) if (at === c) open(plane, words, from, to);
    const out = rowsOf(this.#rows.egress, c);
    for (let s = 0; s < this.#count; s++) {
      const row = out[s];
      const at = s * words;
      for (let w = 0; w < words; w++) plane[at + w] = (plane[at + w] ?? 0) & (row?.[w] ?? 0);
    }
    return plane;
  }

  /** Destinations that nobody isolates, and what is let in at every port. */
  #everywhere(): Bits {
    const words = wordsFor(this.#count);
    const plane = new Uint32Array(this.#count * words);
    for (let s = 0; s < this.#count; s++) plane.set(this.#unheld, s * words);
    for (const { from, to, at } of this.#admissions) if (at === undefined) open(plane, words, from, to);
    return plane;
  }
}

function countBits(bits: Bits): number {
  let count = 0;
  for (const word of bits) count += countWord(word);
  return count;
}

function open(plane: Bits, words: number, from: Bits, to: Bits): void {
  forEachBit(from, (s) => {
    const at = s * words;
    for (let w = 0; w < words; w++) plane[at + w] = (plane[at + w] ?? 0) | (to[w] ?? 0);
  });
}

/** The row of every class at one class of ports. */
export function rowsOf({ rowOf, rows }: Rows, c: number): readonly Bits[] {
  const none = noBits(rowOf.length);
  return Array.from(rowOf, (row) => rows[row]?.[c] ?? none);
}

/** The plane of one port class: rows of sources. The ingress rows, which are those of destinations, are turned in 32 x 32 squares. */
function combine(ingress: Rows, egress: Rows, c: number, count: number): Bits {
  const words = wordsFor(count);
  const plane = new Uint32Array(count * words);
  const rowsIn = rowsOf(ingress, c);
  const rowsOut = rowsOf(egress, c);
  const square = new Uint32Array(32);
  const nobody = noBits(count);
  for (let dw = 0; dw < words; dw++) {
    const inRows = Array.from({ length: 32 }, (_, j) => rowsIn[(dw << 5) + j] ?? nobody);
    for (let sw = 0; sw < words; sw++) {
      let some = 0;
      for (let j = 0; j < 32; j++) some |= square[j] = (inRows[j] ?? nobody)[sw] ?? 0;
      if (some === 0) continue;
      transpose32(square);
      const last = Math.min(32, count - (sw << 5));
      for (let i = 0; i < last; i++) {
        const s = (sw << 5) + i;
        plane[s * words + dw] = (square[i] ?? 0) & ((rowsOut[s] ?? nobody)[dw] ?? 0);
      }
    }
  }
  return plane;
}
