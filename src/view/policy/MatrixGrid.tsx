/** The grid with its cursor: pointed at, clicked, or walked with the arrows. Cells that an edit changed flash. */
import {
  useEffect,
  useId,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type MouseEvent,
} from 'react';
import { onThemeChange } from '../topology/palette.ts';
import type { Stamp } from './blitCells.ts';
import { cellAtPoint, sizeOf, type Grid, type GridSize, type Place } from './grid.ts';
import { paintMatrix, readMatrixPalette, stampsOf, type MatrixPalette } from './matrixPaint.ts';
import css from './MatrixTab.module.css';

interface Props {
  readonly grid: Grid;
  readonly label: string;
  /** the cell under the cursor in words */
  readonly told: string;
  readonly changed: readonly Place[];
  /** another one makes what changed flash */
  readonly edition: number;
  readonly chosen: Place | undefined;
  readonly onPoint: (place: Place | undefined) => void;
  readonly onChoose: (place: Place) => void;
}

const FLASH_MS = 1600;
const ROOM = 320;
/** the share of the window's height that the grid takes at most, as its style says */
const TALLEST = 0.6;

export function MatrixGrid(props: Props) {
  const { grid, label, told, changed, edition, chosen, onPoint, onChoose } = props;
  const id = useId();
  const canvas = useRef<HTMLCanvasElement>(null);
  const host = useRef<HTMLDivElement>(null);
  const [room, setRoom] = useState({ width: ROOM, height: ROOM });
  const [cursor, setCursor] = useState<Place>();
  const size = useMemo(() => sizeOf(grid.lines, room.width), [grid.lines, room.width]);
  const shown = cursor ?? chosen;
  const window = {
    width: Math.min(size.width, room.width),
    height: Math.min(size.height, room.height),
  };

  useEffect(() => {
    const element = host.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => {
      // as much of the picture as the screen can ever show of it
      setRoom({ width: element.clientWidth, height: Math.ceil(innerHeight * TALLEST) });
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
    };
  }, []);

  const paint = useRef<(flash: number) => void>(() => undefined);
  const look = useRef<Look>(undefined);
  const { width, height } = window;
  // in the frame of the words around it
  useLayoutEffect(() => {
    const [element, frame] = [canvas.current, host.current];
    const context = element?.getContext('2d');
    if (!element || !frame || !context) return undefined;
    const ratio = (globalThis.devicePixelRatio || 1) > 1 ? 2 : 1;
    if (element.width !== width * ratio) element.width = width * ratio;
    if (element.height !== height * ratio) element.height = height * ratio;
    // kept: the cursor moves more often than the theme
    const { cell } = size;
    if (look.current?.cell !== cell || look.current.ratio !== ratio) look.current = undefined;
    paint.current = (flash) => {
      const { palette, stamps } = (look.current ??= lookOf(element, cell, ratio));
      const place = { x: Math.round(frame.scrollLeft), y: Math.round(frame.scrollTop) };
      const part = { ...place, width, height };
      paintMatrix(context, {
        grid,
        size,
        cursor: shown,
        changed,
        flash,
        palette,
        stamps,
        ratio,
        window: part,
      });
    };
    const repaint = (): void => {
      paint.current(0);
    };
    repaint();
    frame.addEventListener('scroll', repaint, { passive: true });
    const forget = onThemeChange(() => {
      look.current = undefined;
      repaint();
    });
    return () => {
      frame.removeEventListener('scroll', repaint);
      forget();
    };
  }, [grid, size, width, height, shown, changed]);

  const hasChanged = changed.length > 0;
  const flashed = useRef<number>(undefined);
  useEffect(() => {
    if (!hasChanged || flashed.current === edition) return undefined;
    flashed.current = edition;
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
    // of one edition once: neither another port nor a search is an edit
  }, [edition, hasChanged]);

  const placeAt = (event: MouseEvent): Place | undefined => {
    const frame = event.currentTarget.getBoundingClientRect();
    const [x, y] = [event.clientX - frame.x, event.clientY - frame.y];
    const { scrollLeft, scrollTop } = host.current ?? { scrollLeft: 0, scrollTop: 0 };
    return cellAtPoint(size, grid.lines.length, { x: x + scrollLeft, y: y + scrollTop });
  };
  const point = (place: Place | undefined): void => {
    if (place?.row === cursor?.row && place?.column === cursor?.column) return;
    setCursor(place);
    onPoint(place);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const moved = movedBy(event.key, shown, grid.lines.length);
    if (moved) {
      point(moved);
      if (host.current) showCell(host.current, moved, size);
    } else if ((event.key === 'Enter' || event.key === ' ') && shown) onChoose(shown);
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
      data-cell={size.cell}
      data-edition={edition}
      onKeyDown={onKeyDown}
    >
      <div className={css['picture']} style={{ width: size.width, height: size.height }}>
        <canvas
          ref={canvas}
          aria-hidden="true"
          style={{ width, height }}
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
      </div>
      {/* of the options only the present one is there: a million would be too many */}
      <div id={id} role="option" className="visually-hidden" aria-selected={chosen !== undefined}>
        {told}
      </div>
    </div>
  );
}

interface Look {
  readonly cell: number;
  readonly ratio: number;
  readonly palette: MatrixPalette;
  readonly stamps: readonly Stamp[];
}

/** Colours and cells of the present theme; reads styles and pixels, so not per frame. */
function lookOf(element: Element, cell: number, ratio: number): Look {
  const palette = readMatrixPalette(element);
  return { cell, ratio, palette, stamps: stampsOf(cell, palette, ratio) };
}

/** Scrolls so far that a cell is seen. */
function showCell(host: HTMLElement, { row, column }: Place, { cell, left, top }: GridSize): void {
  const [x, y] = [left + column * cell, top + row * cell];
  host.scrollTo({
    left: Math.min(x - left, Math.max(host.scrollLeft, x + cell - host.clientWidth)),
    top: Math.min(y - top, Math.max(host.scrollTop, y + cell - host.clientHeight)),
  });
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
