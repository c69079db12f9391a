import type { KeyboardEvent } from 'react';
import { useT } from '../i18n/useT.ts';
import type { InspectedFrame } from './inspect.ts';
import { moveFocus } from './moveFocus.ts';
import css from './Bytes.module.css';

/** As many as fit the panel. */
const PER_LINE = 12;

interface Props {
  readonly frame: InspectedFrame;
  readonly active: string | undefined;
  readonly onActive: (key: string | undefined) => void;
}

interface Piece {
  readonly key: string;
  readonly layer: string;
  readonly title: string;
  readonly text: string;
  /** the first piece of its field, where the keyboard stops */
  readonly isFirst: boolean;
}

interface Line {
  readonly offset: number;
  readonly pieces: readonly Piece[];
}

const hex = (byte: number): string => byte.toString(16).padStart(2, '0');

/** Lines of a dump; each is cut where a field ends, so that a field is one piece per line. */
function linesOf({ length, runs }: InspectedFrame): readonly Line[] {
  return Array.from({ length: Math.ceil(length / PER_LINE) }, (_, i) => {
    const [from, to] = [i * PER_LINE, (i + 1) * PER_LINE];
    const pieces = runs
      .filter((run) => run.from < to && run.from + run.bytes.length > from)
      .map((run) => {
        const bytes = run.bytes.subarray(Math.max(from - run.from, 0), to - run.from);
        const { key, layer, title } = run;
        return { key, layer, title, text: Array.from(bytes, hex).join(' '), isFirst: run.from >= from };
      });
    return { offset: from, pieces };
  });
}

/** The bytes of the frame as the wire carries them; each belongs to a field. */
export function Bytes({ frame, active, onActive }: Props) {
  const { ui } = useT();
  const leave = (): void => {
    onActive(undefined);
  };
  return (
    <section aria-label={ui.packet.bytes(frame.length)} className={css['bytes']}>
      <h2 className={css['heading']} title={ui.packet.bytesHelp}>
        {ui.packet.bytes(frame.length)}
      </h2>
      <div className={css['dump']} data-moves onMouseLeave={leave} onBlur={leave}>
        {linesOf(frame).map((line) => (
          <div key={line.offset} className={css['line']}>
            <span className={css['offset']}>{line.offset.toString(16).padStart(4, '0')}</span>
            {line.pieces.map((piece) => (
              <PieceOfField
                key={piece.key}
                piece={piece}
                isActive={piece.key === active}
                isStop={line.offset === 0 && piece === line.pieces[0]}
                onActive={onActive}
              />
            ))}
          </div>
        ))}
      </div>
    </section>
  );
}

interface PieceProps {
  readonly piece: Piece;
  readonly isActive: boolean;
  readonly isStop: boolean;
  readonly onActive: (key: string | undefined) => void;
}

function PieceOfField({ piece, isActive, isStop, onActive }: PieceProps) {
  const show = (): void => {
    onActive(piece.key);
  };
  return (
    <span
      className={`${css['piece']} ${isActive ? css['active'] : ''}`}
      data-layer={piece.layer}
      title={piece.title}
      onMouseEnter={show}
      {...(piece.isFirst
        ? {
            role: 'img',
            'aria-label': `${piece.title} (${piece.text})`,
            'data-piece': true,
            tabIndex: isStop ? 0 : -1,
            onFocus: show,
            onKeyDown: (event: KeyboardEvent<HTMLElement>) => {
              moveFocus(event, '[data-piece]');
            },
          }
        : {})}
    >
      {piece.text}
    </span>
  );
}
