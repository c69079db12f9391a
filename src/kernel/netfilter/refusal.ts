/** Why iptables refuses a command: who found it, and in which words. @see iptables 1.8.9 iptables/nft.c */
import type { Errno } from '../recorder.ts';
import type { IptablesCommand } from './command.ts';

/** Why a command is refused. */
export interface Refusal {
  readonly errno: Errno;
  readonly reason: string;
  /**
   * option: found while the words are read; tool: `iptables: reason`; chain: a chain that is jumped to is missing, found before the
   * transaction is sent; kernel: it came back
   */
  readonly from: 'option' | 'tool' | 'chain' | 'kernel';
}

export const NO_CHAIN: Refusal = {
  errno: 'ENOENT',
  reason: 'No chain/target/match by that name.',
  from: 'tool',
};
export const NO_RULE: Refusal = {
  errno: 'ENOENT',
  reason: 'Bad rule (does a matching rule exist in that chain?).',
  from: 'tool',
};

export const NOT_FOR_FILTERING: Refusal = {
  errno: 'EINVAL',
  reason: '\nThe "nat" table is not intended for filtering, the use of DROP is therefore inhibited.\n\n',
  from: 'option',
};

/** `iptables: reason`. */
export function tool(errno: Errno, reason: string): Refusal {
  return { errno, reason, from: 'tool' };
}

const WORDS = { EINVAL: 'Invalid argument', EMLINK: 'Too many links' } as const;

/** What the kernel says of a rule; `command` is what was asked for. */
export function kernelRefusal(
  command: IptablesCommand['command'],
  chain: string,
  errno: 'EINVAL' | 'EMLINK',
): Refusal {
  const action =
    command === 'insert' ? 'RULE_INSERT' : command === 'replace' ? 'RULE_REPLACE' : 'RULE_APPEND';
  return { errno, reason: `${action} failed (${WORDS[errno]}): rule in chain ${chain}`, from: 'kernel' };
}
