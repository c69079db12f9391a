/**
 * NAT as a swap of labels on a packet's plate: the old address is struck through and drops beneath the line as "was ...", the
 * new one slides in at its place. Afterwards the packet keeps the old one beneath, wherever it goes. Everything in CSS pixels.
 */
import type { Renamed } from '../../trace/nat.ts';
import { clamp, type Point } from './geometry.ts';
import type { Brush } from './paint.ts';
import { textWidth } from './text.ts';
import { CAPTION, ease } from './train.ts';

export interface RenamedLabel {
  readonly half: Renamed['half'];
  readonly was: string;
  readonly is: string;
  /** it happens in this very step */
  readonly isNow: boolean;
}

/** What the labels of a packet say. `word` is "was" in the language of the page. */
export interface Renaming {
  readonly word: string;
  readonly labels: readonly RenamedLabel[];
}

const ARROW = ' → ';
const SLIDE = 26;

/** Without the port (or ICMP id) when that stayed what it was. */
function brief({ was, is }: Renamed): { readonly was: string; readonly is: string } {
  const [wasAddress = '', wasRest] = split(was);
  const [isAddress = '', isRest] = split(is);
  return wasRest === isRest ? { was: wasAddress, is: isAddress } : { was, is };
}

function split(end: string): readonly string[] {
  return [/^[^ :]*/.exec(end)?.[0] ?? end, end.replace(/^[^ :]*/, '')];
}

/** The labels for a packet whose outermost addresses are those of `caption`: what is inside a tunnel shows none. */
export function renamingOf(
  renamed: readonly Renamed[],
  { caption, seq, word }: { readonly caption: string; readonly seq: number; readonly word: string },
): Renaming | undefined {
  const [src, dst] = caption.split(ARROW);
  const labels = renamed.flatMap((one): readonly RenamedLabel[] => {
    const outer = one.half === 'src' ? src : dst;
    const { was, is } = brief(one);
    return split(is)[0] === outer ? [{ half: one.half, was, is, isNow: one.seq === seq }] : [];
  });
  return labels.length === 0 ? undefined : { word, labels };
}

/** The caption with ports where these were rewritten too. */
export function captionWith(caption: string, renaming: Renaming | undefined): string {
  if (!renaming) return caption;
  const [src = '', dst = ''] = caption.split(ARROW);
  const is = (half: Renamed['half'], plain: string): string =>
    renaming.labels.find((label) => label.half === half)?.is ?? plain;
  return `${is('src', src)}${ARROW}${is('dst', dst)}`;
}

interface Placed extends RenamedLabel {
  /** from the left of the caption */
  readonly x: number;
  readonly text: string;
}

/** The labels beneath the caption; the second gives way to the first. */
function placed(caption: string, { word, labels }: Renaming, unit: number): readonly Placed[] {
  const width = (text: string): number => textWidth(text, CAPTION.font * unit, 'mono');
  const [src = ''] = caption.split(ARROW);
  let free = 0;
  return labels
    .toSorted((a) => (a.half === 'src' ? -1 : 1))
    .map((label) => {
      const x = Math.max(free, label.half === 'src' ? 0 : width(`${src}${ARROW}`));
      const text = `${word} ${label.was}`;
      free = x + width(`${text}  `);
      return { ...label, x, text };
    });
}

/** What the labels need beneath the caption: [width, height]. */
export function renamingSize(caption: string, renaming: Renaming | undefined, unit: number): Point {
  if (!renaming) return { x: 0, y: 0 };
  const last = placed(captionWith(caption, renaming), renaming, unit).at(-1);
  const x = last ? last.x + textWidth(last.text, CAPTION.font * unit, 'mono') : 0;
  return { x, y: (CAPTION.height - 1) * unit };
}

/** Draws the caption with its rewritten halves; `at` is the left of its line, in the middle of its height. */
export function paintRenamed(
  { context, palette }: Brush,
  { at, unit, t }: { readonly at: Point; readonly unit: number; readonly t: number },
  caption: string,
  renaming: Renaming,
): void {
  const whole = captionWith(caption, renaming);
  const [src = '', dst = ''] = whole.split(ARROW);
  const font = `${CAPTION.font * unit}px ${palette.mono}`;
  const below = (CAPTION.height - 1) * unit;
  const p = ease(clamp((t - 0.25) / 0.6, 0, 1));
  context.font = font;
  const halves = [
    { half: 'src', text: src, x: 0 },
    { half: 'dst', text: dst, x: context.measureText(`${src}${ARROW}`).width },
  ] as const;
  context.fillText(ARROW, at.x + context.measureText(src).width, at.y);
  const isNew = (half: Renamed['half']): boolean =>
    renaming.labels.some((label) => label.half === half && label.isNow);
  for (const { half, text, x } of halves) {
    context.save();
    if (isNew(half)) {
      context.font = `700 ${font}`;
      context.globalAlpha = p;
      context.fillText(text, at.x + x + SLIDE * (1 - p), at.y);
    } else context.fillText(text, at.x + x, at.y);
    context.restore();
  }
  const { word } = renaming;
  for (const { half, x, was, isNow } of placed(whole, renaming, unit)) {
    const down = isNow ? p : 1;
    const start = half === 'src' ? 0 : halves[1].x;
    const left = at.x + start + (x - start) * down;
    const y = at.y + below * down;
    context.save();
    context.globalAlpha = 0.8;
    const lead = down > 0.5 ? `${word} ` : '';
    context.fillText(lead, left, y);
    const from = left + context.measureText(lead).width;
    context.fillText(was, from, y);
    context.fillStyle = palette.bad;
    // the stroke is drawn before the label falls
    const struck = isNow ? clamp(t / 0.25, 0, 1) : 1;
    context.fillRect(from, y - 0.5, context.measureText(was).width * struck, 1.5);
    context.restore();
  }
}
