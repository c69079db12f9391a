/** `-j ACCEPT`, `-j DROP`, `-j RETURN`: verdicts of iptables itself, without options. */
import { message } from '../../../lib/message.ts';
import { defineTarget, type TargetDefinition } from './define.ts';

export interface VerdictTarget<V extends string> {
  readonly target: V;
}

const EXPLAINED = {
  ACCEPT: 'rule.verdict.accept',
  DROP: 'rule.verdict.drop',
  RETURN: 'rule.verdict.return',
} as const;

function verdict<V extends 'ACCEPT' | 'DROP' | 'RETURN'>(name: V): TargetDefinition<VerdictTarget<V>> {
  return defineTarget<VerdictTarget<V>>({
    name,
    options: {},
    parse: () => ({ target: name }),
    print: () => '',
    act: () => ({ act: name }),
    explain: () => message(EXPLAINED[name], {}),
  });
}

export const accept = verdict('ACCEPT');
export const drop = verdict('DROP');
export const returned = verdict('RETURN');
