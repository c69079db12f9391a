/**
 * Pan and zoom: the one place where D3 touches the DOM. The layer is moved by one CSS transform, which costs a fraction of
 * moving its shapes. Reports every change, and separately whether a person made it, so that a camera can yield.
 */
import { interpolateZoom, select, zoom, zoomIdentity, type D3ZoomEvent, type ZoomTransform } from 'd3';
import { bottom, clamp, right, type Point, type Rect } from './geometry.ts';

export interface Transform {
  readonly k: number;
  readonly x: number;
  readonly y: number;
}

export interface PanZoomOptions {
  readonly onTransform: (transform: Transform) => void;
  /** a person panned or zoomed */
  readonly onManual: () => void;
}

export interface PanZoom {
  /** the board changed; `most` is how large it may be shown */
  readonly update: (board: Rect, most?: number) => void;
  /** shows this rectangle, or else the whole board */
  readonly fit: (room?: Partial<Padding>, rect?: Rect) => void;
  readonly zoomBy: (factor: number) => void;
  readonly panBy: (dx: number, dy: number) => void;
  readonly centerOn: (point: Point, k?: number) => void;
  /** the same on a visible way; jumps when motion is unwelcome */
  readonly flyTo: (point: Point, k: number) => void;
  readonly isFlying: () => boolean;
  readonly transform: () => Transform;
  readonly destroy: () => void;
}

/** Room that something else covers, in pixels. */
export interface Padding {
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly left: number;
}

/** What floats over the board and has a use of its own for a drag or the wheel. */
function isStill({ target }: Event): boolean {
  return target instanceof Element && target.closest('[data-still]') !== null;
}

const LEAST_ZOOM = 0.02;
const MOST_ZOOM = 4;
/** A board smaller than its window is not blown up beyond this. */
const MOST_FIT = 1.35;
const FLIGHT_MS = 900;

/** How large a rectangle is shown when all of it shall be in sight. */
export function fitScale(rect: Rect, width: number, height: number): number {
  return clamp(Math.min(width / rect.w, height / rect.h), LEAST_ZOOM, MOST_FIT);
}

export function createPanZoom(
  viewport: HTMLElement,
  layer: HTMLElement | SVGElement,
  { onTransform, onManual }: PanZoomOptions,
): PanZoom {
  const selection = select(viewport);
  let board: Rect = { x: 0, y: 0, w: 1, h: 1 };
  let flight: number | undefined;
  let current: ZoomTransform = zoomIdentity;
  const behaviour = zoom<HTMLElement, unknown>()
    .scaleExtent([LEAST_ZOOM, MOST_ZOOM])
    // The wheel zooms, a drag with the main button pans; a press on something pickable is still a click (d3 tells them apart)
    .filter(
      (event: MouseEvent | WheelEvent | TouchEvent) =>
        !('button' in event && event.button > 0) && !isStill(event),
    )
    .clickDistance(4)
    .on('zoom', (event: D3ZoomEvent<HTMLElement, unknown>) => {
      current = event.transform;
      layer.style.display = '';
      layer.style.transform = `translate(${current.x}px, ${current.y}px) scale(${current.k})`;
      onTransform({ k: current.k, x: current.x, y: current.y });
      if (event.sourceEvent === null || event.sourceEvent === undefined) return;
      land();
      onManual();
    });
  selection.call(behaviour).on('dblclick.zoom', null);
  layer.style.transformOrigin = '0 0';

  const go = (to: ZoomTransform) => void selection.call((s) => behaviour.transform(s, to));
  const land = () => {
    if (flight !== undefined) cancelAnimationFrame(flight);
    flight = undefined;
  };
  const centred = ({ x, y }: Point, k: number) =>
    zoomIdentity.translate(viewport.clientWidth / 2 - x * k, viewport.clientHeight / 2 - y * k).scale(k);
  return {
    update(rect, most = MOST_ZOOM) {
      board = rect;
      const slack = 400;
      behaviour.scaleExtent([LEAST_ZOOM, most]).translateExtent([
        [board.x - slack, board.y - slack],
        [right(board) + slack, bottom(board) + slack],
      ]);
    },
    fit(room = {}, rect = board) {
      land();
      const { top = 0, left = 0 } = room;
      const width = viewport.clientWidth - left - (room.right ?? 0);
      const height = viewport.clientHeight - top - (room.bottom ?? 0);
      if (width <= 0 || height <= 0) return;
      const k = fitScale(rect, width, height);
      go(
        zoomIdentity
          .translate(
            left + (width - rect.w * k) / 2 - rect.x * k,
            top + (height - rect.h * k) / 2 - rect.y * k,
          )
          .scale(k),
      );
    },
    zoomBy: (factor) => void selection.call((s) => behaviour.scaleBy(s, factor)),
    panBy: (dx, dy) => void selection.call((s) => behaviour.translateBy(s, dx / current.k, dy / current.k)),
    centerOn(point, k = current.k) {
      land();
      go(centred(point, k));
    },
    flyTo(point, k) {
      land();
      const width = viewport.clientWidth;
      if (width === 0 || matchMedia('(prefers-reduced-motion: reduce)').matches) {
        go(centred(point, k));
        return;
      }
      const [x, y] = current.invert([width / 2, viewport.clientHeight / 2]);
      // in d3's words a view is its middle and the width it shows
      const way = interpolateZoom([x, y, width / current.k], [point.x, point.y, width / k]);
      const time = clamp(way.duration / 2, 200, FLIGHT_MS);
      const from = performance.now();
      const frame = () => {
        const part = Math.min(1, (performance.now() - from) / time);
        const [cx, cy, shown] = way(part * part * (3 - 2 * part));
        flight = part < 1 ? requestAnimationFrame(frame) : undefined;
        go(centred({ x: cx, y: cy }, width / shown));
      };
      flight = requestAnimationFrame(frame);
    },
    isFlying: () => flight !== undefined,
    transform: () => ({ k: current.k, x: current.x, y: current.y }),
    destroy: () => {
      land();
      selection.on('.zoom', null);
    },
  };
}
