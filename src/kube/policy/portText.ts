/** Ports as a reader reads them: ranges that touch as one, protocol by protocol. */
import { PROTOCOLS } from './networkPolicy.ts';
import type { PortClass, PortRange } from './portClasses.ts';

/** `TCP 80`, `TCP 81-442`, `UDP`; in the order of protocol and number. */
export function printPorts(ranges: readonly PortRange[]): readonly string[] {
  return PROTOCOLS.flatMap((protocol) => {
    const own = ranges.filter((range) => range.protocol === protocol).toSorted((a, b) => a.first - b.first);
    const joined: { first: number; last: number }[] = [];
    for (const { first, last } of own) {
      const before = joined.at(-1);
      if (before && first <= before.last + 1) before.last = Math.max(before.last, last);
      else joined.push({ first, last });
    }
    return joined.map(({ first, last }) => {
      if (first === 1 && last === 65535) return protocol;
      return `${protocol} ${first === last ? String(first) : `${first}-${last}`}`;
    });
  });
}

/** Is this every port that no rule names? Those are many pieces, of several protocols. */
export function isRest({ ranges }: PortClass): boolean {
  return new Set(ranges.map(({ protocol }) => protocol)).size > 1;
}
