/**
 * Where an allocator of the API server looks for a number that nobody asked for: first at random in the upper (dynamic) band,
 * then in the lower (static) one, each scanned on from the start with a wrap. What users ask for may lie anywhere.
 * @see kubernetes pkg/registry/core/service/allocator/bitmap.go randomScanStrategyWithOffset (KEP-3070)
 */
import { nextInRange, type Random } from '../../lib/random.ts';

/** How many numbers at the bottom are kept for those who ask; 0 in a range that is too small. */
export function bandOffset(
  size: number,
  { min, max, step }: { readonly min: number; readonly max: number; readonly step: number },
): number {
  return size <= min ? 0 : Math.min(Math.max(min, Math.floor(size / step)), max);
}

/** A free index of 0 .. `count` - 1, or undefined when all are taken. The real start is random, ours is by seed. */
export function pick(
  { count, offset }: { readonly count: number; readonly offset: number },
  isTaken: (index: number) => boolean,
  random: Random,
): number | undefined {
  const scan = (from: number, length: number): number | undefined => {
    if (length <= 0) return undefined;
    const start = nextInRange(random, 0, length - 1);
    for (let i = 0; i < length; i++) {
      const index = from + ((start + i) % length);
      if (!isTaken(index)) return index;
    }
    return undefined;
  };
  return scan(offset, count - offset) ?? scan(0, offset);
}
