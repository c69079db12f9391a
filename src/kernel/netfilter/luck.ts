/**
 * Lots that are not left to chance: somebody chose a destination by hand, so in a chain whose rules draw lots (`-m statistic
 * --mode random`) the rule is drawn that leads to it. What comes of it is something that chance could have done, too; where no
 * rule of the chain leads there, chance decides as ever.
 */
import type { Picked } from '../recorder.ts';
import type { Chain, Rule } from './rule.ts';

/** KUBE-SVC -> KUBE-SEP is one jump; chains of people may take more. */
const FARTHEST = 4;

type Chains = ReadonlyMap<string, Chain>;

function leadsTo(rule: Rule, picked: readonly Picked[], chains: Chains, left = FARTHEST): boolean {
  const { target } = rule;
  if (target?.target === 'DNAT') {
    const { addresses, ports } = target;
    return picked.some(
      ({ ip, port }) =>
        addresses?.from === ip &&
        addresses.to === ip &&
        (port === undefined || ports === undefined || (ports.from === port && ports.to === port)),
    );
  }
  if ((target?.target !== 'jump' && target?.target !== 'goto') || left === 0) return false;
  return chains.get(target.chain)?.rules.some((next) => leadsTo(next, picked, chains, left - 1)) === true;
}

export function drawsLots({ matches }: Rule): boolean {
  return matches.some((match) => match.match === 'statistic' && match.mode === 'random');
}

/** Position of the last rule of a chain that leads to a picked destination; -1: none does. */
export function luckyPosition({ rules }: Chain, picked: readonly Picked[], chains: Chains): number {
  return rules.findLastIndex((rule) => leadsTo(rule, picked, chains));
}
