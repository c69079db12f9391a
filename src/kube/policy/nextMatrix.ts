/**
 * The matrix after an edit. Where one policy changed, only the rows of the pods it selects or selected are made again, and only
 * bits that differ are turned; where an edit tells subjects apart that were one class so far, everything is made again.
 */
import { allBits, forEachBit, hasBit, noBits, unite, wordsFor, type Bits } from './bits.ts';
import { matrixOf, isolatorsOf, RowBuilder, type Matrix, type MatrixInput, type Rows } from './matrix.ts';
import { SPEC } from './match.ts';
import { rowsOf } from './planes.ts';
import { policyKey, type Direction, type NetworkPolicy } from './networkPolicy.ts';
import { cutsOf, refine } from './portClasses.ts';
import type { SelectablePod, Subject } from './subject.ts';
import { attributesOf, splits, type Attributes } from './subjectClasses.ts';

/** So many classes of ports more than at first, and the next edit begins from nothing: what was typed on the way adds up. */
const MOST_LEFT_OVER = 16;

/** The matrix of `input`, made from `before` as far as that is possible. Equal to `matrixOf(input)` in every cell. */
export function nextMatrix(before: Matrix, input: MatrixInput): Matrix {
  const changed = changedPolicies(before, input);
  if (changed === undefined) return matrixOf(input);
  if (changed.length === 0) return before;
  // whether NodePorts are told apart hangs on whether anybody holds egress
  const holdsEgress = (policies: readonly NetworkPolicy[]): boolean =>
    policies.some(({ isolates }) => isolates.egress);
  if (holdsEgress(before.policies) !== holdsEgress(input.policies)) return matrixOf(input);
  const attributes = attributesOf(changed);
  const isKnown = knows(before.attributes, attributes);
  if (!isKnown && splits(before.subjects, before.classes, attributes)) return matrixOf(input);
  const { classes: ports, from } = refine(before.ports, cutsOf(changed, before.classes.first));
  if (ports.length > before.ports.length + MOST_LEFT_OVER) return matrixOf(input);
  const { policies } = input;
  const { peers, classes } = before;
  const builder = new RowBuilder({ subjects: classes.first, ports, peers, policies });
  const touched = noBits(classes.first.length);
  for (const policy of changed) unite(touched, peers.selected(policy));
  const ingress = nextRows(before.ingress, 'ingress', { builder, policies, before, from, touched });
  const egress = nextRows(before.egress, 'egress', { builder, policies, before, from, touched });
  const combined = ports.map((_, c) => {
    const was = from[c] ?? 0;
    const plane = before.combined[was] ?? new Uint32Array();
    const isSame =
      stays(before.ingress, ingress, { touched, was, c }) &&
      stays(before.egress, egress, { touched, was, c });
    return isSame ? plane : turned(plane, { ingress, egress, touched, c });
  });
  return { ...before, policies, ports, ingress, egress, combined };
}

/** A thousand of them are compared with every edit, so that is done field by field. */
function sameSubjects(before: readonly Subject[], now: readonly Subject[]): boolean {
  if (before === now) return true;
  return (
    before.length === now.length &&
    before.every((a, i) => {
      const b = now[i];
      if (!b || a.id !== b.id || a.ip !== b.ip || a.reachedAt !== b.reachedAt || a.node !== b.node)
        return false;
      if (a.isNode !== b.isNode) return false;
      return a.pod === b.pod || (a.pod !== undefined && b.pod !== undefined && samePods(a.pod, b.pod));
    })
  );
}

function samePods(a: SelectablePod, b: SelectablePod): boolean {
  const keys = Object.keys(a.labels);
  return (
    keys.length === Object.keys(b.labels).length &&
    keys.every((key) => a.labels[key] === b.labels[key]) &&
    a.ports.length === b.ports.length &&
    a.ports.every((port, i) => {
      const other = b.ports[i];
      return port.name === other?.name && port.port === other?.port && port.protocol === other.protocol;
    })
  );
}

/** Are subjects told apart by all of this already? */
function knows(known: Attributes, { keys, starts, portNames }: Attributes): boolean {
  return (
    keys.every((key) => known.keys.includes(key)) &&
    starts.every((start) => known.starts.includes(start)) &&
    portNames.every((name) => known.portNames.includes(name))
  );
}

/** The policies that were or are now what differs; undefined when more than policies differ. */
function changedPolicies(before: Matrix, input: MatrixInput): readonly NetworkPolicy[] | undefined {
  const { subjects, namespaces, policies, reading = SPEC } = input;
  const isSame = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b);
  if (!isSame(before.reading, reading) || !sameSubjects(before.subjects, subjects)) return undefined;
  if (!isSame([...before.namespaces], [...namespaces])) return undefined;
  const old = new Map(before.policies.map((policy) => [policyKey(policy), policy]));
  const changed: NetworkPolicy[] = [];
  for (const policy of policies) {
    const was = old.get(policyKey(policy));
    old.delete(policyKey(policy));
    if (isSame(was, policy)) continue;
    changed.push(policy);
    if (was) changed.push(was);
  }
  return [...changed, ...old.values()];
}

interface Edit {
  readonly builder: RowBuilder;
  readonly policies: readonly NetworkPolicy[];
  readonly before: Matrix;
  readonly from: readonly number[];
  readonly touched: Bits;
}

/** Rows that nobody touched stay; a touched class gets one of its own, shared by those of the same policies. */
function nextRows(old: Rows, direction: Direction, { builder, policies, before, from, touched }: Edit): Rows {
  const { peers, classes } = before;
  const isolators = isolatorsOf(policies, direction, peers, touched);
  const isRefined = from.some((was, c) => was !== c);
  const rows = isRefined
    ? old.rows.map((row) => from.map((c) => row[c] ?? allBits(classes.first.length)))
    : [...old.rows];
  const rowOf = old.rowOf.slice();
  const known = new Map<string, number>();
  forEachBit(touched, (k) => {
    const list = isolators[k] ?? [];
    const key = builder.key(direction, list, k);
    let row = known.get(key);
    if (row === undefined) {
      known.set(key, (row = rows.length));
      rows.push([...builder.row(direction, list, k)]);
    }
    rowOf[k] = row;
  });
  return compact({ rowOf, rows });
}

/** Rows that no class has any more go. */
function compact({ rowOf, rows }: Rows): Rows {
  const place = new Map<number, number>();
  const kept: (readonly Bits[])[] = [];
  const next = rowOf.map((row) => {
    let at = place.get(row);
    if (at === undefined) {
      place.set(row, (at = kept.length));
      kept.push(rows[row] ?? []);
    }
    return at;
  });
  return { rowOf: next, rows: kept };
}

/** Are the touched rows the same in this class of ports? */
function stays(
  old: Rows,
  now: Rows,
  { touched, was, c }: { readonly touched: Bits; readonly was: number; readonly c: number },
): boolean {
  let isSame = true;
  forEachBit(touched, (k) => {
    const [a, b] = [old.rows[old.rowOf[k] ?? 0]?.[was], now.rows[now.rowOf[k] ?? 0]?.[c]];
    if (a !== b && a?.some((word, w) => word !== b?.[w]) !== false) isSame = false;
  });
  return isSame;
}

/** The plane, right again where a touched class is the source or the destination. */
function turned(
  before: Bits,
  {
    ingress,
    egress,
    touched,
    c,
  }: { readonly ingress: Rows; readonly egress: Rows; readonly touched: Bits; readonly c: number },
): Bits {
  const plane = before.slice();
  const count = ingress.rowOf.length;
  const words = wordsFor(count);
  const [rowsIn, rowsOut] = [rowsOf(ingress, c), rowsOf(egress, c)];
  const nobody = noBits(count);
  forEachBit(touched, (s) => {
    const at = s * words;
    plane.fill(0, at, at + words);
    forEachBit(rowsOut[s] ?? nobody, (d) => {
      if (hasBit(rowsIn[d] ?? nobody, s))
        plane[at + (d >>> 5)] = (plane[at + (d >>> 5)] ?? 0) | (1 << (d & 31));
    });
  });
  forEachBit(touched, (d) => {
    const into = rowsIn[d] ?? nobody;
    const [word, bit] = [d >>> 5, 1 << (d & 31)];
    for (let s = 0; s < count; s++) {
      const at = s * words + word;
      const isOpen = hasBit(into, s) && hasBit(rowsOut[s] ?? nobody, d);
      plane[at] = isOpen ? (plane[at] ?? 0) | bit : (plane[at] ?? 0) & ~bit;
    }
  });
  return plane;
}
