/** The packets of the story at a position, with all that the board draws of them: threads, flow, and what the lens dims. Pure. */
import type { Lens } from '../store/settings.ts';
import { renamedAt } from '../trace/nat.ts';
import { threadsOf, type Thread } from '../trace/threads.ts';
import { packetsAt, previousOf, type Beat, type PacketAt } from '../trace/timeline.ts';
import { isStep, type Recording } from '../trace/types.ts';
import type { LayerKind } from '../wire/layers.ts';
import { threadInLens, tilesInLens } from './topology/lens.ts';
import { paintedOf, type PaintedPacket } from './topology/painted.ts';
import { renamingOf } from './topology/renamed.ts';

export interface Story {
  readonly recording: Recording;
  readonly beats: readonly Beat[];
  readonly lens: Lens;
  /** "was" in the language of the page, before an address that NAT rewrote */
  readonly was: string;
}

export function toldPackets(story: Story, position: number): readonly PaintedPacket[] {
  const { recording, beats, lens } = story;
  if (beats.length === 0) return [];
  return packetsAt(recording, beats, position).flatMap((packet) => {
    const painted = paintedOf(packet, recording.frames);
    if (!painted) return [];
    const { tiles, beforeTiles = tiles } = painted;
    const flow = flowOf(recording, packet);
    const { seq } = packet;
    const renaming = renamingOf(renamedAt(recording, seq), {
      caption: painted.caption,
      seq,
      word: story.was,
    });
    return {
      ...painted,
      ...threadsAt(story, position, packet),
      ...(flow === undefined ? {} : { flow }),
      ...(renaming === undefined ? {} : { renaming }),
      ...(lens === 'all'
        ? {}
        : { dimmed: dimmedFromInside(lens, beforeTiles.length > tiles.length ? beforeTiles : tiles) }),
    };
  });
}

/** Shells go on and come off outside, so what is counted from the inside keeps its number. */
function dimmedFromInside(lens: Lens, tiles: readonly LayerKind[]): readonly boolean[] {
  return tilesInLens(lens, tiles)
    .map((isIn) => !isIn)
    .toReversed();
}

/** The number of the send that a packet belongs to; what machines ask of their own accord belongs to none. */
function flowOf({ entries, hops }: Recording, { seq }: PacketAt): number | undefined {
  const entry = entries[seq];
  const exchange = entry && isStep(entry) ? (hops[entry.hop]?.exchange ?? -1) : -1;
  return exchange < 0 ? undefined : exchange;
}

/** Only the packet of the present beat has threads. */
function threadsAt(
  { recording, beats, lens }: Story,
  position: number,
  packet: PacketAt,
): Pick<PaintedPacket, 'threads' | 'threadsBefore'> {
  const index = Math.min(Math.ceil(position), beats.length - 1);
  if (beats[index]?.seq !== packet.seq) return {};
  const inLens = (threads: readonly Thread[]): readonly Thread[] =>
    lens === 'all' ? threads : threads.filter((thread) => threadInLens(lens, thread));
  const threads = inLens(threadsOf(recording, beats, index));
  const source = packet.t < 1 ? previousOf(recording, beats, index) : -1;
  // it had them only while it was told: not when something else came in between
  const threadsBefore = source === index - 1 ? inLens(threadsOf(recording, beats, source)) : [];
  return {
    ...(threads.length > 0 ? { threads } : {}),
    ...(threadsBefore.length > 0 ? { threadsBefore } : {}),
  };
}
