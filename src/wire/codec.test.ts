import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ipv4 } from './address.ts';
import {
  emitFrame,
  emitPacket,
  emitSegment,
  frameLength,
  packetLength,
  parseFrame,
  parsePacket,
  parseSegment,
  segmentLength,
} from './codec.ts';
import type { Frame } from './frame.ts';
import {
  anyFrame,
  anyPacket,
  echoRequest,
  ethernet,
  FRAMES,
  packet,
  syn,
  vxlanPacket,
} from './frame.testing.ts';

const FRAME_LIST = Object.entries<Frame>(FRAMES);

function linkOf(frame: Frame): { link: 'ethernet' | 'raw' } {
  return { link: frame.kind };
}

/** The frame with one byte flipped. */
function flipped(frame: Frame, at: number): Uint8Array {
  const bytes = emitFrame(frame);
  bytes[at] = (bytes[at] ?? 0) ^ 0xff;
  return bytes;
}

function reasonOf(frame: Frame, bytes: Uint8Array): string {
  const parsed = parseFrame(bytes, linkOf(frame));
  return parsed.ok ? 'it parses' : parsed.error.reason;
}

describe('the law', () => {
  it.each(FRAME_LIST)('%s: what is emitted parses to the same frame', (_name, frame) => {
    expect(parseFrame(emitFrame(frame), linkOf(frame))).toEqual({ ok: true, value: frame });
  });

  it('any frame in canonical form parses to itself, tunnels and fragments included', () => {
    fc.assert(
      fc.property(anyFrame, (frame) => {
        expect(parseFrame(emitFrame(frame), linkOf(frame))).toEqual({ ok: true, value: frame });
      }),
      { seed: 1, numRuns: 1000 },
    );
  });

  it('any packet parses to itself, and so does its segment alone', () => {
    fc.assert(
      fc.property(anyPacket, (sent) => {
        expect(parsePacket(emitPacket(sent))).toEqual({ ok: true, value: sent });
        if (sent.mf || sent.offset > 0) return;
        const segment = parseSegment(sent.protocol, sent.src, sent.dst, emitSegment(sent));
        expect(segment).toEqual({ ok: true, value: sent.payload });
      }),
      { seed: 2, numRuns: 500 },
    );
  });

  it('the lengths counted without emitting are those of the bytes', () => {
    fc.assert(
      fc.property(anyFrame, (frame) => frameLength(frame) === emitFrame(frame).length),
      { seed: 3 },
    );
    fc.assert(
      fc.property(
        anyPacket,
        (sent) =>
          packetLength(sent) === emitPacket(sent).length &&
          segmentLength(sent.payload) === emitSegment(sent).length,
      ),
      { seed: 4 },
    );
  });
});

describe('bytes that are wrong', () => {
  it.each(FRAME_LIST)('%s: cut at any length is an error within the bytes, never a throw', (_name, frame) => {
    const bytes = emitFrame(frame);
    const headers = frame.kind === 'ethernet' && frame.payload.kind === 'other' ? 14 : bytes.length;
    for (let length = 0; length < headers; length++) {
      const parsed = parseFrame(bytes.slice(0, length), linkOf(frame));
      const reason = expect.stringMatching(/ cut off: \d+ of \d+ bytes$/);
      expect(parsed).toMatchObject({ ok: false, error: { offset: length, reason } });
    }
  });

  it('with any byte replaced either fails or is emitted as those bytes again', () => {
    fc.assert(
      fc.property(anyFrame, fc.nat(), fc.integer({ min: 1, max: 255 }), (frame, where, mask) => {
        const bytes = emitFrame(frame);
        const at = where % bytes.length;
        bytes[at] = (bytes[at] ?? 0) ^ mask;
        const parsed = parseFrame(bytes, linkOf(frame));
        if (!parsed.ok) return parsed.error.offset <= bytes.length;
        const again = emitFrame(parsed.value);
        return again.every((byte, i) => byte === bytes[i]);
      }),
      { seed: 5, numRuns: 2000 },
    );
  });

  it('never make it throw, whatever they are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), fc.nat(255), (bytes, protocol) => {
        parseFrame(bytes, { link: 'ethernet' });
        parseFrame(bytes, { link: 'raw' });
        parsePacket(bytes);
        parseSegment(protocol, ipv4('10.0.0.1'), ipv4('10.0.0.2'), bytes);
      }),
      { seed: 6, numRuns: 1000 },
    );
  });

  it.each([
    ['the ipv4 version', 14, 'ipv4 version is 11, not 4'],
    ['the ipv4 ttl', 22, 'ipv4 header checksum 0x0f57 is wrong'],
    ['icmp data', 60, 'icmp checksum 0xda97 is wrong'],
  ])('a damaged byte in %s is named', (_name, at, reason) => {
    const frame = FRAMES.ping;
    expect(reasonOf(frame, flipped(frame, at))).toBe(reason);
  });

  it('a damaged tunnel payload under an outer checksum is the outer datagram’s error', () => {
    const frame = FRAMES['vxlan tcp'];
    expect(reasonOf(frame, flipped(frame, 100))).toMatch(/^udp checksum 0x[0-9a-f]{4} is wrong$/);
  });

  it('a damaged inner packet under an outer datagram without a checksum stays bytes', () => {
    const frame = FRAMES['vxlan ping'];
    const parsed = parseFrame(flipped(frame, 100), linkOf(frame));
    expect(parsed).toMatchObject({
      ok: true,
      value: { payload: { payload: { payload: { kind: 'bytes' } } } },
    });
  });
});

describe('padding and tunnels', () => {
  it('Ethernet padding after a packet is not part of it', () => {
    const bytes = emitFrame(FRAMES.ping);
    const padded = new Uint8Array(bytes.length + 18);
    padded.set(bytes);
    expect(parseFrame(padded, { link: 'ethernet' })).toEqual({ ok: true, value: FRAMES.ping });
  });

  it('Ethernet padding after ARP is not part of it', () => {
    const padded = new Uint8Array(60);
    padded.set(emitFrame(FRAMES['arp request']));
    expect(parseFrame(padded, { link: 'ethernet' })).toEqual({ ok: true, value: FRAMES['arp request'] });
  });

  it.each([
    [40000, 8472],
    [40000, 4789],
    [8472, 40000],
  ])('a VXLAN packet is taken apart on ports %i>%i', (sport, dport) => {
    const sent = vxlanPacket(packet(echoRequest), { sport, dport });
    expect(parsePacket(emitPacket(sent))).toEqual({ ok: true, value: sent });
  });

  it('on other ports a VXLAN packet is bytes', () => {
    const parsed = parsePacket(emitPacket(vxlanPacket(packet(echoRequest), { dport: 8473 })));
    expect(parsed).toMatchObject({ ok: true, value: { payload: { payload: { kind: 'bytes' } } } });
  });

  it('a datagram of the udp backend with bytes after its inner packet stays bytes, all of them', () => {
    const bytes = Uint8Array.of(...emitPacket(packet(echoRequest)), 0);
    const sent = packet({
      kind: 'udp',
      sport: 8285,
      dport: 8285,
      checksum: 'computed',
      payload: { kind: 'bytes', bytes },
    });
    expect(parsePacket(emitPacket(sent))).toEqual({ ok: true, value: sent });
  });
});

describe('our own bugs', () => {
  it('a fragment with a whole segment is an assertion', () => {
    expect(() => emitPacket(packet(syn, { mf: true }))).toThrow('a fragment carries bytes, not tcp');
  });

  it('a fragment offset that is no multiple of 8 is an assertion', () => {
    const bytes = { kind: 'bytes', bytes: new Uint8Array(8) } as const;
    expect(() => emitFrame(ethernet(packet(bytes, { offset: 12 })))).toThrow('not a multiple of 8');
  });

  it('a packet over 65535 bytes is an assertion', () => {
    const sent = packet({ kind: 'icmp-echo', reply: false, id: 1, seq: 1, data: new Uint8Array(65508) });
    expect(() => emitPacket(sent)).toThrow('an IPv4 packet of 65536 bytes is longer than 65535');
  });
});
