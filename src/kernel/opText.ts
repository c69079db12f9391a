/**
 * Ops as text: the commands of iproute2, sysctl, iptables, ipset and conntrack, one line each (a restore is followed by its here
 * document), and back. `parseOp(printOp(op))` is `op`. The words of each tool are in shell/.
 * A cable (a network card's link to its switch) is a veth pair with the comment `# cable`, so the line still runs anywhere.
 */
import { assertUnreachable } from '../lib/assert.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { shellQuote, shellWords } from './netfilter/words.ts';
import type { TableOp } from './ops/types.ts';
import { parseBridge, printFdbOp } from './shell/bridge.ts';
import { parseIp, printIp } from './shell/ip.ts';
import { parseIpsetOp, printIpsetOp } from './shell/ipset.ts';
import { parseIptables, parseIptablesRestore, printIptables, readHereDocument } from './shell/iptables.ts';
import { parseSysctl } from './shell/sysctl.ts';
import { oneOf, Words } from './shell/words.ts';

/** The command line of an op. */
export function printOp(op: TableOp): string {
  switch (op.op) {
    case 'link-add':
    case 'link-del':
    case 'link-set':
    case 'addr-add':
    case 'addr-del':
    case 'route-add':
    case 'route-replace':
    case 'route-del':
    case 'neigh-replace':
    case 'neigh-del':
      return printIp(op);
    case 'fdb-append':
    case 'fdb-add':
    case 'fdb-replace':
    case 'fdb-del':
      return printFdbOp(op);
    case 'sysctl':
      return `sysctl -w ${op.key}=${op.value}`;
    case 'iptables':
    case 'iptables-restore':
      return printIptables(op);
    case 'ipset':
    case 'ipset-restore':
      return printIpsetOp(op);
    case 'conntrack':
      return ['conntrack', ...op.words.map(shellQuote)].join(' ');
    default:
      return assertUnreachable(op);
  }
}

const TOOLS = ['ip', 'bridge', 'sysctl', 'iptables', 'iptables-restore', 'ipset', 'conntrack'] as const;

/** `ip`, `bridge`, `sysctl`: plain words, and a comment behind them. */
function parsePlain(tool: 'ip' | 'bridge' | 'sysctl', text: string): TableOp {
  const [command = '', comment] = text.split('#');
  const w = new Words(command.trim().split(/\s+/).slice(1));
  const op =
    tool === 'ip'
      ? parseIp(w, comment?.trim() === 'cable')
      : tool === 'bridge'
        ? parseBridge(w)
        : parseSysctl(w);
  if (!w.done) throw new SyntaxError(`"${w.next('')}" is one word too many`);
  return op;
}

/** `iptables`, `ipset`, `conntrack`: words as a shell has them, and standard input from a here document. */
function parseQuoted(tool: 'iptables' | 'iptables-restore' | 'ipset' | 'conntrack', text: string): TableOp {
  const end = text.indexOf('\n');
  const document = end < 0 ? undefined : readHereDocument(text.slice(0, end), text.slice(end + 1));
  const words = shellWords(document?.command ?? text)?.slice(1);
  if (words === undefined) throw new SyntaxError('a quotation mark is not closed');
  switch (tool) {
    case 'iptables':
      return parseIptables(words);
    case 'iptables-restore':
      if (document === undefined) throw new SyntaxError('iptables-restore needs its text behind <<EOF');
      return parseIptablesRestore(words, document.text);
    case 'ipset':
      return parseIpsetOp(words, document?.text);
    case 'conntrack':
      return { op: 'conntrack', words };
    default:
      return assertUnreachable(tool);
  }
}

/** The op of one command, or a sentence that names the word that does not fit: for iptables and ipset their own. */
export function parseOp(text: string): Result<TableOp, string> {
  const line = text.trimStart();
  try {
    const [first = ''] = line.split(/\s/, 1);
    if (first === '') throw new SyntaxError('command is missing at the end');
    const tool = oneOf(first, TOOLS);
    return ok(
      tool === 'ip' || tool === 'bridge' || tool === 'sysctl'
        ? parsePlain(tool, line)
        : parseQuoted(tool, line),
    );
  } catch (error) {
    if (error instanceof SyntaxError) return err(error.message);
    throw error;
  }
}
