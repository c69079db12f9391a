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
  return withFor(lines, ({ chain }, parts) => parts.push(':', chain, ' - [0:0]\n'));
}

export function printRules(lines: readonly RuleLine[]): string {
  return withFor(lines, ({ chain, rule }, parts) => parts.push('-A ', chain, ' ', rule, '\n'));
}

/**
 * Every run of lines for the same field under its `# for:`; what follows is for nobody again. Joined once: tens of thousands of
 * lines are kept until the next sync, and a text that grows piece by piece is kept as a tree of its pieces.
 */
function withFor<L extends ChainLine>(
  lines: readonly L[],
  print: (line: L, parts: string[]) => unknown,
): string {
  const parts: string[] = [];
  let said = '';
  let whom = '';
  let last: ObjectRef | undefined;
  for (const line of lines) {
    if (line.for !== last) whom = line.for === undefined ? '' : printFor(line.for);
    last = line.for;
    if (whom !== said) parts.push(whom === '' ? printFor(undefined) : whom, '\n');
    said = whom;
    print(line, parts);
  }
  if (said !== '') parts.push(printFor(undefined), '\n');
  return parts.join('');
}
