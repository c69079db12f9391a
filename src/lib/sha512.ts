/**
 * SHA-512 of a text (FIPS 180-4), in hex. Only for names that programs derive with it; the browser's own digest is
 * asynchronous, and a behaviour is not.
 */

const WORD = (1n << 64n) - 1n;

/** The first primes, `count` of them. */
function primes(count: number): readonly bigint[] {
  const found: bigint[] = [];
  for (let n = 2n; found.length < count; n++) if (found.every((p) => n % p !== 0n)) found.push(n);
  return found;
}

/** The first 64 bits of the fractional part of the root: floor(root(p) * 2^64) mod 2^64, by Newton's method on integers. */
function rootBits(prime: bigint, degree: bigint): bigint {
  const target = prime << (64n * degree);
  let x = 1n << (64n + 8n);
  for (;;) {
    const next = ((degree - 1n) * x + target / x ** (degree - 1n)) / degree;
    if (next >= x) return x & WORD;
    x = next;
  }
}

interface Constants {
  readonly start: readonly bigint[];
  readonly round: readonly bigint[];
}

function constants(): Constants {
  const all = primes(80);
  return { start: all.slice(0, 8).map((p) => rootBits(p, 2n)), round: all.map((p) => rootBits(p, 3n)) };
}

const CONSTANTS = constants();

const right = (x: bigint, n: bigint): bigint => ((x >> n) | (x << (64n - n))) & WORD;

function padded(text: string): readonly bigint[] {
  const bytes = new TextEncoder().encode(text);
  const blocks = Math.ceil((bytes.length + 17) / 128);
  const all = new Uint8Array(blocks * 128);
  all.set(bytes);
  all[bytes.length] = 0x80;
  const view = new DataView(all.buffer);
  view.setBigUint64(all.length - 8, BigInt(bytes.length) * 8n);
  return Array.from({ length: all.length / 8 }, (_, i) => view.getBigUint64(i * 8));
}

/** One block of sixteen words worked into the state. */
function compress(state: readonly bigint[], block: readonly bigint[]): readonly bigint[] {
  const w = [...block];
  const at = (i: number): bigint => w[i] ?? 0n;
  for (let i = 16; i < 80; i++) {
    const a = at(i - 15);
    const b = at(i - 2);
    const s0 = right(a, 1n) ^ right(a, 8n) ^ (a >> 7n);
    const s1 = right(b, 19n) ^ right(b, 61n) ^ (b >> 6n);
    w.push((at(i - 16) + s0 + at(i - 7) + s1) & WORD);
  }
  let [a = 0n, b = 0n, c = 0n, d = 0n, e = 0n, f = 0n, g = 0n, h = 0n] = state;
  for (let i = 0; i < 80; i++) {
    const s1 = right(e, 14n) ^ right(e, 18n) ^ right(e, 41n);
    const choice = (e & f) ^ (~e & WORD & g);
    const one = (h + s1 + choice + (CONSTANTS.round[i] ?? 0n) + at(i)) & WORD;
    const s0 = right(a, 28n) ^ right(a, 34n) ^ right(a, 39n);
    const two = (s0 + ((a & b) ^ (a & c) ^ (b & c))) & WORD;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) & WORD, c, b, a, (one + two) & WORD];
  }
  return [a, b, c, d, e, f, g, h].map((word, i) => (word + (state[i] ?? 0n)) & WORD);
}

export function sha512(text: string): string {
  const words = padded(text);
  let state = CONSTANTS.start;
  for (let i = 0; i < words.length; i += 16) state = compress(state, words.slice(i, i + 16));
  return state.map((word) => word.toString(16).padStart(16, '0')).join('');
}
