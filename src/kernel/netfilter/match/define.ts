/** What a match is: one file each, listed in index.ts. `-m name` finds it by its name. */
import type { Message } from '../../../lib/message.ts';
import type { OptionGroups, OptionReader, OptionTable } from '../options.ts';
import type { Probe } from '../probe.ts';
import type { RuleHeader } from '../rule.ts';
import type { Hook } from '../../recorder.ts';

export interface MatchDefinition<M extends { readonly match: string }> {
  readonly name: M['match'];
  /** the options by their long names, in the order of the extension's own table */
  readonly options: OptionTable;
  /** options of which only one may be given */
  readonly exclusive?: OptionGroups;
  /** Makes the match of the options that were given; throws an OptionError in iptables' words. */
  parse(options: OptionReader): M;
  /** The options as iptables-save prints them, without `-m name`. */
  print(match: M): string;
  /** What the kernel's checkentry looks at when a rule comes in: false is EINVAL, a sentence what the tool says before. */
  check?(match: M, header: RuleHeader): boolean | string;
  /** From which hooks a rule with it may be reached; undefined or absent: from any. Otherwise EINVAL. */
  hooks?(match: M): readonly Hook[] | undefined;
  matches(match: M, probe: Probe): boolean;
  /** The condition as a sentence. */
  explain(match: M): Message;
}

export function defineMatch<M extends { readonly match: string }>(
  definition: MatchDefinition<M>,
): MatchDefinition<M> {
  return definition;
}
