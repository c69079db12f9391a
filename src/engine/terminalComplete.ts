/** Tab in a terminal: the words that could stand where the line ends, for what is there at this moment. */
import { printIpv4 } from '../wire/address.ts';
import { MATCHES } from '../kernel/netfilter/match/index.ts';
import { TABLE_NAMES } from '../kernel/netfilter/rule.ts';
import { TARGETS } from '../kernel/netfilter/target/index.ts';
import { abbreviated, type View } from '../kernel/shell/reading.ts';
import { BRIDGE_VERBS, IP_OPTIONS, IPSET_VERBS, RULE_WORDS, VERBS } from '../kernel/shell/shell.ts';
import { CONNTRACK_OPTIONS } from '../kernel/shell/showConntrack.ts';
import { chainsOf, LIST_OPTIONS } from '../kernel/shell/showRules.ts';
import type { Cluster } from '../kube/cluster.ts';
import { FILTER_WORDS } from '../trace/captureFilter.ts';
import { COMMANDS } from './terminal.ts';
import {
  CURL_OPTIONS,
  NC_OPTIONS,
  PING_OPTIONS,
  RECORDING_FILE,
  TCPDUMP_OPTIONS,
  TRACEROUTE_OPTIONS,
  type Place,
} from './terminalPrograms.ts';

export interface Completions {
  /** where in the line the word begins that is completed */
  readonly start: number;
  readonly candidates: readonly string[];
}

/** More are no help. */
const MOST = 100;

function devices({ ns }: View): readonly string[] {
  return [...ns.state.devices.keys()];
}

function addresses({ nodes, pods, clients }: Cluster): readonly string[] {
  const ips = [...nodes, ...pods, ...clients].flatMap(({ ip }) => (ip === undefined ? [] : [printIpv4(ip)]));
  return [...new Set(ips)];
}

function hosts(cluster: Cluster): readonly string[] {
  return [
    ...cluster.nodes.map(({ name }) => name),
    ...cluster.clients.map(({ name }) => name),
    ...cluster.services.map(({ name, namespace }) => `${name}.${namespace}`),
    ...addresses(cluster),
  ];
}

const SHOW_WORDS = {
  addr: ['dev', 'up', 'master', 'type'],
  link: ['dev', 'up', 'down', 'master', 'nomaster', 'mtu', 'address', 'type'],
  route: ['via', 'dev', 'src', 'table', 'metric', 'onlink', 'from', 'iif', 'oif', 'default', 'proto'],
  neigh: ['dev', 'lladdr', 'nud', 'to'],
  rule: [],
} as const;

const OBJECTS = ['addr', 'link', 'neigh', 'route', 'rule'] as const;

function ofIp(words: readonly string[], view: View, cluster: Cluster): readonly string[] {
  const plain = words.filter((word) => !word.startsWith('-'));
  const object = abbreviated(plain[0] ?? '', OBJECTS);
  const last = words.at(-1) ?? '';
  if (['dev', 'iif', 'oif', 'master'].includes(last)) return devices(view);
  if (last === 'table') return ['main', 'local', 'all'];
  if (last === 'type') return ['bridge', 'veth', 'vxlan'];
  if (['via', 'src', 'from', 'to', 'get'].includes(last)) return addresses(cluster);
  if (plain.length === 0) return [...OBJECTS, ...IP_OPTIONS];
  if (object === undefined) return [];
  if (plain.length === 1) return VERBS[object];
  const named = object === 'link' || object === 'addr' ? devices(view) : [];
  return [...SHOW_WORDS[object], ...named];
}

function ofBridge(words: readonly string[], view: View): readonly string[] {
  const plain = words.filter((word) => !word.startsWith('-'));
  const last = words.at(-1) ?? '';
  if (['dev', 'br', 'brport'].includes(last)) return devices(view);
  if (plain.length === 0) return ['fdb', 'link', '-d'];
  const verbs = plain[0] === 'link' ? BRIDGE_VERBS.link : BRIDGE_VERBS.fdb;
  if (plain.length === 1) return verbs;
  return ['dev', 'br', 'dst', 'self', 'permanent', 'hairpin'];
}

function ofIptables(words: readonly string[], view: View): readonly string[] {
  const last = words.at(-1) ?? '';
  const given = words[words.indexOf('-t') + 1];
  const table = TABLE_NAMES.find((name) => words.includes('-t') && name === given) ?? 'filter';
  const chains = [...chainsOf(view, table).keys()];
  if (/^-[nvx]*[LSAIDRCFZXPEg]$/.test(last)) return chains;
  switch (last) {
    case '-t':
    case '--table':
      return TABLE_NAMES;
    case '-m':
    case '--match':
      return Object.keys(MATCHES);
    case '-j':
    case '--jump':
      return [
        ...Object.keys(TARGETS),
        ...[...chainsOf(view, table).values()]
          .filter(({ policy }) => policy === undefined)
          .map(({ name }) => name),
      ];
    case '-i':
    case '-o':
      return devices(view);
    case '-p':
      return ['tcp', 'udp', 'icmp', 'sctp', 'all'];
    case '--ctstate':
    case '--state':
      return ['NEW', 'ESTABLISHED', 'RELATED', 'INVALID', 'UNTRACKED'];
    default:
      return words.some((word) => /^-[nvx]*[LS]/.test(word))
        ? LIST_OPTIONS
        : [...RULE_WORDS.filter((word) => word.startsWith('-')), '-L', '-S'];
  }
}

function ofIpset(words: readonly string[], { ns }: View): readonly string[] {
  if (words.length === 0) return IPSET_VERBS;
  return words.length === 1
    ? [...ns.state.ipsets.keys()]
    : ['hash:ip', 'hash:net', 'hash:ip,port', 'list:set', 'comment', 'nomatch', '-exist'];
}

function ofTcpdump(words: readonly string[], view: View, cluster: Cluster): readonly string[] {
  const last = words.at(-1) ?? '';
  if (last === '-i') return [...devices(view), 'any'];
  if (last === '-r') return [RECORDING_FILE];
  if (last === 'host' || last === 'src' || last === 'dst') return addresses(cluster);
  return [...TCPDUMP_OPTIONS, ...FILTER_WORDS];
}

function candidates(words: readonly string[], view: View, cluster: Cluster): readonly string[] {
  const [command, ...rest] = words;
  if (command === undefined) return COMMANDS;
  switch (command) {
    case 'ip':
      return ofIp(rest, view, cluster);
    case 'bridge':
      return ofBridge(rest, view);
    case 'sysctl':
      return ['-w', '-a', '-n', ...view.ns.state.sysctl.keys()];
    case 'iptables':
      return ofIptables(rest, view);
    case 'iptables-save':
      return rest.at(-1) === '-t' ? TABLE_NAMES : ['-t', '-c'];
    case 'ipset':
      return ofIpset(rest, view);
    case 'conntrack':
      return rest.at(-1) === '-p' ? ['tcp', 'udp', 'icmp'] : CONNTRACK_OPTIONS;
    case 'ping':
      return [...PING_OPTIONS, ...hosts(cluster)];
    case 'traceroute':
      return [...TRACEROUTE_OPTIONS, ...hosts(cluster)];
    case 'curl':
      return [...CURL_OPTIONS, ...hosts(cluster)];
    case 'nslookup':
      return hosts(cluster);
    case 'nc':
      return [...NC_OPTIONS, ...hosts(cluster)];
    case 'tcpdump':
      return ofTcpdump(rest, view, cluster);
    default:
      return [];
  }
}

/** What could follow `text`, the line up to the cursor. */
export function complete(text: string, { cluster }: Pick<Place, 'cluster'>, view: View): Completions {
  const start = text.search(/\S*$/);
  const begun = text.slice(start);
  const words = text.slice(0, start).trim().split(/\s+/);
  const before = words.filter((word) => word !== '');
  if (before.includes('|')) return { start, candidates: ['grep'].filter((word) => word.startsWith(begun)) };
  const fitting = candidates(before, view, cluster).filter(
    // options only once a dash says that one is meant
    (word) => word.startsWith(begun) && (begun !== '' || !word.startsWith('--')),
  );
  return { start, candidates: [...new Set(fitting)].slice(0, MOST) };
}
