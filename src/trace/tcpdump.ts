/**
 * Frames of a recording as tcpdump 4.99 prints them. Addresses and ports are never looked up (as with `-n`), the clock is that of the
 * simulation, and HTTP is not taken apart beyond its first line.
 */
import { printIpv4, ZERO_MAC, type Ipv4 } from '../wire/address.ts';
import { packetLength } from '../wire/codec.ts';
import { DNS_PORT, parseDns, printDns } from '../wire/dns.ts';
import { printEthertype } from '../wire/ethernet.ts';
import {
  PROTOCOL,
  type ArpPacket,
  type EthernetFrame,
  type Frame,
  type IcmpError,
  type Packet,
  type TcpOption,
  type TcpSegment,
  type UdpDatagram,
} from '../wire/frame.ts';
import { readQuote } from '../wire/quote.ts';
import { passesFilter, type CaptureFilter } from './captureFilter.ts';
import { isStep, type Recording, type Step } from './types.ts';

/** What a running tcpdump listens to. */
export interface Capture {
  readonly ns: string;
  /** a device, or `any` */
  readonly dev: string;
  readonly filter: CaptureFilter;
  /** -e: the link layer too */
  readonly ethernet: boolean;
  /** -c */
  readonly count?: number;
}

const ETHERNET_HEADER = 14;
const IP_HEADER = 20;
const UDP_HEADER = 8;
const HTTP_PORTS: readonly number[] = [80, 3128, 8080];
const OTV_PORT = 8472;

/** `02:21:58.802326`: the time of a simulation begins at midnight. */
function clock(ns: number): string {
  const micros = Math.floor(ns / 1000);
  const seconds = Math.floor(micros / 1_000_000);
  const two = (n: number): string => String(n).padStart(2, '0');
  const time = [Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60, seconds % 60]
    .map(two)
    .join(':');
  return `${time}.${String(micros % 1_000_000).padStart(6, '0')}`;
}

function arp({ op, spa, sha, tpa, tha }: ArpPacket): string {
  if (op === 'reply') return `Reply ${printIpv4(spa)} is-at ${sha}, length 28`;
  // a question that is asked of one host names it
  const known = tha === ZERO_MAC ? '' : ` (${tha})`;
  return `Request who-has ${printIpv4(tpa)}${known} tell ${printIpv4(spa)}, length 28`;
}

function tcpOption(option: TcpOption): string {
  switch (option.kind) {
    case 'nop':
      return 'nop';
    case 'end':
      return 'eol';
    case 'mss':
      return `mss ${option.mss}`;
    case 'sack-permitted':
      return 'sackOK';
    case 'timestamps':
      return `TS val ${option.value} ecr ${option.echo}`;
    case 'window-scale':
      return `wscale ${option.shift}`;
    case 'other':
      return `unknown-${option.type}`;
  }
}

const FLAG_LETTERS = [
  ['fin', 'F'],
  ['syn', 'S'],
  ['rst', 'R'],
  ['psh', 'P'],
  ['ack', '.'],
  ['urg', 'U'],
] as const;

function http(tcp: TcpSegment): string {
  if (tcp.data.length === 0 || !(HTTP_PORTS.includes(tcp.sport) || HTTP_PORTS.includes(tcp.dport))) return '';
  const [line = ''] = new TextDecoder().decode(tcp.data).split(/\r?\n/);
  return /^([A-Z]+ \S+ HTTP\/|HTTP\/)/.test(line) ? `: HTTP: ${line}` : ': HTTP';
}

const UNREACHABLE: Readonly<Record<number, (dst: string) => string>> = {
  0: (dst) => `net ${dst} unreachable`,
  1: (dst) => `host ${dst} unreachable`,
  9: (dst) => `net ${dst} unreachable - admin prohibited`,
  10: (dst) => `host ${dst} unreachable - admin prohibited`,
  13: (dst) => `host ${dst} unreachable - admin prohibited filter`,
};

function icmpError({ type, code, rest, quote }: IcmpError): string {
  const quoted = readQuote(quote);
  if (type === 11) return code === 0 ? 'time exceeded in-transit' : 'ip reassembly time exceeded';
  const dst = quoted.ok ? printIpv4(quoted.value.dst) : '[|icmp]';
  if (type === 5) return `redirect ${dst} to ${code === 0 ? 'net' : 'host'} ${printIpv4(rest as Ipv4)}`;
  if (type !== 3) return `type-#${type}`;
  if (code === 4) return `${dst} unreachable - need to frag (mtu ${rest & 0xffff})`;
  const protocol = quoted.ok ? quoted.value.protocol : 0;
  if (code === 2) return `${dst} protocol ${protocol} unreachable`;
  if (code === 3) {
    const name =
      protocol === PROTOCOL.tcp ? 'tcp' : protocol === PROTOCOL.udp ? 'udp' : `protocol ${protocol}`;
    return `${dst} ${name} port ${quoted.ok ? (quoted.value.dport ?? 0) : 0} unreachable`;
  }
  return UNREACHABLE[code]?.(dst) ?? `${dst} unreachable - #${code}`;
}

/** Prints frames one after another; it remembers where each TCP connection began, to count from there. */
export class Tcpdump {
  readonly #capture: Capture;
  /** first sequence numbers of the end that sorts first, and of the other */
  readonly #begins = new Map<string, readonly [number, number]>();

  constructor(capture: Capture) {
    this.#capture = capture;
  }

  /** The lines of a step, none when it is not a frame that is listened to. A tunnel's inner frame is a line of its own. */
  lines(step: Step, frame: Frame | undefined): readonly string[] {
    const { ns, dev, filter, ethernet } = this.#capture;
    if (step.ns !== ns || (step.kind !== 'rx' && step.kind !== 'tx')) return [];
    if ((dev !== 'any' && step.dev !== dev) || frame === undefined || !passesFilter(filter, frame)) return [];
    const where = dev === 'any' ? `${step.dev.padEnd(5)} ${direction(step).padEnd(3)} ` : '';
    const text = this.#frame(frame, ethernet && dev !== 'any');
    return `${clock(step.at)} ${where}${text}`.split('\n');
  }

  #frame(frame: Frame, ethernet: boolean): string {
    const { payload } = frame;
    const link = frame.kind === 'ethernet' && ethernet ? linkLayer(frame) : undefined;
    switch (payload.kind) {
      case 'arp':
        return link === undefined ? `ARP, ${arp(payload)}` : link + arp(payload);
      case 'ipv4': {
        const text = this.#packet(payload, ethernet);
        return link === undefined ? `IP ${text}` : link + text;
      }
      case 'other':
        return `${link ?? ''}ethertype ${printEthertype(payload.ethertype)}, length ${payload.bytes.length}`;
    }
  }

  #packet(packet: Packet, ethernet: boolean): string {
    const { src, dst, payload, protocol, offset } = packet;
    const plain = `${printIpv4(src)} > ${printIpv4(dst)}:`;
    const length = packetLength(packet) - IP_HEADER;
    if (offset > 0) return `${plain} ip-proto-${protocol}`;
    switch (payload.kind) {
      case 'icmp-echo':
        return `${plain} ICMP echo ${payload.reply ? 'reply' : 'request'}, id ${payload.id}, seq ${payload.seq}, length ${length}`;
      case 'icmp-error':
        return `${plain} ICMP ${icmpError(payload)}, length ${length}`;
      case 'udp':
        return `${ends(packet, payload)} ${this.#udp(payload, length - UDP_HEADER, ethernet)}`;
      case 'tcp':
        return `${ends(packet, payload)} ${this.#tcp(packet, payload)}`;
      case 'bytes':
        return firstFragment(packet, payload.bytes, plain) ?? `${plain} ip-proto-${protocol} ${length}`;
    }
  }

  #udp({ sport, dport, payload }: UdpDatagram, length: number, ethernet: boolean): string {
    if (payload.kind === 'bytes' && (sport === DNS_PORT || dport === DNS_PORT)) {
      const message = parseDns(payload.bytes);
      if (message.ok) return printDns(message.value, length);
    }
    if (payload.kind !== 'vxlan') return `UDP, length ${length}`;
    // tcpdump takes Linux's old VXLAN port for Cisco's OTV, which looks the same
    const head =
      dport === OTV_PORT
        ? `OTV, flags [I] (0x08), overlay 0, instance ${payload.vni}`
        : `VXLAN, flags [I] (0x08), vni ${payload.vni}`;
    return `${head}\n${this.#frame(payload.inner, ethernet)}`;
  }

  #tcp({ src, dst }: Packet, tcp: TcpSegment): string {
    const letters = FLAG_LETTERS.filter(([name]) => tcp.flags[name]).map(([, letter]) => letter);
    const { seq, ack } = this.#counted(src, dst, tcp);
    const length = tcp.data.length;
    const { syn, fin, rst } = tcp.flags;
    const words = [`Flags [${letters.join('') || 'none'}]`];
    if (length > 0) words.push(`seq ${seq}:${seq + length}`);
    else if (syn || fin || rst) words.push(`seq ${seq}`);
    if (tcp.flags.ack) words.push(`ack ${ack}`);
    words.push(`win ${tcp.window}`);
    if (tcp.options.length > 0) words.push(`options [${tcp.options.map(tcpOption).join(',')}]`);
    words.push(`length ${length}`);
    return words.join(', ') + http(tcp);
  }

  /** print-tcp.c: relative to where the connection began, from its second packet with an ACK on. */
  #counted(src: Ipv4, dst: Ipv4, tcp: TcpSegment): { readonly seq: number; readonly ack: number } {
    const { seq, ack, flags, sport, dport } = tcp;
    if (!flags.ack) return { seq, ack };
    const isFirst = src < dst || (src === dst && sport < dport);
    const key = isFirst ? `${src} ${sport} ${dst} ${dport}` : `${dst} ${dport} ${src} ${sport}`;
    const begins = this.#begins.get(key);
    if (begins === undefined || flags.syn) {
      const other = (ack - 1) >>> 0;
      this.#begins.set(key, isFirst ? [seq, other] : [other, seq]);
      return { seq, ack };
    }
    const [own, theirs] = isFirst ? begins : [begins[1], begins[0]];
    return { seq: (seq - own) >>> 0, ack: (ack - theirs) >>> 0 };
  }
}

function direction(step: Extract<Step, { readonly kind: 'rx' | 'tx' }>): string {
  if (step.kind === 'tx') return 'Out';
  const letters = { host: 'In', broadcast: 'B', multicast: 'M', otherhost: 'P' } as const;
  return letters[step.pkttype];
}

function linkLayer(frame: EthernetFrame): string {
  const { src, dst, payload } = frame;
  const name =
    payload.kind === 'arp' ? 'ARP (0x0806)' : payload.kind === 'ipv4' ? 'IPv4 (0x0800)' : 'Unknown';
  const length =
    payload.kind === 'arp' ? 28 : payload.kind === 'ipv4' ? packetLength(payload) : payload.bytes.length;
  return `${src} > ${dst}, ethertype ${name}, length ${length + ETHERNET_HEADER}: `;
}

function ends(
  { src, dst }: Packet,
  { sport, dport }: { readonly sport: number; readonly dport: number },
): string {
  return `${printIpv4(src)}.${sport} > ${printIpv4(dst)}.${dport}:`;
}

/** The first fragment of an echo or a datagram still has the header that names it. */
function firstFragment(packet: Packet, bytes: Uint8Array, plain: string): string | undefined {
  if (!packet.mf || bytes.length < UDP_HEADER) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (packet.protocol === PROTOCOL.icmp) {
    const what = view.getUint8(0) === 0 ? 'reply' : 'request';
    return `${plain} ICMP echo ${what}, id ${view.getUint16(4)}, seq ${view.getUint16(6)}, length ${bytes.length}`;
  }
  if (packet.protocol !== PROTOCOL.udp) return undefined;
  const named = ends(packet, { sport: view.getUint16(0), dport: view.getUint16(2) });
  return `${named} UDP, length ${view.getUint16(4) - UDP_HEADER}`;
}

/** What a capture prints of the entries `from` to `to` - 1, and how many packets that were; no more than its count. */
export function captured(
  recording: Recording,
  capture: Capture,
  { from, to }: { readonly from: number; readonly to: number },
): { readonly lines: readonly string[]; readonly packets: number } {
  const printer = new Tcpdump(capture);
  const lines: string[] = [];
  let packets = 0;
  for (const entry of recording.entries.slice(from, to)) {
    if (capture.count !== undefined && packets >= capture.count) break;
    if (!isStep(entry)) continue;
    const printed = printer.lines(entry, recording.frames[entry.frame]);
    if (printed.length > 0) packets++;
    lines.push(...printed);
  }
  return { lines, packets };
}
