import { describe, expect, it } from 'vitest';
import { pointAt } from './geometry.ts';
import { stamped, toStamp } from './stamp.ts';
import { measure, placeOn } from './way.ts';

const RED = 0xff0000ff | 0;
const BLUE = 0xffff0000 | 0;

describe('copying sprites as pixels', () => {
  const stamp = toStamp(Int32Array.of(RED, 0, 0x80ff0000, RED), 2, 2);

  it('puts what is not empty where it belongs and leaves the rest', () => {
    const pixels = new Int32Array(12).fill(BLUE);
    stamped(stamp, { pixels, width: 4, height: 3 }, 1, 1);
    expect([...pixels.subarray(5, 7)]).toEqual([RED, BLUE]);
    expect(pixels[10]).toBe(RED);
    expect(pixels[0]).toBe(BLUE);
  });

  it('leaves out what lies beyond the edge, on every side', () => {
    for (const [left, top] of [
      [-1, -1],
      [3, 2],
      [-9, 0],
      [0, 9],
    ] as const) {
      const pixels = new Int32Array(12);
      stamped(stamp, { pixels, width: 4, height: 3 }, left, top);
      expect([...pixels].filter((colour) => colour !== 0).length).toBeLessThanOrEqual(1);
    }
  });

  it('keeps a smoothed edge on nothing, and leaves it out over another', () => {
    for (const left of [0, 1]) {
      const pixels = Int32Array.of(0, 0, 0, 0, BLUE, 0);
      // the edge is the lower left pixel; at 1 the right half lies beyond the sheet
      stamped(stamp, { pixels, width: 2, height: 3 }, left, 1);
      expect(pixels[4 + left]).toBe(left === 0 ? BLUE : 0x80ff0000 | 0);
    }
  });
});

it('a very small sprite has hard edges: half a pixel is a whole one, less is none', () => {
  const stamp = toStamp(Int32Array.of(RED, 0x70ff0000, 0x80ff0000, 0), 2, 2, true);
  const pixels = new Int32Array(4).fill(RED);
  stamped(stamp, { pixels, width: 2, height: 2 }, 0, 0);
  expect([...pixels]).toEqual([RED, RED, BLUE, RED]);
});

describe('a measured way', () => {
  const points = [
    { x: 0, y: 0 },
    { x: 10, y: 0 },
    { x: 10, y: 0 },
    { x: 10, y: 30 },
  ];

  it('has the same points as the polyline it was made of', () => {
    const way = measure(points);
    for (const t of [0, 0.1, 0.25, 0.5, 0.9, 1]) {
      const [a, b] = [placeOn(way, t), pointAt(points, t)];
      expect(a.x).toBeCloseTo(b.x);
      expect(a.y).toBeCloseTo(b.y);
    }
  });

  it('is one point when it has no length', () => {
    expect(placeOn(measure([{ x: 3, y: 4 }]), 0.5)).toEqual({ x: 3, y: 4 });
    expect(placeOn(measure([]), 1)).toEqual({ x: 0, y: 0 });
  });
});
