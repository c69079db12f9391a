import { describe, expect, it } from 'vitest';
import { namespaceAt, surroundingsOf } from './around.ts';
import { fixtureWords, twoSegments } from './fixture.testing.ts';
import { centre } from './geometry.ts';
import { layoutBoard } from './layout.ts';

const layout = layoutBoard(twoSegments, fixtureWords);
const [node] = layout.nodes;
const [pod] = node?.pods ?? [];
const [floor] = layout.floors;
const nowhere = { x: -100, y: -100 };

describe('the namespace at a point', () => {
  it('is the pod on its strip, and the node everywhere else on its card', () => {
    expect(namespaceAt(layout, pod ? centre(pod.strip) : nowhere)).toBe(pod?.ns);
    expect(namespaceAt(layout, node ? centre(node.root) : nowhere)).toBe(node?.ns);
  });
  it('is the router, the client and the switch as well', () => {
    expect(layout.machines.map(({ rect }) => namespaceAt(layout, centre(rect)))).toEqual(
      layout.machines.map(({ ns }) => ns),
    );
    expect(namespaceAt(layout, floor ? centre(floor.bar) : nowhere)).toBe(floor?.ns);
  });
  it('is none beside the board', () => {
    expect(namespaceAt(layout, nowhere)).toBeUndefined();
  });
});

describe('what a small window shows of a place', () => {
  it('is the whole card, whether the packet is in the node or in one of its pods', () => {
    const [inNode, inPod] = [node?.ns ?? '', pod?.ns ?? ''].map((ns) => surroundingsOf(layout, ns, nowhere));
    expect(inNode?.rect).toEqual(node?.card);
    expect(inPod).toEqual(inNode);
  });
  it('is a stretch of a switch around the packet', () => {
    const at = { x: 700, y: 500 };
    const { rect } = surroundingsOf(layout, floor?.ns ?? '', at);
    expect(centre(rect)).toEqual(at);
  });
});
