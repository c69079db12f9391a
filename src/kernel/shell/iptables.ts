/** `iptables` and `iptables-restore`: ops on rules, as a shell takes them. */
import { printShellCommand } from '../netfilter/command.ts';
import { OptionError } from '../netfilter/options.ts';
import { parseCommand } from '../netfilter/parseCommand.ts';
import type { TableOp } from '../ops/types.ts';

export type IptablesOp = Extract<TableOp, { readonly op: 'iptables' | 'iptables-restore' }>;
type RestoreOp = Extract<TableOp, { readonly op: 'iptables-restore' }>;

/** A word that is no line of the text, so that a here document may end with it. */
function delimiter(text: string): string {
  const lines = new Set(text.split('\n'));
  let word = 'EOF';
  while (lines.has(word)) word += '_';
  return word;
}

/** A command whose standard input is the text. */
export function hereDocument(command: string, text: string): string {
  const end = delimiter(text);
  return `${command} <<'${end}'\n${text}${end}`;
}

/** The text of a here document behind the first line, which gives its delimiter; undefined when it does not end. */
export function readHereDocument(
  line: string,
  below: string,
): { readonly command: string; readonly text: string } | undefined {
  const found = /^(.*?)\s*<<\s*(?:'([^']+)'|"([^"]+)"|(\S+))\s*$/.exec(line);
  const end = found?.[2] ?? found?.[3] ?? found?.[4];
  if (found === null || end === undefined) return undefined;
  if (below === end) return { command: found[1] ?? '', text: '' };
  const tail = `\n${end}`;
  const body = below.endsWith('\n') ? below.slice(0, -1) : below;
  if (body === end) return { command: found[1] ?? '', text: '' };
  return body.endsWith(tail) ? { command: found[1] ?? '', text: body.slice(0, -end.length) } : undefined;
}

/** The command of the op. */
export function printIptables(op: IptablesOp): string {
  if (op.op === 'iptables') return printShellCommand(op.table, op.command);
  const options = `${op.noflush ? ' --noflush' : ''}${op.counters ? ' --counters' : ''}${op.test ? ' --test' : ''}`;
  return hereDocument(`iptables-restore${options}`, op.text);
}

/** The op of the words behind `iptables`; throws a sentence in iptables' words. */
export function parseIptables(words: readonly string[]): IptablesOp {
  try {
    const { table, command } = parseCommand(words);
    return { op: 'iptables', table: table ?? 'filter', command };
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    throw new SyntaxError(`${error.bare ? '' : 'iptables v1.8.9 (nf_tables): '}${error.message.trimEnd()}`);
  }
}

const FLAGS: ReadonlyMap<string, 'noflush' | 'counters' | 'test'> = new Map([
  ['-n', 'noflush'],
  ['--noflush', 'noflush'],
  ['-c', 'counters'],
  ['--counters', 'counters'],
  ['-t', 'test'],
  ['--test', 'test'],
] as const);

/** The op of the words behind `iptables-restore` and its standard input. */
export function parseIptablesRestore(words: readonly string[], text: string): RestoreOp {
  let op: RestoreOp = { op: 'iptables-restore', text, noflush: false, counters: false, test: false };
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    const flag = FLAGS.get(word);
    if (flag !== undefined) op = { ...op, [flag]: true };
    else if (/^(-w|--wait|-W|--wait-interval)$/.test(word)) {
      // there is no lock to wait for
      if (/^\d+$/.test(words[i + 1] ?? '')) i++;
    } else if (word !== '-v' && word !== '--verbose') {
      throw new SyntaxError(`iptables-restore: unrecognized option '${word}'`);
    }
  }
  return op;
}
