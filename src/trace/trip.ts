/**
 * One way of a packet, from the program that sends it to where it ends, in numbers: what it costs to get there. Everything is
 * counted in the recording, nothing is known of backends (shared/facts/dataplane.md 7.1). Pure.
 */
import { layersOf, type LayerKind } from '../wire/layers.ts';
import type { Frame, Packet } from '../wire/frame.ts';
import { rolesOf, segmentOf } from './story.ts';
import { isStep, type HopIndex, type Recording, type Row, type Seq, type Step } from './types.ts';

/** A header on the wire, and how long it is, in bytes. */
export interface WireLayer {
  readonly kind: LayerKind;
  /** 0 for the outer headers, 1 for what a tunnel carries */
  readonly depth: number;
  readonly bytes: number;
}

/** The packet as it leaves the first machine by a cable. */
export interface OnWire {
  readonly seq: Seq;
  readonly layers: readonly WireLayer[];
  /** length of the IP packet: what an MTU counts */
  readonly length: number;
  /** bytes that it grew by since the program sent it */
  readonly added: number;
  /** pieces it was cut into, 1 when it was not */
  readonly pieces: number;
  /** ports of the tunnel: `8285 → 8285`; undefined without one */
  readonly ports: { readonly sport: number; readonly dport: number } | undefined;
}

export interface Lookup {
  readonly seq: Seq;
  /** whose table: `flanneld` for a program's own */
  readonly in: 'route' | 'neigh' | 'fdb' | 'process';
  readonly row: Row;
}

export interface Trip {
  readonly arrived: boolean;
  /** what happened to the packet, in order; from `originate` to `deliver` or `drop` */
  readonly steps: readonly Step[];
  /** the IP packet as the program sends it */
  readonly sent: { readonly ttl: number; readonly length: number };
  /** the TTL with which it is delivered */
  readonly ttl: number | undefined;
  /** undefined when it never leaves the first machine */
  readonly wire: OnWire | undefined;
  /** crossings of the border between kernel and user space on the way, by the machine: a program reads and sends again */
  readonly crossings: readonly { readonly ns: string; readonly count: number }[];
  /** times that its bytes are copied between user and kernel space until it is on the wire: the sender's own, and by crossings */
  readonly copies: number;
  /** what the first machine looked up for it, in order, up to the wire */
  readonly lookups: readonly Lookup[];
}

/** Hops that carry the same packet on: not answers, errors or what waits for it. */
const SAME_PACKET: readonly string[] = ['wire', 'fan-out', 'process'];

/** The first way of an exchange: its request. Undefined when nothing of it was recorded. */
export function tripOf(recording: Recording, exchange: number): Trip | undefined {
  const { entries, hops, frames } = recording;
  const roles = rolesOf(recording);
  const first = entries.find(
    (entry): entry is Step =>
      isStep(entry) &&
      entry.kind === 'originate' &&
      hops[entry.hop]?.exchange === exchange &&
      roles[entry.hop] === 'story',
  );
  if (!first) return undefined;
  const steps = lineOf(recording, first);
  const end = steps.at(-1);
  const length = lengthOf(frames[first.frame]);
  const machine = steps.find((step) => step.ns !== first.ns)?.ns ?? first.ns;
  const wire = wireOf(recording, steps, length);
  const before = wire === undefined ? steps : steps.filter(({ seq }) => seq <= wire.seq);
  const crossings = crossingsOf(steps);
  return {
    arrived: end?.kind === 'deliver',
    steps,
    sent: { ttl: packetOf(frames[first.frame])?.ttl ?? 0, length },
    ttl: end?.kind === 'deliver' ? packetOf(frames[end.frame])?.ttl : undefined,
    wire,
    crossings,
    copies: 1 + crossingsOf(before).reduce((sum, { count }) => sum + count, 0),
    lookups: before.filter(({ ns }) => ns === machine).flatMap(lookupOf),
  };
}

/** The steps of the packet that `first` makes, through every hop that carries it on, to its end. */
export function lineOf({ entries, hops }: Recording, first: Step): readonly Step[] {
  const carried = new Set<HopIndex>([first.hop]);
  hops.forEach((hop, i) => {
    if (carried.has(hop.parent) && SAME_PACKET.includes(hop.cause)) carried.add(i as HopIndex);
  });
  const steps = entries.filter(
    (entry): entry is Step => isStep(entry) && carried.has(entry.hop) && entry.seq >= first.seq,
  );
  // copies that nobody wanted end in drops: a delivery counts more
  const end =
    steps.findLast(({ kind }) => kind === 'deliver') ?? steps.findLast(({ kind }) => kind === 'drop');
  if (!end) return steps;
  const isDead = (step: Step): boolean => end.kind === 'deliver' && isDeadEnd(hops, step.hop, end.hop);
  return steps.filter((step) => step.seq <= end.seq && !isDead(step));
}

/** A hop from which the end does not descend. */
function isDeadEnd(hops: Recording['hops'], hop: HopIndex, end: HopIndex): boolean {
  for (let at: HopIndex = end; at >= hop; at = hops[at]?.parent ?? (-1 as HopIndex))
    if (at === hop) return false;
  return true;
}

function packetOf(frame: Frame | undefined): Packet | undefined {
  return frame?.payload.kind === 'ipv4' ? frame.payload : undefined;
}

/** Length of the IP packet in a frame. */
function lengthOf(frame: Frame | undefined): number {
  const layers = frame === undefined ? [] : layersOf(frame);
  const from = layers[0]?.kind === 'ethernet' ? layers[0].to : 0;
  return (layers.at(-1)?.to ?? 0) - from;
}

/** The last frame that the first machine puts on a cable to a switch. */
function wireOf({ frames, hops }: Recording, steps: readonly Step[], length: number): OnWire | undefined {
  const arrival = steps.find(({ ns }) => segmentOf(ns) !== undefined);
  const parent = arrival && hops[arrival.hop]?.parent;
  const tx = steps.findLast((step) => step.kind === 'tx' && step.hop === parent);
  const frame = tx && frames[tx.frame];
  if (!tx || !frame) return undefined;
  const layers = layersOf(frame);
  const tunnel = packetOf(frame)?.payload;
  const isTunnel = layers.some(({ depth }) => depth > 0);
  const cut = steps.find((step) => step.kind === 'fragment' && step.hop === tx.hop);
  return {
    seq: tx.seq,
    layers: layers.map(({ kind, depth, from, to }) => ({ kind, depth, bytes: to - from })),
    length: lengthOf(frame),
    added: lengthOf(frame) - length,
    pieces: cut?.kind === 'fragment' ? cut.pieces : 1,
    ports: isTunnel && tunnel?.kind === 'udp' ? { sport: tunnel.sport, dport: tunnel.dport } : undefined,
  };
}

/** A program that passes a packet on reads it from the kernel and writes it back: twice across the border. */
function crossingsOf(steps: readonly Step[]): Trip['crossings'] {
  const counts = new Map<string, number>();
  for (const { kind, ns } of steps) if (kind === 'process') counts.set(ns, (counts.get(ns) ?? 0) + 2);
  return [...counts].map(([ns, count]) => ({ ns, count }));
}

function lookupOf(step: Step): readonly Lookup[] {
  const { seq, kind } = step;
  const found =
    (kind === 'route' && step.result !== 'local') ||
    kind === 'process' ||
    (kind === 'neigh' && step.result === 'resolved') ||
    // which port of a bridge is no matter of backends
    (kind === 'fdb' && step.result === 'remote');
  return found && step.row ? [{ seq, in: kind, row: step.row }] : [];
}
