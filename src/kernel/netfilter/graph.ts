/**
 * Which chains lead where, and what the kernel says of it: no way from a base chain may be 16 jumps deep (so no loop either), and
 * a rule may only be reached from hooks where its target and matches work. Chains that no base chain leads to are not looked at.
 * @see net/netfilter/nf_tables_api.c nft_chain_validate (NFT_JUMP_STACK_SIZE)
 */
import type { Hook } from '../recorder.ts';
import { hooksOfMatch } from './match/index.ts';
import { hooksOfTarget } from './target/index.ts';
import type { Rule } from './rule.ts';

const JUMP_STACK_SIZE = 16;

interface Ways {
  /** chains that are jumped to */
  readonly jumps: readonly string[];
  /** from which hooks this chain may be reached, as far as its own rules go; undefined: from any */
  readonly hooks: readonly Hook[] | undefined;
}

const waysByRules = new WeakMap<readonly Rule[], Ways>();

function narrow(a: readonly Hook[] | undefined, b: readonly Hook[] | undefined): readonly Hook[] | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a === b ? a : a.filter((hook) => b.includes(hook));
}

function collect(rules: readonly Rule[]): Ways {
  const jumps = new Set<string>();
  let hooks: readonly Hook[] | undefined;
  for (const { target, matches } of rules) {
    if (target !== undefined) {
      if (target.target === 'jump' || target.target === 'goto') jumps.add(target.chain);
      else hooks = narrow(hooks, hooksOfTarget(target));
    }
    for (const match of matches) hooks = narrow(hooks, hooksOfMatch(match));
  }
  return { jumps: [...jumps], hooks };
}

function waysOf(rules: readonly Rule[]): Ways {
  let ways = waysByRules.get(rules);
  if (ways === undefined) {
    ways = collect(rules);
    waysByRules.set(rules, ways);
  }
  return ways;
}

interface Linked {
  readonly name: string;
  readonly rules: readonly Rule[];
}

/** What a way through a chain may meet, on all its branches. */
interface Summary {
  /** how many chains deep it goes from here; Infinity: in a circle */
  readonly depth: number;
  /** from which hooks it may be reached; undefined: from any */
  readonly hooks: readonly Hook[] | undefined;
}

/** By the name of the chain; of those that a base chain leads to, and some others. */
export type Summaries = ReadonlyMap<string, Summary>;

const CIRCLE: Summary = { depth: Infinity, hooks: undefined };

function sameHooks(a: Summary['hooks'], b: Summary['hooks']): boolean {
  return (
    a === b ||
    (a !== undefined && b !== undefined && a.length === b.length && a.every((hook) => b.includes(hook)))
  );
}

/** Looks chains up, and sums up those that are not in `summaries` yet. */
function summingUp(
  chains: ReadonlyMap<string, Linked>,
  summaries: Map<string, Summary>,
  known?: (name: string) => Summary | undefined,
): (name: string) => Summary {
  const of = (name: string): Summary => {
    const old = summaries.get(name) ?? known?.(name);
    if (old !== undefined) return old;
    summaries.set(name, CIRCLE);
    const ways = waysOf(chains.get(name)?.rules ?? []);
    let depth = 0;
    let { hooks } = ways;
    for (const jump of ways.jumps) {
      const next = of(jump);
      depth = Math.max(depth, 1 + next.depth);
      hooks = narrow(hooks, next.hooks);
    }
    const made = { depth, hooks };
    summaries.set(name, made);
    return made;
  };
  return of;
}

/** A table that the kernel took, and the chains that are not what they were in it. */
export interface Changed {
  readonly known: Summaries;
  readonly touched: ReadonlySet<string>;
}

/**
 * What is known of the table now, when a look at the chains that were touched tells that all others are as good as before: each
 * touched one leads as deep and to the same hooks. A circle through one of them would have made it deeper.
 */
function onlyTouched(
  chains: ReadonlyMap<string, Linked>,
  { known, touched }: Changed,
): Summaries | undefined {
  const made = new Map<string, Summary>();
  const of = summingUp(chains, made, (name) => (touched.has(name) ? undefined : known.get(name)));
  for (const name of touched) if (chains.has(name)) of(name);
  const fresh = [...made].filter(([name]) => !known.has(name));
  const isOther = ([name, now]: readonly [string, Summary]): boolean => {
    const old = known.get(name);
    return old !== undefined && (old.depth !== now.depth || !sameHooks(old.hooks, now.hooks));
  };
  if ([...made].some(isOther)) return undefined;
  return fresh.length === 0 ? known : new Map([...known, ...fresh]);
}

/** What is known of the table when the kernel takes it; else why it does not. */
export function validateGraph(
  chains: ReadonlyMap<string, Linked>,
  baseChains: readonly Hook[],
  changed?: Changed,
): 'EMLINK' | 'EINVAL' | Summaries {
  const short = changed && onlyTouched(chains, changed);
  if (short) return short;
  const summaries = new Map<string, Summary>();
  const of = summingUp(chains, summaries);
  for (const hook of baseChains) {
    const { depth, hooks } = of(hook);
    if (depth >= JUMP_STACK_SIZE) return 'EMLINK';
    if (hooks !== undefined && !hooks.includes(hook)) return 'EINVAL';
  }
  return summaries;
}
