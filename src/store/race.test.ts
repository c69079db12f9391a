import { describe, expect, it } from 'vitest';
import { page } from './page.testing.ts';

describe('the race', () => {
  it('sends what is chosen in the bar under every backend and stands at its beginning', async () => {
    const { state } = await page();
    await state().openRace();
    const { race } = state();
    if (race?.status !== 'run') throw new Error(race?.status ?? 'none');
    expect(race).toMatchObject({ from: state().source, to: state().target, protocol: 'icmp' });
    const steps = race.lanes.map((lane) => ('beats' in lane ? lane.beats.length : 0));
    // every step of a lane is on the packet's way there
    expect(Math.min(...steps)).toBeGreaterThan(10);
    expect(steps[2]).toBeLessThan(steps[1] ?? 0);
    race.playback.seek(Math.max(...steps) + 5);
    expect(race.playback.playhead().beat).toBe(Math.max(...steps) - 1);
  });

  it('has a playhead of its own: that of the page stays where it is', async () => {
    const { state, playback } = await page();
    await state().send();
    playback.seek(3);
    await state().openRace();
    const { race } = state();
    if (race?.status === 'run') race.playback.seek(7);
    expect(state().beat).toBe(3);
  });

  it('that was closed before it was run shows nothing', async () => {
    const { state, hold, release, settle } = await page();
    hold();
    const running = state().openRace();
    await settle();
    state().showDialog('none');
    release();
    await running;
    expect(state().race).toEqual({ status: 'running' });
    expect(state().dialog).toBe('none');
  });
});
