import { beforeAll, describe, expect, it } from 'vitest';
import { emitFrame } from './codec.ts';
import { viewOf } from './bytes.ts';
import type { Frame } from './frame.ts';
import { FRAMES } from './frame.testing.ts';
import { writePcapng, type Capture } from './pcapng.ts';
import { noTshark, readWithTshark } from './tshark.testing.ts';

const ETH0 = { name: 'n1/e0', link: 'ethernet' } as const;

/** The bytes as hexadecimal words of 4, as xxd shows them. */
function words(bytes: Uint8Array): readonly string[] {
  return (Buffer.from(bytes).toString('hex').match(/.{8}/g) ?? []).map(String);
}

describe('a pcapng file', () => {
  const section = ['0a0d0d0a', '1c000000', '4d3c2b1a', '01000000', 'ffffffff', 'ffffffff', '1c000000'];

  it('of nothing is a section header', () => {
    expect(words(writePcapng({ interfaces: [], packets: [] }))).toEqual(section);
  });

  it('has a block per interface with its name and nanoseconds', () => {
    const file = writePcapng({ interfaces: [{ name: 'tun0', link: 'raw' }], packets: [] });
    // prettier-ignore
    expect(words(file).slice(section.length)).toEqual([
      '01000000', '28000000', '65000000', '00000000',
      '02000400', '74756e30', // if_name "tun0"
      '09000100', '09000000', // if_tsresol 10^-9
      '00000000', '28000000',
    ]);
  });

  it('has a block per packet with time, direction and comment', () => {
    const file = writePcapng({
      interfaces: [ETH0],
      packets: [
        {
          interface: 0,
          at: 2 ** 32 + 5,
          frame: Uint8Array.of(1, 2, 3, 4, 5),
          comment: 'é',
          direction: 'out',
        },
      ],
    });
    const blocks = words(file);
    // prettier-ignore
    expect(blocks.slice(blocks.indexOf('06000000'))).toEqual([
      '06000000', '3c000000', '00000000',
      '01000000', '05000000', // 2^32 + 5 ns
      '05000000', '05000000', '01020304', '05000000',
      '01000200', 'c3a90000', // opt_comment
      '02000400', '02000000', // epb_flags outbound
      '00000000', '3c000000',
    ]);
  });

  it('has blocks whose two lengths agree and fill the file', () => {
    const file = writePcapng(everyFrame());
    const view = viewOf(file);
    let at = 0;
    while (at < file.length) {
      const length = view.getUint32(at + 4, true);
      expect(length % 4).toBe(0);
      expect(view.getUint32(at + length - 4, true)).toBe(length);
      at += length;
    }
    expect(at).toBe(file.length);
  });

  it('with a packet on an unknown interface is an assertion', () => {
    const packets = [{ interface: 1, at: 0, frame: new Uint8Array() }];
    expect(() => writePcapng({ interfaces: [ETH0], packets })).toThrow('packet on interface 1 of 1');
  });
});

/** One packet of every kind, its kind as comment. */
function everyFrame(): Capture {
  const frames = Object.entries<Frame>(FRAMES);
  return {
    interfaces: [ETH0, { name: 'n1/flannel0', link: 'raw', comment: 'a tun device' }],
    packets: frames.map(([comment, frame], index) => ({
      interface: frame.kind === 'raw' ? 1 : 0,
      at: 1_700_000_000_000_000_000 + index * 1024,
      frame: emitFrame(frame),
      comment,
      direction: 'in',
    })),
  };
}

const COLUMNS = [
  'frame.comment',
  'frame.interface_name',
  'frame.protocols',
  '_ws.malformed',
  'ip.checksum.status',
  'icmp.checksum.status',
  'tcp.checksum.status',
  'udp.checksum.status',
  'vxlan.vni',
  'frame.time_epoch',
];
const CHECKSUMS = COLUMNS.filter((column) => column.endsWith('.checksum.status'));
/** tshark's words for a checksum: 1 good, 2 unverified, 3 not present; 0 would be bad. */
const [GOOD, NOT_PRESENT] = ['1', '3'];

describe.skipIf(noTshark)('tshark reads our file (skipped where tshark is not installed)', () => {
  let rows: ReadonlyMap<string, ReadonlyMap<string, string>>;

  beforeAll(() => {
    rows = rowsByComment(writePcapng(everyFrame()));
  });

  function columnOf(kind: keyof typeof FRAMES, column: string): string | undefined {
    return rows.get(kind)?.get(column);
  }

  it('reads every packet with its comment, and nothing is malformed', () => {
    expect([...rows.keys()]).toEqual(Object.keys(FRAMES));
    expect([...rows.values()].map((row) => row.get('_ws.malformed')).join('')).toBe('');
  });

  it('finds every checksum of every layer good, or left out', () => {
    const bad: string[] = [];
    let good = 0;
    for (const [kind, row] of rows) {
      for (const column of CHECKSUMS) {
        const statuses = (row.get(column) ?? '').split(',').filter((status) => status !== '');
        if (!statuses.every((status) => status === GOOD || status === NOT_PRESENT))
          bad.push(`${kind}: ${column}`);
        good += statuses.filter((status) => status === GOOD).length;
      }
    }
    expect(bad).toEqual([]);
    expect(good).toBeGreaterThan(Object.keys(FRAMES).length);
    expect(columnOf('vxlan tcp', 'ip.checksum.status')).toBe('1,1');
    expect(columnOf('vxlan tcp', 'tcp.checksum.status')).toBe('1');
    expect(columnOf('vxlan tcp', 'udp.checksum.status')).toBe('1');
    expect(columnOf('vxlan ping', 'udp.checksum.status')).toBe('3');
  });

  it('would find a bad checksum', () => {
    const frame = emitFrame(FRAMES.ping);
    frame[22] = 63;
    const damaged: Capture = {
      interfaces: [ETH0],
      packets: [{ interface: 0, at: 0, frame, comment: 'damaged' }],
    };
    const row = rowsByComment(writePcapng(damaged)).get('damaged');
    expect(row?.get('ip.checksum.status')).toBe('0');
  });

  it('decodes the tunnels down to the inner packet', () => {
    const tunnel = 'eth:ethertype:ip:udp:vxlan:eth:ethertype:ip';
    expect(columnOf('vxlan ping', 'frame.protocols')).toBe(`${tunnel}:icmp:data`);
    expect(columnOf('vxlan tcp', 'frame.protocols')).toMatch(`${tunnel}:tcp`);
    expect(columnOf('vxlan ping', 'vxlan.vni')).toBe('1');
    expect(columnOf('ping on a tun device', 'frame.protocols')).toBe('raw:ip:icmp:data');
    expect(columnOf('arp request', 'frame.protocols')).toBe('eth:ethertype:arp');
    expect(columnOf('ttl exceeded', 'frame.protocols')).toBe('eth:ethertype:ip:icmp:ip:tcp');
  });

  it('puts the fragments of a ping together', () => {
    expect(columnOf('last fragment', 'frame.protocols')).toBe('eth:ethertype:ip:icmp:data');
    expect(columnOf('last fragment', 'icmp.checksum.status')).toBe(GOOD);
  });

  it('shows the interface and the time', () => {
    expect(columnOf('ping', 'frame.interface_name')).toBe('n1/e0');
    expect(columnOf('ping on a tun device', 'frame.interface_name')).toBe('n1/flannel0');
    expect(columnOf('arp reply', 'frame.time_epoch')).toBe('1700000000.000001024');
  });
});

/** A row per packet, by its comment. */
function rowsByComment(file: Uint8Array): ReadonlyMap<string, ReadonlyMap<string, string>> {
  return new Map(
    readWithTshark(file, COLUMNS).map((cells) => [
      cells[0] ?? '',
      new Map(COLUMNS.map((column, index) => [column, cells[index] ?? ''])),
    ]),
  );
}
