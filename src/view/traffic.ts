/** Where the packets of the running traffic are after so many beats. Pure. */
import type { RunningFlow } from '../store/slices/traffic.ts';
import { packetsAt } from '../trace/timeline.ts';
import { paintedOf, type PaintedPacket } from './topology/painted.ts';

/** two packets of one flow are at least this many beats apart, so that they can be told from each other */
const LEAST_APART = 8;
/** a beat of the reader's time stands for so much of the flow's own period */
const BEAT_NS = 700_000_000;
const MOST_OF_A_FLOW = 12;

/** Markers of all packets on their way: each flow sends its next packet while earlier ones still travel. */
export function ambientPackets(flows: readonly RunningFlow[], elapsed: number): readonly PaintedPacket[] {
  return flows.flatMap(({ flow, recording, beats }, index) => {
    if (recording === undefined || beats.length < 2) return [];
    const apart = Math.max(LEAST_APART, flow.every / BEAT_NS);
    // flows do not march in step
    const since = elapsed - (index * apart) / Math.max(1, flows.length);
    if (since < 0) return [];
    const positions: number[] = [];
    for (let position = since % apart; position < beats.length - 1 && position <= since; position += apart) {
      if (positions.push(position) === MOST_OF_A_FLOW) break;
    }
    return positions.flatMap((position) =>
      packetsAt(recording, beats, position).flatMap((packet) => {
        const painted = paintedOf(packet, recording.frames);
        return painted ? [{ ...painted, bare: true as const, flow: index }] : [];
      }),
    );
  });
}
