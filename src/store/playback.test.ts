import { describe, expect, it } from 'vitest';
import { BEAT_MS, createPlayback, type Playback } from './playback.ts';

/** Time that passes only when a test says so; a frame every 10 ms. */
function clock() {
  let now = 0;
  let next: (() => void) | undefined;
  let requests = 0;
  return {
    ticker: {
      now: () => now,
      request: (frame: () => void) => {
        next = frame;
        return ++requests;
      },
      cancel: () => {
        next = undefined;
      },
    },
    isIdle: () => next === undefined,
    pass: (ms: number) => {
      for (const end = now + ms; now < end;) {
        now += 10;
        const frame = next;
        next = undefined;
        frame?.();
      }
    },
  };
}

function playing(count: number): { readonly time: ReturnType<typeof clock>; readonly playback: Playback } {
  const time = clock();
  const playback = createPlayback(time.ticker);
  playback.load(count, 0);
  return { time, playback };
}

describe('playback', () => {
  it('takes between 500 and 900 ms for a beat at normal speed', () => {
    expect(BEAT_MS).toBeGreaterThanOrEqual(500);
    expect(BEAT_MS).toBeLessThanOrEqual(900);
    const { time, playback } = playing(10);
    playback.play();
    time.pass(BEAT_MS - 10);
    expect(playback.playhead()).toEqual({ beat: 0, playing: true, speed: 1 });
    time.pass(20);
    expect(playback.playhead()).toEqual({ beat: 1, playing: true, speed: 1 });
  });

  it('asks for no frame while nothing moves', () => {
    const { time, playback } = playing(3);
    expect(time.isIdle()).toBe(true);
    playback.play();
    expect(time.isIdle()).toBe(false);
    time.pass(10 * BEAT_MS);
    expect(time.isIdle()).toBe(true);
    expect(playback.playhead()).toEqual({ beat: 2, playing: false, speed: 1 });
  });

  it('plays again from the start when it stands at the end', () => {
    const { time, playback } = playing(3);
    playback.seek(2);
    playback.toggle();
    time.pass(BEAT_MS / 2);
    expect(playback.position()).toBeCloseTo(0.5, 5);
  });

  it('doubles the pace at twice the speed and keeps within a quarter and four', () => {
    const { time, playback } = playing(10);
    playback.setSpeed(2);
    playback.play();
    time.pass(BEAT_MS);
    expect(playback.position()).toBeCloseTo(2, 5);
    playback.setSpeed(100);
    expect(playback.playhead().speed).toBe(4);
    playback.setSpeed(0);
    expect(playback.playhead().speed).toBe(0.25);
  });

  it('moves one beat per step, tells of it at once, and stops there', () => {
    const { time, playback } = playing(10);
    playback.stepForward();
    expect(playback.playhead().beat).toBe(1);
    expect(playback.position()).toBe(0);
    time.pass(BEAT_MS / 2);
    expect(playback.position()).toBeCloseTo(0.5, 5);
    time.pass(BEAT_MS);
    expect(playback.position()).toBe(1);
    expect(time.isIdle()).toBe(true);
  });

  it('does not make a second press wait for the first', () => {
    const { time, playback } = playing(10);
    playback.stepForward();
    time.pass(100);
    playback.stepForward();
    expect(playback.position()).toBe(1);
    expect(playback.playhead().beat).toBe(2);
    playback.stepBack();
    expect(playback.playhead().beat).toBe(1);
    time.pass(BEAT_MS);
    expect(playback.position()).toBe(1);
  });

  it('steps back from the middle of a beat to where that beat began', () => {
    const { time, playback } = playing(10);
    playback.play();
    time.pass(1.5 * BEAT_MS);
    playback.stepBack();
    time.pass(BEAT_MS);
    expect(playback.position()).toBe(1);
  });

  it('stays within the beats there are', () => {
    const { time, playback } = playing(2);
    playback.stepBack();
    time.pass(BEAT_MS);
    expect(playback.position()).toBe(0);
    playback.seek(99);
    expect(playback.position()).toBe(1);
    playback.stepForward();
    time.pass(BEAT_MS);
    expect(playback.position()).toBe(1);
    playback.load(0, 0);
    playback.play();
    expect(time.isIdle()).toBe(true);
  });

  it('jumps from beat to beat when motion is unwelcome, and does not start by itself', () => {
    const { time, playback } = playing(5);
    playback.setReducedMotion(true);
    playback.start();
    expect(time.isIdle()).toBe(true);
    playback.stepForward();
    expect(playback.position()).toBe(1);
    expect(time.isIdle()).toBe(true);
    playback.play();
    time.pass(BEAT_MS / 2);
    expect(playback.position()).toBe(1);
    time.pass(BEAT_MS);
    expect(playback.position()).toBe(2);
  });

  it('does not leap when the browser held back frames', () => {
    const time = clock();
    let now = 0;
    const playback = createPlayback({ ...time.ticker, now: () => now });
    playback.load(100, 0);
    playback.play();
    now = 60_000;
    time.pass(10);
    expect(playback.position()).toBeLessThan(1);
  });

  it('tells frame listeners every frame and the others only of a new beat', () => {
    const { time, playback } = playing(10);
    let frames = 0;
    const beats: number[] = [];
    playback.subscribe(() => frames++);
    const stop = playback.onPlayhead(({ beat }) => beats.push(beat));
    playback.play();
    time.pass(2 * BEAT_MS + 10);
    expect(frames).toBeGreaterThan(100);
    expect(beats).toEqual([0, 1, 2]);
    stop();
    time.pass(BEAT_MS);
    expect(beats).toHaveLength(3);
  });
});
