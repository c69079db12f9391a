/**
 * A terminal in a namespace: a line is read, and becomes words that are printed, an op, something that is sent, or a tcpdump that the
 * page fills from its recording. What changes or sends goes through the journal; a reading leaves no trace.
 */
import { isTool, parseShell, TOOLS } from '../kernel/shell/shell.ts';
import { hintOf, ShellError, type Reading, type View } from '../kernel/shell/reading.ts';
import { shellWords } from '../kernel/netfilter/words.ts';
import type { TableOp } from '../kernel/op.ts';
import { ACTION_COMMANDS, parseAction, type Action } from '../kube/action.ts';
import type { Injection } from '../sim/inject.ts';
import type { Said } from './protocol.ts';
import { cat, ls, rm, sleep } from './terminalFiles.ts';
import {
  parseCurl,
  parseNc,
  parseNslookup,
  parsePing,
  parseTcpdump,
  parseTraceroute,
  type Listening,
  type Place,
} from './terminalPrograms.ts';

export type Plan =
  | { readonly plan: 'say'; readonly said: Said }
  | { readonly plan: 'op'; readonly op: TableOp; readonly words: readonly string[] }
  | { readonly plan: 'send'; readonly injection: Injection }
  | { readonly plan: 'action'; readonly action: Action }
  /** nanoseconds */
  | { readonly plan: 'wait'; readonly after: number }
  | { readonly plan: 'listen'; readonly listening: Listening };

const PROGRAMS = ['ping', 'traceroute', 'curl', 'nc', 'nslookup', 'tcpdump'] as const;
/** Every word that a line may begin with; `clear` is the page's own. */
export const COMMANDS: readonly string[] = [
  ...TOOLS,
  ...PROGRAMS,
  'cat',
  'ls',
  ...ACTION_COMMANDS,
  'sleep',
  'help',
  'clear',
].toSorted();

const HELP: readonly string[] = [
  'ip [-o] [-4] [-br] [-d] addr|link|route|rule|neigh [show] [dev DEV] ...',
  'ip route get ADDRESS [from ADDRESS] [iif DEV] [oif DEV]',
  'ip route|addr|neigh|link add|replace|del|set ...',
  'bridge fdb [show] [dev DEV] [br BRIDGE]    bridge [-d] link    bridge fdb append|del MAC dev DEV dst ADDRESS',
  'sysctl NAME | -a | -w NAME=VALUE',
  'iptables [-t TABLE] -L|-S [CHAIN] [-n] [-v] [-x] [--line-numbers]    iptables -A|-I|-D|-P|-N|-F ...',
  'iptables-save [-c] [-t TABLE]',
  'ipset list|save [NAME]    ipset create|add|del|destroy|flush ...',
  'conntrack -L|-D [-p tcp] [-s ADDRESS] [-d ADDRESS]    conntrack -F    conntrack -C',
  'ping [-c COUNT] [-i SECONDS] [-s SIZE] [-t TTL] [-M do|want|dont] HOST',
  'traceroute HOST',
  'curl [http://]HOST[:PORT][/PATH]',
  'nc [-u] [-z] [-p SOURCE_PORT] HOST PORT',
  'nslookup NAME [SERVER]',
  'tcpdump [-i DEV|any] [-e] [-c COUNT] [host ADDRESS] [port PORT] [tcp|udp|icmp|arp]    tcpdump -r recording ...',
  'cat [-A] FILE    ls [DIRECTORY]    rm FILE    sleep SECONDS',
  'pkill [-9] flanneld    systemctl stop|start|restart flanneld|kubelet    reboot',
  'kubectl annotate node NODE flannel.alpha.coreos.com/KEY-    etcdctl del /coreos.com/network/subnets/ADDRESS-BITS',
  '... | grep [-v] [-i] WORD',
];

interface Grep {
  readonly word: string;
  readonly invert: boolean;
  readonly ignoreCase: boolean;
}

/** What stands behind a `|`; only grep is known. */
function parseGrep(words: readonly string[]): Grep {
  const [tool = '', ...rest] = words;
  if (tool !== 'grep') throw new ShellError(`bash: ${tool}: command not found`, hintOf(tool, ['grep']));
  let grep: Grep = { word: '', invert: false, ignoreCase: false };
  for (const word of rest) {
    if (word === '-v') grep = { ...grep, invert: true };
    else if (word === '-i') grep = { ...grep, ignoreCase: true };
    else if (word.startsWith('-'))
      throw new ShellError(`grep: invalid option -- '${word.slice(1, 2)}'`, hintOf(word, ['-v', '-i']));
    else grep = { ...grep, word };
  }
  return grep;
}

function filtered(lines: readonly string[], { word, invert, ignoreCase }: Grep): readonly string[] {
  const fold = (text: string): string => (ignoreCase ? text.toLowerCase() : text);
  return lines.filter((line) => fold(line).includes(fold(word)) !== invert);
}

/** A line as its commands: parted at `|`, words as a shell splits them. */
function pipeline(line: string): readonly (readonly string[])[] {
  const words = shellWords(line);
  if (words === undefined) throw new ShellError('bash: unexpected EOF while looking for matching quote');
  const commands: (readonly string[])[] = [[]];
  for (const word of words) {
    if (word === '|') commands.push([]);
    else commands.push([...(commands.pop() ?? []), word]);
  }
  return commands;
}

function read(reading: Reading, view: View, greps: readonly Grep[]): Plan {
  const lines = greps.reduce(filtered, reading(view));
  return { plan: 'say', said: { lines, failed: false } };
}

function actionOf(words: readonly string[]): Action {
  const parsed = parseAction(words.join(' '));
  if (parsed?.ok === true) return parsed.value;
  throw new ShellError(parsed?.error ?? '');
}

function plan(line: string, place: Place, view: View): Plan {
  const [words = [], ...pipes] = pipeline(line);
  const [name = '', ...rest] = words;
  const greps = pipes.map(parseGrep);
  if (isTool(name)) {
    const parsed = parseShell(name, rest);
    if (parsed.kind === 'op') return { plan: 'op', op: parsed.op, words };
    return read(parsed.read, view, greps);
  }
  switch (name) {
    case '':
      return { plan: 'say', said: { lines: [], failed: false } };
    case 'help':
      return read(() => HELP, view, greps);
    case 'ping':
      return { plan: 'send', injection: parsePing(rest, place) };
    case 'traceroute':
      return { plan: 'send', injection: parseTraceroute(rest, place) };
    case 'curl':
      return { plan: 'send', injection: parseCurl(rest, place) };
    case 'nc':
      return { plan: 'send', injection: parseNc(rest, place) };
    case 'nslookup':
      return { plan: 'send', injection: parseNslookup(rest, place) };
    case 'cat':
      return read(() => cat(rest, place.files), view, greps);
    case 'ls':
      return read(() => ls(rest, place.files), view, greps);
    case 'rm':
      return { plan: 'action', action: { action: 'remove', path: rm(rest, place.files) } };
    case 'pkill':
    case 'systemctl':
    case 'reboot':
    case 'etcdctl':
    case 'kubectl':
      return { plan: 'action', action: actionOf(words) };
    case 'sleep':
      return { plan: 'wait', after: sleep(rest) };
    case 'tcpdump':
      return { plan: 'listen', listening: parseTcpdump(rest, view) };
    default:
      throw new ShellError(`bash: ${name}: command not found`, hintOf(name, COMMANDS));
  }
}

/** What a line asks for; a line that does not fit says so itself. */
export function planOf(line: string, place: Place, view: View): Plan {
  try {
    return plan(line, place, view);
  } catch (error) {
    if (error instanceof ShellError) {
      const { lines, hint } = error;
      return { plan: 'say', said: { lines, failed: true, ...(hint === undefined ? {} : { hint }) } };
    }
    throw error;
  }
}
