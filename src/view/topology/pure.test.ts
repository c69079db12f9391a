/** Small pure helpers of the board: placing plates, arrow keys, texts, tabs. */
import { describe, expect, it } from 'vitest';
import { FALLEN, fallFrom } from './fall.ts';
import { sharedArea, type Point } from './geometry.ts';
import { zoomOf } from './labels.ts';
import { directionOf, neighbourOf, type Spot } from './neighbour.ts';
import { placementBetween, placePlate } from './placement.ts';
import { tabByNamespace } from './tabs.ts';
import { clean, cut, graphemes, textWidth } from './text.ts';

describe('the place of a plate', () => {
  const bounds = { x: 0, y: 0, w: 1000, h: 700 };
  const question = { marker: { x: 400, y: 300 }, width: 200, height: 40, bounds };
  const plate = ({ dx, dy }: { readonly dx: number; readonly dy: number }) => ({
    x: 400 + dx - 100,
    y: 300 + dy - 20,
    w: 200,
    h: 40,
  });

  it('is above the marker when nothing is in the way', () => {
    expect(placePlate({ ...question, obstacles: [] }).dy).toBeLessThan(-20);
  });
  it('hides no label when there is room for that', () => {
    const obstacles = [{ x: 300, y: 220, w: 300, h: 70 }];
    const [label] = obstacles;
    expect(label && sharedArea(plate(placePlate({ ...question, obstacles })), label)).toBe(0);
  });
  it('hides a little rather than hang on a long thread', () => {
    const obstacles = [
      { x: 380, y: 240, w: 60, h: 12 },
      { x: 0, y: 320, w: 1000, h: 60 },
    ];
    const tall = { ...question, width: 300, height: 100, far: true, above: 60, obstacles };
    expect(placePlate(tall).dy).toBeLessThan(0);
  });
  it('stays in sight at the edge', () => {
    const marker = { x: 5, y: 5 };
    const { dx, dy } = placePlate({ ...question, marker, obstacles: [] });
    expect(marker.y + dy - 20).toBeGreaterThanOrEqual(0);
    expect(marker.x + dx - 100).toBeGreaterThan(-100);
  });
  it('is pushed wholly into sight when it is above or below', () => {
    const marker = { x: 30, y: 300 };
    const { dx, dy } = placePlate({ ...question, marker, width: 900, obstacles: [] });
    expect(Math.abs(dy)).toBeGreaterThan(20);
    expect(marker.x + dx - 450).toBeGreaterThanOrEqual(0);
  });
});

describe('the place where a dropped packet comes to lie', () => {
  const bounds = { x: 0, y: 0, w: 1000, h: 700 };
  const place = { x: 400, y: 300 };
  const marker = ({ x, y }: Point) => ({ x: x - FALLEN, y: y - FALLEN, w: 2 * FALLEN, h: 2 * FALLEN });

  it('is where it was dropped when nothing has to be read there', () => {
    expect(fallFrom(place, 1, [], bounds)).toEqual(place);
  });
  it('is beside what it was dropped on, near, and over no label', () => {
    const obstacles = [
      { x: 388, y: 288, w: 24, h: 24 },
      { x: 420, y: 290, w: 60, h: 14 },
      { x: 380, y: 330, w: 40, h: 12 },
    ];
    const at = fallFrom(place, 1, obstacles, bounds);
    expect(obstacles.map((rect) => sharedArea(marker(at), rect))).toEqual([0, 0, 0]);
    expect(Math.hypot(at.x - place.x, at.y - place.y)).toBeLessThan(50);
  });
  it('stays in sight', () => {
    const at = fallFrom({ x: 995, y: 695 }, 1, [], bounds);
    expect(sharedArea(marker(at), bounds)).toBe(4 * FALLEN * FALLEN);
  });
});

describe('the way of a plate from one place to another', () => {
  it('goes round the marker when it changes from above to below', () => {
    const [above, below] = [
      { dx: 20, dy: -40 },
      { dx: 20, dy: 40 },
    ];
    const middle = placementBetween(above, below, 0.5, 200);
    expect(Math.abs(middle.dx)).toBeGreaterThan(100);
    expect([placementBetween(above, below, 0, 200), placementBetween(above, below, 1, 200)]).toEqual([
      above,
      below,
    ]);
  });
});

describe('arrow keys', () => {
  const spot = (id: string, x: number, y: number): Spot => ({ id, rect: { x, y, w: 10, h: 10 } });
  const spots = [spot('a', 0, 0), spot('b', 100, 0), spot('c', 50, 60), spot('d', 0, 100)];
  it('go to the nearest thing in that direction', () => {
    expect(neighbourOf(spots, 'a', 'right')).toBe('b');
    expect(neighbourOf(spots, 'a', 'down')).toBe('d');
    expect(neighbourOf(spots, 'd', 'up')).toBe('a');
  });
  it('stay where nothing follows, or where they do not know', () => {
    expect(neighbourOf(spots, 'a', 'left')).toBeUndefined();
    expect(neighbourOf(spots, 'x', 'left')).toBeUndefined();
  });
  it('are no other keys', () => {
    expect([directionOf('ArrowUp'), directionOf('x')]).toEqual(['up', undefined]);
  });
});

describe('a text', () => {
  it('is taken apart as Unicode says, also where that is known without asking', () => {
    const ranges = [
      [0x20, 0x7e],
      [0xa1, 0x24f],
      [0x2010, 0x2027],
      [0x2190, 0x21ff],
      [0x3001, 0x3002],
      [0x4e00, 0x9fff],
      [0xff01, 0xff5e],
    ] as const;
    const plain = ranges.map(([from, to]) =>
      String.fromCharCode(...Array.from({ length: to - from + 1 }, (_, i) => from + i)),
    );
    const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
    for (const text of [
      plain.join(''),
      plain.toReversed().join(''),
      'e\u0301a',
      '\u{1f468}\u200d\u{1f469}',
      'a\r\nb',
    ])
      expect(graphemes(text)).toEqual(Array.from(segmenter.segment(text), ({ segment }) => segment));
  });
  it('is cut between graphemes, never inside one', () => {
    const family = '👩‍👩‍👧‍👦';
    expect(cut(family.repeat(10), 100, 12, 'sans')).toMatch(new RegExp(`^(${family})+…$`));
  });
  it('is left whole when it fits, and out when hardly anything would remain', () => {
    expect(cut('node1', 100, 12, 'mono')).toBe('node1');
    expect(cut('a-long-name', 20, 12, 'mono')).toBe('');
  });
  it('loses what could turn its surroundings around', () => {
    expect(clean('a\u202Eb\u2066c\nd\u0000')).toBe('abc d');
  });
  it('of a megabyte is cut as any other', () => {
    expect(cut('x'.repeat(1_000_000), 200, 12, 'sans').length).toBeLessThan(60);
    expect(textWidth('x'.repeat(1_000_000), 12, 'sans')).toBeGreaterThan(1_000_000);
  });
});

describe('zoom steps', () => {
  it('hold on to where they were', () => {
    const at = zoomOf(1);
    expect(zoomOf(0.98, at)).toBe(at);
    expect(zoomOf(1.22, at)).toBe(at);
    expect(zoomOf(0.8, at)).not.toBe(at);
  });
});

describe('namespace tabs', () => {
  it('differ for up to eight namespaces', () => {
    const names = ['default', 'kube-system', 'shop', 'data', 'a', 'b', 'c', 'd'];
    expect(new Set(tabByNamespace(names).values()).size).toBe(8);
  });
  it('keep their colour when a namespace comes later', () => {
    const before = tabByNamespace(['shop', 'data']);
    const after = tabByNamespace(['shop', 'data', 'new']);
    expect([after.get('shop'), after.get('data')]).toEqual([before.get('shop'), before.get('data')]);
  });
});
