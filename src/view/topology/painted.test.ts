import { describe, expect, it } from 'vitest';
import type { PacketAt } from '../../trace/timeline.ts';
import type { FrameIndex, Seq } from '../../trace/types.ts';
import { ipv4, mac } from '../../wire/address.ts';
import type { EthernetFrame, Packet } from '../../wire/frame.ts';
import { diffTiles, paintedOf } from './painted.ts';
import { trainOf } from './train.ts';

function packet(src: string, dst: string, protocol: number, payload: Packet['payload']): Packet {
  return {
    kind: 'ipv4',
    tos: 0,
    id: 1,
    df: true,
    mf: false,
    offset: 0,
    ttl: 64,
    protocol,
    src: ipv4(src),
    dst: ipv4(dst),
    payload,
  };
}
function ethernet(payload: EthernetFrame['payload']): EthernetFrame {
  return { kind: 'ethernet', dst: mac('0e:f1:a0:00:00:02'), src: mac('0e:f1:a0:00:00:01'), payload };
}
const inner = ethernet(
  packet('10.244.1.2', '10.244.2.2', 1, {
    kind: 'icmp-echo',
    reply: false,
    id: 1,
    seq: 1,
    data: new Uint8Array(56),
  }),
);
const outer = ethernet(
  packet('192.168.0.11', '192.168.0.12', 17, {
    kind: 'udp',
    sport: 34990,
    dport: 8472,
    checksum: 'none',
    payload: { kind: 'vxlan', vni: 1, inner },
  }),
);
const frames = [inner, outer];
const at = (frame: number, before: number | undefined, t: number): PacketAt => ({
  frame: frame as FrameIndex,
  ...(before !== undefined && { before: before as FrameIndex }),
  from: { ns: 'node1', at: 'door', dev: 'flannel.1' },
  to: { ns: 'node1', at: 'door', dev: 'flannel.1' },
  t,
  seq: 0 as Seq,
  kind: 'request',
});

describe('a painted packet', () => {
  it('shows headers from the outside in, its size as an MTU counts it, and its outermost addresses', () => {
    const painted = paintedOf(at(1, 0, 0.5), frames);
    expect(painted?.tiles.slice(0, 6)).toEqual(['ethernet', 'ipv4', 'udp', 'vxlan', 'ethernet', 'ipv4']);
    expect(painted).toMatchObject({ size: 134, beforeSize: 84, caption: '192.168.0.11 → 192.168.0.12' });
  });

  it('is nothing when its frame is not in the recording', () => {
    expect(paintedOf(at(7, undefined, 0), frames)).toBeUndefined();
  });

  it('knows which shell was put on and which came off', () => {
    const [a, b] = [
      paintedOf(at(0, undefined, 0), frames)?.tiles ?? [],
      paintedOf(at(1, undefined, 0), frames)?.tiles ?? [],
    ];
    expect(diffTiles(a, b)).toMatchObject({ added: ['ethernet', 'ipv4', 'udp', 'vxlan'], removed: [] });
    expect(diffTiles(b, a)).toMatchObject({ added: [], removed: ['ethernet', 'ipv4', 'udp', 'vxlan'] });
    expect(diffTiles(a, a)).toMatchObject({ added: [], removed: [] });
  });
});

describe('the row of tiles', () => {
  const row = (frame: number, before: number, t: number) => {
    const painted = paintedOf(at(frame, before, t), frames);
    return painted && trainOf(painted);
  };

  it('gains its shell one by one, the innermost header first, without moving what was there', () => {
    const [start, half, end] = [row(1, 0, 0), row(1, 0, 0.4), row(1, 0, 1)];
    expect(start?.tiles.filter(({ alpha }) => alpha > 0.99).length).toBe(row(0, 0, 0)?.tiles.length);
    expect(
      half?.tiles
        .filter(({ alpha }) => alpha > 0.99)
        .map(({ kind }) => kind)
        .slice(0, 2),
    ).toEqual(['udp', 'vxlan']);
    expect(end?.tiles.every(({ alpha }) => alpha > 0.99)).toBe(true);
    expect(start?.tiles.at(-1)?.x).toBe(end?.tiles.at(-1)?.x);
    expect(end?.sizeTag).toBe('IP 84 → 134 B');
  });

  it('loses its shell from the outside and keeps it as ghosts', () => {
    const half = row(0, 1, 0.4);
    expect(half?.tiles.map(({ ghost }) => ghost).slice(0, 4)).toEqual([true, true, false, false]);
    expect(row(0, 1, 1)?.tiles.filter(({ ghost }) => ghost).length).toBe(4);
  });

  it('never lets tiles overlap once they rest', () => {
    for (const train of [row(1, 0, 1), row(0, 0, 0)]) {
      const tiles = train?.tiles ?? [];
      tiles
        .slice(1)
        .forEach((tile, i) =>
          expect(tile.x).toBeGreaterThanOrEqual((tiles[i]?.x ?? 0) + (tiles[i]?.width ?? 0)),
        );
      expect(tiles[0]?.x).toBeGreaterThanOrEqual(0);
    }
  });
});
