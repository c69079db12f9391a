/** The devices: ports on the border of their namespaces. Pointing at one, or moving the focus to it, shows its addresses. */
import { memo } from 'react';
import type { Layout } from './layoutTypes.ts';
import type { Door } from './layoutTypes.ts';
import { DoorShape } from './glyphs.tsx';
import { glyphOf } from './lens.ts';
import { clean, cut, textWidth } from './text.ts';
import css from './topology.module.css';

export interface DoorsProps {
  readonly layout: Layout;
  readonly lit: ReadonlySet<string>;
  readonly onPoint: (key: string | undefined) => void;
}

export const Doors = memo(function Doors({ layout, lit, onPoint }: DoorsProps) {
  const shown = [...layout.doors.values()].filter(({ hidden, kind }) => hidden !== true && kind !== 'bridge');
  return (
    <g>
      {shown.map((door) => (
        <g
          key={door.key}
          data-of={glyphOf(door)}
          onPointerEnter={() => onPoint(door.key)}
          onPointerLeave={() => onPoint(undefined)}
        >
          <rect x={door.x - 14} y={door.y - 12} width={28} height={24} className={css['doorReach']} />
          <DoorShape door={door} lit={lit.has(door.key)} />
        </g>
      ))}
      {layout.nodes.map(
        ({ ns, bridge, bridgeKey }) =>
          bridge && (
            <rect
              key={ns}
              x={bridge.x}
              y={bridge.y}
              width={bridge.w}
              height={bridge.h}
              className={css['doorReach']}
              onPointerEnter={() => onPoint(bridgeKey)}
              onPointerLeave={() => onPoint(undefined)}
            />
          ),
      )}
    </g>
  );
});

const LINE = 17;
const WIDEST = 260;

/** Everything about a device, on a plate of constant size on screen. */
export function DoorPlate({
  door,
  scale,
  board,
}: {
  readonly door: Door;
  readonly scale: number;
  readonly board: { readonly width: number };
}) {
  const { device, dev, kind, x, y } = door;
  const lines = [
    `${clean(dev)}  ${kind}${device?.up === false ? '  DOWN' : ''}`,
    ...(device?.addresses ?? []),
    ...(device && device.mac !== '' ? [device.mac] : []),
    ...(device
      ? [`mtu ${device.mtu}${device.master === undefined ? '' : `  master ${clean(device.master)}`}`]
      : []),
  ].map((line) => cut(line, WIDEST, 12, 'mono'));
  const w = Math.max(...lines.map((line) => textWidth(line, 12, 'mono'))) + 20;
  const h = lines.length * LINE + 12;
  const zoom = 1 / Math.max(scale, 0.01);
  const left = x + (w + 16) * zoom > board.width ? -w - 14 : 14;
  return (
    <g transform={`translate(${x} ${y}) scale(${zoom})`} className={css['doorPlate']} aria-hidden="true">
      <rect x={left} y={-h / 2} width={w} height={h} rx={6} />
      {lines.map((line, i) => (
        <text
          key={line}
          x={left + 10}
          y={-h / 2 + 6 + LINE * (i + 0.72)}
          fontSize={12}
          className={css['mono']}
        >
          {line}
        </text>
      ))}
    </g>
  );
}
