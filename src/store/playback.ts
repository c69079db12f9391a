/**
 * The playhead: a position counted in beats, and the animation-frame loop of the page. It lives outside the store, so
 * that the canvas moves per frame while panels render per beat.
 *
 *   position 12.4 = 40 % of the way from beat 12 to beat 13
 *
 * A beat takes the same time whatever simulated time it covers: a hook of 2 us and a link of 5 ms are equally worth seeing.
 */

/** Within the 500 to 900 ms that a person needs to follow a hop. */
export const BEAT_MS = 700;
export const SLOWEST = 0.25;
export const FASTEST = 4;
/** After a pause of the browser (hidden tab) the packet goes on from where it was. */
const LONGEST_FRAME_MS = 100;

/** Time from outside, so that tests need no sleeping. */
export interface Ticker {
  now(): number;
  request(frame: () => void): number;
  cancel(id: number): void;
}

/** What panels show. `beat` is the beat that is being told: the one a step moves to, or the last one reached. */
export interface Playhead {
  readonly beat: number;
  readonly playing: boolean;
  readonly speed: number;
}

export interface Playback {
  position(): number;
  playhead(): Playhead;
  /** A new list of `count` beats; stands still at `at`. */
  load(count: number, at: number): void;
  play(): void;
  /** Plays, unless motion is unwelcome: then the reader steps. */
  start(): void;
  pause(): void;
  toggle(): void;
  stepForward(): void;
  stepBack(): void;
  seek(position: number): void;
  setSpeed(speed: number): void;
  /** Reduced motion: positions are whole beats, and steps jump. */
  setReducedMotion(reduced: boolean): void;
  /** Running traffic: while on, frames go on and `ambient` counts beats, whatever the playhead does. */
  setAmbient(on: boolean): void;
  ambient(): number;
  /** A second playhead over the same clock, for what is looked at instead of the page: it stands at 0 of nothing. */
  another(): Playback;
  /** Hears every frame; returns how to stop hearing. */
  subscribe(listener: (position: number) => void): () => void;
  /** Hears only changes of the playhead. */
  onPlayhead(listener: (playhead: Playhead) => void): () => void;
}

const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high);

/** How the playhead moves: by itself, towards the beat of one step, or not. */
type Motion =
  { readonly kind: 'still' } | { readonly kind: 'play' } | { readonly kind: 'step'; readonly to: number };
const STILL: Motion = { kind: 'still' };

export function createPlayback(ticker: Ticker): Playback {
  const frames = new Set<(position: number) => void>();
  const playheads = new Set<(playhead: Playhead) => void>();
  let at = 0;
  let last = 0; // the last beat there is
  let speed = 1;
  let reduced = false;
  let motion = STILL;
  let request: number | undefined;
  let before = 0; // time of the frame before
  let flowing = false;
  let flowed = 0; // beats of running traffic
  let told: Playhead = { beat: 0, playing: false, speed: 1 };

  const position = (): number => (reduced ? Math.floor(at) : at);

  const publish = (): void => {
    const shown = position();
    for (const listener of frames) listener(shown);
    const next = {
      beat: motion.kind === 'step' ? motion.to : Math.floor(at),
      playing: motion.kind === 'play',
      speed,
    };
    if (next.beat === told.beat && next.playing === told.playing && next.speed === told.speed) return;
    told = next;
    for (const listener of playheads) listener(next);
  };

  const advance = (beats: number): void => {
    if (motion.kind === 'play') {
      at = Math.min(at + beats, last);
      if (at >= last) motion = STILL;
    } else if (motion.kind === 'step') {
      at = motion.to > at ? Math.min(at + beats, motion.to) : Math.max(at - beats, motion.to);
      if (at === motion.to) motion = STILL;
    }
  };

  const isMoving = (): boolean => motion.kind !== 'still' || (flowing && !reduced);

  const frame = (): void => {
    const now = ticker.now();
    const beats = (Math.min(now - before, LONGEST_FRAME_MS) / BEAT_MS) * speed;
    advance(beats);
    if (flowing && !reduced) flowed += beats;
    before = now;
    request = isMoving() ? ticker.request(frame) : undefined;
    publish();
  };

  const move = (next: Motion): void => {
    motion = next;
    if (isMoving() && request === undefined) {
      before = ticker.now();
      request = ticker.request(frame);
    } else if (!isMoving() && request !== undefined) {
      ticker.cancel(request);
      request = undefined;
    }
    publish();
  };

  /** The beat that a step starts from: where the step before it was going, else where the packet is. */
  const stepTo = (beat: number): void => {
    const to = clamp(beat, 0, last);
    if (reduced || to === at) {
      at = to;
      move(STILL);
      return;
    }
    // A second press does not wait for the first: the packet is put where that one was going.
    if (motion.kind === 'step') at = motion.to;
    move(at === to ? STILL : { kind: 'step', to });
  };

  const play = (): void => {
    if (last === 0) return;
    if (at >= last) at = 0;
    move({ kind: 'play' });
  };
  const pause = (): void => {
    move(STILL);
  };

  return {
    position,
    playhead: () => told,
    load: (count, start) => {
      last = Math.max(count - 1, 0);
      at = clamp(start, 0, last);
      pause();
    },
    play,
    start: () => {
      if (!reduced) play();
    },
    pause,
    toggle: () => {
      if (motion.kind === 'play') pause();
      else play();
    },
    stepForward: () => {
      stepTo(Math.floor(motion.kind === 'step' ? motion.to : at) + 1);
    },
    stepBack: () => {
      stepTo(Math.ceil(motion.kind === 'step' ? motion.to : at) - 1);
    },
    seek: (to) => {
      at = clamp(to, 0, last);
      pause();
    },
    setSpeed: (to) => {
      speed = clamp(to, SLOWEST, FASTEST);
      publish();
    },
    setReducedMotion: (to) => {
      reduced = to;
      move(motion);
    },
    setAmbient: (on) => {
      flowing = on;
      flowed = 0;
      move(motion);
    },
    ambient: () => flowed,
    another: () => {
      const second = createPlayback(ticker);
      second.setReducedMotion(reduced);
      return second;
    },
    subscribe: (listener) => {
      frames.add(listener);
      return () => frames.delete(listener);
    },
    onPlayhead: (listener) => {
      playheads.add(listener);
      return () => playheads.delete(listener);
    },
  };
}
