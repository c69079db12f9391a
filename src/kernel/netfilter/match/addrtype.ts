/**
 * `-m addrtype`: what sort of address this is for this namespace, by its local table alone (a blackhole route in `main` does
 * not make an address BLACKHOLE). @see net/netfilter/xt_addrtype.c, net/ipv4/fib_frontend.c inet_dev_addr_type
 */
import { message } from '../../../lib/message.ts';
import { addressType, type AddressType } from '../../fib.ts';
import { OptionError, type OptionReader } from '../options.ts';
import type { Probe } from '../probe.ts';
import type { Negatable } from '../rule.ts';
import { not } from '../values.ts';
import { defineMatch } from './define.ts';

/** In the order in which iptables-save prints them (RTN_* numbers). */
const TYPES = [
  'UNSPEC',
  'UNICAST',
  'LOCAL',
  'BROADCAST',
  'ANYCAST',
  'MULTICAST',
  'BLACKHOLE',
  'UNREACHABLE',
  'PROHIBIT',
  'THROW',
  'NAT',
  'XRESOLVE',
] as const;
type TypeName = (typeof TYPES)[number];

export interface AddrtypeMatch {
  readonly match: 'addrtype';
  readonly source?: Negatable<{ readonly types: readonly TypeName[] }>;
  readonly destination?: Negatable<{ readonly types: readonly TypeName[] }>;
  /** only addresses of the device the packet came in by, or leaves by, are LOCAL */
  readonly limit?: 'in' | 'out';
}

function parseTypes(text: string): { readonly types: readonly TypeName[] } {
  const named = new Set<TypeName>();
  for (const word of text.split(',')) {
    const type = TYPES.find((name) => name === word.toUpperCase());
    if (type === undefined) throw new OptionError(`addrtype: bad type "${word}"`);
    named.add(type);
  }
  return { types: TYPES.filter((name) => named.has(name)) };
}

function parse(options: OptionReader): AddrtypeMatch {
  const source = options.negatable('src-type', parseTypes);
  const destination = options.negatable('dst-type', parseTypes);
  if (source === undefined && destination === undefined) {
    throw new OptionError('addrtype: you must specify --src-type or --dst-type');
  }
  const limit = options.has('limit-iface-in') ? 'in' : options.has('limit-iface-out') ? 'out' : undefined;
  return {
    match: 'addrtype',
    ...(source === undefined ? {} : { source }),
    ...(destination === undefined ? {} : { destination }),
    ...(limit === undefined ? {} : { limit }),
  };
}

function print({ source, destination, limit }: AddrtypeMatch): string {
  const words: string[] = [];
  if (source) words.push(`${not(source.invert)}--src-type ${source.types.join(',')}`);
  if (destination) words.push(`${not(destination.invert)}--dst-type ${destination.types.join(',')}`);
  if (limit) words.push(`--limit-iface-${limit}`);
  return words.join(' ');
}

const NAME: Readonly<Record<AddressType, TypeName>> = {
  unicast: 'UNICAST',
  local: 'LOCAL',
  broadcast: 'BROADCAST',
  multicast: 'MULTICAST',
};

function matches({ source, destination, limit }: AddrtypeMatch, probe: Probe): boolean {
  const dev = limit === 'in' ? probe.iif : limit === 'out' ? probe.oif : undefined;
  const { src, dst } = probe.packet;
  if (source && source.types.includes(NAME[addressType(probe.ns, src, dev)]) === source.invert) return false;
  return !(
    destination && destination.types.includes(NAME[addressType(probe.ns, dst, dev)]) === destination.invert
  );
}

export const addrtype = defineMatch<AddrtypeMatch>({
  name: 'addrtype',
  options: {
    'src-type': { arguments: 1, negatable: true },
    'dst-type': { arguments: 1, negatable: true },
    'limit-iface-in': { arguments: 0 },
    'limit-iface-out': { arguments: 0 },
  },
  exclusive: [['limit-iface-in', 'limit-iface-out']],
  parse,
  print,
  hooks({ limit }) {
    if (limit === undefined) return undefined;
    return limit === 'in' ? ['PREROUTING', 'INPUT', 'FORWARD'] : ['FORWARD', 'OUTPUT', 'POSTROUTING'];
  },
  matches,
  explain(match) {
    if (match.source === undefined && match.limit === undefined && match.destination !== undefined) {
      const params = { types: match.destination.types.join(', ') };
      return match.destination.invert ? message('rule.dsttype.not', params) : message('rule.dsttype', params);
    }
    if (match.destination === undefined && match.limit === undefined && match.source !== undefined) {
      const params = { types: match.source.types.join(', ') };
      return match.source.invert ? message('rule.srctype.not', params) : message('rule.srctype', params);
    }
    return message('rule.addrtype', { options: print(match) });
  },
});
