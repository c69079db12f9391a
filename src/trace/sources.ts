/**
 * Who sees which source address: of a packet whose destination was translated on its way (a Service), the addresses with which
 * it arrives at every machine. Pure.
 */
import { printIpv4 } from '../wire/address.ts';
import { PROTOCOL, type Frame, type Packet } from '../wire/frame.ts';
import { segmentOf } from './story.ts';
import { lineOf } from './trip.ts';
import { isStep, type ExchangeRecord, type Recording, type Seq, type Step } from './types.ts';

/** A machine on the way, and the addresses that it finds in the packet when it arrives (or is made) there. */
export interface Sight {
  readonly ns: string;
  readonly source: string;
  readonly destination: string;
  /** where it arrives */
  readonly seq: Seq;
}

export interface Sources {
  readonly sights: readonly Sight[];
  /** the packet ended at the last of them without being delivered */
  readonly lost: boolean;
}

/** What a tunnel carries, however deep. */
function innermost(frame: Frame | undefined): Packet | undefined {
  if (frame?.payload.kind !== 'ipv4') return undefined;
  let packet = frame.payload;
  for (;;) {
    const segment = packet.payload;
    if (segment.kind !== 'udp') return packet;
    const { payload } = segment;
    const inner =
      payload.kind === 'ipv4' ? payload : payload.kind === 'vxlan' ? innermost(payload.inner) : undefined;
    if (inner === undefined) return packet;
    packet = inner;
  }
}

function isRequest(packet: Packet | undefined, { protocol }: ExchangeRecord): boolean {
  return packet?.protocol === (protocol === 'traceroute' ? PROTOCOL.icmp : PROTOCOL[protocol]);
}

/**
 * Undefined where no destination was translated: then everybody sees the sender; `always` answers all the same, for a packet
 * that is known to be for a Service. A name that was looked up first does not count.
 */
export function sourcesOf(recording: Recording, exchange: number, always = false): Sources | undefined {
  const { entries, frames, hops } = recording;
  const record = recording.exchanges[exchange];
  const first = entries.find(
    (entry): entry is Step =>
      isStep(entry) &&
      entry.kind === 'originate' &&
      hops[entry.hop]?.exchange === exchange &&
      hops[entry.hop]?.cause === 'send' &&
      record !== undefined &&
      isRequest(innermost(frames[entry.frame]), record),
  );
  if (!first) return undefined;
  const steps = lineOf(recording, first);
  if (!always && !steps.some((step) => step.kind === 'nat' && step.manip === 'dst' && !step.inner))
    return undefined;
  const sights = new Map<string, Sight>();
  for (const { ns, frame, seq, kind } of steps) {
    const packet = innermost(frames[frame]);
    if ((kind !== 'rx' && kind !== 'originate') || !packet || segmentOf(ns) !== undefined || sights.has(ns))
      continue;
    sights.set(ns, { ns, source: printIpv4(packet.src), destination: printIpv4(packet.dst), seq });
  }
  return { sights: [...sights.values()], lost: steps.at(-1)?.kind !== 'deliver' };
}
