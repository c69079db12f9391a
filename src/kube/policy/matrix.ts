/**
 * Who may talk to whom: every subject x every subject x every port, in each direction and in both. Subjects and ports that no
 * rule tells apart are one class, so what is computed is classes x classes, as bits:
 *
 *     ingress  row of a destination: the sources it admits      } pods with the same policies share a row
 *     egress   row of a source: the destinations it may reach   }
 *     combined row of a source = its egress row AND the column of the ingress rows, one plane for each class of ports
 *
 * Exemptions (a pod and itself, a pod and its node) are no matter of classes and are looked at when a cell is read.
 */
import {
  allBits,
  forEachBit,
  hasBit,
  intersect,
  noBits,
  setBit,
  subtract,
  unite,
  uniteCommon,
  wordsFor,
  type Bits,
} from './bits.ts';
import {
  exemptOf,
  numbersOf,
  NODE_PORTS,
  SPEC,
  type Policies,
  type Reading,
  type Verdicts,
} from './match.ts';
import {
  PROTOCOLS,
  type Direction,
  type NetworkPolicy,
  type Peer,
  type PolicyRule,
  type Protocol,
} from './networkPolicy.ts';
import { PeerBits } from './peerBits.ts';
import { Planes, type Admission, type Rows } from './planes.ts';

export type { Rows };
import {
  classOf,
  covers,
  cutsOf,
  portClassesOf,
  rangeOf,
  type PortClass,
  type PortRange,
} from './portClasses.ts';
import { attributesOf, subjectClassesOf, type Attributes, type SubjectClasses } from './subjectClasses.ts';
import type { NamespaceLabels, Subject } from './subject.ts';

export interface MatrixInput extends Policies {
  readonly subjects: readonly Subject[];
}

export interface Matrix {
  readonly subjects: readonly Subject[];
  readonly namespaces: NamespaceLabels;
  readonly policies: readonly NetworkPolicy[];
  readonly reading: Reading;
  /** what tells the classes apart */
  readonly attributes: Attributes;
  readonly classes: SubjectClasses;
  readonly ports: readonly PortClass[];
  readonly ingress: Rows;
  readonly egress: Rows;
  /** by port class: a row of words for each source class */
  readonly combined: readonly Bits[];
  readonly peers: PeerBits;
}

/** The matrix of these policies, from nothing. */
export function matrixOf({ subjects, namespaces, policies, reading = SPEC }: MatrixInput): Matrix {
  const attributes = attributesOf(policies);
  const classes = subjectClassesOf(subjects, attributes);
  const ports = portClassesOf([...cutsOf(policies, classes.first), ...cutsOfReading(reading, policies)]);
  const peers = new PeerBits(classes.first, namespaces);
  const builder = new RowBuilder({ subjects: classes.first, ports, peers, policies });
  const ingress = builder.rows('ingress');
  const egress = builder.rows('egress');
  const planes = new Planes({
    ingress,
    egress,
    admissions: builder.admissions(),
    unheld: builder.unheld(),
  });
  const combined = ports.map((_, c) => planes.plane(c));
  return {
    subjects,
    namespaces,
    policies,
    reading,
    attributes,
    classes,
    ports,
    ingress,
    egress,
    combined,
    peers,
  };
}

/** Where the reading itself tells ports apart. */
function cutsOfReading({ toOwnNode }: Reading, policies: readonly NetworkPolicy[]): readonly PortRange[] {
  return toOwnNode === 'always' || !policies.some(({ isolates }) => isolates.egress)
    ? []
    : PROTOCOLS.map((protocol) => ({ protocol, ...NODE_PORTS }));
}

/** The policies that isolate each class of `among`, by index. */
export function isolatorsOf(
  policies: readonly NetworkPolicy[],
  direction: Direction,
  peers: PeerBits,
  among: Bits,
): readonly (readonly number[])[] {
  const isolators: number[][] = [];
  forEachBit(among, (k) => {
    isolators[k] = [];
  });
  const selected = new Uint32Array(among.length);
  policies.forEach((policy, p) => {
    if (!policy.isolates[direction]) return;
    selected.set(peers.selected(policy));
    intersect(selected, among);
    forEachBit(selected, (k) => isolators[k]?.push(p));
  });
  return isolators;
}

const NOBODY: Subject = { id: '', isNode: false };

export interface RowSource {
  /** one subject of each class */
  readonly subjects: readonly Subject[];
  readonly ports: readonly PortClass[];
  readonly peers: PeerBits;
  readonly policies: readonly NetworkPolicy[];
}

/** Makes rows; those of equal policies once. */
export class RowBuilder {
  readonly #source: RowSource;
  readonly #coverage = new Map<PolicyRule, readonly number[] | 'all'>();

  constructor(source: RowSource) {
    this.#source = source;
  }

  rows(direction: Direction): Rows {
    const { policies, peers, subjects } = this.#source;
    const isolators = isolatorsOf(policies, direction, peers, allBits(subjects.length));
    const rowOf = new Int32Array(subjects.length);
    const rows: (readonly Bits[])[] = [];
    const known = new Map<string, number>();
    isolators.forEach((list, k) => {
      const key = this.key(direction, list, k);
      let row = known.get(key);
      if (row === undefined) {
        known.set(key, (row = rows.length));
        rows.push(this.row(direction, list, k));
      }
      rowOf[k] = row;
    });
    return { rowOf, rows };
  }

  /** Destinations that no policy isolates. */
  unheld(): Bits {
    const { policies, peers, subjects } = this.#source;
    const bits = allBits(subjects.length);
    for (const policy of policies) if (policy.isolates.ingress) subtract(bits, peers.selected(policy));
    return bits;
  }

  /** What ingress rules let in, rule by rule. */
  admissions(): readonly Admission[] {
    const { policies, peers, ports } = this.#source;
    return policies.flatMap((policy): Admission[] => {
      if (!policy.isolates.ingress) return [];
      const selected = peers.selected(policy);
      return policy.ingress.flatMap((rule): Admission[] => {
        const { self } = rule;
        const to = self ? this.#those(selected, (k) => this.#isOneOf(self, policy, 'ingress', k)) : selected;
        const from = this.#admitted(rule, policy, 'ingress');
        const numeric = this.#numeric(rule);
        const some: Admission[] =
          numeric === 'all' ? [{ from, to }] : numeric.map((c) => ({ from, to, at: c }));
        for (const { port, protocol } of rule.ports) {
          if (typeof port !== 'string') continue;
          ports.forEach((portClass, c) => {
            const number = numberIn(portClass, protocol);
            if (number === undefined) return;
            const bearers = peers.named(port, protocol, number);
            some.push({ from, to: this.#those(to, (k) => hasBit(bearers, k)), at: c });
          });
        }
        return some;
      });
    });
  }

  #those(bits: Bits, fits: (k: number) => boolean): Bits {
    const some = noBits(this.#source.subjects.length);
    forEachBit(bits, (k) => {
      if (fits(k)) setBit(some, k);
    });
    return some;
  }

  /** Classes with this key have the same row. */
  key(direction: Direction, isolators: readonly number[], k: number): string {
    const { policies, subjects } = this.#source;
    let key = isolators.join();
    for (const p of isolators) {
      const policy = policies[p];
      for (const { self, ports } of policy?.[direction] ?? []) {
        if (policy && self) key += this.#isOneOf(self, policy, direction, k) ? '+' : '-';
        if (direction === 'egress') continue;
        for (const { port, protocol } of ports)
          if (typeof port === 'string') key += ` ${numbersOf(port, protocol, subjects[k] ?? NOBODY).join()}`;
      }
    }
    return key;
  }

  /** The row of class k, one set for each class of ports. */
  row(direction: Direction, isolators: readonly number[], k: number): readonly Bits[] {
    const { ports, subjects, policies, peers } = this.#source;
    if (isolators.length === 0) {
      const everybody = allBits(subjects.length);
      return ports.map(() => everybody);
    }
    const always = noBits(subjects.length);
    const extra: (Bits | undefined)[] = ports.map(() => undefined);
    const at = (c: number): Bits => (extra[c] ??= noBits(subjects.length));
    for (const p of isolators) {
      const policy = policies[p];
      if (!policy) continue;
      for (const rule of policy[direction]) {
        if (rule.self && !this.#isOneOf(rule.self, policy, direction, k)) continue;
        const admitted = this.#admitted(rule, policy, direction);
        const numeric = this.#numeric(rule);
        if (numeric === 'all') unite(always, admitted);
        else for (const c of numeric) unite(at(c), admitted);
        for (const { port, protocol } of rule.ports) {
          if (typeof port !== 'string') continue;
          ports.forEach((portClass, c) => {
            const number = numberIn(portClass, protocol);
            if (number === undefined) return;
            const bearers = peers.named(port, protocol, number);
            if (direction === 'egress') uniteCommon(at(c), admitted, bearers);
            else if (hasBit(bearers, k)) unite(at(c), admitted);
          });
        }
      }
    }
    return extra.map((bits) => {
      if (!bits) return always;
      unite(bits, always);
      return bits;
    });
  }

  /** Peers of the pod itself are looked up as what it is in this direction: the destination of ingress. */
  #isOneOf(self: readonly Peer[], policy: NetworkPolicy, direction: Direction, k: number): boolean {
    const as = direction === 'ingress' ? 'egress' : 'ingress';
    return self.some((peer) => hasBit(this.#source.peers.peer(peer, policy, as), k));
  }

  #admitted(rule: PolicyRule, policy: NetworkPolicy, direction: Direction): Bits {
    const { peers, subjects } = this.#source;
    const [only] = rule.peers;
    if (only === undefined) return peers.everybody();
    if (rule.peers.length === 1) return peers.peer(only, policy, direction);
    const bits = noBits(subjects.length);
    for (const peer of rule.peers) unite(bits, peers.peer(peer, policy, direction));
    return bits;
  }

  /** The port classes that the rule's numeric ports cover. */
  #numeric(rule: PolicyRule): readonly number[] | 'all' {
    if (rule.ports.length === 0) return 'all';
    let covered = this.#coverage.get(rule);
    if (covered === undefined) {
      const ranges = rule.ports.flatMap((entry) => (typeof entry.port === 'string' ? [] : [rangeOf(entry)]));
      covered = this.#source.ports.flatMap((portClass, c) =>
        ranges.some((range) => covers(range, portClass)) ? [c] : [],
      );
      this.#coverage.set(rule, covered);
    }
    return covered;
  }
}

/** Named ports are numbers, and each number that one has is a class of its own. */
function numberIn({ ranges }: PortClass, protocol: Protocol): number | undefined {
  return ranges.find((range) => range.protocol === protocol && range.first === range.last)?.first;
}

/** What the matrix says of two subjects (by index) and a class of ports. */
export function cellOf(matrix: Matrix, from: number, to: number, c: number): Verdicts {
  const { subjects, classes, ingress, egress, combined, reading } = matrix;
  const [source, destination] = [subjects[from], subjects[to]];
  const [range] = matrix.ports[c]?.ranges ?? [];
  if (source && destination && range) {
    const connection = { from: source, to: destination, protocol: range.protocol, port: range.first };
    if (exemptOf(connection, reading) !== undefined) return { ingress: true, egress: true, allowed: true };
  }
  const [s, d] = [classes.of[from] ?? 0, classes.of[to] ?? 0];
  const into = ingress.rows[ingress.rowOf[d] ?? 0]?.[c];
  const out = egress.rows[egress.rowOf[s] ?? 0]?.[c];
  const words = wordsFor(classes.first.length);
  return {
    ingress: into !== undefined && hasBit(into, s),
    egress: out !== undefined && hasBit(out, d),
    allowed: hasBit(combined[c] ?? new Uint32Array(), d, s * words),
  };
}

/** The class of a port; undefined when there is no such port. */
export function portClassOf(matrix: Matrix, protocol: Protocol, port: number): number | undefined {
  return classOf(matrix.ports, protocol, port);
}
