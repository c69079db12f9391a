/** The whole of a large board in a corner, with a frame around what is in sight. For the pointer; keys have the board itself. */
import { useEffect, useRef, type PointerEvent } from 'react';
import type { Camera } from './camera.ts';
import { bottom, right, type Rect } from './geometry.ts';
import type { Heat } from './heat.ts';
import type { Layout } from './layoutTypes.ts';
import { onThemeChange } from './palette.ts';
import css from './topology.module.css';

const SIZE = { w: 168, h: 120 } as const;
const LEAST_FRAME = 6;

export interface MinimapProps {
  readonly layout: Layout;
  readonly heat: Heat | undefined;
  readonly camera: Camera;
}

export default function Minimap({ layout, heat, camera }: MinimapProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const bounds = layout.bounds ?? { x: 0, y: 0, w: layout.width, h: layout.height };
  const { x: left, y: top, w: width, h: height } = bounds;
  const k = Math.min(SIZE.w / width, SIZE.h / height);
  useEffect(() => {
    const paint = (): void => {
      if (canvas.current) paintMap(canvas.current, { layout, heat, k, left, top });
    };
    paint();
    return onThemeChange(paint);
  }, [layout, heat, k, left, top]);
  useEffect(() => {
    const place = (): void => {
      const [element, sheet] = [frame.current, canvas.current];
      const viewport = element?.parentElement?.parentElement;
      if (!element || !sheet || !viewport) return;
      const { k: zoom, x, y } = camera.transform();
      const cutTo = (value: number, most: number) => Math.max(0, Math.min(most, value));
      const x0 = cutTo((-x / zoom - left) * k, width * k - LEAST_FRAME);
      const y0 = cutTo((-y / zoom - top) * k, height * k - LEAST_FRAME);
      const x1 = cutTo(((viewport.clientWidth - x) / zoom - left) * k, width * k);
      const y1 = cutTo(((viewport.clientHeight - y) / zoom - top) * k, height * k);
      element.style.transform = `translate(${x0}px, ${y0}px)`;
      element.style.width = `${Math.max(LEAST_FRAME, x1 - x0)}px`;
      element.style.height = `${Math.max(LEAST_FRAME, y1 - y0)}px`;
    };
    place();
    return camera.watch(place);
  }, [camera, k, left, top, width, height]);
  const look = (event: PointerEvent<HTMLDivElement>): void => {
    if (event.buttons === 0) return;
    const box = event.currentTarget.getBoundingClientRect();
    camera.lookAt({ x: (event.clientX - box.x) / k + left, y: (event.clientY - box.y) / k + top });
  };
  return (
    <div
      className={css['minimap']}
      data-still="true"
      aria-hidden="true"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        look(event);
      }}
      onPointerMove={look}
    >
      <canvas
        ref={canvas}
        width={Math.round(width * k * 2)}
        height={Math.round(height * k * 2)}
        style={{ width: width * k, height: height * k }}
      />
      <div ref={frame} className={css['minimapFrame']} />
    </div>
  );
}

interface MapView {
  readonly layout: Layout;
  readonly heat: Heat | undefined;
  readonly k: number;
  readonly left: number;
  readonly top: number;
}

function paintMap(canvas: HTMLCanvasElement, { layout, heat, k, left, top }: MapView): void {
  const context = canvas.getContext('2d');
  if (!context) return;
  const style = getComputedStyle(canvas);
  const token = (name: string) => style.getPropertyValue(`--${name}`).trim() || '#808080';
  context.clearRect(0, 0, canvas.width, canvas.height);
  const scale = canvas.width / (canvas.clientWidth || canvas.width);
  const fill = (rect: Rect, colour: string): void => {
    context.fillStyle = colour;
    const [x0, y0] = [(rect.x - left) * k * scale, (rect.y - top) * k * scale];
    context.fillRect(
      x0,
      y0,
      Math.max(1, (right(rect) - left) * k * scale - x0),
      Math.max(1, (bottom(rect) - top) * k * scale - y0),
    );
  };
  for (const { rect, tint } of [...(heat?.floors ?? []), ...layout.floors])
    fill(rect, token(`floor-${tint}`));
  const [card, machine] = [token('node-edge'), token('machine-edge')];
  for (const { rect } of heat?.cellByNode.values() ?? []) fill(rect, card);
  for (const node of layout.nodes) fill(node.card, card);
  for (const { rect } of layout.machines) fill(rect, machine);
}
