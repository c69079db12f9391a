/**
 * What holds the board's elements together outside React: pan and zoom, the packet canvas, size, theme. A person's pan or
 * zoom is kept until `fit`; until then an edit or a resize fits the board again.
 */
import type { Place } from '../../trace/timeline.ts';
import { bottom, centre, clamp, right, type Point, type Rect } from './geometry.ts';
import type { Layout } from './layoutTypes.ts';
import type { ShownClock } from './clockFace.ts';
import { createCrossFade, type CrossFade } from './crossFade.ts';
import { createPacketLayer, type PacketLayer } from './packetLayer.ts';
import type { PaintedPacket } from './painted.ts';
import { onThemeChange, readPalette } from './palette.ts';
import { surroundingsOf } from './around.ts';
import { createPanZoom, type PanZoom, type Transform } from './panZoom.ts';
import { pointOf } from './path.ts';

/** What the owner of the playhead and of the zoom buttons holds. */
export interface BoardHandle {
  /** `fades`: another still picture, to which the former one gives way */
  readonly draw: (packets: readonly PaintedPacket[], fades?: boolean) => void;
  /** the clock of a client that waits; undefined takes it away */
  readonly clock: (shown: ShownClock | undefined) => void;
  readonly fit: () => void;
  readonly zoomBy: (factor: number) => void;
  readonly panBy: (dx: number, dy: number) => void;
  /** follow-camera: brings a place to the middle when it is outside the middle third */
  readonly follow: (place: Place) => void;
}

export interface CameraElements {
  readonly viewport: HTMLElement;
  readonly layer: SVGSVGElement;
  readonly canvas: HTMLCanvasElement;
  /** below the canvas, for a picture that fades */
  readonly ghost: HTMLCanvasElement;
}

export interface CameraView {
  readonly layout: Layout;
  /** the word on a packet that ends here */
  readonly dropped: string;
  readonly onManual: (() => void) | undefined;
  /** always as a whole, however small the window is */
  readonly isFigure?: boolean;
}

export interface Camera {
  readonly handle: BoardHandle;
  /** Answers with how to let go. */
  readonly attach: (elements: CameraElements, onScale: (scale: number) => void) => () => void;
  readonly show: (view: CameraView) => void;
  /** brings what has the focus into sight */
  readonly reveal: (rect: Rect) => void;
  /** goes there visibly, near enough to read it */
  readonly flyTo: (rect: Rect) => void;
  /** puts a point of the board in the middle: the minimap */
  readonly lookAt: (point: Point) => void;
  /** of a large board: shows what stands open rather than everything */
  readonly showStage: () => void;
  readonly transform: () => Transform;
  readonly scale: () => number;
  /** from the window to the board */
  readonly toBoard: (clientX: number, clientY: number) => Point | undefined;
  /** hears every change of pan, zoom and size; answers with how to stop */
  readonly watch: (changed: () => void) => () => void;
}

interface Attached extends CameraElements {
  readonly panZoom: PanZoom;
  readonly packets: PacketLayer;
  readonly crossFade: CrossFade;
}

/** So much of the window is filled by what one flies to, if that does not blow it up beyond reason. */
const SHARE = 0.5;
const MOST_ZOOM = { cards: 4, grid: 9 } as const;
const NEAR = { cards: 1.1, grid: 6 } as const;

/** A window narrower or lower than this shows only where the packet is: a phone, upright or on its side. */
const NARROW = 600;
const LOW = 320;
/** A card that would be so much smaller is shown whole; else so much of it, or the way through it would be lost. */
const NEARLY = 0.8;
const LEAST_SEEN = 0.6;
const MOST_NEAR = 1.2;

/** Room around a fitted board, for what floats over it: on boards of many nodes the search is a field. */
const AROUND = { top: 12, right: 12, bottom: 12, left: 12 };
const TIGHT = { top: 4, right: 4, bottom: 4, left: 4 };
const BELOW_SEARCH = 50;
/** In a narrow window the choice of the backend stands in the lower corner. */
const ABOVE_CHOICE = 56;

export function createCamera(first: CameraView): Camera {
  let view = first;
  let attached: Attached | undefined;
  let manual = false;
  let stage = false;
  /** what a small window was last moved to */
  let focus: { readonly name: string; readonly place: Place } | undefined;
  const watchers = new Set<() => void>();

  const isSmall = ({ viewport }: CameraElements): boolean =>
    view.isFigure !== true && (viewport.clientWidth < NARROW || viewport.clientHeight < LOW);
  const isGrid = (): boolean => view.layout.bounds !== undefined;
  const refit = (): void => {
    const { width, height } = view.layout;
    const many = isGrid() || view.layout.nodes.some(({ open }) => !open);
    if (view.isFigure === true) {
      attached?.panZoom.fit(TIGHT);
      return;
    }
    const room = many ? { ...AROUND, top: BELOW_SEARCH } : AROUND;
    attached?.panZoom.fit(room, stage && isGrid() ? { x: 0, y: 0, w: width, h: height } : undefined);
  };
  const fit = (): void => {
    manual = false;
    stage = false;
    focus = undefined;
    refit();
  };
  const extend = ({ layout }: CameraView): void => {
    const { width, height } = layout;
    const most = MOST_ZOOM[isGrid() ? 'grid' : 'cards'];
    attached?.panZoom.update(layout.bounds ?? { x: 0, y: 0, w: width, h: height }, most);
  };
  const transform = (): Transform => attached?.panZoom.transform() ?? { k: 1, x: 0, y: 0 };
  const inView = (rect: Rect, margin: number): boolean => {
    if (!attached) return true;
    const { k, x, y } = attached.panZoom.transform();
    const { clientWidth: w, clientHeight: h } = attached.viewport;
    const [left, top] = [rect.x * k + x, rect.y * k + y];
    return (
      left >= w * margin &&
      right(rect) * k + x <= w * (1 - margin) &&
      top >= h * margin &&
      bottom(rect) * k + y <= h * (1 - margin)
    );
  };

  /** Moves when the packet goes to another card, and within one that is higher than the window. */
  const lookInto = ({ viewport, panZoom }: Attached, place: Place): void => {
    const point = pointOf(view.layout, place);
    if (!point) return;
    const { name, rect } = surroundingsOf(view.layout, place.ns, point);
    // in a window that is low but wide they stand beside it
    const [above, below] = viewport.clientWidth < NARROW ? [BELOW_SEARCH, ABOVE_CHOICE] : [0, 0];
    const [w, h] = [viewport.clientWidth - 8, viewport.clientHeight - above - below];
    const wide = Math.min(w / rect.w, MOST_NEAR);
    const whole = h / rect.h;
    const k = Math.min(wide, whole >= wide * NEARLY ? whole : whole / LEAST_SEEN);
    const isTight = rect.h * k > h;
    // the lens and the search lie over the upper edge, the backend over the lower one
    const shift = (below - above) / 2 / k;
    if (name === focus?.name) {
      // at its own zoom, for it may still be on its way there
      if (isTight && !inView({ ...point, w: 0, h: 0 }, 1 / 4))
        panZoom.centerOn({ x: centre(rect).x, y: point.y + shift }, k);
      return;
    }
    focus = { name, place };
    const middle = isTight ? { x: centre(rect).x, y: point.y } : centre(rect);
    panZoom.flyTo({ x: middle.x, y: middle.y + shift }, k);
  };
  /** The window has another size. */
  const settle = (): void => {
    if (manual) return;
    const last = focus?.place;
    focus = undefined;
    if (last && attached && isSmall(attached)) lookInto(attached, last);
    else refit();
  };

  return {
    handle: {
      draw: (packets, fades = false) => {
        const paint = (): void => attached?.packets.draw(packets);
        if (fades) attached?.crossFade.to(paint);
        else paint();
      },
      clock: (shown) => attached?.packets.clock(shown),
      fit,
      zoomBy: (factor) => {
        manual = true;
        attached?.panZoom.zoomBy(factor);
      },
      panBy: (dx, dy) => {
        manual = true;
        attached?.panZoom.panBy(dx, dy);
      },
      follow: (place) => {
        if (view.isFigure === true) return;
        if (attached && isSmall(attached)) {
          lookInto(attached, place);
          return;
        }
        // with the whole board in view there is nothing to follow
        if (inView({ x: 0, y: 0, w: view.layout.width, h: view.layout.height }, 0)) return;
        const point = pointOf(view.layout, place);
        if (!attached || !point || attached.panZoom.isFlying()) return;
        if (!inView({ x: point.x, y: point.y, w: 0, h: 0 }, 1 / 3))
          attached.panZoom.flyTo(point, transform().k);
      },
    },
    reveal: (rect) => {
      if (!inView(rect, 0)) attached?.panZoom.centerOn(centre(rect));
    },
    flyTo: (rect) => {
      if (!attached) return;
      manual = true;
      const { clientWidth: w, clientHeight: h } = attached.viewport;
      // a cell of the grid is small on the board, and lies above the origin
      const near = isGrid() && rect.y < 0 ? NEAR.grid : NEAR.cards;
      attached.panZoom.flyTo(
        centre(rect),
        clamp(Math.min((w * SHARE) / rect.w, (h * SHARE) / rect.h), 0.05, near),
      );
    },
    lookAt: (point) => {
      manual = true;
      attached?.panZoom.centerOn(point);
    },
    showStage: () => {
      manual = false;
      stage = true;
      refit();
    },
    transform,
    scale: () => transform().k,
    toBoard: (clientX, clientY) => {
      const frame = attached?.viewport.getBoundingClientRect();
      if (!frame) return undefined;
      const { k, x, y } = transform();
      return { x: (clientX - frame.x - x) / k, y: (clientY - frame.y - y) / k };
    },
    watch: (changed) => {
      watchers.add(changed);
      return () => watchers.delete(changed);
    },
    show: (next) => {
      const moved = next.layout !== view.layout;
      if ((next.layout.bounds === undefined) !== (view.layout.bounds === undefined)) {
        // another kind of board: where one was on the former means nothing here
        manual = false;
        stage = false;
      }
      view = next;
      const { layout, dropped } = next;
      attached?.packets.update({ layout, dropped });
      if (!moved) return;
      extend(view);
      if (!manual) refit();
    },
    attach: (elements, onScale) => {
      const { viewport, layer, canvas, ghost } = elements;
      const { layout, dropped } = view;
      const packets = createPacketLayer(canvas, {
        layout,
        dropped,
        transform: { k: 1, x: 0, y: 0 },
        palette: readPalette(viewport),
      });
      const panZoom = createPanZoom(viewport, layer, {
        onTransform: (transform) => {
          packets.update({ transform });
          onScale(transform.k);
          for (const changed of watchers) changed();
        },
        onManual: () => {
          manual = true;
          focus = undefined;
          view.onManual?.();
        },
      });
      attached = { ...elements, panZoom, packets, crossFade: createCrossFade(canvas, ghost) };
      extend(view);
      const size = new ResizeObserver(() => {
        packets.resize();
        settle();
        for (const changed of watchers) changed();
      });
      size.observe(viewport);
      fit();
      const unwatch = onThemeChange(() => packets.update({ palette: readPalette(viewport) }));
      return () => {
        attached = undefined;
        size.disconnect();
        unwatch();
        panZoom.destroy();
        packets.destroy();
      };
    },
  };
}
