/** Arithmetic on prefixes that only resolving needs. */
import { contains, lastOf, networkOf, type Cidr, type Ipv4 } from '../../../wire/address.ts';

/** Is every address of `inner` in `outer`? */
export function covers(outer: Cidr, inner: Cidr): boolean {
  return outer.bits <= inner.bits && contains(outer, inner.address);
}

export function overlaps(a: Cidr, b: Cidr): boolean {
  return covers(a, b) || covers(b, a);
}

/** The smallest prefix that holds all of them; undefined for none. */
export function smallestBlock(prefixes: readonly Cidr[]): Cidr | undefined {
  const [first] = prefixes;
  if (!first) return undefined;
  const low = prefixes.reduce((least, { address }) => Math.min(least, address), first.address as number);
  const high = prefixes.reduce((most, prefix) => Math.max(most, lastOf(prefix)), 0);
  // the leading bits that lowest and highest address share
  return networkOf({ address: low as Ipv4, bits: Math.clz32(low ^ high) });
}

/**
 * Pairs of overlapping prefixes, one per later prefix, in the order given. Prefixes are nested or apart, so after sorting
 * by address each has to be compared with the widest one still open: n log n for thousands of nodes.
 */
export function findOverlaps(prefixes: readonly Cidr[]): readonly (readonly [number, number])[] {
  const order = prefixes
    .map((prefix, index) => ({ prefix, index }))
    .sort(
      (a, b) => a.prefix.address - b.prefix.address || a.prefix.bits - b.prefix.bits || a.index - b.index,
    );
  const pairs: (readonly [number, number])[] = [];
  let open: { readonly prefix: Cidr; readonly index: number } | undefined;
  for (const next of order) {
    if (open && covers(open.prefix, next.prefix)) {
      pairs.push([Math.min(open.index, next.index), Math.max(open.index, next.index)]);
    } else {
      open = next;
    }
  }
  return pairs.sort((a, b) => a[1] - b[1]);
}
