/**
 * The programs of a terminal that send or listen: ping, traceroute, curl, nc and tcpdump, from their words to what is sent. Errors are
 * those of iputils 20221126, traceroute 2.1, curl 7.88 and tcpdump 4.99.
 */
import { parseIpv4, type Ipv4 } from '../wire/address.ts';
import { isDnsName } from '../wire/dns.ts';
import type { IfName, NetNsId } from '../kernel/recorder.ts';
import { Args, hintOf, ShellError, type View } from '../kernel/shell/reading.ts';
import type { Cluster } from '../kube/cluster.ts';
import { RESOLV_CONF } from '../kube/dns/resolvConf.ts';
import type { Injection } from '../sim/inject.ts';
import { parseFilter } from '../trace/captureFilter.ts';
import type { Capture } from '../trace/tcpdump.ts';
import type { MachineFiles } from './terminalFiles.ts';

const SECOND = 1_000_000_000;
/** Without -c ping goes on until Ctrl-C; a simulation has to end, so it stops after so many. */
const ENDLESS = 5;
const MOST_PINGS = 1_000;
const LARGEST_DATA = 65_507;
const HEADERS = 28;

/** What a program knows of where it runs. */
export interface Place {
  readonly ns: NetNsId;
  readonly cluster: Cluster;
  readonly files: MachineFiles;
}

/** Names that /etc/hosts of every machine has: nodes and clients. */
function hostNames(cluster: Cluster): ReadonlyMap<string, Ipv4> {
  const machines = [...cluster.nodes, ...cluster.clients].map(({ name, ip }) => [name, ip] as const);
  return new Map([['localhost', 0x7f000001 as Ipv4], ...machines]);
}

/** `%s` in what a program says of a name without an address, where there is no DNS server to ask. */
const NO_DNS = 'Temporary failure in name resolution';

type Host = Pick<Injection, 'dst' | 'sorry'>;

/** An address; or a name, for the resolver of a machine that has one. `sorry` is what the program says of a name without an address. */
function hostOf(name: string, { cluster, files }: Place, sorry: readonly string[]): Host {
  const parsed = parseIpv4(name);
  if (parsed.ok) return { dst: parsed.value };
  const names = hostNames(cluster);
  const ip = names.get(name);
  if (ip !== undefined) return { dst: ip };
  if (files.read(RESOLV_CONF) !== undefined && isDnsName(name.replace(/\.$/, '')))
    return { dst: name, sorry };
  throw new ShellError(
    sorry.map((line) => line.replace('%s', NO_DNS)),
    hintOf(name, [...names.keys()]),
  );
}

interface Given {
  /** options with their arguments ('' for those that have none) */
  readonly options: ReadonlyMap<string, string>;
  readonly rest: readonly string[];
}

interface Syntax {
  /** options that take an argument, and those that take none */
  readonly valued: readonly string[];
  readonly flags: readonly string[];
  readonly unknown: (option: string) => readonly string[];
  readonly missing: (option: string) => readonly string[];
}

/** getopt: `-c 3`, `-c3`, `-nq`, `--max-time 3`. */
function readOptions(words: readonly string[], { valued, flags, unknown, missing }: Syntax): Given {
  const options = new Map<string, string>();
  const rest: string[] = [];
  const args = new Args(words);
  const refuse = (option: string): never => {
    throw new ShellError(unknown(option), hintOf(option, [...valued, ...flags]));
  };
  const take = (option: string): string => {
    if (args.done) throw new ShellError(missing(option));
    return args.next();
  };
  while (!args.done) {
    const word = args.next();
    if (word.startsWith('--')) {
      if (valued.includes(word)) options.set(word, take(word));
      else if (flags.includes(word)) options.set(word, '');
      else refuse(word);
    } else if (!word.startsWith('-') || word === '-') rest.push(word);
    else
      for (let at = 1; at < word.length; at++) {
        const option = `-${word.charAt(at)}`;
        if (flags.includes(option)) options.set(option, '');
        else if (valued.includes(option)) {
          options.set(option, at + 1 < word.length ? word.slice(at + 1) : take(option));
          break;
        } else refuse(option);
      }
  }
  return { options, rest };
}

const letter = (option: string): string => option.replace(/^-+/, '');

// ---------------------------------------------------------------------------------------------- ping

export const PING_OPTIONS = ['-c', '-i', '-s', '-t', '-M', '-W', '-n', '-q', '-4'];

function pingNumber(text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback;
  if (!/^\d+(\.\d+)?$/.test(text)) throw new ShellError(`ping: invalid argument: '${text}'`);
  return Number(text);
}

export function parsePing(words: readonly string[], place: Place): Injection {
  const { options, rest } = readOptions(words, {
    valued: ['-c', '-i', '-s', '-t', '-M', '-W'],
    flags: ['-n', '-4'],
    unknown: (option) => [`ping: invalid option -- '${letter(option)}'`],
    missing: (option) => [`ping: option requires an argument -- '${letter(option)}'`],
  });
  const [name] = rest;
  const count = pingNumber(options.get('-c'), ENDLESS);
  if (count < 1 || count > MOST_PINGS)
    throw new ShellError(`ping: invalid argument: '${count}': out of range: 1 <= value <= ${MOST_PINGS}`);
  const size = pingNumber(options.get('-s'), 56);
  if (size > LARGEST_DATA)
    throw new ShellError(`ping: packet size ${size} is too large. Maximum is ${LARGEST_DATA}`);
  const interval = pingNumber(options.get('-i'), 1);
  const ttl = pingNumber(options.get('-t'), 64);
  if (ttl < 1 || ttl > 255) throw new ShellError('ping: cannot set unicast time-to-live: Invalid argument');
  const mode = options.get('-M') ?? 'want';
  const discover = (['do', 'want', 'dont'] as const).find((known) => known === mode);
  if (discover === undefined)
    throw new ShellError(`ping: invalid -M argument: ${mode}`, hintOf(mode, ['do', 'want', 'dont']));
  if (name === undefined) throw new ShellError('ping: usage error: Destination address required');
  const host = hostOf(name, place, [`ping: ${name}: %s`]);
  const wait = options.get('-W');
  return {
    protocol: 'icmp',
    from: place.ns,
    ...host,
    size: size + HEADERS,
    discover,
    series: { count: Math.floor(count), interval: Math.max(interval, 0.002) * SECOND },
    ...(options.has('-t') ? { ttl } : {}),
    ...(wait === undefined ? {} : { timeout: pingNumber(wait, 1) * SECOND }),
  };
}

// ---------------------------------------------------------------------------------------------- traceroute

export const TRACEROUTE_OPTIONS = ['-I', '-n', '-m', '-q'];
const MOST_HOPS = 30;

export function parseTraceroute(words: readonly string[], place: Place): Injection {
  const { options, rest } = readOptions(words, {
    valued: ['-m', '-q'],
    flags: ['-I', '-n'],
    unknown: (option) => [`Bad option \`${option}' (argc 1)`],
    missing: (option) => [`Option \`${option}' (argc 1) requires an argument: \`${option} X'`],
  });
  const hops = Number(options.get('-m') ?? MOST_HOPS);
  if (!Number.isInteger(hops) || hops < 1) throw new ShellError('first hop out of range');
  if (hops > 255) throw new ShellError('max hops cannot be more than 255');
  const probes = options.get('-q');
  if (probes !== undefined && probes !== '1')
    throw new ShellError([], { word: `-q ${probes}`, nearest: '-q 1' });
  const [name] = rest;
  if (name === undefined)
    throw new ShellError('Usage: traceroute [ -I ] [ -n ] [ -q 1 ] [ -m max_ttl ] host');
  const unknown = [`${name}: %s`, `Cannot handle "host" cmdline arg \`${name}' on position 1 (argc 1)`];
  return { protocol: 'traceroute', from: place.ns, ...hostOf(name, place, unknown), maxHops: hops };
}

// ---------------------------------------------------------------------------------------------- curl

export const CURL_OPTIONS = ['-s', '-m', '--max-time', '--connect-timeout'];
const CURL_HELP = "curl: try 'curl --help' or 'curl --manual' for more information";

export function parseCurl(words: readonly string[], place: Place): Injection {
  const { options, rest } = readOptions(words, {
    valued: ['-m', '--max-time', '--connect-timeout'],
    flags: ['-s', '-S', '--silent', '--show-error'],
    unknown: (option) => [`curl: option ${option}: is unknown`, CURL_HELP],
    missing: (option) => [`curl: option ${option}: requires parameter`, CURL_HELP],
  });
  const [url] = rest;
  if (url === undefined) throw new ShellError(CURL_HELP);
  const parsed = /^(?:([a-z]+):\/\/)?([^/:]+)(?::(\d{1,5}))?(\/.*)?$/.exec(url);
  const [, scheme = 'http', host = '', portText = '80', path = '/'] = parsed ?? [];
  const port = Number(portText);
  if (parsed === null || port < 1 || port > 65_535)
    throw new ShellError('curl: (3) URL using bad/illegal format or missing URL');
  if (scheme !== 'http')
    throw new ShellError(
      `curl: (1) Protocol "${scheme}" not supported or disabled in libcurl`,
      hintOf(scheme, ['http']),
    );
  const found = hostOf(host, place, [`curl: (6) Could not resolve host: ${host}`]);
  const limit = options.get('-m') ?? options.get('--max-time') ?? options.get('--connect-timeout');
  if (limit !== undefined && !/^\d+(\.\d+)?$/.test(limit))
    throw new ShellError(['curl: option -m: expected a proper numerical parameter', CURL_HELP]);
  const to = portText === '80' ? host : `${host}:${portText}`;
  return {
    protocol: 'tcp',
    from: place.ns,
    ...found,
    dport: port,
    says: 'curl',
    request: `GET ${path} HTTP/1.1\r\nHost: ${to}\r\nUser-Agent: curl/7.88.1\r\nAccept: */*\r\n\r\n`,
    ...(limit === undefined ? {} : { timeout: Number(limit) * SECOND }),
  };
}

// ---------------------------------------------------------------------------------------------- nc

export const NC_OPTIONS = ['-u', '-z', '-v', '-w', '-p'];

/** `nc -z HOST PORT` probes, `nc -u HOST PORT` sends one datagram and prints the answer; `-p` is the port it comes from. */
export function parseNc(words: readonly string[], place: Place): Injection {
  const usage = 'usage: nc [-uvz] [-p source_port] [-w timeout] [destination] [port]';
  const { options, rest } = readOptions(words, {
    valued: ['-w', '-p'],
    flags: ['-u', '-z', '-v', '-n'],
    unknown: (option) => [`nc: invalid option -- '${letter(option)}'`, usage],
    missing: (option) => [`nc: option requires an argument -- '${letter(option)}'`, usage],
  });
  const [host, portText = ''] = rest;
  const port = Number(portText);
  if (host === undefined || portText === '') throw new ShellError(usage);
  if (!/^\d+$/.test(portText) || port < 1 || port > 65_535)
    throw new ShellError(`nc: port number invalid: ${portText}`);
  const found = hostOf(host, place, [`nc: getaddrinfo for host "${host}" port ${portText}: %s`]);
  const source = options.get('-p');
  const sport = Number(source);
  if (source !== undefined && !(Number.isInteger(sport) && sport >= 1 && sport <= 65_535))
    throw new ShellError(`nc: port number invalid: ${source}`);
  const wait = Number(options.get('-w') ?? 0);
  return {
    protocol: options.has('-u') ? 'udp' : 'tcp',
    from: place.ns,
    ...found,
    dport: port,
    ...(source === undefined ? {} : { sport }),
    ...(wait > 0 ? { timeout: wait * SECOND } : {}),
  };
}

// ---------------------------------------------------------------------------------------------- nslookup

const NSLOOKUP_TYPES = ['a'];

/** `nslookup NAME [SERVER]`, where there is a DNS server to ask. */
export function parseNslookup(words: readonly string[], place: Place): Injection {
  const [name, asked, ...more] = words.filter((word) => !word.startsWith('-'));
  const option = words.find((word) => word.startsWith('-'));
  const type = /^-(?:type|query|q)=(.*)$/.exec(option ?? '')?.[1]?.toLowerCase();
  if (option !== undefined && (type === undefined || !NSLOOKUP_TYPES.includes(type)))
    throw new ShellError([], { word: option, nearest: '-type=a' });
  if (name === undefined || more.length > 0) throw new ShellError([], { word: words.join(' '), nearest: '' });
  if (!isDnsName(name.replace(/\.$/, '')))
    throw new ShellError(`nslookup: '${name}' is not a legal name (bad label type)`);
  const server = asked === undefined ? undefined : parseIpv4(asked);
  if (server?.ok === false)
    throw new ShellError(`nslookup: couldn't get address for '${asked ?? ''}': not found`);
  if (server === undefined && place.files.read(RESOLV_CONF) === undefined)
    throw new ShellError(';; no servers could be reached');
  return {
    protocol: 'udp',
    from: place.ns,
    dst: name,
    says: 'nslookup',
    ...(server === undefined ? {} : { server: server.value }),
  };
}

// ---------------------------------------------------------------------------------------------- tcpdump

export const TCPDUMP_OPTIONS = ['-i', '-n', '-e', '-c', '-r'];
/** The only file there is: what has been recorded so far. */
export const RECORDING_FILE = 'recording';

export interface Listening {
  readonly capture: Capture;
  /** what is printed before the first packet */
  readonly head: readonly string[];
  /** -r: everything so far, and no more */
  readonly reads: boolean;
}

export function parseTcpdump(words: readonly string[], view: View): Listening {
  const { options, rest } = readOptions(words, {
    valued: ['-i', '-c', '-r'],
    flags: ['-n', '-e', '-l', '-q', '-U'],
    unknown: (option) => [`tcpdump: invalid option -- '${letter(option)}'`],
    missing: (option) => [`tcpdump: option requires an argument -- '${letter(option)}'`],
  });
  const file = options.get('-r');
  if (file !== undefined && file !== RECORDING_FILE)
    throw new ShellError(`tcpdump: ${file}: No such file or directory`, {
      word: file,
      nearest: RECORDING_FILE,
    });
  const { devices } = view.ns.state;
  // pcap_lookupdev: the first that is up and is not the loopback
  const first = [...devices.values()].find(({ up, kind }) => up && kind !== 'loopback')?.name ?? 'any';
  const dev = options.get('-i') ?? (file === undefined ? first : 'any');
  const device = devices.get(dev as IfName);
  if (dev !== 'any' && device === undefined)
    throw new ShellError(
      [`tcpdump: ${dev}: No such device exists`, '(No such device exists)'],
      hintOf(dev, ['any', ...devices.keys()]),
    );
  const count = options.get('-c');
  if (count !== undefined && !/^[1-9]\d*$/.test(count))
    throw new ShellError(`tcpdump: invalid packet count ${count}`);
  const filter = parseFilter(rest);
  if (!filter.ok) throw new ShellError(`tcpdump: ${filter.error}`);
  const link =
    dev === 'any'
      ? 'LINUX_SLL2 (Linux cooked v2)'
      : device?.kind === 'tun'
        ? 'RAW (Raw IP)'
        : 'EN10MB (Ethernet)';
  const listening = `listening on ${dev}, link-type ${link}, snapshot length 262144 bytes`;
  return {
    capture: {
      ns: view.ns.id,
      dev,
      filter: filter.value,
      ethernet: options.has('-e'),
      ...(count === undefined ? {} : { count: Number(count) }),
    },
    head:
      file === undefined
        ? ['tcpdump: verbose output suppressed, use -v[v]... for full protocol decode', listening]
        : [`reading from file ${file}, link-type ${link}, snapshot length 262144`],
    reads: file !== undefined,
  };
}
