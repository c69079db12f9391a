/** Slots -> the texts that are drawn at a zoom: as large as legibility wants, cut to their slot, or left out. Pure. */
import type { Layout, Level, Slot } from './layoutTypes.ts';
import { clamp, type Rect } from './geometry.ts';
import { cut, textWidth } from './text.ts';

export interface Label {
  readonly slot: Slot;
  /** what is drawn; `slot.text` in full when it fits */
  readonly text: string;
  readonly fontSize: number;
  readonly x: number;
  readonly y: number;
}

/** Sizes on screen, in CSS pixels: the least we aim for, and below which a text is left out. */
const LEGIBLE = 11.5;
const LEAST = 8.5;

const SHRINKING: ReadonlySet<Slot['look']> = new Set([
  'address',
  'bridge',
  'device',
  'gate',
  'region',
  'switch',
  'ground',
]);

/** Zoom in steps of 20 %, so that labels change seldom while the wheel turns. */
export interface Zoom {
  readonly step: number;
  readonly scale: number;
  readonly level: Level;
}

const RATIO = 1.2;

/** The zoom step for a scale; stays on `before` while the scale is only a little outside of it. */
export function zoomOf(scale: number, before?: Zoom): Zoom {
  if (before && scale >= before.scale * 0.97 && scale < before.scale * RATIO * 1.03) return before;
  const step = Math.floor(Math.log(scale) / Math.log(RATIO) + 1e-6);
  return { step, scale: RATIO ** step, level: levelOf(scale) };
}

function levelOf(scale: number): Level {
  if (scale >= 1.4) return 3;
  if (scale >= 0.5) return 2;
  return scale >= 0.2 ? 1 : 0;
}

/** The room a label takes. */
export function labelBox({ slot, text, fontSize, x, y }: Label): Rect {
  const length = textWidth(text, fontSize, slot.font);
  if (slot.look === 'upright') return { x: x - fontSize * 0.25, y, w: fontSize, h: length };
  const left = slot.anchor === 'start' ? x : slot.anchor === 'middle' ? x - length / 2 : x - length;
  return { x: left, y: y - fontSize * 0.8, w: length, h: fontSize };
}

export function labelsOf(layout: Layout, zoom: Zoom): readonly Label[] {
  return layout.slots.flatMap((slot) => {
    if (zoom.level < slot.from || zoom.level > slot.to) return [];
    const wanted = Math.max(
      slot.size,
      LEGIBLE / zoom.scale,
      slot.look === 'title' ? (slot.size * 0.85) / zoom.scale : 0,
    );
    // Better small than cut; but a long name does not make all of itself small
    const upright = slot.look === 'upright';
    const [length, across] = upright ? [slot.box.h, slot.box.w] : [slot.box.w, slot.box.h];
    const wholeOf = (text: string): number => length / Math.max(0.1, textWidth(text, 1, slot.font));
    const said = wholeOf(slot.text) < LEAST / zoom.scale ? (slot.short ?? slot.text) : slot.text;
    const whole = wholeOf(said);
    const least = SHRINKING.has(slot.look) ? LEAST / zoom.scale : Math.max(wanted * 0.75, LEAST / zoom.scale);
    const fontSize = Math.min(wanted, across / 1.22, Math.max(whole, least));
    if (fontSize * zoom.scale < LEAST) return [];
    // Half an address is a wrong address
    if (slot.look === 'address' && whole < fontSize - 0.01) return [];
    const text = cut(said, length, fontSize, slot.font);
    return text === '' ? [] : [{ slot, text, fontSize, ...anchorPoint(slot, fontSize) }];
  });
}

/** Where SVG wants the text: its anchor, and the baseline that centres it in its slot. */
function anchorPoint(
  { box, anchor, look }: Slot,
  fontSize: number,
): { readonly x: number; readonly y: number } {
  if (look === 'upright') return { x: box.x + box.w / 2 - fontSize * 0.35, y: box.y };
  const share = anchor === 'start' ? 0 : anchor === 'middle' ? 0.5 : 1;
  return { x: box.x + box.w * share, y: box.y + box.h / 2 + clamp(fontSize * 0.35, 0, box.h / 2) };
}
