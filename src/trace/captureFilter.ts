/**
 * The filter expressions of tcpdump, as data that goes through the worker boundary. `and` and `or` bind equally and from the left, as
 * libpcap 1.10 has it. Left out: everything that looks into bytes (`tcp[13] & 2`), MAC addresses, names. @see pcap-filter(7)
 */
import { err, ok, type Result } from '../lib/result.ts';
import { contains, parseCidr, parseIpv4, type Cidr } from '../wire/address.ts';
import { PROTOCOL, type Frame, type Packet } from '../wire/frame.ts';

type Side = 'src' | 'dst' | 'either';

export type CaptureFilter =
  | { readonly is: 'all' }
  | { readonly is: 'arp' | 'ip' | 'icmp' | 'tcp' | 'udp' }
  | { readonly is: 'net'; readonly side: Side; readonly net: Cidr }
  | { readonly is: 'port'; readonly side: Side; readonly port: number; readonly protocol?: 'tcp' | 'udp' }
  | { readonly is: 'not'; readonly of: CaptureFilter }
  | { readonly is: 'and' | 'or'; readonly left: CaptureFilter; readonly right: CaptureFilter };

/** Words that a filter may begin a part with. */
export const FILTER_WORDS = [
  'host',
  'net',
  'port',
  'src',
  'dst',
  'tcp',
  'udp',
  'icmp',
  'arp',
  'ip',
  'and',
  'or',
  'not',
] as const;

const PROTOCOLS = ['arp', 'ip', 'icmp', 'tcp', 'udp'] as const;

/** What tcpdump says of an expression that it does not take. */
class FilterError extends Error {
  override readonly name = 'FilterError';
}

const SYNTAX = "can't parse filter expression: syntax error";

class Parser {
  #at = 0;
  readonly #words: readonly string[];
  constructor(words: readonly string[]) {
    this.#words = words;
  }
  get #peek(): string {
    return this.#words[this.#at] ?? '';
  }
  #next(): string {
    return this.#words[this.#at++] ?? '';
  }
  #take(...known: readonly string[]): boolean {
    if (this.#peek === '' || !known.includes(this.#peek)) return false;
    this.#at++;
    return true;
  }

  whole(): CaptureFilter {
    const filter = this.#expression();
    if (this.#peek !== '') throw new FilterError(SYNTAX);
    return filter;
  }

  #expression(): CaptureFilter {
    let left = this.#term();
    for (;;) {
      if (this.#take('and', '&&')) left = { is: 'and', left, right: this.#term() };
      else if (this.#take('or', '||')) left = { is: 'or', left, right: this.#term() };
      else return left;
    }
  }

  #term(): CaptureFilter {
    if (this.#take('not', '!')) return { is: 'not', of: this.#term() };
    if (this.#take('(')) {
      const inside = this.#expression();
      if (!this.#take(')')) throw new FilterError(SYNTAX);
      return inside;
    }
    const protocol = PROTOCOLS.find((name) => name === this.#peek);
    if (protocol === undefined) return this.#primitive();
    this.#at++;
    if (protocol === 'tcp' || protocol === 'udp') {
      if (['src', 'dst', 'port'].includes(this.#peek)) return this.#primitive(protocol);
    } else if (protocol === 'ip' && ['src', 'dst', 'host', 'net'].includes(this.#peek))
      return this.#primitive();
    return { is: protocol };
  }

  #primitive(protocol?: 'tcp' | 'udp'): CaptureFilter {
    const side: Side = this.#take('src') ? 'src' : this.#take('dst') ? 'dst' : 'either';
    if (this.#take('port'))
      return { is: 'port', side, port: this.#port(), ...(protocol === undefined ? {} : { protocol }) };
    if (this.#take('net')) return { is: 'net', side, net: this.#net() };
    // `src 10.0.0.1` and `10.0.0.1` mean a host
    if (this.#take('host') || side !== 'either' || parseIpv4(this.#peek).ok)
      return { is: 'net', side, net: this.#host() };
    throw new FilterError(SYNTAX);
  }

  #host(): Cidr {
    const word = this.#next();
    const parsed = parseIpv4(word);
    if (!parsed.ok) throw new FilterError(word === '' ? SYNTAX : `unknown host '${word}'`);
    return { address: parsed.value, bits: 32 };
  }
  #net(): Cidr {
    const word = this.#next();
    const parsed = parseCidr(word);
    if (!parsed.ok) throw new FilterError(word === '' ? SYNTAX : `unknown network '${word}'`);
    return parsed.value;
  }
  #port(): number {
    const word = this.#next();
    const port = /^\d{1,5}$/.test(word) ? Number(word) : NaN;
    if (!(port <= 65_535)) throw new FilterError(word === '' ? SYNTAX : `unknown port '${word}'`);
    return port;
  }
}

/** The filter of the words behind tcpdump's options; the error is in its own words. */
export function parseFilter(words: readonly string[]): Result<CaptureFilter, string> {
  const parts = words.flatMap((word) => word.split(/([()]|(?<!\S)!)/)).flatMap((word) => word.split(/\s+/));
  const clean = parts.filter((word) => word !== '');
  if (clean.length === 0) return ok({ is: 'all' });
  try {
    return ok(new Parser(clean).whole());
  } catch (error) {
    if (error instanceof FilterError) return err(error.message);
    throw error;
  }
}

function sides(side: Side, src: boolean, dst: boolean): boolean {
  return side === 'src' ? src : side === 'dst' ? dst : src || dst;
}

function portsOf(packet: Packet): { readonly sport: number; readonly dport: number } | undefined {
  const { payload } = packet;
  return payload.kind === 'tcp' || payload.kind === 'udp' ? payload : undefined;
}

/** True when the filter lets the frame through. What a tunnel carries is not looked at, as in the kernel. */
export function passesFilter(filter: CaptureFilter, frame: Frame): boolean {
  const { payload } = frame;
  const packet = payload.kind === 'ipv4' ? payload : undefined;
  switch (filter.is) {
    case 'all':
      return true;
    case 'arp':
      return payload.kind === 'arp';
    case 'ip':
      return packet !== undefined;
    case 'icmp':
    case 'tcp':
    case 'udp':
      return packet?.protocol === PROTOCOL[filter.is];
    case 'net': {
      if (payload.kind === 'arp')
        return sides(filter.side, contains(filter.net, payload.spa), contains(filter.net, payload.tpa));
      return (
        packet !== undefined &&
        sides(filter.side, contains(filter.net, packet.src), contains(filter.net, packet.dst))
      );
    }
    case 'port': {
      const ports = packet === undefined ? undefined : portsOf(packet);
      if (packet === undefined || ports === undefined) return false;
      if (filter.protocol !== undefined && packet.protocol !== PROTOCOL[filter.protocol]) return false;
      return sides(filter.side, ports.sport === filter.port, ports.dport === filter.port);
    }
    case 'not':
      return !passesFilter(filter.of, frame);
    case 'and':
      return passesFilter(filter.left, frame) && passesFilter(filter.right, frame);
    case 'or':
      return passesFilter(filter.left, frame) || passesFilter(filter.right, frame);
  }
}
