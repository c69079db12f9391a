import { Fragment, memo } from 'react';
import { labelsOf, type Zoom } from './labels.ts';
import { glyphOf, type Glyph } from './lens.ts';
import type { Layout, Slot } from './layoutTypes.ts';
import { textWidth } from './text.ts';
import css from './topology.module.css';

/** Every text of the board. Names are text and nothing else; what is cut shows in full on hover. */
export const Labels = memo(function Labels({
  layout,
  zoom,
}: {
  readonly layout: Layout;
  readonly zoom: Zoom;
}) {
  return (
    <g aria-hidden="true">
      {labelsOf(layout, zoom).map(({ slot, text, fontSize, x, y }) => {
        const whole = text === slot.text;
        return (
          <Fragment key={slot.id}>
            {slot.look === 'switch' ? (
              <rect
                x={x - 4}
                y={y - fontSize}
                width={textWidth(text, fontSize, slot.font) + 8}
                height={fontSize * 1.4}
                className={css['backing']}
              />
            ) : null}
            <text
              data-of={subjectOf(layout, slot)}
              {...(slot.look === 'upright' ? { transform: `translate(${x} ${y}) rotate(90)` } : { x, y })}
              fontSize={fontSize}
              textAnchor={slot.anchor}
              className={`${css['label']} ${css[`look-${slot.look}`] ?? ''} ${css[slot.font] ?? ''}${whole ? '' : ` ${css['cut']}`}`}
            >
              {!whole && <title>{slot.text}</title>}
              {text}
            </text>
          </Fragment>
        );
      })}
    </g>
  );
});

/** Of which glyph a text speaks, where the lens tells such glyphs apart. */
function subjectOf({ doors }: Layout, { id, look }: Slot): Glyph | undefined {
  if (look === 'switch' || look === 'gate') return look;
  if (id.endsWith('#mac')) return 'mac';
  const door = doors.get(id.replace(/#ip$/, ''));
  return door && glyphOf(door);
}
