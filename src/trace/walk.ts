/** The walk of a packet through one table at one hook, read from its steps; and the connection that a step's packet belongs to. Pure. */
import type { Beat } from './timeline.ts';
import { isStep, type HopIndex, type Recording, type Row, type Step } from './types.ts';

export type ChainStep = Extract<Step, { readonly kind: 'chain' }>;
export type HookStep = Extract<Step, { readonly kind: 'hook' }>;

/** One chain of the stack that the walk is in. */
export interface StackedChain {
  readonly chain: string;
  /** the rule by which the walk left this chain for the next one; undefined for the innermost */
  readonly by?: number;
}

export interface Walk {
  readonly hook: HookStep | undefined;
  /** the chains entered so far and not left, base chain first */
  readonly stack: readonly StackedChain[];
  /** the packet's mark before and after the step */
  readonly markBefore: number;
  readonly markAfter: number;
  /** steps of this walk before and after this one */
  readonly previous: ChainStep | undefined;
  readonly next: ChainStep | undefined;
}

function sameWalk(a: ChainStep, b: ChainStep): boolean {
  return a.hop === b.hop && a.hook === b.hook && a.table === b.table;
}

function chainAt({ entries }: Pick<Recording, 'entries'>, seq: number): ChainStep | undefined {
  const entry = entries[seq];
  return entry && isStep(entry) && entry.kind === 'chain' ? entry : undefined;
}

/** The chain steps of the walk that `step` is one of; none when it is not a chain step. */
export function walkAt(recording: Pick<Recording, 'entries'>, step: Step): readonly ChainStep[] {
  if (step.kind !== 'chain') return [];
  const steps: ChainStep[] = [step];
  for (const way of [-1, 1]) {
    for (let seq = step.seq + way; ; seq += way) {
      const other = chainAt(recording, seq);
      if (!other || !sameWalk(step, other)) break;
      if (way < 0) steps.unshift(other);
      else steps.push(other);
    }
  }
  return steps;
}

/** Where a chain step stands: its gate, the chains around it, what became of the mark. */
export function walkOf(recording: Pick<Recording, 'entries' | 'hops'>, step: ChainStep): Walk {
  const steps = walkAt(recording, step);
  const at = steps.indexOf(step);
  const stack: StackedChain[] = [];
  for (const { depth, chain, number } of steps.slice(0, at)) {
    stack.length = depth;
    stack[depth] = { chain, by: number };
  }
  stack.length = step.depth;
  stack.push({ chain: step.chain });
  return {
    hook: hookOf(recording, step),
    stack,
    markBefore: markBefore(recording, step),
    markAfter: step.mark ?? 0,
    previous: steps[at - 1],
    next: steps[at + 1],
  };
}

/** The gate at which something happened to a packet: the last hook that it reached in this namespace. */
export function hookOf({ entries }: Pick<Recording, 'entries'>, step: Step): HookStep | undefined {
  if (step.kind === 'hook') return step;
  for (let seq = step.seq - 1; seq >= 0; seq--) {
    const entry = entries[seq];
    if (!entry || !isStep(entry) || entry.hop !== step.hop) continue;
    if (entry.kind === 'hook') return entry;
    // what stands at a gate follows it at once
    if (entry.kind !== 'chain' && entry.kind !== 'conntrack' && entry.kind !== 'nat') return undefined;
  }
  return undefined;
}

/** The hooks that were passed in the namespace of a beat's step since the beat before: gone through, but not told. */
export function hooksPassed(
  { entries }: Pick<Recording, 'entries'>,
  beats: readonly Pick<Beat, 'seq' | 'seqs'>[],
  index: number,
): readonly HookStep[] {
  const now = beats[index];
  const last = now && entries[now.seq];
  if (!last || !isStep(last)) return [];
  return entries
    .slice((beats[index - 1]?.seqs.at(-1) ?? -1) + 1, now.seq)
    .flatMap((entry) => (isStep(entry) && entry.kind === 'hook' && entry.ns === last.ns ? [entry] : []));
}

/** The rule or policy that a step is about: its own, or for what follows at once (rewriting, a drop) the last that was met. */
export function deciderOf({ entries }: Pick<Recording, 'entries'>, step: Step): ChainStep | undefined {
  if (step.kind === 'chain') return step;
  const isByRule = step.kind === 'drop' && step.row?.table === 'rule';
  if (step.kind !== 'nat' && !isByRule) return undefined;
  for (let seq = step.seq - 1; seq >= 0; seq--) {
    const entry = entries[seq];
    if (!entry || !isStep(entry) || entry.hop !== step.hop) continue;
    // a packet of a known connection is rewritten without the chains being asked
    return entry.kind === 'chain' && (isByRule || entry.table === 'nat') ? entry : undefined;
  }
  return undefined;
}

/** The mark as the last chain step of the packet in this namespace left it; tunnels and loopback keep it. */
function markBefore({ entries, hops }: Pick<Recording, 'entries' | 'hops'>, step: ChainStep): number {
  let hop: HopIndex = step.hop;
  for (let seq = step.seq - 1; seq >= 0; seq--) {
    const entry = entries[seq];
    if (!entry || !isStep(entry)) continue;
    if (entry.hop === hop && entry.kind === 'chain') return entry.mark ?? 0;
    const { parent = -1, cause, ns } = hops[hop] ?? {};
    if (entry.hop === parent && entry.ns === ns && (cause === 'wire' || cause === 'fan-out')) hop = entry.hop;
  }
  return 0;
}

/** The conntrack entry that the packet of a step belongs to, as it was then; undefined where conntrack has not seen it. */
export function connectionOf({ entries }: Pick<Recording, 'entries'>, step: Step): Row | undefined {
  for (let seq: number = step.seq; seq >= 0; seq--) {
    const entry = entries[seq];
    if (!entry || !isStep(entry) || entry.hop !== step.hop) continue;
    if (entry.kind === 'conntrack' || entry.kind === 'nat') return entry.row;
  }
  return undefined;
}

/** What makes two printed conntrack rows the same connection: protocol and the original direction. */
export function connectionKey(line: string): string {
  const at = line.indexOf(' src=', line.indexOf(' src=') + 1);
  return (at < 0 ? line : line.slice(0, at))
    .replace(/^(\S+)\s+(\d+) (?:[A-Z_0-9]+ )?/, '$1 $2 ')
    .replace(' [UNREPLIED]', '');
}
