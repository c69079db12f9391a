/** `sysctl NAME...`, `sysctl -a [-r PATTERN]`, `-n`. The keys are those that the simulated kernel reads. @see procps src/sysctl.c */
import { sysctl as numberOf } from '../netns.ts';
import { type Args, hintOf, ShellError, type Reading, type View } from './reading.ts';

interface Options {
  readonly all: boolean;
  readonly values: boolean;
  readonly names: boolean;
  readonly pattern?: RegExp;
  readonly keys: readonly string[];
}

const OPTIONS = ['-a', '--all', '-n', '--values', '-N', '--names', '-w', '--write', '-r', '--pattern'];

function pattern(word: string): RegExp {
  try {
    return new RegExp(word);
  } catch {
    throw new ShellError(`sysctl: regcomp: Invalid regular expression`);
  }
}

function parse(args: Args): Options {
  let options: Options = { all: false, values: false, names: false, keys: [] };
  while (!args.done) {
    const word = args.next();
    if (word === '-a' || word === '--all' || word === '-A') options = { ...options, all: true };
    else if (word === '-n' || word === '--values') options = { ...options, values: true };
    else if (word === '-N' || word === '--names') options = { ...options, names: true };
    else if (word === '-r' || word === '--pattern') options = { ...options, pattern: pattern(args.next()) };
    else if (word.startsWith('-')) throw unknownOption(word);
    // both spellings of a key
    else options = { ...options, keys: [...options.keys, word.replaceAll('/', '.')] };
  }
  return options;
}

function unknownOption(word: string): ShellError {
  const line = word.startsWith('--')
    ? `sysctl: unrecognized option '${word}'`
    : `sysctl: invalid option -- '${word.slice(1, 2)}'`;
  return new ShellError(line, hintOf(word, OPTIONS));
}

const PER_DEVICE = ['rp_filter', 'accept_local', 'route_localnet', 'forwarding', 'send_redirects'] as const;

/** Every key with its value: what was set, and what a device has without being told. */
function everyKey({ ns }: View): ReadonlyMap<string, string> {
  const { sysctl, devices } = ns.state;
  const keys = new Map(sysctl);
  for (const dev of ['all', 'default', ...devices.keys()]) {
    for (const name of PER_DEVICE) {
      const key = `net.ipv4.conf.${dev}.${name}`;
      if (keys.has(key)) continue;
      const inherited =
        name === 'forwarding'
          ? numberOf(ns, 'net.ipv4.ip_forward')
          : numberOf(ns, `net.ipv4.conf.default.${name}`);
      keys.set(
        key,
        name === 'send_redirects'
          ? (sysctl.get('net.ipv4.conf.default.send_redirects') ?? '1')
          : String(inherited),
      );
    }
  }
  return new Map([...keys].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** `sysctl` without `=`: prints; a key that is not there is said and the others are printed all the same. */
export function showSysctl(args: Args): Reading {
  const { all, values, names, pattern: matching, keys } = parse(args);
  if (!all && keys.length === 0)
    throw new ShellError(['', 'Usage:', ' sysctl [options] [variable[=value] ...]'], { word: '' });
  const print = (key: string, value: string): string => (names ? key : values ? value : `${key} = ${value}`);
  return (view) => {
    const known = everyKey(view);
    if (all) {
      return [...known]
        .filter(([key]) => matching?.test(key) ?? true)
        .map(([key, value]) => print(key, value));
    }
    const lines: string[] = [];
    for (const key of keys) {
      const value = known.get(key);
      if (value === undefined) {
        const missing = `sysctl: cannot stat /proc/sys/${key.replaceAll('.', '/')}: No such file or directory`;
        throw new ShellError([...lines, missing], hintOf(key, [...known.keys()]));
      }
      lines.push(print(key, value));
    }
    return lines;
  };
}
