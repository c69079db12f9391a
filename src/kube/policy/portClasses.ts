/**
 * Ports that no rule tells apart are one class. Each protocol is cut where rules begin and end (named ports: at the numbers
 * they have on some pod), and pieces that the same rules cover are put together again.
 *
 *     TCP  1 ...... 79 | 80 | 81 ........ 8080 ... 65535     rules: TCP 80, TCP http (8080 on some pods)
 *            "else"      80     "else"    8080  "else"       3 classes; UDP and SCTP are "else" too
 */
import { PROTOCOLS, type NetworkPolicy, type PolicyPort, type Protocol } from './networkPolicy.ts';
import { numbersOf } from './match.ts';
import type { Subject } from './subject.ts';

export interface PortRange {
  readonly protocol: Protocol;
  readonly first: number;
  readonly last: number;
}

/** A set of ports of all protocols; no rule admits one of them and not another. */
export interface PortClass {
  readonly ranges: readonly PortRange[];
}

export const ALL_PORTS: PortClass = {
  ranges: PROTOCOLS.map((protocol) => ({ protocol, first: 1, last: 65535 })),
};

/** The ranges at which classes must be cut so that each of the policies' ports covers a class or does not. */
export function cutsOf(
  policies: readonly NetworkPolicy[],
  subjects: readonly Subject[],
): readonly PortRange[] {
  const cuts = new Map<string, PortRange>();
  const add = (range: PortRange): void => {
    cuts.set(`${range.protocol} ${range.first} ${range.last}`, range);
  };
  const named = new Map<string, PolicyPort>();
  for (const { ingress, egress } of policies)
    for (const rules of [ingress, egress])
      for (const { ports } of rules)
        for (const entry of ports) {
          if (typeof entry.port === 'string') named.set(`${entry.protocol} ${entry.port}`, entry);
          else add(rangeOf(entry));
        }
  for (const { port, protocol } of named.values())
    for (const subject of subjects)
      for (const n of numbersOf(String(port), protocol, subject)) add({ protocol, first: n, last: n });
  return [...cuts.values()];
}

/** A numeric entry as a range; one without a port is all of its protocol. */
export function rangeOf({ protocol, port, endPort }: PolicyPort): PortRange {
  if (typeof port !== 'number') return { protocol, first: 1, last: 65535 };
  return { protocol, first: port, last: endPort ?? port };
}

/** The classes of these cuts, "everything else" last. */
export function portClassesOf(cuts: readonly PortRange[]): readonly PortClass[] {
  const classes = new Map<string, PortRange[]>();
  for (const protocol of PROTOCOLS) {
    const own = cuts.flatMap((cut, id) => (cut.protocol === protocol ? [{ ...cut, id }] : []));
    const starts = new Set([1, ...own.flatMap(({ first, last }) => [first, last + 1])]);
    const sorted = [...starts].filter((n) => n <= 65535).toSorted((a, b) => a - b);
    sorted.forEach((first, i) => {
      const last = (sorted[i + 1] ?? 65536) - 1;
      const key = own.flatMap((cut) => (cut.first <= first && cut.last >= last ? [cut.id] : [])).join();
      const ranges = classes.get(key);
      const before = ranges?.at(-1);
      if (!ranges) classes.set(key, [{ protocol, first, last }]);
      else if (before?.protocol === protocol && before.last === first - 1)
        ranges[ranges.length - 1] = { ...before, last };
      else ranges.push({ protocol, first, last });
    });
  }
  const rest = classes.get('');
  classes.delete('');
  const sorted = [...classes.values()].map((ranges) => ({ ranges }));
  return rest ? [...sorted, { ranges: rest }] : sorted;
}

/** Cuts classes further; `from[i]` is the old class that the new class i is a part of. */
export function refine(
  classes: readonly PortClass[],
  cuts: readonly PortRange[],
): { readonly classes: readonly PortClass[]; readonly from: readonly number[] } {
  let parts = classes.map((portClass, from) => ({ portClass, from }));
  for (const cut of cuts) {
    parts = parts.flatMap((part) => {
      const inside = part.portClass.ranges.flatMap((range) => common(range, cut));
      if (inside.length === 0) return [part];
      const outside = part.portClass.ranges.flatMap((range) => without(range, cut));
      if (outside.length === 0) return [part];
      return [
        { portClass: { ranges: inside }, from: part.from },
        { portClass: { ranges: outside }, from: part.from },
      ];
    });
  }
  return { classes: parts.map(({ portClass }) => portClass), from: parts.map(({ from }) => from) };
}

/** The part of a range that is in another. */
export function common(range: PortRange, cut: PortRange): readonly PortRange[] {
  const first = Math.max(range.first, cut.first);
  const last = Math.min(range.last, cut.last);
  return range.protocol === cut.protocol && first <= last ? [{ protocol: range.protocol, first, last }] : [];
}

function without(range: PortRange, cut: PortRange): readonly PortRange[] {
  if (common(range, cut).length === 0) return [range];
  const parts = [
    { ...range, last: Math.min(range.last, cut.first - 1) },
    { ...range, first: Math.max(range.first, cut.last + 1) },
  ];
  return parts.filter(({ first, last }) => first <= last);
}

/** Does the range hold the whole class? A class that was cut at the range is held or not held at all. */
export function covers(cut: PortRange, { ranges }: PortClass): boolean {
  return ranges.every((range) => {
    const [part] = common(range, cut);
    return part !== undefined && part.first === range.first && part.last === range.last;
  });
}

/** The class of a port; undefined for port 0, which nobody can send to. */
export function classOf(classes: readonly PortClass[], protocol: Protocol, port: number): number | undefined {
  const at = classes.findIndex(({ ranges }) =>
    ranges.some((range) => range.protocol === protocol && range.first <= port && port <= range.last),
  );
  return at < 0 ? undefined : at;
}
