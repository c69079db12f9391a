/** The race of the backends: one packet under each of them, side by side. What it does comes with its dialog (raceActions.ts). */
import type { Board, Endpoint } from '../../engine/protocol.ts';
import type { Message } from '../../lib/message.ts';
import type { Beat } from '../../trace/timeline.ts';
import type { Trip } from '../../trace/trip.ts';
import type { Disposition, Recording } from '../../trace/types.ts';
import type { Playback } from '../playback.ts';
import type { Deps, Slice } from '../state.ts';

/** One backend's run, from the sender to where the packet ends. */
export type RaceLane = { readonly backend: Board['backend'] } & (
  | {
      readonly board: Board;
      readonly recording: Recording;
      readonly beats: readonly Beat[];
      readonly trip: Trip;
      /** of the whole exchange, the answer's way back too */
      readonly result: Disposition | undefined;
    }
  | { readonly refusal: Message }
);

export type Race =
  | { readonly status: 'running' }
  /** the backend cannot be written into the Board document */
  | { readonly status: 'unreadable' }
  | {
      readonly status: 'run';
      readonly from: Endpoint;
      readonly to: Endpoint;
      readonly protocol: 'icmp' | 'tcp';
      readonly lanes: readonly RaceLane[];
      /** one playhead for all lanes: step n is the n-th step of each */
      readonly playback: Playback;
    };

export interface RaceSlice {
  readonly race: Race | undefined;
  /** opens the dialog and sends what is chosen in the bar under every backend */
  readonly openRace: () => Promise<void>;
}

export function createRaceSlice(deps: Deps): Slice<RaceSlice> {
  return (set, get) => ({
    race: undefined,
    openRace: async () => {
      const { board } = get();
      // no flannel, no backends
      if (board === undefined || board.withoutFlannel === true) return;
      set({ race: { status: 'running' }, dialog: 'race' });
      const { runRace } = await import('../raceActions.ts');
      await runRace({ set, get, ...deps });
    },
  });
}
