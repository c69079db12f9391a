/** What is known of a table is carried on from edit to edit, and never says otherwise than a look at the whole table. */
import { describe, expect, it } from 'vitest';
import { createRandom, nextInRange, type Random } from '../../lib/random.ts';
import { validateGraph } from './graph.ts';
import type { Rule } from './rule.ts';
import type { Target } from './target/index.ts';

const BASE = ['PREROUTING', 'OUTPUT', 'POSTROUTING'] as const;
const CHAINS = 24;

type Chains = ReadonlyMap<string, { readonly name: string; readonly rules: readonly Rule[] }>;

const rule = (target: Target): Rule => ({
  id: 1,
  text: '',
  origin: { by: 'user' },
  header: {},
  matches: [],
  target,
});
const jump = (chain: string): Rule => rule({ target: 'jump', chain });

/** Mostly a jump to the next chain or two, sometimes a target that only some hooks have, seldom a jump back. */
function randomRules(random: Random, at: number, chains: Chains): readonly Rule[] {
  const drawn = nextInRange(random, 0, 11);
  const to = (target: number): readonly Rule[] => (chains.has(`C${target}`) ? [jump(`C${target}`)] : []);
  if (drawn === 0) return [rule({ target: 'MASQUERADE', random: false, randomFully: false })];
  if (drawn === 1) return to(nextInRange(random, 0, CHAINS - 1));
  if (drawn === 2) return [];
  return [...to(at + 1), ...to(at + nextInRange(random, 1, 4))];
}

function edited(
  random: Random,
  chains: Chains,
): { readonly chains: Chains; readonly touched: ReadonlySet<string> } {
  const next = new Map(chains);
  const touched = new Set<string>();
  for (let edits = nextInRange(random, 1, 3); edits > 0; edits--) {
    const at = nextInRange(random, -BASE.length, CHAINS - 1);
    const name = at < 0 ? (BASE[-at - 1] ?? 'OUTPUT') : `C${at}`;
    touched.add(name);
    next.set(name, { name, rules: randomRules(random, Math.max(at, 0), next) });
  }
  return { chains: next, touched };
}

type Found = ReturnType<typeof validateGraph>;
const verdictOf = (found: Found): 'EMLINK' | 'EINVAL' | 'taken' =>
  typeof found === 'string' ? found : 'taken';

describe('an edit of a table that the kernel took', () => {
  it('is judged by what it touches as it would be by the whole table', () => {
    const verdicts = { EMLINK: 0, EINVAL: 0, taken: 0 };
    for (let seed = 1; seed <= 25; seed++) {
      const random = createRandom(seed);
      let chains: Chains = new Map(BASE.map((name) => [name, { name, rules: [] }]));
      let known = validateGraph(chains, BASE);
      for (let i = 0; i < 60; i++) {
        if (typeof known === 'string') throw new Error('a table that was not taken');
        const next = edited(random, chains);
        const whole = validateGraph(next.chains, BASE);
        const found = validateGraph(next.chains, BASE, { known, touched: next.touched });
        const [ours, theirs] = [verdictOf(found), verdictOf(whole)];
        expect(ours, `seed ${seed}, edit ${i}`).toBe(theirs);
        verdicts[ours]++;
        if (typeof found === 'string') continue;
        ({ chains } = next);
        known = found;
      }
    }
    expect(Object.values(verdicts).every((count) => count > 20)).toBe(true);
  });
});
