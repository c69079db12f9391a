/** What the small slices do: looks, tables that were pointed at, running traffic. */
import { describe, expect, it } from 'vitest';
import { must } from '../lib/assert.ts';
import { page } from './page.testing.ts';
import { chooseLanguage, firstLanguage } from './settings.ts';
import { PANEL_NARROWEST, PANEL_WIDEST } from './slices/ui.ts';

describe('how the page looks', () => {
  it('speaks the first of the languages that it knows, and English to everybody else', () => {
    expect(chooseLanguage(['fr-FR', 'zh-TW', 'en'])).toBe('zh-CN');
    expect(chooseLanguage(['EN-gb', 'zh'])).toBe('en');
    expect(chooseLanguage(['fr', 'de'])).toBe('en');
    expect(chooseLanguage([])).toBe('en');
  });

  it('begins in the language that was chosen before, and where that cannot be read in the browser’s', () => {
    const stored = (text: string | null) => () => ({ getItem: () => text });
    expect(firstLanguage(stored('{"language":"zh-CN"}'), ['en'])).toBe('zh-CN');
    expect(firstLanguage(stored('{"language":"fr"}'), ['zh'])).toBe('zh-CN');
    expect(firstLanguage(stored('{'), ['zh'])).toBe('zh-CN');
    expect(firstLanguage(stored(null), ['en'])).toBe('en');
    const forbidden = () => {
      throw new Error('SecurityError');
    };
    expect(firstLanguage(forbidden, ['zh'])).toBe('zh-CN');
  });

  it('changes its language when the words have arrived, and not before', async () => {
    let arrive = (): void => undefined;
    const { state } = await page({
      loadWords: () =>
        new Promise((resolve) => {
          arrive = () => {
            resolve(undefined);
          };
        }),
    });
    const done = state().setLanguage('zh-CN');
    expect(state().language).toBe('en');
    arrive();
    await done;
    expect(state().language).toBe('zh-CN');
  });

  it('keeps its language and says why when the words do not arrive', async () => {
    const { state } = await page({ loadWords: () => Promise.resolve('offline') });
    await state().setLanguage('zh-CN');
    expect(state()).toMatchObject({ language: 'en', notice: { kind: 'no-words', why: 'offline' } });
  });

  it('speaks the language that was asked for last, also when an earlier one arrives later', async () => {
    const arrivals: (() => void)[] = [];
    const { state } = await page({
      loadWords: () =>
        new Promise((resolve) => {
          arrivals.push(() => {
            resolve(undefined);
          });
        }),
    });
    const both = [state().setLanguage('zh-CN'), state().setLanguage('en')];
    for (const arrive of arrivals.toReversed()) arrive();
    await Promise.all(both);
    expect(state().language).toBe('en');
  });

  it('keeps a panel wide enough to read and narrow enough to leave a board', async () => {
    const { state } = await page();
    state().resizePanel(10);
    expect(state().panelWidth).toBe(PANEL_NARROWEST);
    state().resizePanel(10_000);
    expect(state().panelWidth).toBe(PANEL_WIDEST);
    state().resizePanel(400.6);
    expect(state().panelWidth).toBe(401);
  });

  it('closes one thing at a time with Escape: first what it was told, then the list', async () => {
    const { state } = await page();
    state().toggleDrawer();
    state().notify({ kind: 'not-saved', why: 'full' });
    state().escape();
    expect(state()).toMatchObject({ notice: undefined, drawer: true });
    state().escape();
    expect(state().drawer).toBe(false);
  });

  it('has a lens, which is everything at first', async () => {
    const { state } = await page();
    expect(state().lens).toBe('all');
    state().setLens('l2');
    expect(state().lens).toBe('l2');
  });
});

describe('the tables of what was pointed at', () => {
  it('are shown at once, with the sheet of a phone open', async () => {
    const { state, wait, settle } = await page();
    state().inspectNs('shop/db');
    await wait();
    await settle();
    expect(state()).toMatchObject({ tab: 'tables', panelTall: true, heldNs: 'shop/db' });
    expect(state().tables?.ns).toBe('shop/db');
  });
});

describe('running traffic', () => {
  const withTraffic = async (every = '1s') => {
    const started = await page();
    const { state, settle } = started;
    const board = `\n---\napiVersion: flannelboard.dev/v1\nkind: Board\nspec:\n  traffic:\n  - { from: pod/shop/web, to: pod/shop/db, protocol: icmp, every: ${every} }\n`;
    await state().importText(`${state().text}${board}`);
    await settle();
    return started;
  };

  it('is off at first, and with it on every flow has a story of its own and a result', async () => {
    const { state, settle } = await withTraffic();
    expect(state()).toMatchObject({ trafficOn: false, flows: [] });
    state().toggleTraffic();
    await settle();
    const flow = must(state().flows[0], 'flow');
    expect(flow).toMatchObject({ result: 'replied' });
    expect(flow.beats.length).toBeGreaterThan(10);
    // none of it is in what the reader is told
    expect(state().recording.exchanges).toEqual([]);
  });

  it('is sent again when something else was sent, because tables may have changed', async () => {
    const { state, settle } = await withTraffic();
    state().toggleTraffic();
    await settle();
    const [first] = state().flows;
    await state().send();
    await settle();
    expect(state().flows[0]).not.toBe(first);
    expect(state().flows[0]?.result).toBe('replied');
  });

  it('ends with a board that has none', async () => {
    const { state, settle, playback } = await withTraffic();
    state().toggleTraffic();
    await settle();
    await state().undoImport();
    await settle();
    expect(state()).toMatchObject({ trafficOn: false, flows: [] });
    expect(playback.ambient()).toBe(0);
  });

  it('is gone when it is switched off', async () => {
    const { state, settle } = await withTraffic();
    state().toggleTraffic();
    await settle();
    state().toggleTraffic();
    expect(state()).toMatchObject({ trafficOn: false, flows: [] });
  });
});
