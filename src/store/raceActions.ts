/** Runs the race of the backends and makes of each run what is shown: the beats of the packet's way there, and its numbers. */
import { must } from '../lib/assert.ts';
import type { Client } from '../engine/client.ts';
import type { Lane } from '../engine/protocol.ts';
import { decodeColumns, EMPTY_RECORDING } from '../trace/columns.ts';
import { beatsOf } from '../trace/timeline.ts';
import { tripOf } from '../trace/trip.ts';
import { requestOf } from './endpoints.ts';
import type { Playback } from './playback.ts';
import type { RaceLane } from './slices/race.ts';
import type { BoardState } from './state.ts';

interface Store {
  readonly set: (state: Partial<BoardState>) => void;
  readonly get: () => BoardState;
  readonly client: Client;
  readonly playback: Playback;
}

const NOTHING_OPENED = new Set<never>();

/** Nothing where an end is missing: the bar says which. */
export async function runRace({ set, get, client, playback }: Store): Promise<void> {
  const { board, good, protocol, whenAlive } = get();
  const request = board && requestOf(board, get(), protocol);
  if (request === undefined) {
    set({ race: undefined, dialog: 'none' });
    return;
  }
  playback.pause();
  const { from, to } = request;
  await whenAlive(async () => {
    const result = await client.call('race', { text: good, from, to, protocol });
    // closed meanwhile, or asked for again
    if (get().dialog !== 'race') return;
    if (result.status === 'unreadable') {
      set({ race: { status: 'unreadable' } });
      return;
    }
    const lanes = result.lanes.map(laneOf);
    const steps = lanes.map((lane) => ('beats' in lane ? lane.beats.length : 0));
    const shared = playback.another();
    shared.load(Math.max(0, ...steps), 0);
    set({ race: Object.freeze({ status: 'run', from, to, protocol, lanes, playback: shared }) });
    shared.start();
  });
}

function laneOf(lane: Lane): RaceLane {
  const { backend } = lane;
  if ('refusal' in lane) return lane;
  const { board, exchange } = lane;
  const recording = Object.freeze(decodeColumns(EMPTY_RECORDING, lane.recording));
  const trip = must(tripOf(recording, exchange), 'what was sent');
  const end = trip.steps.at(-1)?.seq ?? 0;
  const beats = beatsOf(recording, exchange, NOTHING_OPENED).filter(({ seq }) => seq <= end);
  return Object.freeze({
    backend,
    board: Object.freeze(board),
    recording,
    beats: Object.freeze(beats),
    trip,
    result: recording.exchanges[exchange]?.result,
  });
}
