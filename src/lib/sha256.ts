/** SHA-256 of a short text, without waiting for it (the browser's own is asynchronous). @see FIPS 180-4 */
const FIRST_PRIMES = 64;

/** The first 32 bits of the fractional part of a root of each prime: 4.2.2 and 5.3.3. */
function fractions(count: number, root: number): readonly number[] {
  const found: number[] = [];
  for (let n = 2; found.length < count; n++) {
    let isPrime = true;
    for (let d = 2; d * d <= n; d++) if (n % d === 0) isPrime = false;
    if (!isPrime) continue;
    const value = n ** (1 / root);
    found.push(Math.floor((value - Math.floor(value)) * 2 ** 32) | 0);
  }
  return found;
}

const K = Int32Array.from(fractions(FIRST_PRIMES, 3));
const START = Int32Array.from(fractions(8, 2));

const rotate = (x: number, n: number): number => (x >>> n) | (x << (32 - n));

/** texts as short as this are written into the same bytes again; in UTF-8 they are at most three times as long */
const SHORT = 160;
const scratch = new DataView(new ArrayBuffer(Math.ceil((SHORT * 3 + 9) / 64) * 64));
const ENCODER = new TextEncoder();

const scratchBytes = new Uint8Array(scratch.buffer);

/** 5.1.1: the text, a bit, and the length in bits at the end of the last block. Returns how many bytes of `bytes` that are. */
function pad(text: string, bytes: Uint8Array, view: DataView): number {
  const { written } = ENCODER.encodeInto(text, bytes);
  const length = Math.ceil((written + 9) / 64) * 64;
  bytes.fill(0, written, length);
  bytes[written] = 0x80;
  view.setUint32(length - 4, written * 8);
  return length;
}

/** the message schedule, written anew for every block */
const W = new Int32Array(64);

/** the state between blocks, begun anew for every text */
const state = new Int32Array(8);

/** 6.2.2: one block of 64 bytes into the state. */
function compress(): void {
  const at = (a: Int32Array, i: number): number => a[i] ?? 0;
  for (let t = 16; t < 64; t++) {
    const w15 = at(W, t - 15);
    const w2 = at(W, t - 2);
    const s0 = rotate(w15, 7) ^ rotate(w15, 18) ^ (w15 >>> 3);
    const s1 = rotate(w2, 17) ^ rotate(w2, 19) ^ (w2 >>> 10);
    W[t] = at(W, t - 16) + s0 + at(W, t - 7) + s1;
  }
  let [a, b, c, d] = [at(state, 0), at(state, 1), at(state, 2), at(state, 3)];
  let [e, f, g, h] = [at(state, 4), at(state, 5), at(state, 6), at(state, 7)];
  for (let t = 0; t < 64; t++) {
    const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + at(K, t) + at(W, t)) | 0;
    const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  const add = (i: number, value: number): void => {
    state[i] = at(state, i) + value;
  };
  add(0, a);
  add(1, b);
  add(2, c);
  add(3, d);
  add(4, e);
  add(5, f);
  add(6, g);
  add(7, h);
}

/** The 32 bytes of the digest of a text in UTF-8. */
export function sha256(text: string): Uint8Array {
  const isShort = text.length <= SHORT;
  const bytes = isShort ? scratchBytes : new Uint8Array(Math.ceil((text.length * 3 + 9) / 64) * 64);
  const view = isShort ? scratch : new DataView(bytes.buffer);
  const length = pad(text, bytes, view);
  state.set(START);
  for (let block = 0; block < length; block += 64) {
    for (let t = 0; t < 16; t++) W[t] = view.getInt32(block + t * 4);
    compress();
  }
  const digest = new Uint8Array(32);
  for (let i = 0; i < digest.length; i++) digest[i] = (state[i >> 2] ?? 0) >>> (24 - (i & 3) * 8);
  return digest;
}
