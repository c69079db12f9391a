/** What can be chosen as source or target, as buttons over the drawing: reachable by Tab, arrow keys, Enter and Space. */
import { memo, type KeyboardEvent } from 'react';
import { bottom, right, type Rect } from './geometry.ts';
import type { Layout, NodeBox } from './layoutTypes.ts';
import { directionOf, neighbourOf, type Spot } from './neighbour.ts';
import { textWidth } from './text.ts';
import css from './topology.module.css';

export interface PickLabels {
  /** badges of what was chosen */
  readonly from: string;
  readonly to: string;
  /** accessible names */
  readonly pod: (name: string, namespace: string, ip: string) => string;
  readonly notReady: (status: string) => string;
  readonly node: (name: string, ip: string, podCIDR: string) => string;
  readonly clientAt: (name: string, ip: string) => string;
  /** a closed card, which opens on a press */
  readonly closedNode: (name: string, pods: number) => string;
  /** flanneld of a node, which can be ended and started */
  readonly daemonOf: (node: string, runs: boolean) => string;
}

interface Pick extends Spot {
  readonly name: string;
  readonly radius: number;
  /** where the badge of the chosen one is pinned: its upper right corner */
  readonly badge: { readonly x: number; readonly y: number };
  /** a card of a grid: pressing it opens or closes it */
  readonly expanded?: boolean;
  /** pressing it opens a dialog */
  readonly opens?: true;
}

export interface PickablesProps {
  readonly layout: Layout;
  readonly labels: PickLabels;
  readonly source: string | undefined;
  readonly target: string | undefined;
  readonly onPick: (endpoint: string) => void;
  readonly onToggle: (node: string) => void;
  readonly onDaemon: (node: string) => void;
  readonly onFocusAt: (rect: Rect) => void;
}

/** Ids of grid cards begin so; the rest is the node's name. */
const CARD = 'card/';
const DAEMON = 'flanneld/';

/** More stops than this would bury the rest of the page: then one is in the tab order and arrow keys reach the others. */
const MOST_STOPS = 48;

export const Pickables = memo(function Pickables({
  layout,
  labels,
  source,
  target,
  onPick,
  onToggle,
  onDaemon,
  onFocusAt,
}: PickablesProps) {
  const picks = picksOf(layout, labels);
  const press = (id: string) => {
    if (id.startsWith(CARD)) onToggle(id.slice(CARD.length));
    else if (id.startsWith(DAEMON)) onDaemon(id.slice(DAEMON.length));
    else onPick(id);
  };
  const onKeyDown = (event: KeyboardEvent<SVGGElement>, id: string) => {
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      event.stopPropagation();
      press(id);
      return;
    }
    const direction = directionOf(event.key);
    if (!direction || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    const next = neighbourOf(picks, id, direction);
    const group = event.currentTarget.parentElement;
    if (next !== undefined)
      for (const child of group?.children ?? [])
        if (child instanceof SVGElement && child.dataset['pick'] === next) child.focus();
  };
  return (
    <g>
      {picks.map(({ id, rect, name, radius, badge, expanded, opens }, i) => {
        const role = id === source ? labels.from : id === target ? labels.to : undefined;
        return (
          <g
            key={id}
            data-pick={id}
            role="button"
            tabIndex={picks.length <= MOST_STOPS || i === 0 ? 0 : -1}
            aria-label={role === undefined ? name : `${name}, ${role}`}
            {...(opens
              ? { 'aria-haspopup': 'dialog' }
              : expanded === undefined
                ? { 'aria-pressed': role !== undefined }
                : { 'aria-expanded': expanded })}
            className={css['pick']}
            onClick={() => press(id)}
            onKeyDown={(event) => onKeyDown(event, id)}
            onFocus={(event) => {
              if (event.currentTarget.matches(':focus-visible')) onFocusAt(rect);
            }}
          >
            {/* on hover: a name that was cut, in full */}
            <title>{name}</title>
            <rect
              x={rect.x}
              y={rect.y}
              width={rect.w}
              height={rect.h}
              rx={radius}
              className={css['pickFace']}
            />
            {role !== undefined && <Badge text={role} x={badge.x} y={badge.y} source={id === source} />}
          </g>
        );
      })}
    </g>
  );
});

function Badge({
  text,
  x,
  y,
  source,
}: {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly source: boolean;
}) {
  const w = textWidth(text, 12, 'sans') + 26;
  return (
    <g className={css['badge']} aria-hidden="true">
      <rect x={x - w} y={y} width={w} height={22} rx={11} />
      {/* an arrow out for the source, in for the target */}
      <path
        d={source ? `M${x - w + 8} ${y + 11}h7m-3 -3l3 3l-3 3` : `M${x - w + 15} ${y + 11}h-7m3 -3l-3 3l3 3`}
      />
      <text x={x - 8} y={y + 15.5} textAnchor="end" fontSize={12}>
        {text}
      </text>
    </g>
  );
}

function picksOf(layout: Layout, labels: PickLabels): readonly Pick[] {
  const { nodes, chips, machines } = layout;
  const closed = nodes
    .filter(({ open }) => !open)
    .map(({ name, notReady, card, pods }): Pick => ({
      id: `${CARD}${name}`,
      rect: card,
      name: withState(labels.closedNode(name, pods.length), notReady, labels),
      radius: 10,
      badge: card,
      expanded: false,
    }));
  const opened = chips.map(({ name, rect }): Pick => ({
    id: `${CARD}${name}`,
    rect,
    name,
    radius: 10,
    badge: rect,
    expanded: true,
  }));
  const open = nodes.filter((node) => node.open).flatMap((node) => picksOfCard(labels, node));
  const clients = machines
    .filter(({ kind }) => kind === 'client')
    .map(({ name, ip, rect }): Pick => ({
      id: `client/${name}`,
      rect,
      name: labels.clientAt(name, ip),
      radius: 24,
      badge: { x: right(rect) - 14, y: rect.y + 4 },
    }));
  return [...closed, ...opened, ...open, ...clients];
}

/** A node's name and what is wrong with it. */
function withState(name: string, notReady: NodeBox['notReady'], labels: PickLabels): string {
  return notReady === undefined ? name : `${name}; ${labels.notReady(notReady)}`;
}

function picksOfCard(labels: PickLabels, box: NodeBox): readonly Pick[] {
  const { name, ip, podCIDR, notReady, header, pods, flanneld, dead, hasFlanneld } = box;
  const daemon: Pick = {
    id: `${DAEMON}${name}`,
    rect: flanneld,
    name: labels.daemonOf(name, !dead),
    radius: Math.min(14, flanneld.h / 2),
    badge: flanneld,
    opens: true,
  };
  const node: Pick = {
    id: `node/${name}`,
    rect: header,
    name: withState(labels.node(name, ip, podCIDR), notReady, labels),
    radius: 12,
    badge: { x: header.x + header.w / 2 - 4, y: header.y + 10 },
  };
  return [
    node,
    ...(hasFlanneld ? [daemon] : []),
    ...pods.map((pod) => ({
      id: `pod/${pod.namespace}/${pod.name}`,
      rect: pod.strip,
      name: labels.pod(pod.name, pod.namespace, pod.ip),
      radius: 8,
      badge: { x: right(pod.netns) - 5, y: bottom(pod.netns) - 48 },
    })),
  ];
}
