import { describe, expect, it } from 'vitest';
import type { Place } from '../../trace/timeline.ts';
import { fixtureWords, twoNodes, twoSegments } from './fixture.testing.ts';
import { lengthOf, pointAt } from './geometry.ts';
import { layoutBoard } from './layout.ts';
import { pathBetween, pointOf } from './path.ts';
import { trailPath } from './trail.ts';

const layout = layoutBoard(twoNodes, fixtureWords);
const door = (ns: string, dev: string): Place => ({ ns, at: 'door', dev });
const stack = (ns: string): Place => ({ ns, at: 'stack' });
const veth = twoNodes.nodes[0]?.pods[0]?.devices[0]?.peer?.dev ?? '';
const otherVeth = twoNodes.nodes[0]?.pods[1]?.devices[0]?.peer?.dev ?? '';

describe('the way of a packet', () => {
  it('is the drawn wire between the two doors of a veth pair, in both directions', () => {
    const wire = layout.wires.find(({ a }) => a === 'shop/web eth0');
    const points = wire?.points.map(({ x, y }) => ({ x, y }));
    const plain = (from: Place, to: Place) => pathBetween(layout, from, to).map(({ x, y }) => ({ x, y }));
    expect(plain(door('shop/web', 'eth0'), door('node1', veth))).toEqual(points);
    expect(plain(door('node1', veth), door('shop/web', 'eth0'))).toEqual(points?.toReversed());
  });

  it('runs along the bar of cni0 from one veth to another', () => {
    const bar = layout.nodes[0]?.bridge;
    const ys = pathBetween(layout, door('node1', veth), door('node1', otherVeth)).map(({ y }) => y);
    expect(ys.filter((y) => bar && y === bar.y + bar.h / 2).length).toBe(2);
  });

  it('has only square corners inside a namespace', () => {
    const places = [
      door('node1', veth),
      door('node1', 'cni0'),
      door('node1', 'flannel.1'),
      door('node1', 'eth0'),
      stack('node1'),
      { ns: 'node1', at: 'process' } as const,
    ];
    for (const from of places) {
      for (const to of places) {
        const path = pathBetween(layout, from, to);
        path
          .slice(1)
          .forEach((point, i) => expect(point.x === path[i]?.x || point.y === path[i]?.y).toBe(true));
      }
    }
  });

  it('follows the cables when what lies between was folded away', () => {
    const path = pathBetween(layout, stack('shop/web'), stack('data/db'));
    const bar = layout.floors[0]?.bar;
    expect(path.some(({ y }) => bar && y > bar.y && y < bar.y + bar.h)).toBe(true);
    expect(path.at(0)).toMatchObject(layout.stacks.get('shop/web') ?? {});
    expect(path.at(-1)).toMatchObject(layout.stacks.get('data/db') ?? {});
  });

  it('reaches another segment through the router', () => {
    const two = layoutBoard(twoSegments, fixtureWords);
    const router = two.machines.find(({ kind }) => kind === 'router');
    const path = pathBetween(two, stack('node1'), stack('node3'));
    expect(path.some(({ y }) => router && y >= router.rect.y)).toBe(true);
  });

  it('stays at one point when the place does not change, and is empty for a place that is not there', () => {
    expect(pathBetween(layout, door('node1', 'flannel.1'), door('node1', 'flannel.1')).length).toBe(1);
    expect(pathBetween(layout, stack('nowhere'), stack('nowhere'))).toEqual([]);
    expect(pointOf(layout, door('node1', 'unknown0'))).toEqual(layout.stacks.get('node1'));
  });
});

describe('a point on the way', () => {
  const bend = [
    { x: 0, y: 0 },
    { x: 30, y: 0 },
    { x: 30, y: 10 },
  ];
  it('is found by length, corners included', () => {
    expect(lengthOf(bend)).toBe(40);
    expect(pointAt(bend, 0)).toEqual({ x: 0, y: 0 });
    expect(pointAt(bend, 0.5)).toEqual({ x: 20, y: 0 });
    expect(pointAt(bend, 1)).toEqual({ x: 30, y: 10 });
    expect(pointAt(bend, 7)).toEqual({ x: 30, y: 10 });
  });
  it('is the only point there is', () => {
    expect(pointAt([{ x: 5, y: 6 }], 0.3)).toEqual({ x: 5, y: 6 });
  });
});

describe('the line behind a packet', () => {
  const stretches = (places: readonly Place[]): number => trailPath(layout, places).split('M').length - 1;

  it('goes over the way between each two places', () => {
    expect(stretches([door('shop/web', 'eth0'), door('node1', veth), door('node1', 'cni0')])).toBe(2);
  });
  it('is drawn once where it goes there and back', () => {
    const places = [stack('node1'), door('node1', 'flannel.1'), stack('node1'), door('node1', 'flannel.1')];
    expect(stretches(places)).toBe(1);
  });
  it('is nothing for a packet that is where it was made', () => {
    expect(trailPath(layout, [stack('node1'), stack('node1')])).toBe('');
    expect(trailPath(layout, [])).toBe('');
  });
});
