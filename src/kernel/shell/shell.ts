/**
 * A command line of iproute2, procps, iptables, ipset or conntrack: either a reading of the tables or an op. What changes tables is
 * parsed by `parseOp`; abbreviations (`ip r a`) are spelled out before.
 */
import { SET_TYPES } from '../netfilter/ipset.ts';
import { MATCHES } from '../netfilter/match/index.ts';
import { TARGETS } from '../netfilter/target/index.ts';
import { shellQuote } from '../netfilter/words.ts';
import { parseOp } from '../opText.ts';
import type { TableOp } from '../op.ts';
import { abbreviated, Args, hintOf, ShellError, type Hint, type Reading } from './reading.ts';
import { getRoute } from './routeGet.ts';
import { showFdb, showPorts } from './showBridge.ts';
import { parseConntrack, showConntrack } from './showConntrack.ts';
import { isShow, showLinks, type IpOptions } from './showLink.ts';
import { showNeighs, showRoutes, showRules as showIpRules } from './showRoute.ts';
import { isListing, showRules, showSave } from './showRules.ts';
import { showSets } from './showSets.ts';
import { showSysctl } from './showSysctl.ts';

export type Parsed =
  { readonly kind: 'read'; readonly read: Reading } | { readonly kind: 'op'; readonly op: TableOp };

export const TOOLS = ['ip', 'bridge', 'sysctl', 'iptables', 'iptables-save', 'ipset', 'conntrack'] as const;
export type Tool = (typeof TOOLS)[number];

export function isTool(word: string): word is Tool {
  return TOOLS.some((tool) => tool === word);
}

const read = (reading: Reading): Parsed => ({ kind: 'read', read: reading });

/** Tools whose ops are parsed in the tool's own words, quotes and all. */
const OWN_WORDS: readonly string[] = ['iptables', 'ipset', 'conntrack'];

/** The op of a command line in its full spelling; `known` are the words that could have stood in it. */
function change(words: readonly string[], known: readonly string[]): Parsed {
  const tool = words[0] ?? '';
  const owns = OWN_WORDS.includes(tool);
  const parsed = parseOp((owns ? words.map(shellQuote) : words).join(' '));
  if (parsed.ok) return { kind: 'op', op: parsed.value };
  const wrong = /["`']([^"'`]+)["']/.exec(parsed.error)?.[1];
  const hint = wrong === undefined ? undefined : hintOf(wrong, known);
  throw new ShellError(owns ? parsed.error.split('\n') : `${tool}: ${parsed.error}`, hint);
}

const RULE_LETTERS = '-A -I -D -R -C -N -X -F -Z -P -E -t -p -s -d -i -o -j -g -m -f';
const RULE_NAMES =
  '--append --insert --delete --policy --flush --source --destination --in-interface --out-interface --protocol --jump --goto --match --table';

/** Every word that a rule may be made of. */
export const RULE_WORDS: readonly string[] = [
  ...RULE_LETTERS.split(' '),
  ...RULE_NAMES.split(' '),
  ...Object.entries({ ...MATCHES, ...TARGETS }).flatMap(([name, { options }]) => [
    name,
    ...Object.keys(options).map((option) => `--${option}`),
  ]),
];

// ---------------------------------------------------------------------------------------------- ip

/** In the order in which iproute2 tries them, so that an abbreviation means the same. @see ip/ip.c */
const OBJECTS = ['address', 'route', 'rule', 'neighbor', 'neighbour', 'link', 'tuntap'] as const;
const SHORT = {
  address: 'addr',
  route: 'route',
  rule: 'rule',
  neighbor: 'neigh',
  neighbour: 'neigh',
  link: 'link',
  tuntap: 'tuntap',
} as const;

export const IP_OPTIONS: readonly string[] = ['-o', '-4', '-br', '-d', '-n'];
export const VERBS = {
  addr: ['show', 'list', 'add', 'delete'],
  route: ['show', 'list', 'get', 'add', 'replace', 'delete'],
  rule: ['show', 'list'],
  neigh: ['show', 'list', 'replace', 'delete'],
  link: ['show', 'list', 'add', 'set', 'delete'],
  tuntap: ['add'],
} as const;

function ipOptions(args: Args): IpOptions {
  let options: IpOptions = { oneline: false, brief: false, details: false, inet: false };
  while (args.peek.startsWith('-')) {
    const word = args.next();
    if (word === '-o' || word === '-oneline') options = { ...options, oneline: true };
    else if (word === '-br' || word === '-brief') options = { ...options, brief: true };
    else if (word === '-d' || word === '-details') options = { ...options, details: true };
    else if (word === '-4') options = { ...options, inet: true };
    // names are never resolved here, counters of devices are not kept
    else if (word !== '-n' && word !== '-N')
      throw new ShellError(`Option "${word}" is unknown, try "ip -help".`, hintOf(word, IP_OPTIONS));
  }
  return options;
}

function unknownCommand(verb: string, tool: string, known: readonly string[]): ShellError {
  return new ShellError(`Command "${verb}" is unknown, try "${tool} help".`, hintOf(verb, known));
}

function parseIp(args: Args): Parsed {
  const options = ipOptions(args);
  const word = args.next();
  if (word === '' || word === 'help') throw new ShellError(IP_USAGE);
  const object = abbreviated(word, OBJECTS);
  if (object === undefined)
    throw new ShellError(
      `Object "${word}" is unknown, try "ip help".`,
      hintOf(word, [...Object.values(SHORT), ...OBJECTS]),
    );
  const short = SHORT[object];
  const verb = args.next();
  if (verb === 'help') throw new ShellError(`Usage: ip ${object} { ${VERBS[short].join(' | ')} } ...`);
  if (short !== 'tuntap' && isShow(verb)) return read(showIp(short, options, args));
  if (short === 'route' && abbreviated(verb, ['get']) !== undefined) return read(getRoute(options, args));
  const known: readonly string[] = VERBS[short];
  const full = abbreviated(verb, known);
  if (full === undefined) throw unknownCommand(verb, `ip ${object}`, known);
  const spelled = full === 'delete' ? 'del' : full;
  return change(['ip', short, spelled, ...plain(short, args.rest)], [...known, ...CHANGE_WORDS]);
}

const CHANGE_WORDS = [
  'dev',
  'via',
  'src',
  'scope',
  'metric',
  'onlink',
  'up',
  'down',
  'mtu',
  'address',
  'master',
  'nomaster',
  'type',
  'bridge',
  'veth',
  'vxlan',
  'lladdr',
  'nud',
  'permanent',
  'brd',
];

/** Words that iproute2 lets stand before a name. */
function plain(object: string, words: readonly string[]): readonly string[] {
  const [first, ...rest] = words;
  return object === 'link' && (first === 'dev' || first === 'name') ? rest : words;
}

function showIp(
  object: Exclude<(typeof SHORT)[keyof typeof SHORT], 'tuntap'>,
  options: IpOptions,
  args: Args,
): Reading {
  switch (object) {
    case 'addr':
      return showLinks('address', options, args);
    case 'link':
      return showLinks('link', options, args);
    case 'route':
      return showRoutes(args);
    case 'rule':
      return showIpRules;
    case 'neigh':
      return showNeighs(options, args);
  }
}

const IP_USAGE = [
  'Usage: ip [ -o | -4 | -br | -d ] OBJECT { COMMAND | help }',
  'where  OBJECT := { address | link | neighbour | route | rule | tuntap }',
];

// ---------------------------------------------------------------------------------------------- the others

export const BRIDGE_VERBS = {
  fdb: ['show', 'append', 'add', 'replace', 'del'],
  link: ['show', 'set'],
} as const;

function parseBridge(args: Args): Parsed {
  let details = false;
  while (args.peek.startsWith('-')) {
    const word = args.next();
    if (word === '-d' || word === '-details') details = true;
    else throw new ShellError(`Option "${word}" is unknown, try "bridge help".`, hintOf(word, ['-d']));
  }
  const word = args.next();
  if (word === '' || word === 'help') throw new ShellError('Usage: bridge [ -d ] { fdb | link } COMMAND');
  const object = abbreviated(word, ['link', 'fdb'] as const);
  if (object === undefined)
    throw new ShellError(`Object "${word}" is unknown, try "bridge help".`, hintOf(word, ['link', 'fdb']));
  const verb = args.next();
  if (isShow(verb)) return read(object === 'fdb' ? showFdb(args) : showPorts(details, args));
  const known: readonly string[] = BRIDGE_VERBS[object];
  const full = verb === 'delete' ? 'del' : abbreviated(verb, known);
  if (full === undefined) throw unknownCommand(verb, `bridge ${object}`, known);
  return change(
    ['bridge', object, full, ...args.rest],
    [...known, 'dev', 'dst', 'self', 'permanent', 'hairpin'],
  );
}

function parseSysctl(words: readonly string[]): Parsed {
  if (words.some((word) => word.includes('='))) return change(['sysctl', ...words], ['-w']);
  return read(showSysctl(new Args(words)));
}

export const IPSET_VERBS = [
  'list',
  'save',
  'create',
  'add',
  'del',
  'destroy',
  'flush',
  'swap',
  'rename',
  'restore',
] as const;

function parseIpset(words: readonly string[]): Parsed {
  const [verb = '', ...rest] = words;
  if (verb === 'list' || verb === '-L' || verb === '--list') return read(showSets('list', new Args(rest)));
  if (verb === 'save' || verb === '-S' || verb === '--save') return read(showSets('save', new Args(rest)));
  if (!IPSET_VERBS.some((known) => known === verb)) {
    const unknown = verb === '' ? '.' : `: unknown argument ${verb}`;
    const hint: Hint | undefined = verb === '' ? undefined : hintOf(verb, IPSET_VERBS);
    throw new ShellError(
      [`ipset v7.17: No command specified${unknown}`, "Try `ipset help' for more information."],
      hint,
    );
  }
  return change(['ipset', ...words], [...IPSET_VERBS, ...SET_TYPES]);
}

/** One command as its words. Throws a ShellError in the tool's own words. */
export function parseShell(tool: Tool, words: readonly string[]): Parsed {
  const args = new Args(words);
  switch (tool) {
    case 'ip':
      return parseIp(args);
    case 'bridge':
      return parseBridge(args);
    case 'sysctl':
      return parseSysctl(words);
    case 'iptables':
      return isListing(words) ? read(showRules(args)) : change([tool, ...words], RULE_WORDS);
    case 'iptables-save':
      return read(showSave(args));
    case 'ipset':
      return parseIpset(words);
    case 'conntrack': {
      const command = parseConntrack(args);
      if (command.command === 'list' || command.command === 'count') return read(showConntrack(command));
      return change([tool, ...words], []);
    }
  }
}
