/** Every target, as an explicit list: a target is one file and one line here. Any other word behind `-j` is a chain. */
import { assertUnreachable } from '../../../lib/assert.ts';
import { message, type Message } from '../../../lib/message.ts';
import type { Hook } from '../../recorder.ts';
import type { OptionReader } from '../options.ts';
import type { Probe } from '../probe.ts';
import type { RuleHeader, TableName } from '../rule.ts';
import { connmark } from './connmark.ts';
import type { Outcome, TargetDefinition } from './define.ts';
import { log, nflog } from './log.ts';
import { mark } from './mark.ts';
import { masquerade } from './masquerade.ts';
import { dnat, snat } from './nat.ts';
import { ct, notrack, trace } from './notrack.ts';
import { redirect } from './redirect.ts';
import { reject } from './reject.ts';
import { accept, drop, returned } from './verdict.ts';

export const TARGETS = {
  ACCEPT: accept,
  CONNMARK: connmark,
  CT: ct,
  DNAT: dnat,
  DROP: drop,
  LOG: log,
  MARK: mark,
  MASQUERADE: masquerade,
  NFLOG: nflog,
  NOTRACK: notrack,
  REDIRECT: redirect,
  REJECT: reject,
  RETURN: returned,
  SNAT: snat,
  TRACE: trace,
} as const;

export type TargetName = keyof typeof TARGETS;

/** `-j CHAIN` comes back behind the rule, `-g CHAIN` behind the rule that jumped here. */
export interface ChainTarget {
  readonly target: 'jump' | 'goto';
  readonly chain: string;
}

type Defined<D> = D extends TargetDefinition<infer T> ? T : never;
export type ExtensionTarget = Defined<(typeof TARGETS)[TargetName]>;
export type Target = ExtensionTarget | ChainTarget;

export function isTargetName(name: string): name is TargetName {
  return Object.hasOwn(TARGETS, name);
}

/** The target that the given options make; throws an OptionError in iptables' words. */
export function parseTarget(name: TargetName, options: OptionReader): ExtensionTarget {
  return TARGETS[name].parse(options);
}

/** What is done with a target and its own definition, whichever it is. */
type Apply<R> = <T extends ExtensionTarget>(definition: TargetDefinition<T>, target: T) => R;

function withDefinition<R>(target: ExtensionTarget, apply: Apply<R>): R {
  switch (target.target) {
    case 'ACCEPT':
      return apply(accept, target);
    case 'CONNMARK':
      return apply(connmark, target);
    case 'CT':
      return apply(ct, target);
    case 'DNAT':
      return apply(dnat, target);
    case 'DROP':
      return apply(drop, target);
    case 'LOG':
      return apply(log, target);
    case 'MARK':
      return apply(mark, target);
    case 'MASQUERADE':
      return apply(masquerade, target);
    case 'NFLOG':
      return apply(nflog, target);
    case 'NOTRACK':
      return apply(notrack, target);
    case 'REDIRECT':
      return apply(redirect, target);
    case 'REJECT':
      return apply(reject, target);
    case 'RETURN':
      return apply(returned, target);
    case 'SNAT':
      return apply(snat, target);
    case 'TRACE':
      return apply(trace, target);
    default:
      return assertUnreachable(target);
  }
}

function isChain(target: Target): target is ChainTarget {
  return target.target === 'jump' || target.target === 'goto';
}

/** What the target asks the walk to do with this packet. */
export function actOf(target: Target, probe: Probe): Outcome {
  if (isChain(target)) return { act: target.target, chain: target.chain };
  return withDefinition(target, (definition, own) => definition.act(own, probe));
}

/** What the target does, as a sentence. */
export function explainTarget(target: Target): Message {
  if (isChain(target))
    return message(target.target === 'jump' ? 'rule.jump' : 'rule.goto', { chain: target.chain });
  return withDefinition(target, (definition, own) => definition.explain(own));
}

/** `-j NAME options`, as iptables-save prints it. */
export function printTarget(target: Target): string {
  if (isChain(target)) return `-${target.target === 'jump' ? 'j' : 'g'} ${target.chain}`;
  const options = withDefinition(target, (definition, own) => definition.print(own));
  return options === '' ? `-j ${target.target}` : `-j ${target.target} ${options}`;
}

/** The kernel's own test of a target when its rule comes in; false is EINVAL. */
export function checkTarget(target: Target, table: TableName, header: RuleHeader): boolean {
  if (isChain(target)) return true;
  return withDefinition(
    target,
    (definition, own) =>
      (definition.tables?.includes(table) ?? true) && (definition.check?.(own, header) ?? true),
  );
}

/** From which hooks a rule with this target may be reached; undefined: from any. */
export function hooksOfTarget(target: Target): readonly Hook[] | undefined {
  return isChain(target) ? undefined : TARGETS[target.target].hooks;
}
