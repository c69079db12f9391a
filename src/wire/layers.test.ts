import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emitFrame } from './codec.ts';
import type { Frame } from './frame.ts';
import {
  anyFrame,
  echoRequest,
  ethernet,
  FRAMES,
  inFlannelUdp,
  inVxlan,
  packet,
  syn,
} from './frame.testing.ts';
import { diffLayers, layersOf } from './layers.ts';

/** `kind`, with a dash before it for every tunnel that it is in. */
function outline(frame: Frame): readonly string[] {
  return layersOf(frame).map(({ kind, depth }) => '-'.repeat(depth) + kind);
}

/** The fields of the first layer of a kind, as `name value`. */
function fields(frame: Frame, kind: string): readonly string[] {
  const layer = layersOf(frame).find((candidate) => candidate.kind === kind);
  return layer?.fields.map(({ name, value }) => `${name} ${value}`) ?? [];
}

/** `change kind`, with the fields that changed. */
function diff(before: Frame, after: Frame): readonly string[] {
  return diffLayers(before, after).map(({ change, layer, fields: changed }) =>
    [change, layer.kind, ...changed.map(({ name, before: was, after: is }) => `${name} ${was}>${is}`)].join(
      ' ',
    ),
  );
}

describe('the layers of a frame', () => {
  it('of a ping are ethernet, ipv4, icmp and data', () => {
    expect(outline(FRAMES.ping)).toEqual(['ethernet', 'ipv4', 'icmp', 'data']);
  });

  it('inside VXLAN are one deeper', () => {
    const outer = ['ethernet', 'ipv4', 'udp', 'vxlan'];
    const inner = ['-ethernet', '-ipv4', '-icmp', '-data'];
    expect(outline(FRAMES['vxlan ping'])).toEqual([...outer, ...inner]);
  });

  it('inside flannel’s udp backend have no inner MAC', () => {
    expect(outline(FRAMES['flannel udp ping'])).toEqual([
      'ethernet',
      'ipv4',
      'udp',
      '-ipv4',
      '-icmp',
      '-data',
    ]);
  });

  it('of a SYN have no data', () => {
    expect(outline(FRAMES.syn)).toEqual(['ethernet', 'ipv4', 'tcp']);
  });

  it('hold every byte of the frame exactly once, and fields fill their layer without overlap', () => {
    fc.assert(
      fc.property(anyFrame, (frame) => {
        let at = 0;
        for (const layer of layersOf(frame)) {
          expect(layer.from).toBe(at);
          for (const field of layer.fields) {
            expect(field.from).toBe(at);
            expect(field.to).toBeGreaterThan(at);
            at = field.to;
          }
          expect(layer.to).toBe(at);
        }
        expect(at).toBe(emitFrame(frame).length);
      }),
      { seed: 1 },
    );
  });

  it('print their fields as tcpdump does', () => {
    const frame = FRAMES['vxlan tcp'];
    expect(fields(frame, 'ethernet')).toEqual([
      'dst 52:54:00:00:00:02',
      'src 52:54:00:00:00:01',
      'type IPv4 (0x0800)',
    ]);
    expect(fields(frame, 'ipv4')).toEqual([
      'version 4, ihl 5',
      'tos 0x0',
      'length 108',
      'id 4711',
      'flags [none]',
      'ttl 64',
      'protocol UDP (17)',
      expect.stringMatching(/^checksum 0x[0-9a-f]{4}$/),
      'src 192.168.0.11',
      'dst 192.168.0.12',
    ]);
    expect(fields(frame, 'vxlan')).toEqual(['flags [I] (0x08)', 'reserved 0', 'vni 1', 'reserved 0']);
    expect(fields(frame, 'data')).toEqual(['data "GET / HTTP/1.0\\r\\n\\r\\n"']);
    expect(fields(FRAMES.syn, 'tcp')).toEqual([
      'sport 35272',
      'dport 80',
      'seq 1000',
      'ack 0',
      'data offset 40',
      'flags [S]',
      'window 64860',
      expect.stringMatching(/^checksum 0x[0-9a-f]{4}$/),
      'urgent pointer 0',
      'options mss 1410,sackOK,TS val 1 ecr 0,nop,wscale 7',
    ]);
    expect(fields(FRAMES['arp request'], 'arp')).toContain('op request (1)');
  });

  it('name the second word of an ICMP message after what it is', () => {
    expect(fields(FRAMES['frag needed'], 'icmp')).toContain('mtu 1450');
    expect(fields(FRAMES.redirect, 'icmp')).toContain('gateway 10.244.1.1');
    expect(fields(FRAMES['ttl exceeded'], 'icmp')).toContain('unused 0');
    expect(fields(FRAMES['ttl exceeded'], 'icmp')).toContain('type 11 (ttl-exceeded)');
    expect(fields(FRAMES.ping, 'icmp')).toEqual(expect.arrayContaining(['id 9812', 'seq 1']));
  });

  it('show an ICMP error’s data as the packet it quotes', () => {
    expect(fields(FRAMES['ttl exceeded'], 'data')).toEqual([
      'quote quoting(10.244.1.2>10.244.2.2 ttl=1 len=60 DF | TCP 35272>80 [S])',
    ]);
  });
});

describe('the difference of two frames', () => {
  const ping = packet(echoRequest);

  it('with itself is nothing', () => {
    expect(diff(FRAMES.ping, FRAMES.ping)).toEqual(['same ethernet', 'same ipv4', 'same icmp', 'same data']);
  });

  it('over a routed hop is ttl and its checksum', () => {
    expect(diff(ethernet(ping), ethernet({ ...ping, ttl: 63 }))).toEqual([
      'same ethernet',
      'changed ipv4 ttl 64>63 checksum 0x0f57>0x1057',
      'same icmp',
      'same data',
    ]);
  });

  it('of encapsulation is new outer layers', () => {
    expect(diff(ethernet(ping), inVxlan(ping))).toEqual([
      'added ethernet',
      'added ipv4',
      'added udp',
      'added vxlan',
      'changed ethernet dst 0a:58:0a:f4:01:01>0e:f1:a0:00:00:02 src 0a:58:0a:f4:01:02>0e:f1:a0:00:00:01',
      'same ipv4',
      'same icmp',
      'same data',
    ]);
  });

  it('of decapsulation is outer layers gone', () => {
    expect(diff(inFlannelUdp(ping), { kind: 'raw', payload: ping })).toEqual([
      'removed ethernet',
      'removed ipv4',
      'removed udp',
      'same ipv4',
      'same icmp',
      'same data',
    ]);
  });

  it('of fragmentation is the inner header gone', () => {
    const bytes = { kind: 'bytes', bytes: new Uint8Array(56) } as const;
    expect(diff(ethernet(ping), ethernet(packet(bytes, { df: false, mf: true })))).toEqual([
      'same ethernet',
      expect.stringMatching(/^changed ipv4 length 84>76 flags \[DF\]>\[\+\], offset 0 checksum/),
      'removed icmp',
      'changed data data 56 bytes>56 bytes',
    ]);
  });

  it('in TCP options that went says so', () => {
    const bare = packet({ ...syn, options: [] });
    expect(diff(ethernet(packet(syn)), ethernet(bare))[2]).toMatch(
      /^changed tcp data offset 40>20 checksum .* options mss 1410.*>undefined$/,
    );
  });

  it('keeps all layers of both frames, in order', () => {
    fc.assert(
      fc.property(anyFrame, anyFrame, (before, after) => {
        const diffs = diffLayers(before, after);
        const kinds = (without: string) =>
          diffs.filter(({ change }) => change !== without).map(({ layer }) => layer.kind);
        expect(kinds('added')).toEqual(layersOf(before).map(({ kind }) => kind));
        expect(kinds('removed')).toEqual(layersOf(after).map(({ kind }) => kind));
      }),
      { seed: 1 },
    );
  });
});
