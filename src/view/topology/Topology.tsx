/**
 * The board: SVG owned by React, positions from layout.ts, moved by panZoom.ts, and one canvas above it for packets.
 * Frames never go through React: whoever owns the playhead calls `draw` of the handle.
 */
import {
  useCallback,
  useEffect,
  useImperativeHandle,
  useMemo,
  useRef,
  useState,
  type ReactNode,
  type Ref,
} from 'react';
import type { Board } from '../../engine/protocol.ts';
import { createCamera, type BoardHandle } from './camera.ts';
import { Doors, DoorPlate } from './Doors.tsx';
import { Floor, Machine, NodeCard, OverlayArc, PlainWires, WirePath } from './glyphs.tsx';
import { Labels } from './Labels.tsx';
import { zoomOf, type Zoom } from './labels.ts';
import { layoutBoard, MOST_OPEN } from './layout.ts';
import type { Layout, LayoutWords } from './layoutTypes.ts';
import { Pickables, type PickLabels } from './Pickables.tsx';
import css from './topology.module.css';

export type { BoardHandle } from './camera.ts';

export type TopologyLabels = LayoutWords &
  PickLabels & {
    /** accessible name of the whole picture */ readonly board: string;
    /** the word on a packet that ends here */ readonly dropped: string;
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
  /** a person panned or zoomed: a camera should yield */
  readonly onManual?: () => void;
  readonly ref?: Ref<BoardHandle>;
  /** controls that float over the board */
  readonly children?: ReactNode;
}

const NONE: ReadonlySet<string> = new Set();

export function Topology({
  board,
  selection,
  highlighted,
  onPick,
  labels,
  onManual,
  ref,
  children,
}: TopologyProps): ReactNode {
  const { opened, toggle } = useOpened(board, selection);
  const layout = useMemo(() => layoutBoard(board, labels, opened), [board, labels, opened]);
  const viewport = useRef<HTMLDivElement>(null);
  const layer = useRef<SVGSVGElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [zoom, setZoom] = useState<Zoom>(() => zoomOf(1));
  const [pointed, setPointed] = useState<string>();
  const [camera] = useState(() => createCamera({ layout, dropped: labels.dropped, onManual }));
  useEffect(() => {
    camera.show({ layout, dropped: labels.dropped, onManual });
  }, [camera, layout, labels.dropped, onManual]);
  useEffect(() => {
    const [frame, svg, sheet] = [viewport.current, layer.current, canvas.current];
    if (!frame || !svg || !sheet) return undefined;
    return camera.attach({ viewport: frame, layer: svg, canvas: sheet }, (scale) =>
      setZoom((before) => zoomOf(scale, before)),
    );
  }, [camera]);

  useImperativeHandle(ref, () => camera.handle, [camera.handle]);
  const door = pointed === undefined ? undefined : layout.doors.get(pointed);
  return (
    <div ref={viewport} className={css['viewport']} data-level={zoom.level}>
      <svg
        ref={layer}
        className={css['layer']}
        width={layout.width}
        height={layout.height}
        role="group"
        aria-label={labels.board}
      >
        <Shapes layout={layout} highlighted={highlighted} />
        <Labels layout={layout} zoom={zoom} />
        <Pickables
          layout={layout}
          labels={labels}
          source={selection.source}
          target={selection.target}
          onPick={onPick}
          onToggle={toggle}
          onFocusAt={camera.reveal}
        />
        <Doors layout={layout} lit={highlighted} onPoint={setPointed} />
        {door && <DoorPlate door={door} scale={zoom.scale} board={layout} />}
      </svg>
      <canvas ref={canvas} className={css['packets']} aria-hidden="true" />
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

const MOST_OPENED = 4;

/** In a grid, the cards that stand open: those of the chosen ends, and the last few that were pressed. */
function useOpened(board: Board, { source, target }: Selection) {
  const [pressed, setPressed] = useState<readonly string[]>([]);
  const chosen = useMemo(() => nodesOf(board, [source, target]), [board, source, target]);
  const opened = useMemo(
    () => (board.nodes.length <= MOST_OPEN ? NONE : new Set([...chosen, ...pressed])),
    [board, chosen, pressed],
  );
  const toggle = useCallback(
    (node: string) =>
      setPressed((before) =>
        before.includes(node) ? before.filter((one) => one !== node) : [...before, node].slice(-MOST_OPENED),
      ),
    [],
  );
  return { opened, toggle };
}

function nodesOf(board: Board, ends: readonly (string | undefined)[]): readonly string[] {
  return board.nodes
    .filter(
      ({ name, pods }) =>
        ends.includes(`node/${name}`) ||
        pods.some((pod) => ends.includes(`pod/${pod.namespace}/${pod.name}`)),
    )
    .map(({ name }) => name);
}
