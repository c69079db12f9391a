/** /etc/resolv.conf as the resolver of glibc reads it, and which names it asks for. @see resolv.conf(5), glibc resolv/res_query.c */
import { parseIpv4, type Ipv4 } from '../../wire/address.ts';
import { isDnsName } from '../../wire/dns.ts';

export interface ResolvConf {
  readonly servers: readonly Ipv4[];
  readonly search: readonly string[];
  /** a name with fewer dots is looked for below the search domains first */
  readonly ndots: number;
}

const RESOLV_CONF = '/etc/resolv.conf';
/** MAXNS */
const MOST_SERVERS = 3;
const DEFAULT_NDOTS = 1;
const MOST_NDOTS = 15;

/** Unknown lines and options are passed over, as glibc does. */
function parseResolvConf(text: string): ResolvConf {
  const lines = text.split('\n').map((line) => line.trim().split(/\s+/));
  const of = (keyword: string): readonly (readonly string[])[] =>
    lines.filter(([first]) => first === keyword).map(([, ...rest]) => rest);
  const servers = of('nameserver').flatMap(([address = '']) => {
    const ip = parseIpv4(address);
    return ip.ok ? [ip.value] : [];
  });
  // the last one counts
  const search = of('search').at(-1) ?? [];
  const ndots = of('options')
    .flat()
    .map((option) => /^ndots:(\d+)$/.exec(option)?.[1])
    .findLast((value) => value !== undefined);
  return {
    servers: servers.slice(0, MOST_SERVERS),
    search: search.map((domain) => domain.replace(/\.$/, '')),
    ndots: Math.min(ndots === undefined ? DEFAULT_NDOTS : Number(ndots), MOST_NDOTS),
  };
}

/** What a namespace's resolver knows; nothing where there is no such file. */
export function resolvConfOf(readFile: (path: string) => string | undefined): ResolvConf {
  return parseResolvConf(readFile(RESOLV_CONF) ?? '');
}

/** The names that are asked for one after the other until one is there; a dot at the end says that the name is whole. */
export function namesToAsk(name: string, { search, ndots }: ResolvConf): readonly string[] {
  if (name.endsWith('.')) return [name.slice(0, -1)].filter(isDnsName);
  const below = search.map((domain) => `${name}.${domain}`);
  const dots = name.split('.').length - 1;
  return (dots >= ndots ? [name, ...below] : [...below, name]).filter(isDnsName);
}
