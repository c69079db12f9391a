/**
 * Very many packets at once: envelopes without plates, copied as quickly as this machine can. What does not change from frame
 * to frame, a packet's way and its picture, is remembered by its place in the list: mostly only `t` has changed.
 */
import type { Place } from '../../trace/timeline.ts';
import type { LayerKind } from '../../wire/layers.ts';
import type { Blitter } from './blitter.ts';
import { clamp } from './geometry.ts';
import type { PaintedPacket } from './painted.ts';
import type { PacketKind } from './palette.ts';
import type { Transform } from './panZoom.ts';
import { ENVELOPES, type EnvelopeSize, type Sprite } from './sprites.ts';
import { ease } from './train.ts';
import { placeOn, type Way, type Ways } from './way.ts';

/** Envelopes that would cover more of the window than this hide each other and the board. */
const MOST_COVERED = 1 / 3;

/** The edge of an envelope among so many, `area` being the window's in CSS pixels. */
export function envelopeSize(count: number, area: number): EnvelopeSize {
  const fits = (size: EnvelopeSize): boolean => count * size ** 2 <= area * MOST_COVERED;
  // where none fits, the smallest
  return ENVELOPES.reduce<EnvelopeSize>((last, size) => (fits(last) ? last : size), ENVELOPES[0]);
}

export interface CrowdView<Picture = Sprite> {
  readonly transform: Transform;
  /** pixels of the canvas per CSS pixel */
  readonly ratio: number;
  /** of the window, in CSS pixels */
  readonly area: number;
  readonly sprites: Pictures<Picture>;
  readonly ways: Ways;
}

interface Pictures<Picture> {
  readonly envelope: (kind: PacketKind, tiles: readonly LayerKind[], size: EnvelopeSize) => Picture;
}

export interface Crowd<Picture = Sprite> {
  /** Paints them and nothing else on the canvas. */
  readonly paint: (packets: readonly PaintedPacket[], view: CrowdView<Picture>) => void;
}

/** What the packet at one place of the list was in the frame before. */
interface Slot<Picture> {
  readonly from: Place;
  readonly to: Place;
  readonly kind: PacketKind;
  readonly tiles: readonly LayerKind[];
  readonly way: Way;
  readonly sprite: Picture;
}

/** `blitterFor` is asked once, for the first picture that is copied. */
export function createCrowd<Picture>(blitterFor: (sprite: Picture) => Blitter<Picture>): Crowd<Picture> {
  let slots: Slot<Picture>[] = [];
  let blitter: Blitter<Picture> | undefined;
  let sprites: Pictures<Picture> | undefined;
  let ways: Ways | undefined;
  let size: EnvelopeSize = 22;
  const at = { x: 0, y: 0 };

  const slotOf = (packet: PaintedPacket, view: CrowdView<Picture>): Slot<Picture> => {
    const { from, to, kind, tiles } = packet;
    const way = view.ways.between(from, to);
    return { from, to, kind, tiles, way, sprite: view.sprites.envelope(kind, tiles, size) };
  };

  return {
    paint(packets, view) {
      const wanted = envelopeSize(packets.length, view.area);
      if (view.sprites !== sprites || view.ways !== ways || wanted !== size) {
        slots = [];
        ({ sprites, ways } = view);
        size = wanted;
      }
      slots.length = Math.min(slots.length, packets.length);
      const { ratio } = view;
      const [k, x, y] = [view.transform.k * ratio, view.transform.x * ratio, view.transform.y * ratio];
      blitter?.begin();
      // some thousand times a frame, so one point does for all of them
      for (let i = 0; i < packets.length; i++) {
        const packet = packets[i] as PaintedPacket;
        let slot = slots[i];
        if (slot === undefined || !isSame(slot, packet)) slots[i] = slot = slotOf(packet, view);
        if (slot.way.points.length === 0) continue;
        if (!blitter) {
          blitter = blitterFor(slot.sprite);
          blitter.begin();
        }
        placeOn(slot.way, ease(clamp(packet.t, 0, 1)), at);
        blitter.add(slot.sprite, at.x * k + x, at.y * k + y);
      }
      blitter?.end();
    },
  };
}

function isSame(slot: Slot<unknown>, packet: PaintedPacket): boolean {
  return (
    slot.kind === packet.kind &&
    slot.tiles === packet.tiles &&
    isSamePlace(slot.from, packet.from) &&
    isSamePlace(slot.to, packet.to)
  );
}

function isSamePlace(a: Place, b: Place): boolean {
  return a === b || (a.ns === b.ns && a.at === b.at && a.dev === b.dev);
}
