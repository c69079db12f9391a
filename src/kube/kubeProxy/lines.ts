/** What goes into a restore: chains and rules, each with the field that it is for. */
import { printFor } from '../../kernel/netfilter/restore.ts';
import type { ObjectRef } from '../../kernel/origin.ts';

export interface ChainLine {
  readonly chain: string;
  readonly for: ObjectRef | undefined;
}

export interface RuleLine extends ChainLine {
  /** what follows `-A CHAIN ` */
  readonly rule: string;
}

/** Quoted where iptables-restore needs it: a comment of one word stands as it is. */
export function comment(text: string): string {
  return `-m comment --comment ${text.includes(' ') ? `"${text}"` : text}`;
}

/** `:CHAIN - [0:0]`: makes the chain, or empties it. */
export function printChains(lines: readonly ChainLine[]): string {
  return withFor(lines, ({ chain }) => `:${chain} - [0:0]\n`);
}

export function printRules(lines: readonly RuleLine[]): string {
  return withFor(lines, ({ chain, rule }) => `-A ${chain} ${rule}\n`);
}

/** Every run of lines for the same field under its `# for:`; what follows is for nobody again. */
function withFor<L extends ChainLine>(lines: readonly L[], print: (line: L) => string): string {
  let text = '';
  let said = '';
  let whom = '';
  let last: ObjectRef | undefined;
  for (const line of lines) {
    if (line.for !== last) whom = line.for === undefined ? '' : printFor(line.for);
    last = line.for;
    if (whom !== said) text += `${whom === '' ? printFor(undefined) : whom}\n`;
    said = whom;
    text += print(line);
  }
  return said === '' ? text : `${text}${printFor(undefined)}\n`;
}
