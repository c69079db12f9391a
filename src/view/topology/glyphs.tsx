/** The cut-outs of the board: floors, cards, machines, doors, wires. Shapes only; texts are in Labels. */
import { memo, type ReactNode } from 'react';
import { bottom, right, roundedPath, type Rect } from './geometry.ts';
import type { Door, FloorBox, MachineBox, NodeBox, Overlay, PodBox, Wire } from './layoutTypes.ts';
import { GATES, gateRect } from './rootNetns.ts';
import css from './topology.module.css';

type Lit = ReadonlySet<string>;

function Box({
  rect,
  className,
  radius = 0,
}: {
  readonly rect: Rect;
  readonly className: string | undefined;
  readonly radius?: number;
}): ReactNode {
  return <rect x={rect.x} y={rect.y} width={rect.w} height={rect.h} rx={radius} className={className} />;
}

function inset({ x, y, w, h }: Rect, by: number): Rect {
  return { x: x + by, y: y + by, w: Math.max(0, w - 2 * by), h: Math.max(0, h - 2 * by) };
}

function shifted({ x, y, w, h }: Rect, dx: number, dy: number): Rect {
  return { x: x + dx, y: y + dy, w, h };
}

/** `base` and, when something holds, one more class. */
function classes(base: string | undefined, more: string | undefined, when: boolean): string {
  return `${base ?? ''}${when && more ? ` ${more}` : ''}`;
}

/** Cut with pinking shears: a zigzag along the upper and lower edge. */
function pinkedPath({ x, y, w, h }: Rect): string {
  const teeth = Math.max(1, Math.round(w / 14));
  const step = w / teeth / 2;
  const over = `l${step} -5l${step} 5`.repeat(teeth);
  const back = `l${-step} 5l${-step} -5`.repeat(teeth);
  return `M${x} ${y}${over}v${h}${back}z`;
}

export const Floor = memo(function Floor({
  floor,
  lit,
}: {
  readonly floor: FloorBox;
  readonly lit: boolean;
}) {
  const { rect, bar, tint } = floor;
  return (
    <g>
      <path d={pinkedPath(shifted(rect, 2, 3))} className={css['shadow']} />
      <path d={pinkedPath(rect)} className={`${css['floor']} ${css[`floor${tint}`]}`} />
      <Box rect={shifted(bar, 1, 2)} radius={6} className={css['shadow']} />
      <Box rect={bar} radius={6} className={classes(css['switch'], css['lit'], lit)} />
    </g>
  );
});

export const WirePath = memo(function WirePath({
  wire,
  lit,
}: {
  readonly wire: Wire;
  readonly lit: boolean;
}) {
  const d = roundedPath(wire.points);
  const path = <path d={d} className={classes(`${css['wire']} ${css[wire.kind] ?? ''}`, css['lit'], lit)} />;
  if (!lit) return path;
  return (
    <>
      <path d={d} className={css['casing']} />
      {path}
    </>
  );
});

/** The cables of all closed cards, as one path: a thousand nodes must not be a thousand elements more. */
export const PlainWires = memo(function PlainWires({ wires }: { readonly wires: readonly Wire[] }) {
  const d = wires
    .filter(({ plain }) => plain === true)
    .map(({ points }) => roundedPath(points))
    .join('');
  return d === '' ? null : <path d={d} className={`${css['wire']} ${css['cable'] ?? ''}`} />;
});

export const OverlayArc = memo(function OverlayArc({
  overlay,
  lit,
}: {
  readonly overlay: Overlay;
  readonly lit: boolean;
}) {
  return <path d={overlay.path} className={classes(css['overlay'], css['lit'], lit)} />;
});

export const NodeCard = memo(function NodeCard({ node, lit }: { readonly node: NodeBox; readonly lit: Lit }) {
  const { card, boundary, root, bridge, flanneld, dead, hostPods, ns } = node;
  if (!node.open) return <ClosedCard node={node} lit={lit} />;
  const inner = inset(card, 4);
  const user = { ...inner, y: node.header.y + node.header.h, h: boundary - node.header.y - node.header.h };
  const kernel = { ...inner, y: boundary, h: bottom(inner) - boundary };
  return (
    <g>
      <Box rect={shifted(card, 3, 5)} radius={12} className={css['shadow']} />
      <Box rect={card} radius={12} className={css['card']} />
      <Box rect={user} className={css['userSide']} />
      <Box rect={kernel} radius={8} className={css['kernelSide']} />
      <Box rect={inset(card, 4)} radius={9} className={css['stitch']} />
      <Box rect={root} radius={8} className={classes(css['root'], css['lit'], lit.has(ns))} />
      {bridge && (
        <Box
          rect={bridge}
          radius={5}
          className={classes(
            css['bridge'],
            css['lit'],
            node.bridgeKey !== undefined && lit.has(node.bridgeKey),
          )}
        />
      )}
      {node.pods.map((pod) => (
        <PodStrip key={pod.ns} pod={pod} boundary={boundary} lit={lit.has(pod.ns)} />
      ))}
      <line x1={card.x + 1} x2={right(card) - 1} y1={boundary} y2={boundary} className={css['boundary']} />
      {node.pods.map(({ ns: key, axis, process, netns }) => (
        <line key={key} x1={axis} x2={axis} y1={bottom(process)} y2={netns.y} className={css['socket']} />
      ))}
      <Stack node={node} lit={lit} />
      <Process rect={flanneld} daemon dead={dead} />
      {hostPods && (
        <g data-of="process">
          <title>{node.hostPodNames.join('\n')}</title>
          <Box rect={hostPods} radius={12} className={css['process']} />
        </g>
      )}
    </g>
  );
});

/** Routing and the hooks around it, and the ways a packet can take inside the root namespace. */
function Stack({ node, lit }: { readonly node: NodeBox; readonly lit: Lit }) {
  const { x, y } = node.stack;
  return (
    <g>
      <path d={node.lanes.map((lane) => roundedPath(lane)).join('')} className={css['lane']} />
      <g data-of="stack">
        <circle cx={x} cy={y} r={15} className={classes(css['stack'], css['lit'], lit.has(node.ns))} />
        <path
          d={`M${x - 7} ${y}h14m-4 -4l4 4l-4 4M${x} ${y - 7}v14m-4 -4l4 4l4 -4`}
          className={css['icon']}
        />
      </g>
      <g className={css['fine']}>
        {GATES.map((hook, i) => (
          <Box
            key={hook}
            rect={gateRect(node.gates, i)}
            radius={4}
            className={classes(css['gate'], css['lit'], lit.has(`${node.ns} ${hook}`))}
          />
        ))}
      </g>
    </g>
  );
}

interface ProcessProps {
  readonly rect: Rect;
  readonly daemon?: boolean;
  readonly dead?: boolean;
}

/** A user process: a gear, for flanneld, tells the daemon from the pods' programs; one that does not run is an outline with a cross. */
function Process({ rect, daemon = false, dead = false }: ProcessProps) {
  const [x, y] = [rect.x + 16, rect.y + rect.h / 2];
  return (
    <g data-of={daemon ? 'daemon' : 'process'}>
      <Box
        rect={rect}
        radius={Math.min(14, rect.h / 2)}
        className={classes(css['process'], css['dead'], dead)}
      />
      {daemon && !dead && <circle cx={x} cy={y} r={5} className={css['gear']} />}
      {dead && <path d={`M${x - 5} ${y - 5}l10 10m0 -10l-10 10`} className={css['deadMark']} />}
    </g>
  );
}

const PodStrip = memo(function PodStrip({
  pod,
  boundary,
  lit,
}: {
  readonly pod: PodBox;
  readonly boundary: number;
  readonly lit: boolean;
}) {
  const { strip, tab, process, netns, tabNumber } = pod;
  const tabClass = css[`tab${tabNumber}`];
  return (
    <g data-lit={lit ? pod.ns : undefined}>
      <Box rect={shifted(strip, 2, 3)} radius={8} className={css['shadow']} />
      <Box rect={strip} radius={8} className={`${css['strip']} ${tabClass}`} />
      <path d={tabPath(tab)} className={`${css['tab']} ${tabClass}`} />
      <Process rect={process} />
      <Box rect={netns} radius={7} className={classes(css['netns'], css['lit'], lit)} />
      <line x1={strip.x} x2={right(strip)} y1={boundary} y2={boundary} className={css['boundaryInStrip']} />
    </g>
  );
});

/** Rounded above, square below. */
function tabPath({ x, y, w, h }: Rect): string {
  return `M${x} ${y + h}v${8 - h}q0 -8 8 -8h${w - 16}q8 0 8 8v${h - 8}z`;
}

function ClosedCard({ node, lit }: { readonly node: NodeBox; readonly lit: Lit }) {
  return (
    <g>
      <Box rect={shifted(node.card, 2, 3)} radius={10} className={css['shadow']} />
      <Box rect={node.card} radius={10} className={classes(css['card'], css['lit'], lit.has(node.ns))} />
      {dotsByTab(node.pods).map(([tab, d]) => (
        <path key={tab} d={d} className={`${css['dots']} ${css[`tab${tab}`]}`} />
      ))}
    </g>
  );
}

/** All dots of one namespace are one path: a thousand nodes must not be ten thousand elements. */
function dotsByTab(pods: readonly PodBox[]): readonly (readonly [number, string])[] {
  const paths = new Map<number, string>();
  for (const { tabNumber, netns } of pods) {
    paths.set(
      tabNumber,
      `${paths.get(tabNumber) ?? ''}M${netns.x} ${netns.y}h${netns.w}v${netns.h}h${-netns.w}z`,
    );
  }
  return [...paths];
}

export const Machine = memo(function Machine({
  machine,
  lit,
}: {
  readonly machine: MachineBox;
  readonly lit: boolean;
}) {
  const { rect, kind } = machine;
  const [x, y] = [rect.x + 24, rect.y + rect.h / 2 + 4];
  return (
    <g>
      <Box rect={shifted(rect, 3, 4)} radius={kind === 'client' ? 24 : 6} className={css['shadow']} />
      <Box
        rect={rect}
        radius={kind === 'client' ? 24 : 6}
        className={classes(css['machine'], css['lit'], lit)}
      />
      {kind === 'router' ? (
        <path
          d={`M${x - 10} ${y}h20M${x} ${y - 10}v20M${x - 10} ${y}l4 -4m-4 4l4 4M${x + 10} ${y}l-4 -4m4 4l-4 4M${x} ${y - 10}l-4 4m4 -4l4 4M${x} ${y + 10}l-4 -4m4 4l4 -4`}
          className={css['icon']}
        />
      ) : (
        <path
          d={`M${x - 10} ${y - 9}h20v13h-20zM${x} ${y + 4}v5M${x - 7} ${y + 9}h14`}
          className={css['icon']}
        />
      )}
    </g>
  );
});

/** A port on the border. Veths are plugs, cables sockets, tunnels carry a second outline; a device that is down is hollow. */
export function DoorShape({ door, lit }: { readonly door: Door; readonly lit: boolean }) {
  const { x, y, kind, side, device } = door;
  const small = kind === 'port' || kind === 'veth';
  const [w, h] = side === 'left' || side === 'right' ? [12, small ? 14 : 18] : [small ? 14 : 18, 12];
  const look = classes(
    `${css['door']} ${css[`door-${kind}`] ?? ''}${device?.up === false ? ` ${css['down']}` : ''}`,
    css['lit'],
    lit,
  );
  const box = { x: x - w / 2, y: y - h / 2, w, h };
  return (
    <>
      {(kind === 'vxlan' || kind === 'tun') && (
        <Box rect={inset(box, -3)} radius={5} className={css['doorRing']} />
      )}
      <Box rect={box} radius={3} className={look} />
      {!small && <rect x={x - 3} y={y - 2.5} width={6} height={5} rx={1} className={css['doorHole']} />}
    </>
  );
}
