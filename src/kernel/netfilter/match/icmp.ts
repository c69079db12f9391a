/** `-m icmp`: type and code. @see net/ipv4/netfilter/ip_tables.c icmp_match, libxt_icmp.h */
import { message } from '../../../lib/message.ts';
import { PROTOCOL, type Packet } from '../../../wire/frame.ts';
import { OptionError } from '../options.ts';
import { not, parseUint } from '../values.ts';
import { defineMatch } from './define.ts';
import { hasProtocol } from './ports.ts';

export interface IcmpMatch {
  readonly match: 'icmp';
  /** undefined: any type */
  readonly type?: number;
  /** undefined: any code */
  readonly code?: number;
  readonly invert: boolean;
}

/** iptables' names, in its own order: a name may be cut short as long as only one begins so. */
const NAMES: readonly (readonly [string, number, number?])[] = [
  ['echo-reply', 0],
  ['pong', 0],
  ['destination-unreachable', 3],
  ['network-unreachable', 3, 0],
  ['host-unreachable', 3, 1],
  ['protocol-unreachable', 3, 2],
  ['port-unreachable', 3, 3],
  ['fragmentation-needed', 3, 4],
  ['source-route-failed', 3, 5],
  ['network-unknown', 3, 6],
  ['host-unknown', 3, 7],
  ['network-prohibited', 3, 9],
  ['host-prohibited', 3, 10],
  ['TOS-network-unreachable', 3, 11],
  ['TOS-host-unreachable', 3, 12],
  ['communication-prohibited', 3, 13],
  ['host-precedence-violation', 3, 14],
  ['precedence-cutoff', 3, 15],
  ['source-quench', 4],
  ['redirect', 5],
  ['network-redirect', 5, 0],
  ['host-redirect', 5, 1],
  ['TOS-network-redirect', 5, 2],
  ['TOS-host-redirect', 5, 3],
  ['echo-request', 8],
  ['ping', 8],
  ['router-advertisement', 9],
  ['router-solicitation', 10],
  ['time-exceeded', 11],
  ['ttl-exceeded', 11],
  ['ttl-zero-during-transit', 11, 0],
  ['ttl-zero-during-reassembly', 11, 1],
  ['parameter-problem', 12],
  ['ip-header-bad', 12, 0],
  ['required-option-missing', 12, 1],
  ['timestamp-request', 13],
  ['timestamp-reply', 14],
  ['address-mask-request', 17],
  ['address-mask-reply', 18],
];

type TypeAndCode = Pick<IcmpMatch, 'type' | 'code'>;

function named(text: string): TypeAndCode | undefined {
  const word = text.toLowerCase();
  const all: readonly (readonly [string, number, number?])[] = [['any', 255], ...NAMES];
  const begun = all.filter(([name]) => name.toLowerCase().startsWith(word));
  const found =
    begun.find(([name]) => name.toLowerCase() === word) ?? (begun.length === 1 ? begun[0] : undefined);
  if (begun.length > 1 && found === undefined) {
    throw new OptionError(
      `Ambiguous ICMP type \`${text}': \`${begun[0]?.[0] ?? ''}' or \`${begun[1]?.[0] ?? ''}'?`,
    );
  }
  if (found === undefined) return undefined;
  const [, type, code] = found;
  return type === 255 ? {} : { type, ...(code === undefined ? {} : { code }) };
}

function parseType(text: string): TypeAndCode {
  const byName = named(text);
  if (byName !== undefined) return byName;
  const [first = '', second] = text.split('/');
  const type = parseUint(first, 0, 255);
  if (type === undefined) throw new OptionError(`Unknown ICMP type \`${first}'`);
  const code = second === undefined ? undefined : parseUint(second, 0, 255);
  if (second !== undefined && code === undefined) throw new OptionError(`Unknown ICMP code \`${text}'`);
  if (type === 255) return {};
  return { type, ...(code === undefined ? {} : { code }) };
}

function print({ type, code }: IcmpMatch): string {
  if (type === undefined) return 'any';
  return code === undefined ? String(type) : `${type}/${code}`;
}

/** Type and code of an ICMP packet, of the first fragment too. */
function typeOf({
  payload,
  protocol,
  offset,
}: Packet): { readonly type: number; readonly code: number } | undefined {
  if (protocol !== PROTOCOL.icmp || offset !== 0) return undefined;
  if (payload.kind === 'icmp-echo') return { type: payload.reply ? 0 : 8, code: 0 };
  if (payload.kind === 'icmp-error') return payload;
  const [type, code] = payload.kind === 'bytes' ? payload.bytes : [];
  return type === undefined || code === undefined ? undefined : { type, code };
}

export const icmp = defineMatch<IcmpMatch>({
  name: 'icmp',
  options: { 'icmp-type': { arguments: 1, negatable: true, mandatory: true } },
  parse: (options) => ({
    match: 'icmp',
    ...parseType(options.text('icmp-type') ?? ''),
    invert: options.inverted('icmp-type'),
  }),
  print: (match) => `${not(match.invert)}--icmp-type ${print(match)}`,
  check: (_match, header) => hasProtocol(header, PROTOCOL.icmp),
  matches(match, { packet }) {
    const found = typeOf(packet);
    if (found === undefined) return false;
    const fits =
      match.type === undefined ||
      (found.type === match.type && (match.code === undefined || found.code === match.code));
    return fits !== match.invert;
  },
  explain(match) {
    if (match.type === undefined && !match.invert) return message('rule.icmp.any', {});
    const params = { type: print(match) };
    return match.invert ? message('rule.icmp.not', params) : message('rule.icmp', params);
  },
});
