/** A plan as one bash script (`lab.sh`, filled in): `up`, `down`, `shell NS`, `in NS CMD`. */
import { must } from '../../lib/assert.ts';
import { shellWords } from '../../kernel/netfilter/words.ts';
import type { LabCommand, LabPlan } from './plan.ts';
import template from './lab.sh?raw';
import programs from './programs.py?raw';

/** The tools that the commands of a plan may call, and the package they come in. */
const TOOLS: Readonly<Record<string, string>> = {
  'iptables-restore': 'iptables',
  iptables: 'iptables',
  ipset: 'ipset',
  conntrack: 'conntrack',
};

/** A word as bash reads it back, whatever is in it. */
export function quoted(word: string): string {
  return /^[\w./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

function commandLine({ ns, text, refused, netns }: LabCommand): string {
  if (netns !== undefined) return `  ${netns === 'add' ? 'netns' : 'netns_del'} ${quoted(ns)}`;
  const how = refused === undefined ? `n ${quoted(ns)}` : `refused ${quoted(ns)} ${quoted(refused)}`;
  // a here document goes as it is: its delimiter is quoted, so bash reads nothing in it
  const [line = '', ...input] = text.split('\n');
  const [command = '', document = ''] = line.split(/ (?=<<)/);
  // the comment of a cable is for readers; a word that begins with # is one to bash as well
  const [typed = '', comment] = command.split(/\s(?=# )/);
  const rest = [document, comment?.trim() ?? ''].filter((part) => part !== '').map((part) => ` ${part}`);
  const all = [`  ${how}  ${words(typed)}${rest.join('')}`, ...input];
  return all.join('\n');
}

/** The words of an op, which `printOp` wrote, so every quote is closed. */
const words = (command: string): string => must(shellWords(command), command).map(quoted).join(' ');

function build(plan: LabPlan): string {
  const late = new Set(plan.commands.flatMap(({ ns, netns }) => (netns === 'add' ? [ns] : [])));
  const early = plan.namespaces.filter((ns) => !late.has(ns));
  const lines = early.map((ns) => `  netns ${quoted(ns)}`);
  for (const command of plan.commands) lines.push(commandLine(command));
  return lines.join('\n');
}

/** What the holder's one python3 process is told, or nothing when nobody answers on this board. */
function programsOf(plan: LabPlan): string {
  const { servers, proxies } = plan;
  if (servers.length + proxies.length === 0) return '';
  const path = (ns: string): string => (ns.includes('/') ? `/run/lab/${ns}` : `/run/netns/${ns}`);
  const used = [...servers, ...proxies].map(({ ns }) => [ns, path(ns)] as const);
  return JSON.stringify({ servers, proxies, paths: Object.fromEntries(used) });
}

/** The file that a lab is saved as. */
export function labFileName(plan: Pick<LabPlan, 'name'>): string {
  return `lab-${safeName(plan.name)}.sh`;
}

function safeName(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9.-]+/g, '-').slice(0, 60) || 'board';
}

/** The whole script; nothing of the plan is read by bash as anything but words. */
export function labScript(plan: LabPlan): string {
  const commands = plan.commands.map(({ text }) => text.split(' ')[0] ?? '');
  const tools = Object.entries(TOOLS).filter(([tool]) => commands.includes(tool));
  const runs = programsOf(plan);
  const checks = [...tools, ...(runs === '' ? [] : [['python3', 'python3'] as const])];
  const example = plan.servers[0]?.ns ?? must(plan.namespaces[0], 'a board without namespaces');
  const has = (word: string): boolean => plan.commands.some(({ text }) => text.includes(word));
  const parts: Readonly<Record<string, string>> = {
    NAME: safeName(plan.name),
    FILE: labFileName(plan),
    EXAMPLE: quoted(example),
    NEEDS: ['iproute2', 'util-linux', 'procps', ...new Set(checks.map(([, pack]) => pack))].join(', '),
    VXLAN: String(has(' type vxlan ')),
    TUN: String(has(' mode tun')),
    PROGRAMS: runs === '' ? "''" : quoted(runs),
    CHECKS: checks.map(([tool, pack]) => `  need ${tool} ${pack}`).join('\n'),
    COUNT: String(plan.namespaces.length),
    BUILD: build(plan),
    PYTHON: programs.trimEnd(),
    LIST: plan.namespaces.map(quoted).join(' '),
  };
  return template.replaceAll(/@([A-Z]+)@/g, (_, part: string) => must(parts[part], `part ${part}`));
}
