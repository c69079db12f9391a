/**
 * The grid of a large board on one canvas, below the drawing of what is open. It paints when the camera, the theme, the
 * marks or the board change. A click, or Enter, chooses a node; near enough to hit a pod, the pod.
 */
import { useEffect, useMemo, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import type { BoardPod } from '../../engine/protocol.ts';
import type { Lens } from '../../store/settings.ts';
import type { Camera } from './camera.ts';
import { cellAt, cellBeside, dotRect, podAt, type Heat, type HeatCell } from './heat.ts';
import { createHeatCanvas, type HeatCanvas } from './heatCanvas.ts';
import { HITTABLE, type Mark } from './heatPaint.ts';
import { gridDimmedBy } from './lens.ts';
import { directionOf, vectorOf } from './neighbour.ts';
import css from './topology.module.css';

export interface HeatWords {
  /** accessible name: what it is and which keys it has */
  readonly grid: (nodes: number, pods: number) => string;
  readonly podOn: (pod: string, ip: string, node: string) => string;
  readonly nodeWith: (name: string, ip: string, podCIDR: string, pods: number) => string;
}

export interface HeatLabels {
  readonly heat: HeatWords;
  readonly segment: (name: string, cidr: string, mtu?: number) => string;
  readonly from: string;
  readonly to: string;
}

export interface HeatGridProps {
  readonly heat: Heat;
  readonly camera: Camera;
  readonly source: string | undefined;
  readonly target: string | undefined;
  /** names of nodes on the way */
  readonly lit: readonly string[];
  readonly lens: Lens;
  readonly labels: HeatLabels;
  readonly onPick: (endpoint: string) => void;
}

/** A node, or one of its pods. */
interface Spot {
  readonly cell: HeatCell;
  readonly pod?: BoardPod | undefined;
}

interface Hover extends Spot {
  readonly x: number;
  readonly y: number;
  /** no room to the right */
  readonly flip: boolean;
}

export default function HeatGrid({ heat, camera, source, target, lit, lens, labels, onPick }: HeatGridProps) {
  const element = useRef<HTMLCanvasElement>(null);
  const canvas = useRef<HeatCanvas>(undefined);
  const [hover, setHover] = useState<Hover>();
  const [cursor, setCursor] = useState<Spot>();
  const [focused, setFocused] = useState(false);
  const shown = cursor && heat.cellByNode.get(cursor.cell.node.name) ? cursor : undefined;
  const marks = useMemo(
    () => marksOf(heat, { source, target, lit, labels, cursor: focused ? shown : undefined }),
    [heat, source, target, lit, labels, focused, shown],
  );
  useEffect(() => {
    if (!element.current) return undefined;
    const made = createHeatCanvas(element.current, camera);
    canvas.current = made;
    return () => {
      canvas.current = undefined;
      made.destroy();
    };
  }, [camera]);
  // what the pointer was over has moved away
  useEffect(() => camera.watch(() => setHover(undefined)), [camera]);
  useEffect(() => {
    canvas.current?.show({
      heat,
      marks,
      dimmed: gridDimmedBy(lens),
      floorWords: ({ segment }) =>
        segment === undefined ? '' : labels.segment(segment.name, segment.cidr, segment.mtu),
    });
  }, [heat, marks, lens, labels]);

  const spotAt = (event: { readonly clientX: number; readonly clientY: number }): Spot | undefined => {
    const point = camera.toBoard(event.clientX, event.clientY);
    const cell = point && cellAt(heat, point);
    if (!point || !cell) return undefined;
    const hittable = heat.dot * camera.scale() >= HITTABLE;
    return { cell, pod: hittable ? podAt(heat, cell, point) : undefined };
  };
  const onPointerMove = (event: PointerEvent): void => {
    const spot = event.buttons === 0 ? spotAt(event) : undefined;
    if (!spot) {
      setHover(undefined);
      return;
    }
    if (hover && spot.cell === hover.cell && spot.pod === hover.pod) return;
    const frame = event.currentTarget.getBoundingClientRect();
    const x = event.clientX - frame.x;
    setHover({ ...spot, x, y: event.clientY - frame.y, flip: x > 0.6 * frame.width });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const next = moved(heat, shown, event.key);
    if (next === undefined) {
      const pressed = event.key === 'Enter' || event.key === ' ';
      if (!pressed || !shown) return;
      onPick(endpointOf(shown));
    } else {
      setCursor(next);
      camera.reveal(rectOf(heat, next));
    }
    event.preventDefault();
    event.stopPropagation();
  };
  const first = heat.floors[0]?.cells[0];
  const told = shown ?? (first && { cell: first });
  const id = `grid-${told ? endpointOf(told) : ''}`;
  const pods = useMemo(
    () => [...heat.cellByNode.values()].reduce((sum, { node }) => sum + node.pods.length, 0),
    [heat],
  );
  return (
    <>
      <div
        className={css['heat']}
        role="listbox"
        tabIndex={0}
        aria-orientation="horizontal"
        aria-activedescendant={id}
        aria-label={labels.heat.grid(heat.cellByNode.size, pods)}
        onPointerMove={onPointerMove}
        onPointerLeave={() => setHover(undefined)}
        onClick={(event) => {
          const spot = spotAt(event);
          if (spot) onPick(endpointOf(spot));
        }}
        onKeyDown={onKeyDown}
        onFocus={(event) => {
          if (!event.currentTarget.matches(':focus-visible')) return;
          setFocused(true);
          if (!shown && first) setCursor({ cell: first });
        }}
        onBlur={() => setFocused(false)}
      >
        <canvas ref={element} className={css['heatCanvas']} aria-hidden="true" />
        {/* of the options only the present one is there: ten thousand would be too many */}
        <div
          id={id}
          role="option"
          className="visually-hidden"
          aria-selected={told !== undefined && [source, target].includes(endpointOf(told))}
          aria-setsize={heat.cellByNode.size}
        >
          {told && describe(told, labels.heat)}
        </div>
      </div>
      <p className="visually-hidden" aria-live="polite">
        {focused && shown ? describe(shown, labels.heat) : ''}
      </p>
      {hover && (
        <p
          className={css['tip']}
          aria-hidden="true"
          style={{ left: hover.x, top: hover.y }}
          data-flip={hover.flip}
        >
          {describe(hover, labels.heat)}
        </p>
      )}
    </>
  );
}

function endpointOf({ cell, pod }: Spot): string {
  return pod ? `pod/${pod.namespace}/${pod.name}` : `node/${cell.node.name}`;
}

function rectOf(heat: Heat, { cell, pod }: Spot) {
  return pod ? dotRect(heat, cell.rect, cell.node.pods.indexOf(pod)) : cell.rect;
}

function describe({ cell: { node }, pod }: Spot, words: HeatWords): string {
  return pod
    ? words.podOn(`${pod.namespace}/${pod.name}`, pod.ip, node.name)
    : words.nodeWith(node.name, node.ip, node.podCIDR, node.pods.length);
}

/** Where a key leads: arrows from node to node, Page Up and Page Down from pod to pod. */
function moved(heat: Heat, from: Spot | undefined, key: string): Spot | undefined {
  const direction = directionOf(key);
  if (direction) {
    const cell = from && cellBeside(heat, from.cell.node.name, vectorOf(direction));
    return cell ? { cell } : from;
  }
  if (!from || (key !== 'PageUp' && key !== 'PageDown')) return undefined;
  const { cell, pod } = from;
  const next = (pod ? cell.node.pods.indexOf(pod) : -1) + (key === 'PageDown' ? 1 : -1);
  return { cell, pod: cell.node.pods[Math.min(next, cell.node.pods.length - 1)] };
}

interface Marked {
  readonly source: string | undefined;
  readonly target: string | undefined;
  readonly lit: readonly string[];
  readonly labels: HeatLabels;
  readonly cursor: Spot | undefined;
}

function marksOf(heat: Heat, { source, target, lit, labels, cursor }: Marked): readonly Mark[] {
  const end = (kind: 'from' | 'to', endpoint: string | undefined, word: string): readonly Mark[] => {
    const cell = endpoint === undefined ? undefined : cellOfEndpoint(heat, endpoint);
    return cell ? [{ kind, rect: cell.rect, word }] : [];
  };
  return [
    ...lit.flatMap((name): readonly Mark[] => {
      const cell = heat.cellByNode.get(name);
      return cell ? [{ kind: 'lit', rect: cell.rect }] : [];
    }),
    ...end('from', source, labels.from),
    ...end('to', target, labels.to),
    ...(cursor ? [{ kind: 'cursor' as const, rect: rectOf(heat, cursor) }] : []),
  ];
}

function cellOfEndpoint(heat: Heat, endpoint: string): HeatCell | undefined {
  if (endpoint.startsWith('node/')) return heat.cellByNode.get(endpoint.slice('node/'.length));
  for (const cell of heat.cellByNode.values())
    if (cell.node.pods.some((pod) => `pod/${pod.namespace}/${pod.name}` === endpoint)) return cell;
  return undefined;
}
