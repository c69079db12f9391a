/**
 * Seeded randomness as plain data, so a snapshot of a world holds it. The generator is mulberry32: 32 bits of state are
 * plenty for choosing ports and MACs, and the same seed gives the same run on every machine.
 */
export interface Random {
  state: number;
}

/** A generator that starts from `seed` (any integer; only its low 32 bits count). */
export function createRandom(seed: number): Random {
  return { state: seed >>> 0 };
}

/** The next uniform integer in 0 .. 2^32-1; advances `random`. */
export function nextUint32(random: Random): number {
  random.state = (random.state + 0x6d2b79f5) >>> 0;
  let t = random.state;
  t = Math.imul(t ^ (t >>> 15), t | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return (t ^ (t >>> 14)) >>> 0;
}

/** A uniform integer in `from` .. `to`, both included; advances `random`. */
export function nextInRange(random: Random, from: number, to: number): number {
  return from + (nextUint32(random) % (to - from + 1));
}

/** FNV-1a over UTF-16 code units: a stable 32-bit name for a text (seeds, generated MACs and interface names). */
export function hashText(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    h ^= text.charCodeAt(i);
    h = Math.imul(h, 0x01000193);
  }
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  return h >>> 0;
}
