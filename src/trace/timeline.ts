/**
 * The recording as a person steps through it: beats. One beat is one press of "step forward": one step of the packet the
 * reader follows, or a fold of what is not the story (ARP, the look-up of a name, the TCP handshake, copies that nobody wanted), which can be opened.
 *
 * A position is a number of beats: 12.4 is 40 % of the way from beat 12 to beat 13. True times differ by a factor of
 * thousands (a hook takes 2 us, a link 5 ms), so a person gets event time, not wall time.
 */
import { isShown, rolesOf, type FoldReason, type Grain, type Role } from './story.ts';
import {
  isStep,
  type FrameIndex,
  type Hop,
  type HopIndex,
  type Recording,
  type Seq,
  type Step,
} from './types.ts';

export type { FoldReason, Grain } from './story.ts';

export interface Beat {
  readonly index: number;
  readonly kind: 'step' | 'fold' | 'event';
  /** the entry shown; of a fold, its first */
  readonly seq: Seq;
  /** the last entry that has happened once this beat is over */
  readonly last: Seq;
  /** the entries inside a fold, else just `seq` */
  readonly seqs: readonly Seq[];
  readonly reason?: FoldReason;
  /** true for the steps of a fold that was opened */
  readonly unfolded?: boolean;
}

/** A place on the board: a device's door, the stack inside a namespace, a process above it. */
export interface Place {
  readonly ns: string;
  readonly at: 'door' | 'stack' | 'process';
  readonly dev?: string;
}

export type PacketKind = 'request' | 'reply' | 'arp' | 'error' | 'dropped';

/** A packet on its way: at `from` when t = 0, at `to` when t = 1. */
export interface PacketAt {
  readonly frame: FrameIndex;
  /** the frame before the step changed it, for header animation */
  readonly before?: FrameIndex;
  readonly from: Place;
  readonly to: Place;
  readonly t: number;
  readonly seq: Seq;
  readonly kind: PacketKind;
}

/** Where a step happens. */
export function placeOf(step: Step): Place {
  switch (step.kind) {
    case 'rx':
    case 'tx':
    case 'encap':
    case 'decap':
    case 'neigh':
    case 'flood':
    case 'restore':
      return { ns: step.ns, at: 'door', dev: step.dev };
    case 'fdb':
      // a bridge that has decided for a port: the frame is on its way to that port
      return { ns: step.ns, at: 'door', dev: (step.result === 'port' ? step.port : undefined) ?? step.dev };
    case 'process':
    case 'deliver':
      return { ns: step.ns, at: 'process' };
    case 'originate':
      return step.dev === undefined
        ? { ns: step.ns, at: 'process' }
        : { ns: step.ns, at: 'door', dev: step.dev };
    case 'hook':
    case 'conntrack':
    case 'chain':
    case 'nat':
    case 'route':
    case 'ttl':
    case 'fragment':
    case 'reassemble':
    case 'queue':
    case 'unsent':
    case 'drop':
      return { ns: step.ns, at: 'stack' };
  }
}

interface Draft {
  readonly role: Role | 'event';
  readonly seq: Seq;
}

/**
 * The beats of one exchange (-1: of everything). Folds whose first entry is in `opened` are told step by step.
 * Events (commands, log lines) that fall into the time of the exchange are beats of their own.
 */
export function beatsOf(
  recording: Recording,
  exchange: number,
  opened: ReadonlySet<Seq>,
  grain: Grain = 'hop',
): readonly Beat[] {
  const roles = rolesOf(recording);
  const drafts: Draft[] = [];
  const { startSeq, endSeq } = recording.exchanges.find(({ id }) => id === exchange) ?? {
    startSeq: 0,
    endSeq: recording.entries.length,
  };
  for (const entry of recording.entries) {
    if (!isStep(entry)) {
      if (entry.seq >= startSeq && entry.seq < endSeq) drafts.push({ role: 'event', seq: entry.seq });
      continue;
    }
    const hop = recording.hops[entry.hop];
    if (!hop || (exchange >= 0 && hop.exchange !== exchange)) continue;
    const role = roles[entry.hop] ?? 'story';
    if (role !== 'story' || isShown(entry, grain)) drafts.push({ role, seq: entry.seq });
  }
  return numbered(grouped(drafts, opened, recording, grain), recording);
}

type Unnumbered = Omit<Beat, 'index' | 'last'>;

/** A fold of several things is named after the one that says most. */
const TELLING: readonly FoldReason[] = ['lookup', 'handshake', 'closing', 'arp', 'copies'];

/**
 * Steps stand alone; what lies between them is folded. While a packet of the story is on its way, acknowledgements and
 * farewells that cross its path are held back for the next fold, so that the packet is told in one piece. ARP is not: the
 * packet waits for it.
 */
function grouped(
  drafts: readonly Draft[],
  opened: ReadonlySet<Seq>,
  recording: Recording,
  grain: Grain,
): readonly Unnumbered[] {
  const beats: Unnumbered[] = [];
  let held: readonly Draft[] = [];
  let onTheWay = false;
  for (let i = 0; i < drafts.length;) {
    const draft = drafts[i];
    if (!draft) break;
    const { role, seq } = draft;
    if (role === 'story' || role === 'event') {
      beats.push({ kind: role === 'story' ? 'step' : 'event', seq, seqs: [seq] });
      const entry = recording.entries[seq];
      if (entry && isStep(entry)) onTheWay = entry.kind !== 'deliver' && entry.kind !== 'drop';
      i++;
      continue;
    }
    let end = i;
    let asks = false;
    // whoever was looked up is called next: that is told by itself
    while (isFolded(drafts[end]) && !(asks && drafts[end]?.role === 'handshake'))
      asks = drafts[end++]?.role === 'lookup' || asks;
    const run = drafts.slice(i, end);
    const crosses = onTheWay && drafts.slice(end).some((d) => d.role === 'story');
    const now = crosses ? run.filter((d) => d.role === 'arp') : run;
    const before = crosses ? [] : held;
    held = crosses ? [...held, ...run.filter((d) => d.role !== 'arp')] : [];
    beats.push(...folded({ before, now }, opened, recording, grain));
    i = end;
  }
  return beats;
}

function isFolded(draft: Draft | undefined): boolean {
  return draft !== undefined && draft.role !== 'story' && draft.role !== 'event';
}

/** One fold, or its steps when it is open. `before` happened earlier, while something else was told. */
function folded(
  { before, now }: { readonly before: readonly Draft[]; readonly now: readonly Draft[] },
  opened: ReadonlySet<Seq>,
  recording: Recording,
  grain: Grain,
): readonly Unnumbered[] {
  const [first] = now;
  if (!first) return [];
  const reason = TELLING.find((r) => [...before, ...now].some((d) => d.role === r)) ?? 'copies';
  const seqs = now.map((d) => d.seq);
  if (opened.has(first.seq)) return unfolded(seqs, recording, grain, reason);
  return [{ kind: 'fold', seq: first.seq, seqs: [...before.map((d) => d.seq), ...seqs], reason }];
}

function unfolded(
  seqs: readonly Seq[],
  recording: Recording,
  grain: Grain,
  reason: FoldReason,
): readonly Unnumbered[] {
  return seqs.flatMap((seq, i): Unnumbered[] => {
    const entry = recording.entries[seq];
    // the first stays, shown or not: it is the handle that closes the fold again
    if (i > 0 && (!entry || !isStep(entry) || !isShown(entry, grain))) return [];
    return [{ kind: 'step', seq, seqs: [seq], reason, unfolded: true }];
  });
}

function numbered(beats: readonly Unnumbered[], recording: Recording): readonly Beat[] {
  return beats.map((beat, index) => {
    const next = beats[index + 1];
    const last = (
      next ? Math.max(next.seq - 1, beat.seqs.at(-1) ?? beat.seq) : recording.entries.length - 1
    ) as Seq;
    return { ...beat, index, last };
  });
}

/** The step of a beat: of a fold its first, of an event none. */
export function stepOf(recording: Recording, beat: Beat | undefined): Step | undefined {
  const entry = beat ? recording.entries[beat.seq] : undefined;
  return entry && isStep(entry) ? entry : undefined;
}

function isSelfOrBelow(hops: readonly Hop[], hop: HopIndex, ancestor: HopIndex): boolean {
  for (let at: HopIndex = hop; at >= ancestor;) {
    if (at === ancestor) return true;
    at = hops[at]?.parent ?? (-1 as HopIndex);
  }
  return false;
}

/** The beat that the packet of beat `index` comes from: the latest earlier one of the same hop or of an ancestor. */
export function previousOf(recording: Recording, beats: readonly Beat[], index: number): number {
  const own = stepOf(recording, beats[index]);
  if (!own) return -1;
  for (let i = index - 1; i >= 0; i--) {
    const beat = beats[i];
    const step = beat?.kind === 'step' ? stepOf(recording, beat) : undefined;
    if (step && isSelfOrBelow(recording.hops, own.hop, step.hop)) return i;
  }
  return -1;
}

/** Which way a hop goes: how often somebody answered before it, so that every second one goes back; or it is an ICMP error. */
export function legOf({ hops }: Recording, hop: HopIndex): number | 'error' {
  let replies = 0;
  for (let at: HopIndex = hop; at >= 0;) {
    const one = hops[at];
    if (!one) break;
    if (one.cause === 'error') return 'error';
    if (one.cause === 'reply') replies++;
    at = one.parent;
  }
  return replies;
}

function kindOf(recording: Recording, step: Step): PacketKind {
  if (step.kind === 'drop') return 'dropped';
  const frame = recording.frames[step.frame];
  if (frame?.payload.kind === 'arp') return 'arp';
  const leg = legOf(recording, step.hop);
  if (leg === 'error') return 'error';
  return leg % 2 === 1 ? 'reply' : 'request';
}

function still(recording: Recording, step: Step, isNow: boolean): PacketAt {
  const place = placeOf(step);
  // at the very step that changed it, the packet shows what it was before; later it is just what it is
  const before = isNow && step.before !== undefined ? { before: step.before } : {};
  return {
    frame: step.frame,
    ...before,
    from: place,
    to: place,
    t: 1,
    seq: step.seq,
    kind: kindOf(recording, step),
  };
}

function moving(recording: Recording, step: Step, from: Place, t: number): PacketAt {
  const { before, frame, seq } = step;
  return {
    frame,
    ...(before === undefined ? {} : { before }),
    from,
    to: placeOf(step),
    t,
    seq,
    kind: kindOf(recording, step),
  };
}

/** Steps of a fold that lie on the way from its beginning to its last delivery: what is worth showing while it passes. */
function foldPath(recording: Recording, beat: Beat): readonly Step[] {
  const steps = beat.seqs.flatMap((seq) => {
    const entry = recording.entries[seq];
    return entry && isStep(entry) ? [entry] : [];
  });
  const end = steps.findLast((step) => step.kind === 'deliver') ?? steps.at(-1);
  if (!end) return [];
  return steps.filter(
    (step) =>
      isSelfOrBelow(recording.hops, end.hop, step.hop) &&
      (step.kind === 'rx' || step.kind === 'tx' || step === end),
  );
}

function inFold(recording: Recording, beat: Beat, t: number): readonly PacketAt[] {
  const path = foldPath(recording, beat);
  const at = t * Math.max(0, path.length - 1);
  const from = path[Math.floor(at)];
  const to = path[Math.floor(at) + 1];
  if (!from) return [];
  return to ? [moving(recording, to, placeOf(from), at - Math.floor(at))] : [];
}

/** Where every packet is at a position. A packet that was dropped stays where it fell. */
export function packetsAt(
  recording: Recording,
  beats: readonly Beat[],
  position: number,
): readonly PacketAt[] {
  const now = Math.min(Math.floor(position), beats.length - 1);
  const t = position - now;
  const packets: PacketAt[] = [];
  const next = t > 0 ? beats[now + 1] : undefined;
  const nextStep = next?.kind === 'step' ? stepOf(recording, next) : undefined;
  const source = nextStep ? previousOf(recording, beats, now + 1) : -1;
  if (nextStep) {
    const before = stepOf(recording, beats[source]);
    packets.push(moving(recording, nextStep, before ? placeOf(before) : placeOf(nextStep), t));
  }
  if (next?.kind === 'fold') packets.push(...inFold(recording, next, t));
  // packets that wait, lie where they fell, or have just arrived
  const seen = new Set<HopIndex>();
  if (nextStep) seen.add(nextStep.hop);
  for (let i = now; i >= 0; i--) {
    const beat = beats[i];
    const step = beat?.kind === 'step' ? stepOf(recording, beat) : undefined;
    if (!step || i === source || seen.has(step.hop)) continue;
    seen.add(step.hop);
    const isLatest = i === now || step.kind === 'drop' || waitsBeyond(recording, beats, step, now);
    if (isLatest) packets.push(still(recording, step, i === now && t === 0));
  }
  return packets;
}

/** The hop of `step` goes on after beat `now`: it is waiting (ARP), not gone. */
function waitsBeyond(recording: Recording, beats: readonly Beat[], step: Step, now: number): boolean {
  for (let i = now + 1; i < beats.length; i++) {
    if (stepOf(recording, beats[i])?.hop === step.hop && beats[i]?.kind === 'step') return true;
  }
  return false;
}
