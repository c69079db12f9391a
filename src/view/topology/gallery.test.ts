/** Every board of the gallery, in every language, as it is first seen at the three sizes of the page. */
import { describe, expect, it } from 'vitest';
import { Engine } from '../../engine/engine.ts';
import type { Board } from '../../engine/protocol.ts';
import { must } from '../../lib/assert.ts';
import { en } from '../i18n/en.ts';
import { openWords } from '../i18n/useOpenT.ts';
import { zhCN } from '../i18n/zhCN.ts';
import { surroundingsOf } from './around.ts';
import { right, bottom, sharedArea, type Rect } from './geometry.ts';
import { labelBox, labelsOf, zoomOf } from './labels.ts';
import { layoutBoard } from './layout.ts';
import type { Layout } from './layoutTypes.ts';
import { fitScale } from './panZoom.ts';

/** The room that the page leaves for the board, less a margin of 12 on each side, as measured in a browser. */
const windows = [
  ['1440 x 900', 1088 - 24, 780 - 24],
  ['1280 x 720', 928 - 24, 600 - 24],
  ['390 x 844', 390 - 24, 471 - 24],
] as const;
const languages = [
  ['English', en],
  ['Chinese', zhCN],
] as const;

function boardOf(text: string): Board {
  const opened = new Engine().handle('open', { text, revision: 1 });
  if (opened.status !== 'committed') throw new Error('the gallery does not open');
  return must(opened.board, 'board');
}

const engine = new Engine();
const boards = engine
  .handle('gallery', {})
  .map(({ id }) => [id, boardOf(must(engine.handle('scenario', { id }), id))] as const);

function overlaps(layout: Layout, scale: number): readonly string[] {
  const labels = labelsOf(layout, zoomOf(scale)).map((label): readonly [string, Rect] => [
    label.slot.id,
    labelBox(label),
  ]);
  return labels.flatMap(([name, box], i) =>
    labels
      .slice(i + 1)
      .filter(([, other]) => sharedArea(box, other) > 0.01)
      .map(([other]) => `${name} over ${other}`),
  );
}

it('the gallery is not empty, and every board in it has a title in both languages', () => {
  expect(boards.length).toBeGreaterThanOrEqual(5);
  const titles: readonly Readonly<Record<string, string>>[] = [
    openWords.en.scenarios,
    openWords['zh-CN'].scenarios,
  ];
  for (const [id] of boards) expect(titles.map((known) => known[id] ?? '')).not.toContain('');
});

describe.each(boards)('%s', (_, board) => {
  describe.each(languages)('in %s', (__, { ui }) => {
    const layout = layoutBoard(board, ui.board.words);

    it.each(windows)('has no label over another when it is fitted at %s', (___, width, height) => {
      const scale = fitScale({ x: 0, y: 0, w: layout.width, h: layout.height }, width, height);
      expect(overlaps(layout, scale)).toEqual([]);
      const names = labelsOf(layout, zoomOf(scale)).map(({ text }) => text);
      expect(names).toEqual(expect.arrayContaining(board.nodes.map(({ name }) => name)));
    });

    it.each(windows.slice(0, 2))('names every segment with its whole range at %s', (___, width, height) => {
      const scale = fitScale({ x: 0, y: 0, w: layout.width, h: layout.height }, width, height);
      const names = labelsOf(layout, zoomOf(scale)).map(({ text }) => text.replace(/\s+/g, ' '));
      for (const { name, cidr, mtu } of board.segments) {
        const words = [ui.board.words.segment(name, cidr, mtu), ui.board.words.segment(name, cidr)];
        expect(names.filter((text) => words.some((full) => full.replace(/\s+/g, ' ') === text))).toHaveLength(
          1,
        );
      }
    });

    it('has no label over another where a phone looks into a card, and there the devices are named', () => {
      for (const { ns, card, stack } of layout.nodes) {
        const { rect } = surroundingsOf(layout, ns, stack);
        const scale = Math.min((390 - 8) / rect.w, 1.2);
        expect(overlaps(layout, scale)).toEqual([]);
        const inside = labelsOf(layout, zoomOf(scale)).filter(({ slot: { box } }) => {
          return (
            box.x >= card.x && right(box) <= right(card) && box.y >= card.y && bottom(box) <= bottom(card)
          );
        });
        const devices = board.nodes.find((node) => node.ns === ns)?.devices.map(({ name }) => name) ?? [];
        const named = ['cni0', 'eth0'].filter((name) => devices.includes(name));
        expect(inside.map(({ text }) => text)).toEqual(expect.arrayContaining(named));
      }
    });
  });
});
