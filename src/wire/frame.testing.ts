/** For tests: the frames of a canonical topology, one of every kind, and generators of frames in canonical form. */
import fc from 'fast-check';
import { ipv4, mac, type Ipv4, type Mac } from './address.ts';
import { emitSegment } from './codec.ts';
import type { EthernetFrame, Frame, Packet, Segment, TcpOption, TcpSegment, UdpDatagram } from './frame.ts';
import { quoteOf } from './quote.ts';
import { tcpOptionsLength } from './tcpOptions.ts';

const POD1 = ipv4('10.244.1.2');
const POD2 = ipv4('10.244.2.2');
const NODE1 = ipv4('192.168.0.11');
const NODE2 = ipv4('192.168.0.12');
const PAYLOAD = Uint8Array.from({ length: 56 }, (_, i) => i);

/** Ports 5000>6000, tag and checksum 0, one COOKIE ACK chunk. @see RFC 9260 §3 */
const SCTP_COOKIE_ACK = Uint8Array.of(0x13, 0x88, 0x17, 0x70, 0, 0, 0, 0, 0, 0, 0, 0, 11, 0, 0, 4);

const NO_FLAGS = { fin: false, syn: false, rst: false, psh: false, ack: false, urg: false };

/** A packet from pod 1 to pod 2, of protocol ICMP unless told otherwise. */
export function packet(payload: Segment, more: Partial<Packet> = {}): Packet {
  const protocol = payload.kind === 'tcp' ? 6 : payload.kind === 'udp' ? 17 : 1;
  const header = {
    tos: 0,
    id: 4711,
    df: true,
    mf: false,
    offset: 0,
    ttl: 64,
    protocol,
    src: POD1,
    dst: POD2,
  };
  return { kind: 'ipv4', ...header, payload, ...more };
}

export function ethernet(payload: EthernetFrame['payload']): EthernetFrame {
  return { kind: 'ethernet', dst: mac('0a:58:0a:f4:01:01'), src: mac('0a:58:0a:f4:01:02'), payload };
}

export const echoRequest: Segment = { kind: 'icmp-echo', reply: false, id: 9812, seq: 1, data: PAYLOAD };

/** The echo request as the bytes that fragmentation cuts up. */
const WHOLE = emitSegment(packet(echoRequest));

export const syn: TcpSegment = {
  kind: 'tcp',
  sport: 35272,
  dport: 80,
  seq: 1000,
  ack: 0,
  flags: { ...NO_FLAGS, syn: true },
  window: 64860,
  options: [
    { kind: 'mss', mss: 1410 },
    { kind: 'sack-permitted' },
    { kind: 'timestamps', value: 1, echo: 0 },
    { kind: 'nop' },
    { kind: 'window-scale', shift: 7 },
  ],
  data: new Uint8Array(),
};

const get: TcpSegment = {
  ...syn,
  ack: 2000,
  flags: { ...NO_FLAGS, psh: true, ack: true },
  options: [],
  data: new TextEncoder().encode('GET / HTTP/1.0\r\n\r\n'),
};

/** Node 1 to node 2, in flannel's VXLAN (whose outer UDP checksum may be left out, as RFC 7348 §5 asks). */
export function vxlanPacket(inner: Packet, more: Partial<UdpDatagram> = {}): Packet {
  const frame: EthernetFrame = {
    kind: 'ethernet',
    dst: mac('0e:f1:a0:00:00:02'),
    src: mac('0e:f1:a0:00:00:01'),
    payload: inner,
  };
  const datagram: UdpDatagram = {
    kind: 'udp',
    sport: 45659,
    dport: 8472,
    checksum: 'none',
    payload: { kind: 'vxlan', vni: 1, inner: frame },
    ...more,
  };
  return packet(datagram, { src: NODE1, dst: NODE2, df: false });
}

/** The same on its way: between the nodes' MACs. */
export function inVxlan(inner: Packet, more: Partial<UdpDatagram> = {}): EthernetFrame {
  return betweenNodes(vxlanPacket(inner, more));
}

/** Node 1 to node 2, in the datagrams of flannel's udp backend. */
export function inFlannelUdp(inner: Packet): EthernetFrame {
  const datagram: UdpDatagram = {
    kind: 'udp',
    sport: 8285,
    dport: 8285,
    checksum: 'computed',
    payload: inner,
  };
  return betweenNodes(packet(datagram, { src: NODE1, dst: NODE2 }));
}

function betweenNodes(payload: Packet): EthernetFrame {
  return { kind: 'ethernet', dst: mac('52:54:00:00:00:02'), src: mac('52:54:00:00:00:01'), payload };
}

function icmpError(type: number, code: number, rest: number): Packet {
  const quote = quoteOf(packet(syn, { ttl: 1 }), 548);
  const error: Segment = { kind: 'icmp-error', type, code, rest, quote };
  return packet(error, { src: ipv4('10.244.2.0'), dst: POD1, df: false, tos: 0xc0 });
}

const greeting: UdpDatagram = {
  kind: 'udp',
  sport: 40000,
  dport: 9999,
  checksum: 'computed',
  payload: { kind: 'bytes', bytes: new TextEncoder().encode('hello') },
};

const arp = {
  kind: 'arp',
  sha: mac('0a:58:0a:f4:01:02'),
  spa: POD1,
  tha: mac('00:00:00:00:00:00'),
  tpa: ipv4('10.244.1.1'),
} as const;

/** One frame of every kind, by a name for it. */
export const FRAMES = {
  'arp request': ethernet({ ...arp, op: 'request' }),
  'arp reply': ethernet({ ...arp, op: 'reply' }),
  ping: ethernet(packet(echoRequest)),
  'ping on a tun device': { kind: 'raw', payload: packet(echoRequest) },
  syn: ethernet(packet(syn)),
  'tcp data': ethernet(packet(get)),
  udp: ethernet(packet(greeting)),
  'udp without a checksum': ethernet(packet({ ...greeting, checksum: 'none' })),
  'vxlan ping': inVxlan(packet(echoRequest)),
  'vxlan tcp': inVxlan(packet(get), { checksum: 'computed' }),
  'flannel udp ping': inFlannelUdp(packet(echoRequest)),
  'ttl exceeded': ethernet(icmpError(11, 0, 0)),
  'port unreachable': ethernet(icmpError(3, 3, 0)),
  'frag needed': ethernet(icmpError(3, 4, 1450)),
  redirect: ethernet(icmpError(5, 1, ipv4('10.244.1.1'))),
  'first fragment': ethernet(packet({ kind: 'bytes', bytes: WHOLE.slice(0, 48) }, { df: false, mf: true })),
  'last fragment': ethernet(packet({ kind: 'bytes', bytes: WHOLE.slice(48) }, { df: false, offset: 48 })),
  sctp: ethernet(packet({ kind: 'bytes', bytes: SCTP_COOKIE_ACK }, { protocol: 132 })),
  other: ethernet({ kind: 'other', ethertype: 0x88b5, bytes: PAYLOAD }),
} as const satisfies Record<string, Frame>;

const uint8 = fc.nat(0xff);
const uint16 = fc.nat(0xffff);
const uint32 = fc.nat(0xffffffff);
const bytes = fc.uint8Array({ maxLength: 40 });
const anyIpv4 = uint32.map((n) => n as Ipv4);
const anyMac = fc
  .array(uint8, { minLength: 6, maxLength: 6 })
  .map((octets) => octets.map((octet) => octet.toString(16).padStart(2, '0')).join(':') as Mac);

const anyOption: fc.Arbitrary<TcpOption> = fc.oneof(
  fc.record({ kind: fc.constant('nop' as const) }),
  fc.record({ kind: fc.constant('mss' as const), mss: uint16 }),
  fc.record({ kind: fc.constant('sack-permitted' as const) }),
  fc.record({ kind: fc.constant('timestamps' as const), value: uint32, echo: uint32 }),
  fc.record({ kind: fc.constant('window-scale' as const), shift: uint8 }),
  fc.record({
    kind: fc.constant('other' as const),
    type: fc.constantFrom(5, 9, 28, 34, 254),
    bytes: fc.uint8Array({ maxLength: 8 }),
  }),
);

/** Options in any order, closed with as many 'end' as make their length a multiple of 4: the canonical form. */
const anyOptions = fc
  .array(anyOption, { maxLength: 6 })
  .filter((options) => tcpOptionsLength(options) <= 40)
  .map((options) => {
    const canonical: TcpOption[] = [...options];
    const length = tcpOptionsLength(options);
    while (tcpOptionsLength([...canonical, { kind: 'end' }]) === length) canonical.push({ kind: 'end' });
    return canonical;
  });

const anyTcp: fc.Arbitrary<Segment> = fc.record({
  kind: fc.constant('tcp' as const),
  sport: uint16,
  dport: uint16,
  seq: uint32,
  ack: uint32,
  flags: fc.record({
    fin: fc.boolean(),
    syn: fc.boolean(),
    rst: fc.boolean(),
    psh: fc.boolean(),
    ack: fc.boolean(),
    urg: fc.boolean(),
  }),
  window: uint16,
  options: anyOptions,
  data: bytes,
});

const anyIcmp: fc.Arbitrary<Segment> = fc.oneof(
  fc.record({
    kind: fc.constant('icmp-echo' as const),
    reply: fc.boolean(),
    id: uint16,
    seq: uint16,
    data: bytes,
  }),
  fc.record({
    kind: fc.constant('icmp-error' as const),
    type: fc.constantFrom(3, 5, 11, 12),
    code: uint8,
    rest: uint32,
    quote: bytes,
  }),
);

const anyChecksum = fc.constantFrom('computed' as const, 'none' as const);

/** Bytes that are neither VXLAN (no I flag) nor IPv4 (version 0), so they stay bytes on a tunnel's port too. */
const noTunnel = bytes.map((content) => {
  if (content.length > 0) content[0] = 0;
  return { kind: 'bytes' as const, bytes: content };
});

/** A packet with up to `tunnels` tunnels around the innermost. */
function packetsWithin(tunnels: number): fc.Arbitrary<Packet> {
  const header = { tos: uint8, id: uint16, df: fc.boolean(), ttl: uint8, src: anyIpv4, dst: anyIpv4 };
  const segments = fc.oneof(
    fc.tuple(fc.constant(1), anyIcmp),
    fc.tuple(fc.constant(6), anyTcp),
    fc.tuple(fc.constant(17), datagramsWithin(tunnels)),
    fc.tuple(fc.constantFrom(2, 50, 132), fc.record({ kind: fc.constant('bytes' as const), bytes })),
  );
  const whole = fc
    .record({ ...header, segment: segments })
    .map(({ segment: [protocol, payload], ...rest }) => packet(payload, { ...rest, protocol }));
  const fragment = fc
    .record({
      ...header,
      mf: fc.boolean(),
      offset: fc.integer({ min: 0, max: 0x1fff }),
      protocol: uint8,
      bytes,
    })
    .map(({ bytes: content, offset, mf, ...rest }) =>
      packet({ kind: 'bytes', bytes: content }, { ...rest, offset: offset * 8, mf: mf || offset === 0 }),
    );
  return fc.oneof({ weight: 5, arbitrary: whole }, { weight: 1, arbitrary: fragment });
}

function datagramsWithin(tunnels: number): fc.Arbitrary<Segment> {
  const plain = fc.record({
    kind: fc.constant('udp' as const),
    sport: fc.oneof(uint16, fc.constantFrom(8472, 4789)),
    dport: fc.oneof(uint16, fc.constantFrom(8472, 4789, 8285)),
    checksum: anyChecksum,
    payload: noTunnel,
  });
  if (tunnels === 0) return plain;
  const vxlan = fc.record({
    kind: fc.constant('udp' as const),
    sport: uint16,
    dport: fc.constantFrom(8472, 4789),
    checksum: anyChecksum,
    payload: fc.record({
      kind: fc.constant('vxlan' as const),
      vni: fc.nat(0xffffff),
      inner: ethernetsWithin(tunnels - 1),
    }),
  });
  const flannelUdp = fc.record({
    kind: fc.constant('udp' as const),
    sport: fc.oneof(fc.constantFrom(8285, 8472), uint16),
    dport: fc.constant(8285),
    checksum: anyChecksum,
    payload: packetsWithin(tunnels - 1),
  });
  return fc.oneof(plain, vxlan, flannelUdp);
}

function ethernetsWithin(tunnels: number): fc.Arbitrary<EthernetFrame> {
  const anyArp = fc.record({
    kind: fc.constant('arp' as const),
    op: fc.constantFrom('request' as const, 'reply' as const),
    sha: anyMac,
    spa: anyIpv4,
    tha: anyMac,
    tpa: anyIpv4,
  });
  const other = fc.record({
    kind: fc.constant('other' as const),
    ethertype: uint16.filter((type) => type !== 0x0800 && type !== 0x0806),
    bytes,
  });
  return fc.record({
    kind: fc.constant('ethernet' as const),
    dst: anyMac,
    src: anyMac,
    payload: fc.oneof({ weight: 6, arbitrary: packetsWithin(tunnels) }, anyArp, other),
  });
}

export const anyPacket: fc.Arbitrary<Packet> = packetsWithin(2);

/** Frames of every kind in canonical form (codec.ts), with up to two tunnels inside each other. */
export const anyFrame: fc.Arbitrary<Frame> = fc.oneof(
  { weight: 4, arbitrary: ethernetsWithin(2) },
  { weight: 1, arbitrary: anyPacket.map((payload) => ({ kind: 'raw' as const, payload })) },
);
