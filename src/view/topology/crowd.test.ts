import { describe, expect, it } from 'vitest';
import { must } from '../../lib/assert.ts';
import type { Place } from '../../trace/timeline.ts';
import type { FrameIndex, Seq } from '../../trace/types.ts';
import type { LayerKind } from '../../wire/layers.ts';
import { createCrowd, envelopeSize, type CrowdView } from './crowd.ts';
import type { PaintedPacket } from './painted.ts';
import { measure, type Way } from './way.ts';

const TILES: readonly LayerKind[] = ['ethernet', 'arp'];

function packet(from: string, to: string, t: number): PaintedPacket {
  const place = (ns: string): Place => ({ ns, at: 'process' });
  return {
    frame: 0 as FrameIndex,
    seq: 0 as Seq,
    from: place(from),
    to: place(to),
    t,
    kind: 'arp',
    tiles: TILES,
    size: 28,
    caption: '',
  };
}

/** A crowd on a board of two ways, with all that it asks for and puts. */
function stage(ways: Readonly<Record<string, Way>>) {
  const asked: string[] = [];
  const sizes: number[] = [];
  let put: [number, number][] = [];
  const crowd = createCrowd<'envelope'>(() => ({
    begin: () => {
      put = [];
    },
    add: (_, x, y) => put.push([x, y]),
    end: () => undefined,
  }));
  const view: CrowdView<'envelope'> = {
    transform: { k: 2, x: 10, y: 0 },
    ratio: 1,
    area: 1_000_000,
    ways: {
      between: (from, to) => {
        asked.push(`${from.ns} ${to.ns}`);
        return must(ways[`${from.ns} ${to.ns}`], 'a way');
      },
    },
    sprites: {
      envelope: (_kind, _tiles, size) => {
        sizes.push(size);
        return 'envelope';
      },
    },
  };
  return { crowd, view, asked, sizes, put: () => put };
}

const WAYS = {
  'a b': measure([
    { x: 0, y: 0 },
    { x: 100, y: 0 },
  ]),
  'b a': measure([
    { x: 0, y: 50 },
    { x: 0, y: 0 },
  ]),
  'a nowhere': measure([]),
};

describe('a crowd of packets', () => {
  it('stands where its ways are, on the screen', () => {
    const { crowd, view, put } = stage(WAYS);
    crowd.paint([packet('a', 'b', 0.5), packet('b', 'a', 1), packet('a', 'nowhere', 0.5)], view);
    expect(put()).toEqual([
      [110, 0],
      [10, 0],
    ]);
  });

  it('asks for a way again only when a packet has another', () => {
    const { crowd, view, asked } = stage(WAYS);
    crowd.paint([packet('a', 'b', 0.1), packet('b', 'a', 0.1)], view);
    crowd.paint([packet('a', 'b', 0.2), packet('b', 'a', 0.2)], view);
    expect(asked).toEqual(['a b', 'b a']);
    crowd.paint([packet('a', 'b', 0.3), packet('a', 'b', 0.3)], view);
    expect(asked).toEqual(['a b', 'b a', 'a b']);
  });

  it('forgets its ways when the board has others', () => {
    const { crowd, view, put } = stage(WAYS);
    const moved = measure([{ x: 5, y: 5 }]);
    crowd.paint([packet('a', 'b', 0.5)], view);
    crowd.paint([packet('a', 'b', 0.5)], { ...view, ways: { between: () => moved } });
    expect(put()).toEqual([[20, 10]]);
  });

  it('has small envelopes when others would hide the board', () => {
    const { crowd, view, sizes } = stage(WAYS);
    const many = Array.from({ length: 1000 }, () => packet('a', 'b', 0.5));
    crowd.paint(many.slice(0, 300), view);
    crowd.paint(many, view);
    expect(new Set(sizes.slice(0, 300))).toEqual(new Set([22]));
    expect(new Set(sizes.slice(300))).toEqual(new Set([12]));
  });

  it('never covers more than a third of the window, as long as there is a smaller envelope', () => {
    for (const count of [1, 500, 1000, 2000, 4000])
      expect(count * envelopeSize(count, 848_640) ** 2).toBeLessThanOrEqual(848_640 / 3);
    expect(envelopeSize(100_000, 848_640)).toBe(6);
  });
});
