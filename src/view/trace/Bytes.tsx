import type { KeyboardEvent } from 'react';
import { useT } from '../i18n/useT.ts';
import { CopyButton } from '../open/CopyButton.tsx';
import { dumpText, type InspectedFrame, type Size } from './inspect.ts';
import { printSize } from './InOut.tsx';
import { moveFocus } from './moveFocus.ts';
import css from './Bytes.module.css';

/** As many as fit the panel. */
const PER_LINE = 12;

interface Props {
  readonly frame: InspectedFrame;
  readonly size: Size;
  readonly active: string | undefined;
  readonly onActive: (key: string | undefined) => void;
  /** the bytes are laid over those of the hop before */
  readonly compares: boolean;
  readonly onCompares: (compares: boolean) => void;
}

interface Piece {
  readonly key: string;
  readonly layer: string;
  readonly title: string;
  readonly text: string;
  readonly from: number;
  readonly bytes: readonly number[];
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
        const bytes = [...run.bytes.subarray(Math.max(from - run.from, 0), to - run.from)];
        const { key, layer, title } = run;
        const first = Math.max(from, run.from);
        const text = bytes.map(hex).join(' ');
        return { key, layer, title, text, from: first, bytes, isFirst: run.from >= from };
      });
    return { offset: from, pieces };
  });
}

/** The bytes of the frame as the wire carries them; each belongs to a field. */
export function Bytes({ frame, size, active, onActive, compares, onCompares }: Props) {
  const { ui } = useT();
  const leave = (): void => {
    onActive(undefined);
  };
  const was = compares ? frame.was : undefined;
  const heading = ui.packet.bytes(frame.length, printSize(size));
  return (
    <section aria-label={heading} className={css['bytes']}>
      <h2 className={css['heading']} title={ui.packet.bytesHelp}>
        {heading}
      </h2>
      {frame.was === undefined ? null : (
        <label className={css['compare']}>
          <input
            type="checkbox"
            checked={compares}
            onChange={({ target }) => {
              onCompares(target.checked);
            }}
          />
          {ui.packet.compare}
        </label>
      )}
      {was === undefined ? null : <Verdict frame={frame} was={was} />}
      <div className={css['dump']} data-moves onMouseLeave={leave} onBlur={leave}>
        {linesOf(frame).map((line) => (
          <div key={line.offset}>
            <div className={css['line']}>
              <span className={css['offset']}>{line.offset.toString(16).padStart(4, '0')}</span>
              {line.pieces.map((piece) => (
                <PieceOfField
                  key={piece.key}
                  piece={piece}
                  was={was}
                  isActive={piece.key === active}
                  isStop={line.offset === 0 && piece === line.pieces[0]}
                  onActive={onActive}
                />
              ))}
            </div>
            {was === undefined ? null : <LineBefore line={line} was={was} />}
          </div>
        ))}
      </div>
      <div className={css['tools']}>
        <CopyButton
          key={dumpText(frame)}
          text={dumpText(frame)}
          label={ui.packet.copyBytes}
          done={ui.packet.copied}
        />
      </div>
    </section>
  );
}

type Was = NonNullable<InspectedFrame['was']>;

/** How many bytes are not what they were. */
function Verdict({ frame, was }: { readonly frame: InspectedFrame; readonly was: Was }) {
  const { ui } = useT();
  const changed = frame.runs.reduce(
    (sum, run) => sum + run.bytes.filter((byte, i) => was[run.from + i] !== byte).length,
    0,
  );
  return (
    <p className={css['verdict']}>{changed === 0 ? ui.packet.sameBytes : ui.packet.changedBytes(changed)}</p>
  );
}

/** Under a line of which something changed: what stood there before. */
function LineBefore({ line, was }: { readonly line: Line; readonly was: Was }) {
  const { ui } = useT();
  const bytes = line.pieces.flatMap((piece) =>
    piece.bytes.map((byte, i) => {
      const before = was[piece.from + i];
      return before === undefined || before === byte ? '  ' : hex(before);
    }),
  );
  if (bytes.every((text) => text === '  ')) return null;
  return (
    <div className={`${css['line']} ${css['before']}`}>
      <span className={css['offset']} title={ui.packet.bytesBefore}>
        {'   ↑'}
      </span>
      <span className="visually-hidden">{ui.packet.bytesBefore}</span>
      <span className={css['old']}>{bytes.join(' ')}</span>
    </div>
  );
}

interface PieceProps {
  readonly piece: Piece;
  readonly was: Was | undefined;
  readonly isActive: boolean;
  readonly isStop: boolean;
  readonly onActive: (key: string | undefined) => void;
}

function PieceOfField({ piece, was, isActive, isStop, onActive }: PieceProps) {
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
      {was === undefined ? piece.text : <Compared piece={piece} was={was} />}
    </span>
  );
}

function Compared({ piece, was }: { readonly piece: Piece; readonly was: Was }) {
  return piece.bytes.map((byte, i) => {
    const at = piece.from + i;
    return (
      <span key={at}>
        {i === 0 ? '' : ' '}
        {was[at] === byte ? hex(byte) : <b className={css['changed']}>{hex(byte)}</b>}
      </span>
    );
  });
}
