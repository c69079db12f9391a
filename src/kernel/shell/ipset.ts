/** `ipset` and `ipset restore`: ops on sets, as a shell takes them. */
import { parseIpset, printIpset } from '../netfilter/ipsetCommand.ts';
import { OptionError } from '../netfilter/options.ts';
import type { TableOp } from '../ops/types.ts';
import { hereDocument } from './iptables.ts';

export type IpsetOp = Extract<TableOp, { readonly op: 'ipset' | 'ipset-restore' }>;

/** The command of the op. */
export function printIpsetOp(op: IpsetOp): string {
  const exist = op.exist ? ' -exist' : '';
  return op.op === 'ipset'
    ? `ipset ${printIpset(op.command)}${exist}`
    : hereDocument(`ipset restore${exist}`, op.text);
}

/** The op of the words behind `ipset`, and of the standard input of `ipset restore`; throws a sentence in ipset's words. */
export function parseIpsetOp(words: readonly string[], text: string | undefined): IpsetOp {
  if (text !== undefined) {
    const exist = words.some((word) => word === '-exist' || word === '-!');
    if (!words.includes('restore')) throw new SyntaxError('ipset reads its standard input only to restore');
    return { op: 'ipset-restore', text, exist };
  }
  try {
    return { op: 'ipset', ...parseIpset(words) };
  } catch (error) {
    if (error instanceof OptionError) throw new SyntaxError(`ipset v7.17: ${error.message.trimEnd()}`);
    throw error;
  }
}
