/**
 * Running traffic: the flows of the Board document, each sent by the engine on a branch of its own at the end of the story,
 * and shown over and over until it is switched off. Sent again whenever the board changes, so that what flows is true.
 */
import type { BoardFlow } from '../../engine/protocol.ts';
import type { Message } from '../../lib/message.ts';
import { decodeColumns } from '../../trace/columns.ts';
import { beatsOf, type Beat } from '../../trace/timeline.ts';
import type { Disposition, Recording } from '../../trace/types.ts';
import type { Deps, Slice } from '../state.ts';

/** One flow as it goes now: its own recording and beats, or why it cannot be sent. */
export interface RunningFlow {
  readonly flow: BoardFlow;
  readonly recording?: Recording;
  /** the flow's own in that recording */
  readonly exchange?: number;
  readonly beats: readonly Beat[];
  readonly result?: Disposition | undefined;
  readonly refusal?: Message;
}

export interface TrafficSlice {
  readonly trafficOn: boolean;
  readonly flows: readonly RunningFlow[];
  readonly toggleTraffic: () => void;
  /** for the cluster and trace slices: the board or the story changed */
  readonly refreshTraffic: () => void;
}

const NO_FLOWS: readonly RunningFlow[] = Object.freeze([]);
const NOTHING_OPENED = new Set<never>();

export function createTrafficSlice({ client, playback }: Deps): Slice<TrafficSlice> {
  return (set, get) => {
    let newest = 0;

    const refresh = async (): Promise<void> => {
      const asked = ++newest;
      const { recording, whenAlive } = get();
      await whenAlive(async () => {
        const results = await client.call('traffic', { atSeq: recording.entries.length });
        // a later change has asked again, or the story went on meanwhile
        if (asked !== newest || get().recording !== recording || !get().trafficOn) return;
        const flows = results.map((result): RunningFlow => {
          const { from, to, protocol, every } = result;
          const flow = { from, to, protocol, every };
          if (result.status === 'refused') return { flow, beats: [], refusal: result.message };
          const branch = Object.freeze(decodeColumns(recording, result.recording));
          const beats = Object.freeze(beatsOf(branch, result.exchange, NOTHING_OPENED));
          return {
            flow,
            recording: branch,
            exchange: result.exchange,
            beats,
            result: branch.exchanges[result.exchange]?.result,
          };
        });
        set({ flows: Object.freeze(flows) });
      });
    };

    return {
      trafficOn: false,
      flows: NO_FLOWS,
      toggleTraffic: () => {
        const trafficOn = !get().trafficOn;
        set({ trafficOn, flows: NO_FLOWS });
        playback.setAmbient(trafficOn);
        if (trafficOn) void refresh();
      },
      refreshTraffic: () => {
        const { trafficOn, board } = get();
        if (!trafficOn || get().branch === 'before') return;
        if (board === undefined || board.traffic.length === 0) {
          set({ trafficOn: false, flows: NO_FLOWS });
          playback.setAmbient(false);
        } else void refresh();
      },
    };
  };
}
