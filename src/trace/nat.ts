/** What NAT made of a packet's addresses on its way so far, read from its steps. Pure. */
import { isStep, type HopIndex, type Recording, type Seq, type Step } from './types.ts';

/** One half that is not what it was: `was` and `is` as a nat step says them, `address:port` or `address id N`. */
export interface Renamed {
  readonly half: 'src' | 'dst';
  readonly was: string;
  readonly is: string;
  /** the nat step */
  readonly seq: Seq;
}

/** Hops that carry the same packet on: not answers, errors or what waits for it. */
const SAME_PACKET: readonly string[] = ['wire', 'fan-out', 'process'];

/** Asked for in every frame; what happened before a step never changes. */
const renamedByStep = new WeakMap<Step, readonly Renamed[]>();

/** The rewritten halves of the packet of entry `seq`, the latest rewriting of each; what was quoted in an error does not count. */
export function renamedAt(recording: Recording, seq: number): readonly Renamed[] {
  const entry = recording.entries[seq];
  if (!entry || !isStep(entry)) return [];
  const known = renamedByStep.get(entry) ?? renamedOf(recording, entry);
  renamedByStep.set(entry, known);
  return known;
}

function renamedOf({ entries, hops }: Recording, { seq, hop: own }: Step): readonly Renamed[] {
  const found = new Map<Renamed['half'], Renamed>();
  let hop: HopIndex = own;
  for (let at: number = seq; at >= 0 && hop >= 0; at--) {
    const step = entries[at];
    if (!step || !isStep(step)) continue;
    const { parent, cause } = hops[hop] ?? {};
    if (step.hop === parent && cause !== undefined && SAME_PACKET.includes(cause)) hop = step.hop;
    if (step.hop !== hop || step.kind !== 'nat' || step.was === step.is || found.has(step.manip)) continue;
    found.set(step.manip, { half: step.manip, was: step.was, is: step.is, seq: step.seq });
  }
  return [...found.values()];
}
