/**
 * How wide a text is, and how it is cut, without a browser: layout is pure, so it estimates. The estimates lean to the wide
 * side; a text that fits here fits on the page.
 */
export type FontKind = 'sans' | 'mono';

/** Names may have megabytes; nothing beyond this is looked at. */
const LONGEST = 512;

/** Made when first needed: making one takes as long as drawing a board. */
let segmenter: Intl.Segmenter | undefined;
/** Each of these is a grapheme, whatever stands beside it: Latin, dashes and dots, arrows, Chinese. */
const PLAIN = /^[ -~\u00a1-\u024f\u2010-\u2027\u2190-\u21ff\u3001\u3002\u4e00-\u9fff\uff01-\uff5e]*$/;

/** Characters that turn the direction of what follows (U+061C, U+200E/F, U+202A-E, U+2066-9), and control characters: never drawn. */
// oxlint-disable-next-line no-control-regex
const unprintable = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** The text as it is drawn: on one line, without characters that could reorder its surroundings. */
export function clean(text: string): string {
  return text.replace(/\s+/g, ' ').replace(unprintable, '');
}

export function graphemes(text: string): readonly string[] {
  if (PLAIN.test(text)) return text.split('');
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** Width of one grapheme in em. */
function advance(grapheme: string, font: FontKind): number {
  const code = grapheme.codePointAt(0) ?? 0;
  // CJK, kana, hangul, full-width forms, emoji: a square, emoji a little more
  if (code >= 0x1f000 || grapheme.length > 2) return 1.4;
  if (code >= 0x1100) return code >= 0x2e80 ? 1.05 : 0.75;
  if (code >= 0x250) return 0.75;
  if (font === 'mono') return 0.61;
  if (/[ilj.,:;'|!]/.test(grapheme)) return 0.36;
  if (/[mwMW@%]/.test(grapheme)) return 0.98;
  if (/[A-Z]/.test(grapheme)) return 0.74;
  return 0.62;
}

/** Width of a text in units, at a font size in units. */
export function textWidth(text: string, size: number, font: FontKind): number {
  let em = 0;
  for (const grapheme of graphemes(text.slice(0, LONGEST))) em += advance(grapheme, font);
  return em * size * Math.max(1, text.length / LONGEST);
}

/** The text, or as much of its beginning as fits with an ellipsis; '' when not even four characters do. */
export function cut(text: string, width: number, size: number, font: FontKind): string {
  const pieces = graphemes(text.slice(0, LONGEST));
  const room = width / size;
  let em = 0;
  let fits = 0;
  const ellipsis = advance('…', font);
  for (const [i, piece] of pieces.entries()) {
    em += advance(piece, font);
    if (em + ellipsis <= room) fits = i + 1;
    if (em > room)
      return fits >= Math.min(4, pieces.length - 1) && fits > 0 ? `${pieces.slice(0, fits).join('')}…` : '';
  }
  return text.length > LONGEST ? `${pieces.slice(0, fits).join('')}…` : text;
}
