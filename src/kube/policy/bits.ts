/** Sets of small numbers as bits in 32-bit words. A set over `n` numbers has `wordsFor(n)` words; bits beyond `n` stay 0. */
export type Bits = Uint32Array;

export function wordsFor(n: number): number {
  return (n + 31) >>> 5;
}

export function noBits(n: number): Bits {
  return new Uint32Array(wordsFor(n));
}

export function allBits(n: number): Bits {
  const bits = new Uint32Array(wordsFor(n)).fill(0xffffffff);
  if (n & 31) bits[bits.length - 1] = (1 << (n & 31)) - 1;
  return bits;
}

export function hasBit(bits: Bits, i: number, at = 0): boolean {
  return (((bits[at + (i >>> 5)] ?? 0) >>> (i & 31)) & 1) === 1;
}

export function setBit(bits: Bits, i: number): void {
  const word = i >>> 5;
  bits[word] = (bits[word] ?? 0) | (1 << (i & 31));
}

/** `into |= bits` */
export function unite(into: Bits, bits: Bits): void {
  for (let w = 0; w < into.length; w++) into[w] = (into[w] ?? 0) | (bits[w] ?? 0);
}

/** `into &= bits` */
export function intersect(into: Bits, bits: Bits): void {
  for (let w = 0; w < into.length; w++) into[w] = (into[w] ?? 0) & (bits[w] ?? 0);
}

/** `into &= ~bits` */
export function subtract(into: Bits, bits: Bits): void {
  for (let w = 0; w < into.length; w++) into[w] = (into[w] ?? 0) & ~(bits[w] ?? 0);
}

/** `into |= a & b` */
export function uniteCommon(into: Bits, a: Bits, b: Bits): void {
  for (let w = 0; w < into.length; w++) into[w] = (into[w] ?? 0) | ((a[w] ?? 0) & (b[w] ?? 0));
}

/** Calls `each` with every number of the set, ascending. */
export function forEachBit(bits: Bits, each: (i: number) => void): void {
  for (let w = 0; w < bits.length; w++) {
    let word = bits[w] ?? 0;
    while (word !== 0) {
      const low = word & -word;
      each((w << 5) + 31 - Math.clz32(low));
      word ^= low;
    }
  }
}

export function countWord(word: number): number {
  let v = word - ((word >>> 1) & 0x55555555);
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
  return Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** Turns a square of 32 x 32 bits over its diagonal, in place: bit j of word i becomes bit i of word j. @see Hacker's Delight 7-3 */
export function transpose32(square: Uint32Array): void {
  let mask = 0x0000ffff;
  for (let j = 16; j !== 0; j >>>= 1, mask ^= mask << j) {
    for (let k = 0; k < 32; k = (k + j + 1) & ~j) {
      const low = square[k] ?? 0;
      const high = square[k + j] ?? 0;
      const t = ((low >>> j) ^ high) & mask;
      square[k + j] = high ^ t;
      square[k] = low ^ (t << j);
    }
  }
}
