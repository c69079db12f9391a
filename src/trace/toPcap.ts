/** A recording as one pcapng file: an interface for every device that saw a frame, a packet for every tap. */
import { emitFrame } from '../wire/codec.ts';
import { writePcapng, type CaptureInterface, type CapturePacket } from '../wire/pcapng.ts';
import { isStep, type Recording } from './types.ts';

/** Every frame that crossed a device, in order, named `NAMESPACE/DEVICE`. */
export function toPcapng(recording: Recording): Uint8Array {
  const interfaces: CaptureInterface[] = [];
  const indexByName = new Map<string, number>();
  const packets: CapturePacket[] = [];
  for (const entry of recording.entries) {
    if (!isStep(entry) || (entry.kind !== 'rx' && entry.kind !== 'tx')) continue;
    const frame = recording.frames[entry.frame];
    if (!frame) continue;
    const name = `${entry.ns}/${entry.dev}`;
    let index = indexByName.get(name);
    if (index === undefined) {
      index = interfaces.push({ name, link: frame.kind }) - 1;
      indexByName.set(name, index);
    }
    packets.push({
      interface: index,
      at: entry.at,
      frame: emitFrame(frame),
      direction: entry.kind === 'rx' ? 'in' : 'out',
    });
  }
  return writePcapng({ interfaces, packets });
}
