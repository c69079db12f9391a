/**
 * The golden form: what the taps of a namespace saw, one line a frame, in the words of the captures
 * (`eth0 out MAC>MAC | 10.244.1.2>10.244.2.2 ttl=64 len=84 DF | ICMP echo-request id=1 seq=1`).
 */
import { summary } from '../wire/summary.ts';
import { isStep, type NetNsId, type Recording } from './types.ts';

export interface TapLine {
  readonly dev: string;
  readonly dir: 'in' | 'out';
  readonly text: string;
}

/** Every frame that crossed a device of `ns`, in order. */
export function tapLines(recording: Recording, ns: NetNsId): readonly TapLine[] {
  const lines: TapLine[] = [];
  for (const entry of recording.entries) {
    if (entry.ns !== ns || !isStep(entry) || (entry.kind !== 'rx' && entry.kind !== 'tx')) continue;
    const frame = recording.frames[entry.frame];
    if (frame) lines.push({ dev: entry.dev, dir: entry.kind === 'rx' ? 'in' : 'out', text: summary(frame) });
  }
  return lines;
}
