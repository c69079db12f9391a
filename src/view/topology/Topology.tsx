/**
 * The board: SVG owned by React, positions from layout.ts, moved by panZoom.ts, and one canvas above it for packets.
 * Frames never go through React: whoever owns the playhead calls `draw` of the handle.
 */
import {
  lazy,
  Suspense,
  useCallback,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type ReactNode,
  type Ref,
} from 'react';
import type { Board } from '../../engine/protocol.ts';
import type { Place } from '../../trace/timeline.ts';
import { namespaceAt } from './around.ts';
import { createCamera, type BoardHandle, type Camera } from './camera.ts';
import { Doors, DoorPlate } from './Doors.tsx';
import { Floor, Machine, NodeCard, OverlayArc, PlainWires, WirePath } from './glyphs.tsx';
import { rectOfTarget } from './find.ts';
import type { Rect } from './geometry.ts';
import { cellAt, isLarge, layoutHeat } from './heat.ts';
import { GateNote, type GateWords } from './GateNote.tsx';
import type { HeatWords } from './HeatGrid.tsx';
import { Labels } from './Labels.tsx';
import type { Lens } from '../../store/settings.ts';
import { dimmedBy } from './lens.ts';
import { zoomOf, type Zoom } from './labels.ts';
import { layoutBoard, MOST_OPEN } from './layout.ts';
import type { Layout, LayoutWords } from './layoutTypes.ts';
import { useOpened } from './opened.ts';
import { Pickables, type PickLabels } from './Pickables.tsx';
import type { Target } from './search.ts';
import { SearchBox, type SearchWords } from './SearchBox.tsx';
import { layoutStage } from './stage.ts';
import { trailPath } from './trail.ts';
import { useInspect } from './useInspect.ts';
import css from './topology.module.css';

export type { BoardHandle } from './camera.ts';

/** Only boards of many nodes have them. */
const HeatGrid = lazy(() => import('./HeatGrid.tsx'));
const Minimap = lazy(() => import('./Minimap.tsx'));

export type TopologyLabels = LayoutWords &
  PickLabels & {
    /** accessible name of the whole picture */ readonly board: string;
    /** the word on a packet that ends here */ readonly dropped: string;
    readonly heat: HeatWords;
    readonly search: SearchWords;
  };

export interface Selection {
  readonly source?: string | undefined;
  readonly target?: string | undefined;
}

export interface TopologyProps {
  readonly board: Board;
  readonly selection: Selection;
  /** what the current step lights: `${ns} ${dev}` of doors, and namespace ids */
  readonly highlighted: ReadonlySet<string>;
  /** `pod/NAMESPACE/NAME`, `node/NAME`, `client/NAME` */
  readonly onPick: (endpoint: string) => void;
  readonly labels: TopologyLabels;
  /** the table and chain that the packet is in */
  readonly note?: GateWords | undefined;
  /** where the packet has been, for the line behind it */
  readonly trail?: readonly Place[];
  /** what does not belong to it is dimmed */
  readonly lens?: Lens;
  /** flanneld of a node was pressed */
  readonly onDaemon?: (node: string) => void;
  /** a long press or its like, on a namespace */
  readonly onInspect?: (ns: string) => void;
  /** only looked at, always as a whole: nothing in it can be chosen, searched, moved or zoomed */
  readonly isFigure?: boolean;
  /** a person panned or zoomed: a camera should yield */
  readonly onManual?: () => void;
  readonly ref?: Ref<BoardHandle>;
  /** controls that float over the board */
  readonly children?: ReactNode;
}

const NONE: ReadonlySet<string> = new Set();
const NOWHERE: readonly Place[] = [];
const ignore = (): void => undefined;
/** Until the camera knows where the board lies (`panZoom.ts`). */
const UNPLACED = { display: 'none' } as const;

export function Topology({
  board,
  selection,
  highlighted,
  onPick,
  labels,
  note,
  trail = NOWHERE,
  lens = 'all',
  onDaemon = ignore,
  onInspect,
  isFigure = false,
  onManual,
  ref,
  children,
}: TopologyProps): ReactNode {
  const { source, target } = selection;
  const heat = useMemo(() => (isLarge(board) ? layoutHeat(board) : undefined), [board]);
  const { opened, lit, toggle } = useOpened(board, selection, highlighted);
  const layout = useMemo(
    () =>
      heat
        ? layoutStage(board, heat, labels, { nodes: [...opened], ends: [source, target] })
        : layoutBoard(board, labels, opened, isFigure),
    [board, heat, labels, opened, source, target, isFigure],
  );
  const walked = useMemo(() => trailPath(layout, trail), [layout, trail]);
  const viewport = useRef<HTMLDivElement>(null);
  const layer = useRef<SVGSVGElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const ghost = useRef<HTMLCanvasElement>(null);
  const [zoomed, setZoom] = useState<Zoom>(() => zoomOf(1));
  // a figure says what it can, however small it is
  const zoom = useMemo(
    (): Zoom => (isFigure && zoomed.level < 2 ? { ...zoomed, level: 2 } : zoomed),
    [isFigure, zoomed],
  );
  const [pointed, setPointed] = useState<string>();
  const [camera] = useState(() => createCamera({ layout, dropped: labels.dropped, onManual, isFigure }));
  useEffect(() => {
    camera.show({ layout, dropped: labels.dropped, onManual, isFigure });
  }, [camera, layout, labels.dropped, onManual, isFigure]);
  // before the first picture: otherwise its words are laid out twice, and shown once at the wrong size
  useLayoutEffect(() => {
    const [frame, svg, sheet, below] = [viewport.current, layer.current, canvas.current, ghost.current];
    if (!frame || !svg || !sheet || !below) return undefined;
    return camera.attach({ viewport: frame, layer: svg, canvas: sheet, ghost: below }, (scale) =>
      // nobody zooms a figure by small steps, so its words are as large as they can be
      setZoom((before) => (isFigure ? { ...zoomOf(scale), scale } : zoomOf(scale, before))),
    );
  }, [camera, isFigure]);

  useImperativeHandle(ref, () => camera.handle, [camera.handle]);
  useStage(camera, { isGrid: heat !== undefined, isTold: highlighted.size > 0, ends: `${source} ${target}` });
  const inspectAt = useCallback(
    (clientX: number, clientY: number) => {
      const point = camera.toBoard(clientX, clientY);
      const ns = point && (namespaceAt(layout, point) ?? (heat ? cellAt(heat, point)?.node.ns : undefined));
      if (ns !== undefined) onInspect?.(ns);
    },
    [camera, layout, heat, onInspect],
  );
  useInspect(viewport, inspectAt);
  const [found, setFound] = useState<Target>();
  const ring = found && rectOfTarget(layout, heat, found);
  const goTo = useCallback(
    (to: Target | undefined) => {
      setFound(to);
      const rect = to && rectOfTarget(layout, heat, to);
      if (rect) camera.flyTo(rect);
    },
    [camera, layout, heat],
  );
  const door = pointed === undefined ? undefined : layout.doors.get(pointed);
  return (
    <div
      ref={viewport}
      className={css['viewport']}
      data-level={zoom.level}
      data-dim={dimmedBy(lens).join(' ')}
      data-still={isFigure ? '' : undefined}
    >
      {heat && (
        <Suspense fallback={null}>
          <HeatGrid
            heat={heat}
            camera={camera}
            source={source}
            target={target}
            lit={lit}
            lens={lens}
            labels={labels}
            onPick={onPick}
          />
        </Suspense>
      )}
      <svg
        ref={layer}
        className={css['layer']}
        style={UNPLACED}
        width={layout.width}
        height={layout.height}
        role={isFigure ? 'img' : 'group'}
        aria-label={labels.board}
      >
        <Shapes layout={layout} highlighted={highlighted} />
        {walked === '' ? null : <Trail d={walked} />}
        <Labels layout={layout} zoom={zoom} />
        {isFigure ? null : (
          <Pickables
            layout={layout}
            labels={labels}
            source={source}
            target={target}
            onPick={onPick}
            onToggle={toggle}
            onDaemon={onDaemon}
            onFocusAt={camera.reveal}
          />
        )}
        <Doors layout={layout} lit={highlighted} onPoint={setPointed} />
        <GateNote layout={layout} note={note} />
        {door && <DoorPlate door={door} scale={zoom.scale} board={layout} />}
        {ring && <Found rect={ring} scale={zoom.scale} />}
      </svg>
      <canvas ref={ghost} className={`${css['packets']} ${css['ghost']}`} aria-hidden="true" />
      <canvas ref={canvas} className={css['packets']} aria-hidden="true" />
      {board.nodes.length > MOST_OPEN && !isFigure && (
        <Suspense fallback={null}>
          <Minimap layout={layout} heat={heat} camera={camera} />
        </Suspense>
      )}
      {isFigure ? null : (
        <SearchBox board={board} words={labels.search} wide={board.nodes.length > MOST_OPEN} onFound={goTo} />
      )}
      {children}
    </div>
  );
}

/** Everything without words and without input, from the ground up. */
function Shapes({
  layout,
  highlighted,
}: {
  readonly layout: Layout;
  readonly highlighted: ReadonlySet<string>;
}) {
  const { floors, wires, overlays, nodes, chips, machines } = layout;
  const bothLit = (a: string, b: string) => highlighted.has(a) && highlighted.has(b);
  const litOf = (namespaces: readonly string[]) => {
    const mine = [...highlighted].filter((key) =>
      namespaces.some((ns) => key === ns || key.startsWith(`${ns} `)),
    );
    return mine.length === 0 ? NONE : new Set(mine);
  };
  const cables = wires.filter(({ kind, plain }) => kind === 'cable' && plain !== true);
  return (
    <g aria-hidden="true">
      {floors.map((floor) => (
        <Floor key={floor.ns} floor={floor} lit={highlighted.has(floor.ns)} />
      ))}
      <PlainWires wires={wires} />
      {wires
        .filter(({ plain, a, b }) => plain === true && bothLit(a, b))
        .map((wire) => (
          <WirePath key={wire.id} wire={wire} lit />
        ))}
      {cables.map((wire) => (
        <WirePath key={wire.id} wire={wire} lit={bothLit(wire.a, wire.b)} />
      ))}
      {chips.map(({ name, rect }) => (
        <rect
          key={name}
          x={rect.x}
          y={rect.y}
          width={rect.w}
          height={rect.h}
          rx={10}
          className={css['chip']}
        />
      ))}
      {machines.map((machine) => (
        <Machine key={machine.ns} machine={machine} lit={highlighted.has(machine.ns)} />
      ))}
      {overlays.map((overlay) => (
        <OverlayArc key={`${overlay.a}|${overlay.b}`} overlay={overlay} lit={bothLit(overlay.a, overlay.b)} />
      ))}
      {nodes.map((node) => (
        <NodeCard
          key={node.ns}
          node={node}
          lit={highlighted.size === 0 ? NONE : litOf([node.ns, ...node.pods.map(({ ns }) => ns)])}
        />
      ))}
      {wires
        .filter(({ kind }) => kind !== 'cable')
        .map((wire) => (
          <WirePath key={wire.id} wire={wire} lit={bothLit(wire.a, wire.b)} />
        ))}
    </g>
  );
}

/** Beads on a string, to be seen on wires and bars alike. */
function Trail({ d }: { readonly d: string }) {
  return (
    <g aria-hidden="true" className={css['trail']}>
      <path d={d} className={css['string']} />
      <path d={d} className={css['beads']} />
    </g>
  );
}

/** A ring around what was searched for, as thick on screen at every zoom. */
function Found({ rect, scale }: { readonly rect: Rect; readonly scale: number }) {
  const room = 4 / scale;
  return (
    <rect
      x={rect.x - room}
      y={rect.y - room}
      width={rect.w + 2 * room}
      height={rect.h + 2 * room}
      rx={room}
      strokeWidth={4 / scale}
      className={css['found']}
    />
  );
}

interface Stage {
  readonly isGrid: boolean;
  /** a packet is on the board */
  readonly isTold: boolean;
  readonly ends: string;
}

/** On a large board a packet between new ends brings what stands open into sight: there it goes. */
function useStage(camera: Camera, { isGrid, isTold, ends }: Stage): void {
  const shown = useRef<string>(undefined);
  useEffect(() => {
    if (!isGrid || !isTold) shown.current = undefined;
    else if (shown.current !== ends) {
      shown.current = ends;
      camera.showStage();
    }
  }, [camera, isGrid, isTold, ends]);
}
