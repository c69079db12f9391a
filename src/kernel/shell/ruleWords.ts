/**
 * What `iptables -L` says of a rule's matches and target: the extensions' own `print`, made out of what their `save` prints
 * (which holds everything). @see iptables 1.8.9 extensions/libxt_*.c, libipt_*.c
 */
import { printIpv4, parseIpv4 } from '../../wire/address.ts';
import { printMatch, type Match } from '../netfilter/match/index.ts';
import { printTarget, type Target } from '../netfilter/target/index.ts';
import { serviceName } from '../netfilter/values.ts';
import { restoreWords } from '../netfilter/words.ts';

/** One option as iptables-save prints it. */
interface Option {
  readonly name: string;
  readonly inverted: boolean;
  readonly values: readonly string[];
}

function optionsOf(words: readonly string[]): readonly Option[] {
  const options: Option[] = [];
  let inverted = false;
  for (const word of words) {
    const last = options.at(-1);
    if (word === '!') inverted = true;
    else if (word.startsWith('--')) {
      options.push({ name: word.slice(2), inverted, values: [] });
      inverted = false;
    } else if (last !== undefined) options[options.length - 1] = { ...last, values: [...last.values, word] };
  }
  return options;
}

const bang = (inverted: boolean): string => (inverted ? '!' : '');

/** `ctstate NEW`: as iptables-save has it, without the dashes. */
function undashed(options: readonly Option[]): string {
  return options
    .map(({ name, inverted, values }) => [...(inverted ? ['!'] : []), name, ...values].join(' '))
    .join(' ');
}

function port(text: string, numeric: boolean): string {
  return numeric ? text : (serviceName(Number(text)) ?? text);
}

function portRange(text: string, numeric: boolean): string {
  return text
    .split(':')
    .map((part) => port(part, numeric))
    .join(':');
}

const FLAG_BITS: Readonly<Record<string, number>> = { FIN: 1, SYN: 2, RST: 4, PSH: 8, ACK: 16, URG: 32 };

function flags(text: string, numeric: boolean): string {
  if (!numeric) return text;
  const bits = text.split(',').reduce((sum, flag) => sum | (FLAG_BITS[flag] ?? 0), 0);
  return `0x${bits.toString(16).padStart(2, '0')}`;
}

function ports(protocol: string, options: readonly Option[], numeric: boolean): string {
  const words = options.map(({ name, inverted, values: [value = '', second = ''] }) => {
    if (name === 'tcp-option') return `option=${bang(inverted)}${value}`;
    if (name === 'tcp-flags')
      return `flags:${bang(inverted)}${flags(value, numeric)}/${flags(second, numeric)}`;
    const side = name === 'sport' ? 'spt' : 'dpt';
    return `${side}${value.includes(':') ? 's' : ''}:${bang(inverted)}${portRange(value, numeric)}`;
  });
  return [protocol, ...words].join(' ');
}

const ICMP_NAMES: Readonly<Record<string, string>> = {
  '0': 'echo-reply',
  '3': 'destination-unreachable',
  '3/0': 'network-unreachable',
  '3/1': 'host-unreachable',
  '3/2': 'protocol-unreachable',
  '3/3': 'port-unreachable',
  '3/4': 'fragmentation-needed',
  '3/13': 'communication-prohibited',
  '4': 'source-quench',
  '5': 'redirect',
  '8': 'echo-request',
  '11': 'time-exceeded',
  '11/0': 'ttl-zero-during-transit',
  '11/1': 'ttl-zero-during-reassembly',
  '12': 'parameter-problem',
};

function icmp([option]: readonly Option[], numeric: boolean): string {
  const text = option?.values[0] ?? 'any';
  const inverted = option?.inverted === true;
  const name = text === 'any' ? 'any' : ICMP_NAMES[text];
  if (!numeric && name !== undefined) return `icmp ${bang(inverted)}${name}`;
  const [type = '', code] = text === 'any' ? ['255'] : text.split('/');
  const words = `${type}${code === undefined ? '' : ` code ${code}`}`;
  return inverted ? `icmp !type ${words}` : `icmptype ${words}`;
}

function recent(options: readonly Option[]): string {
  const given = new Map(options.map((option) => [option.name, option]));
  const action = ['set', 'rcheck', 'update', 'remove'].find((name) => given.has(name)) ?? 'set';
  const value = (name: string): string => given.get(name)?.values[0] ?? '';
  const words = [`recent: ${action === 'rcheck' ? 'CHECK' : action.toUpperCase()}`];
  if (given.has('seconds')) words.push(`seconds: ${value('seconds')}`);
  if (given.has('reap')) words.push('reap');
  if (given.has('hitcount')) words.push(`hit_count: ${value('hitcount')}`);
  if (given.has('rttl')) words.push('TTL-Match');
  words.push(
    `name: ${value('name')}`,
    `side: ${given.has('rdest') ? 'dest' : 'source'}`,
    `mask: ${value('mask')}`,
  );
  return `${given.get(action)?.inverted === true ? '! ' : ''}${words.join(' ')}`;
}

function addrtype(options: readonly Option[]): string {
  const words = options.map(({ name, inverted, values }) =>
    name.startsWith('limit-iface-')
      ? name.replace('iface-', '')
      : `${name} ${bang(inverted)}${values.join(' ')}`,
  );
  return ['ADDRTYPE match', ...words].join(' ');
}

/** A match as `-L` prints it. */
export function listMatch(match: Match, numeric: boolean): string {
  const words = restoreWords(printMatch(match)).slice(2);
  const options = optionsOf(words);
  const [first] = options;
  const inverted = first?.inverted === true;
  const value = first?.values[0] ?? '';
  const name: string = match.match;
  switch (name) {
    case 'tcp':
    case 'udp':
    case 'sctp':
      return ports(name, options, numeric);
    case 'comment':
      return `/* ${value} */`;
    case 'mark':
      return `mark match ${inverted ? '! ' : ''}${value}`;
    case 'connmark':
      return `connmark match ${bang(inverted)} ${value}`;
    case 'statistic':
      return `statistic ${undashed(options)}`;
    case 'addrtype':
      return addrtype(options);
    case 'multiport': {
      const list = value
        .split(',')
        .map((range) => portRange(range, numeric))
        .join(',');
      return `multiport ${first?.name ?? ''} ${inverted ? ' !' : ''}${list}`;
    }
    case 'limit': {
      const burst = options.find((option) => option.name === 'limit-burst')?.values[0] ?? '5';
      return `limit: avg ${value} burst ${burst}`;
    }
    case 'physdev':
      return `PHYSDEV match ${words.join(' ')}`;
    case 'pkttype':
      return `PKTTYPE ${inverted ? '!=' : '='} ${value}`;
    case 'icmp':
      return icmp(options, numeric);
    case 'recent':
      return recent(options);
    // conntrack, state, set, and what has no words of its own here
    default:
      return undashed(options);
  }
}

const ALL = '0xffffffff';

/** MARK and CONNMARK name the operation that a value and its mask amount to. */
function markWords(text: string): string {
  const [value = '0x0', mask = ALL] = text.split('/');
  if (Number(value) === 0) return `and 0x${(~Number(mask) >>> 0).toString(16)}`;
  if (Number(value) === Number(mask)) return `or ${value}`;
  if (Number(mask) === 0) return `xor ${value}`;
  return mask === ALL ? `set ${value}` : `xset ${value}/${mask}`;
}

function connmark(options: readonly Option[]): string {
  const [first] = options;
  if (first?.name === 'set-xmark') return `CONNMARK ${markWords(first.values[0] ?? '')}`;
  const mask = (name: string): string => options.find((option) => option.name === name)?.values[0] ?? ALL;
  const [nf, ct] = [mask('nfmask'), mask('ctmask')];
  const saves = first?.name === 'save-mark';
  const verb = `CONNMARK ${saves ? 'save' : 'restore'}`;
  if (nf === ct) return nf === ALL ? verb : `${verb} mask ${nf}`;
  return saves ? `${verb} nfmask ${nf} ctmask ~${ct}` : `${verb} ctmask ${ct} nfmask ~${nf}`;
}

const LOG_FLAGS: readonly (readonly [string, number])[] = [
  ['tcp-sequence', 1],
  ['tcp-options', 2],
  ['ip-options', 4],
  ['uid', 8],
  ['macdecode', 32],
];
const LEVELS = ['emerg', 'alert', 'crit', 'error', 'warn', 'notice', 'info', 'debug'];

function log(options: readonly Option[], numeric: boolean): string {
  const value = (name: string): string | undefined =>
    options.find((option) => option.name === name)?.values[0];
  const set = LOG_FLAGS.filter(([name]) => options.some((option) => option.name === `log-${name}`));
  const level = Number(value('log-level') ?? '4');
  const prefix = value('log-prefix');
  const words = numeric
    ? [`LOG flags ${set.reduce((sum, [, bit]) => sum | bit, 0)} level ${level}`]
    : [`LOG level ${LEVELS[level] ?? level}`, ...set.map(([name]) => name)];
  return [...words, ...(prefix === undefined ? [] : [`prefix "${prefix}"`])].join(' ');
}

/** A target's name and its words as `-L` prints them. */
export function listTarget(
  target: Target,
  numeric: boolean,
): { readonly name: string; readonly words: string } {
  if (target.target === 'jump' || target.target === 'goto') return { name: target.chain, words: '' };
  // the kernel knows NOTRACK as a CT with a name
  if (target.target === 'NOTRACK') return { name: 'CT', words: 'NOTRACK' };
  const options = optionsOf(restoreWords(printTarget(target)).slice(2));
  return { name: target.target, words: targetWords(target, options, numeric) };
}

function targetWords(target: Target, options: readonly Option[], numeric: boolean): string {
  const [first, ...others] = options;
  const value = first?.values[0] ?? '';
  const name: string = target.target;
  switch (name) {
    case 'MARK':
      return `MARK ${markWords(value)}`;
    case 'CONNMARK':
      return connmark(options);
    case 'DNAT':
    case 'SNAT':
      return [`to:${value}`, ...others.map(({ name }) => name)].join(' ');
    case 'REDIRECT':
    case 'MASQUERADE': {
      const label = name === 'REDIRECT' ? 'redir ports' : 'masq ports:';
      return options
        .map(({ name, values }) => (name === 'to-ports' ? `${label} ${values[0] ?? ''}` : name))
        .join(' ');
    }
    case 'LOG':
      return log(options, numeric);
    case 'CT':
      return `CT ${undashed(options)}`.trimEnd();
    default:
      return undashed(options);
  }
}

/** `192.168.0.11`, `10.0.0.0/8`, `anywhere`: a rule's address as `-L` prints it. */
export function listAddress(text: string | undefined, numeric: boolean): string {
  if (text === undefined) return numeric ? '0.0.0.0/0' : 'anywhere';
  const [address = '', bits] = text.split('/');
  const parsed = parseIpv4(address);
  return bits === '32' && parsed.ok ? printIpv4(parsed.value) : text;
}
