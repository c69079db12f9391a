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

interface Linked {
  readonly name: string;
  readonly rules: readonly Rule[];
}

/** Undefined when the kernel takes the table; else why not. */
export function validateGraph(
  chains: ReadonlyMap<string, Linked>,
  baseChains: readonly Hook[],
): 'EMLINK' | 'EINVAL' | undefined {
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
