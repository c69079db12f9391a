/**
 * A trace as one JSON object: the form in which the simulator and the real kernel are compared (`trace --json`). Order within
 * a namespace is exact; none is claimed between namespaces. Every frame on every device is listed, ARP included.
 */
import { printIpv4 } from '../wire/address.ts';
import { packetLength } from '../wire/codec.ts';
import type { Frame, IcmpError, IcmpEcho, Packet, TcpSegment } from '../wire/frame.ts';
import { isStep, type NetNsId, type Recording } from './types.ts';

export type JsonLayer = Readonly<Record<string, Readonly<Record<string, string | number | boolean>>>>;

export type JsonRule = readonly [
  table: string,
  chain: string,
  event: 'rule' | 'return' | 'policy',
  number: number,
];

export interface JsonTuple {
  readonly proto: string;
  readonly src: string;
  readonly dst: string;
  readonly sport?: number;
  readonly dport?: number;
}

export interface JsonConnection {
  readonly orig: JsonTuple;
  readonly reply: JsonTuple;
}

export type JsonDrop = readonly [reason: string, where: string];

export interface TraceJson {
  readonly result: string;
  readonly frames: Readonly<
    Record<
      string,
      readonly { readonly dev: string; readonly dir: 'in' | 'out'; readonly layers: readonly JsonLayer[] }[]
    >
  >;
  /** every rule that matched, end of a chain and policy, in order: table, chain, what it was, its number */
  readonly rules: Readonly<Record<string, readonly JsonRule[]>>;
  /** every connection that conntrack took into its table, in order */
  readonly conntrack: Readonly<Record<string, readonly JsonConnection[]>>;
  /** every packet that was thrown away, in order: the kernel's name for why, and its function */
  readonly drops: Readonly<Record<string, readonly JsonDrop[]>>;
  readonly drop?: { readonly ns: string; readonly reason: string; readonly where: string };
}

/** The namespaces in which something happened, in order of first appearance. */
export function namespacesOf(recording: Recording): readonly NetNsId[] {
  return [...new Set(recording.entries.map((entry) => entry.ns))];
}

function tcpFlags({ flags }: TcpSegment): string {
  const letters = [
    [flags.fin, 'F'],
    [flags.syn, 'S'],
    [flags.rst, 'R'],
    [flags.psh, 'P'],
    [flags.ack, 'A'],
    [flags.urg, 'U'],
  ] as const;
  return letters.map(([on, letter]) => (on ? letter : '')).join('');
}

function icmp(message: IcmpEcho | IcmpError): JsonLayer {
  if (message.kind === 'icmp-echo') return { icmp: { type: message.reply ? 0 : 8, code: 0 } };
  return { icmp: { type: message.type, code: message.code } };
}

function packetLayers(packet: Packet): readonly JsonLayer[] {
  const { src, dst, ttl, df, mf, offset, payload } = packet;
  const frag = mf || offset > 0 ? { frag: `${offset}${mf ? '+' : ''}` } : {};
  const ip = {
    ip: { src: printIpv4(src), dst: printIpv4(dst), ttl, len: packetLength(packet), df, ...frag },
  };
  switch (payload.kind) {
    case 'tcp':
      return [ip, { tcp: { sport: payload.sport, dport: payload.dport, flags: tcpFlags(payload) } }];
    case 'udp': {
      const udp = { udp: { sport: payload.sport, dport: payload.dport } };
      const inner = payload.payload;
      if (inner.kind === 'vxlan')
        return [ip, udp, { vxlan: { vni: inner.vni } }, ...frameLayers(inner.inner)];
      return inner.kind === 'ipv4' ? [ip, udp, ...packetLayers(inner)] : [ip, udp];
    }
    case 'icmp-echo':
    case 'icmp-error':
      return [ip, icmp(payload)];
    case 'bytes':
      return [ip];
  }
}

function frameLayers(frame: Frame): readonly JsonLayer[] {
  const { payload } = frame;
  const eth = frame.kind === 'ethernet' ? [{ eth: { src: frame.src, dst: frame.dst } }] : [];
  if (payload.kind === 'ipv4') return [...eth, ...packetLayers(payload)];
  if (payload.kind === 'other') return eth;
  return [
    ...eth,
    { arp: { op: payload.op, sender: printIpv4(payload.spa), target: printIpv4(payload.tpa) } },
  ];
}

/** Both directions of a line of `conntrack -L`. */
function connectionOf(line: string): JsonConnection | undefined {
  const proto = line.split(' ')[0] ?? '';
  const tuples = [...line.matchAll(/src=(\S+) dst=(\S+)(?: sport=(\d+) dport=(\d+))?/g)].map(
    ([, src = '', dst = '', sport, dport]): JsonTuple => ({
      proto,
      src,
      dst,
      ...(sport === undefined ? {} : { sport: Number(sport), dport: Number(dport) }),
    }),
  );
  const [orig, reply] = tuples;
  return orig && reply ? { orig, reply } : undefined;
}

/** The first exchange of a recording in design's form; `result` is 'reply' for an answered echo or datagram. */
export function traceJson(recording: Recording): TraceJson {
  const frames: Record<string, { dev: string; dir: 'in' | 'out'; layers: readonly JsonLayer[] }[]> = {};
  const rules: Record<string, JsonRule[]> = {};
  const conntrack: Record<string, JsonConnection[]> = {};
  const drops: Record<string, JsonDrop[]> = {};
  let drop: TraceJson['drop'];
  for (const entry of recording.entries) {
    if (!isStep(entry)) continue;
    if (entry.kind === 'drop') {
      drop ??= { ns: entry.ns, reason: entry.reason, where: entry.where };
      (drops[entry.ns] ??= []).push([entry.reason, entry.where]);
    }
    if (entry.kind === 'chain')
      (rules[entry.ns] ??= []).push([entry.table, entry.chain, entry.event, entry.number]);
    if (entry.kind === 'conntrack' && entry.action === 'confirmed') {
      const connection = connectionOf(entry.row?.line ?? '');
      if (connection) (conntrack[entry.ns] ??= []).push(connection);
    }
    const frame = recording.frames[entry.frame];
    if (!frame || (entry.kind !== 'rx' && entry.kind !== 'tx')) continue;
    const list = (frames[entry.ns] ??= []);
    list.push({ dev: entry.dev, dir: entry.kind === 'rx' ? 'in' : 'out', layers: frameLayers(frame) });
  }
  const result = recording.exchanges[0]?.result ?? 'timeout';
  return {
    result: result === 'replied' ? 'reply' : result,
    frames,
    rules,
    conntrack,
    drops,
    ...(drop ? { drop } : {}),
  };
}
