import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ipv4 } from './address.ts';
import { emitPacket, packetLength } from './codec.ts';
import { anyPacket, echoRequest, packet, syn } from './frame.testing.ts';
import { quoteOf, readQuote, rewriteQuote } from './quote.ts';

const PING = packet(echoRequest, { ttl: 1 });

describe('a quote', () => {
  it('is the beginning of the packet as it stands, header and all', () => {
    expect(quoteOf(PING, 28)).toEqual(emitPacket(PING).slice(0, 28));
  });

  it('of a packet shorter than the room is the packet', () => {
    expect(quoteOf(PING, 548)).toHaveLength(84);
  });

  it('of 28 bytes tells the echo apart', () => {
    expect(readQuote(quoteOf(PING, 28))).toEqual({
      ok: true,
      value: {
        src: ipv4('10.244.1.2'),
        dst: ipv4('10.244.2.2'),
        protocol: 1,
        ttl: 1,
        df: true,
        mf: false,
        id: 4711,
        length: 84,
        offset: 0,
        icmpType: 8,
        icmpId: 9812,
        icmpSeq: 1,
      },
    });
  });

  it('of 24 bytes still has ports, of 23 no more', () => {
    expect(readQuote(quoteOf(packet(syn), 24))).toMatchObject({ value: { sport: 35272, dport: 80 } });
    expect(readQuote(quoteOf(packet(syn), 23))).not.toMatchObject({ value: { sport: 35272 } });
  });

  it('of a later fragment has no ports', () => {
    const bytes = { kind: 'bytes', bytes: new Uint8Array(8).fill(7) } as const;
    const parsed = readQuote(quoteOf(packet(bytes, { protocol: 17, offset: 8 }), 28));
    expect(parsed).not.toHaveProperty('value.sport');
  });

  it('of a rewritten packet is read although its checksum is wrong', () => {
    const quote = quoteOf(PING, 28);
    quote[19] = 99;
    expect(readQuote(quote)).toMatchObject({ ok: true, value: { dst: ipv4('10.244.2.99') } });
  });

  it.each([
    [0, 'quoted ipv4 header cut off: 0 of 20 bytes'],
    [19, 'quoted ipv4 header cut off: 19 of 20 bytes'],
  ])('of %i bytes is an error', (room, reason) => {
    expect(readQuote(quoteOf(PING, room))).toMatchObject({ ok: false, error: { reason } });
  });

  it('that does not begin with an IPv4 header is an error', () => {
    expect(readQuote(new Uint8Array(28))).toMatchObject({
      ok: false,
      error: { layer: 'quoted ipv4', offset: 0 },
    });
  });

  it('of any packet at any length from 20 bytes on says what was quoted', () => {
    fc.assert(
      fc.property(anyPacket, fc.integer({ min: 20, max: 120 }), (sent, room) => {
        const { src, dst, protocol, ttl, df, mf, id, offset } = sent;
        const value = { src, dst, protocol, ttl, df, mf, id, offset, length: packetLength(sent) };
        expect(readQuote(quoteOf(sent, room))).toMatchObject({ ok: true, value });
      }),
      { seed: 1 },
    );
  });
});

describe('a quote whose packet was rewritten', () => {
  it.each([
    ['TCP', packet(syn)],
    ['ICMP', packet(echoRequest)],
  ])('%s: is the quote of the packet as it would have been sent, checksums and all', (_, sent) => {
    const { payload } = sent;
    const src = ipv4('192.168.0.11');
    const dst = ipv4('10.96.0.40');
    const isEcho = payload.kind === 'icmp-echo';
    const changed = isEcho
      ? { ...payload, id: 77 }
      : payload.kind === 'tcp'
        ? { ...payload, dport: 8080 }
        : payload;
    const quote = rewriteQuote(quoteOf(sent, 100), {
      src,
      dst,
      ...(isEcho ? { icmpId: 77 } : { dport: 8080 }),
    });
    expect(quote).toEqual(quoteOf({ ...sent, src, dst, payload: changed }, 100));
  });

  it('that is cut off keeps its length, and what lies beyond is left alone', () => {
    const quote = quoteOf(packet(syn), 23);
    const changed = rewriteQuote(quote, { sport: 1, dport: 2 });
    expect(changed).toHaveLength(23);
    expect(changed.slice(22)).toEqual(quote.slice(22));
  });

  it('leaves the original alone', () => {
    const quote = quoteOf(packet(syn), 40);
    const copy = quote.slice();
    rewriteQuote(quote, { dst: ipv4('10.0.0.1') });
    expect(quote).toEqual(copy);
  });
});
