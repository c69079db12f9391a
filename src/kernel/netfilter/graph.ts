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
  readonly jumps: ReadonlySet<string>;
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
  return { jumps, hooks };
}

function waysOf(rules: readonly Rule[]): Ways {
  let ways = waysByRules.get(rules);
  if (ways === undefined) {
    ways = collect(rules);
    waysByRules.set(rules, ways);
  }
  return ways;
}

/** Whether every way through the chains is one through the chains of `taken`. */
function isWithin(chains: ReadonlyMap<string, Linked>, taken: ReadonlyMap<string, Linked>): boolean {
  for (const [name, chain] of chains) {
    const old = taken.get(name);
    if (old === chain) continue;
    if (!leadsNoFurther(chain.rules, old?.rules ?? NO_RULES)) return false;
  }
  return true;
}

const NO_RULES: readonly Rule[] = [];

interface Linked {
  readonly name: string;
  readonly rules: readonly Rule[];
}

/** Whether a chain leads nowhere new, and may be reached from wherever it was. */
function leadsNoFurther(rules: readonly Rule[], before: readonly Rule[]): boolean {
  if (rules === before) return true;
  const [now, old] = [waysOf(rules), waysOf(before)];
  if (now.hooks !== undefined && now.hooks !== old.hooks) {
    const { hooks } = now;
    if (old.hooks === undefined || old.hooks.some((hook) => !hooks.includes(hook))) return false;
  }
  for (const jump of now.jumps) if (!old.jumps.has(jump)) return false;
  return true;
}

/** Undefined when the kernel takes the table; else why not. `taken`: the chains of a table that it took. */
export function validateGraph(
  chains: ReadonlyMap<string, Linked>,
  baseChains: readonly Hook[],
  taken?: ReadonlyMap<string, Linked>,
): 'EMLINK' | 'EINVAL' | undefined {
  if (taken !== undefined && isWithin(chains, taken)) return undefined;
  /** how many chains deep it goes from here; Infinity while the chain is being looked at, so a loop is infinitely deep */
  const depths = new Map<string, number>();
  const depthOf = (name: string): number => {
    const known = depths.get(name);
    if (known !== undefined) return known;
    depths.set(name, Infinity);
    let depth = 0;
    for (const jump of waysOf(chains.get(name)?.rules ?? []).jumps) {
      depth = Math.max(depth, 1 + depthOf(jump));
    }
    depths.set(name, depth);
    return depth;
  };
  for (const hook of baseChains) {
    if (depthOf(hook) >= JUMP_STACK_SIZE) return 'EMLINK';
    const reached = new Set<string>([hook]);
    for (const name of reached) {
      const { jumps, hooks } = waysOf(chains.get(name)?.rules ?? []);
      if (hooks !== undefined && !hooks.includes(hook)) return 'EINVAL';
      for (const jump of jumps) reached.add(jump);
    }
  }
  return undefined;
}
