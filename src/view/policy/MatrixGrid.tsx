/** The grid with its cursor: pointed at, clicked, or walked with the arrows. Cells that an edit changed flash. */
import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent, type MouseEvent } from 'react';
import { onThemeChange } from '../topology/palette.ts';
import { cellAtPoint, sizeOf, type Grid } from './grid.ts';
import { paintMatrix, readMatrixPalette, type Place } from './matrixPaint.ts';
import css from './MatrixTab.module.css';

interface Props {
  readonly grid: Grid;
  readonly label: string;
  /** the cell under the cursor in words */
  readonly told: string;
  /** a new list flashes */
  readonly changed: readonly Place[];
  readonly chosen: Place | undefined;
  readonly onPoint: (place: Place | undefined) => void;
  readonly onChoose: (place: Place) => void;
}

const FLASH_MS = 1600;
const ROOM = 320;

export function MatrixGrid({ grid, label, told, changed, chosen, onPoint, onChoose }: Props) {
  const id = useId();
  const canvas = useRef<HTMLCanvasElement>(null);
  const host = useRef<HTMLDivElement>(null);
  const [room, setRoom] = useState(ROOM);
  const [cursor, setCursor] = useState<Place>();
  const size = useMemo(() => sizeOf(grid.lines, room), [grid, room]);
  const shown = cursor ?? chosen;

  useEffect(() => {
    const element = host.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => {
      setRoom(element.clientWidth);
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
    };
  }, []);

  const paint = useRef<(flash: number) => void>(() => undefined);
  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (!element || !context) return undefined;
    let palette = readMatrixPalette(element);
    const ratio = Math.min(2, globalThis.devicePixelRatio || 1);
    const [width, height] = [Math.round(size.width * ratio), Math.round(size.height * ratio)];
    if (element.width !== width) element.width = width;
    if (element.height !== height) element.height = height;
    paint.current = (flash) => {
      paintMatrix(context, { grid, size, cursor: shown, changed, flash, palette, ratio });
    };
    paint.current(0);
    return onThemeChange(() => {
      palette = readMatrixPalette(element);
      paint.current(0);
    });
  }, [grid, size, shown, changed]);

  useEffect(() => {
    if (changed.length === 0) return undefined;
    const began = performance.now();
    const isStill = matchMedia('(prefers-reduced-motion: reduce)').matches;
    let request = 0;
    const frame = (now: number): void => {
      const left = Math.max(0, 1 - (now - began) / FLASH_MS);
      paint.current(isStill && left > 0 ? 1 : left);
      if (left > 0) request = requestAnimationFrame(frame);
    };
    request = requestAnimationFrame(frame);
    return () => {
      cancelAnimationFrame(request);
    };
  }, [changed]);

  const placeAt = (event: MouseEvent): Place | undefined => {
    const frame = event.currentTarget.getBoundingClientRect();
    return cellAtPoint(size, grid.lines.length, { x: event.clientX - frame.x, y: event.clientY - frame.y });
  };
  const point = (place: Place | undefined): void => {
    if (place?.row === cursor?.row && place?.column === cursor?.column) return;
    setCursor(place);
    onPoint(place);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const moved = movedBy(event.key, shown, grid.lines.length);
    if (moved) point(moved);
    else if ((event.key === 'Enter' || event.key === ' ') && shown) onChoose(shown);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div
      ref={host}
      className={css['grid']}
      role="listbox"
      aria-label={label}
      aria-activedescendant={id}
      tabIndex={0}
      data-testid="matrix"
      data-lines={grid.lines.length}
      onKeyDown={onKeyDown}
    >
      <canvas
        ref={canvas}
        aria-hidden="true"
        style={{ width: size.width, height: size.height }}
        onPointerMove={(event) => {
          point(placeAt(event));
        }}
        onPointerLeave={() => {
          point(undefined);
        }}
        onClick={(event) => {
          const place = placeAt(event);
          if (place) onChoose(place);
        }}
      />
      {/* of the options only the present one is there: a million would be too many */}
      <div id={id} role="option" className="visually-hidden" aria-selected={chosen !== undefined}>
        {told}
      </div>
    </div>
  );
}

function movedBy(key: string, from: Place | undefined, count: number): Place | undefined {
  const by: Readonly<Record<string, readonly [number, number]>> = {
    ArrowUp: [-1, 0],
    ArrowDown: [1, 0],
    ArrowLeft: [0, -1],
    ArrowRight: [0, 1],
  };
  const step = by[key];
  if (!step || count === 0) return undefined;
  if (!from) return { row: 0, column: 0 };
  const within = (n: number): number => Math.max(0, Math.min(count - 1, n));
  return { row: within(from.row + step[0]), column: within(from.column + step[1]) };
}
