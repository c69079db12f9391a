/** `trace FILE`: a recording as text, namespace by namespace: how it ended, every frame on every device, and where it was lost. */
import { summary } from '../wire/summary.ts';
import { namespacesOf } from '../trace/json.ts';
import { isStep, type Recording } from '../trace/types.ts';

export function traceLines(recording: Recording): readonly string[] {
  const [exchange] = recording.exchanges;
  const lines = [`result: ${exchange?.result ?? 'none'}`];
  for (const line of exchange?.output ?? []) lines.push(`  ${line}`);
  for (const ns of namespacesOf(recording)) {
    lines.push(`${ns}:`);
    for (const entry of recording.entries) {
      if (entry.ns !== ns || !isStep(entry)) continue;
      const frame = recording.frames[entry.frame];
      if (!frame) continue;
      if (entry.kind === 'rx' || entry.kind === 'tx') {
        lines.push(`  ${entry.dev.padEnd(12)} ${entry.kind === 'rx' ? 'in ' : 'out'} ${summary(frame)}`);
      } else if (entry.kind === 'nat') {
        lines.push(`  ${entry.manip === 'src' ? 'SNAT' : 'DNAT'} ${entry.was} -> ${entry.is}`);
      } else if (entry.kind === 'drop') {
        lines.push(`  dropped: ${entry.reason} in ${entry.where}`);
      }
    }
  }
  return lines;
}
