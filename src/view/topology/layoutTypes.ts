/**
 * Where everything stands, in board units. Nested like the real thing, and every frame looks different:
 *
 *   floor      a layer-2 segment: tinted ground with the bar of its switch
 *   node card  heavy; the user/kernel line runs through it
 *   strip      a pod: its process above the line, its network namespace below
 *   netns      inner cell; the root namespace lies full-width at the bottom of the card
 *   door       a device, on the border of its namespace
 */
import type { BoardDevice } from '../../engine/protocol.ts';
import type { Point, Rect, Side } from './geometry.ts';
import type { FontKind } from './text.ts';

export type DoorKind = BoardDevice['kind'] | 'port';

export interface Door extends Point {
  /** `${ns} ${dev}` */
  readonly key: string;
  readonly ns: string;
  readonly dev: string;
  readonly kind: DoorKind;
  readonly side: Side;
  readonly device?: BoardDevice;
  /** folded into a closed card: packets pass here, but nothing is drawn */
  readonly hidden?: boolean;
}

export interface FloorBox {
  readonly ns: string;
  readonly name: string;
  readonly rect: Rect;
  readonly bar: Rect;
  /** which floor colour, 1 to 4 */
  readonly tint: number;
}

export interface PodBox {
  readonly ns: string;
  readonly name: string;
  readonly namespace: string;
  readonly ip: string;
  readonly tabNumber: number;
  readonly strip: Rect;
  readonly tab: Rect;
  readonly process: Rect;
  readonly netns: Rect;
  readonly axis: number;
}

export interface NodeBox {
  readonly ns: string;
  readonly name: string;
  readonly ip: string;
  readonly podCIDR: string;
  /** its condition Ready, when that is not True */
  readonly notReady?: 'False' | 'Unknown';
  readonly card: Rect;
  readonly header: Rect;
  /** a closed card shows its pods as dots */
  readonly open: boolean;
  readonly boundary: number;
  readonly root: Rect;
  readonly bridge: Rect | undefined;
  /** its door */
  readonly bridgeKey: string | undefined;
  readonly stack: Point;
  /** the ways inside the root namespace, printed faintly */
  readonly lanes: readonly (readonly Point[])[];
  /** the five netfilter hooks; their keys are `${ns} PREROUTING` and so on */
  readonly gates: Rect;
  readonly flanneld: Rect;
  /** it does not run */
  readonly dead: boolean;
  /** it can be ended and started: flannel runs on this board */
  readonly hasFlanneld: boolean;
  readonly hostPods: Rect | undefined;
  readonly hostPodNames: readonly string[];
  readonly pods: readonly PodBox[];
}

/** In a grid: the place of a card that is open below it. */
export interface ChipBox {
  readonly name: string;
  readonly rect: Rect;
}

export interface MachineBox {
  readonly kind: 'router' | 'client';
  readonly ns: string;
  readonly name: string;
  readonly ip: string;
  readonly rect: Rect;
}

export interface Wire {
  readonly id: string;
  readonly kind: 'veth' | 'cable' | 'tun';
  /** door keys of its ends; the far end of a tun is the process of the namespace */
  readonly a: string;
  readonly b: string;
  readonly points: readonly Point[];
  /** of a closed card: drawn together with all others of its kind */
  readonly plain?: boolean;
}

/** The tunnel as its ends see it: straight from VTEP to VTEP. */
export interface Overlay {
  readonly a: string;
  readonly b: string;
  readonly path: string;
}

/** How much is shown, by size on screen: 0 overview, 1 far, 2 open, 3 near. */
export type Level = 0 | 1 | 2 | 3;

/** Room reserved for one text. Slots of one level never overlap, so neither do labels, whatever they say. */
export interface Slot {
  readonly id: string;
  readonly text: string;
  /** said instead where the text would be cut: half an address is a wrong one */
  readonly short?: string;
  readonly box: Rect;
  readonly anchor: 'start' | 'middle' | 'end';
  readonly size: 12 | 14 | 18;
  readonly font: FontKind;
  /** how it looks: a class of the style sheet; `upright` runs downwards */
  readonly look:
    | 'title'
    | 'name'
    | 'soft'
    | 'address'
    | 'device'
    | 'tab'
    | 'switch'
    | 'region'
    | 'gate'
    | 'bridge'
    | 'upright'
    | 'ground';
  readonly from: Level;
  readonly to: Level;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  /** everything there is to see, when it is more than width and height from the origin */
  readonly bounds?: Rect;
  readonly floors: readonly FloorBox[];
  readonly nodes: readonly NodeBox[];
  readonly chips: readonly ChipBox[];
  readonly machines: readonly MachineBox[];
  readonly doors: ReadonlyMap<string, Door>;
  /** where the network stack of a namespace is: its hooks and its routing decision */
  readonly stacks: ReadonlyMap<string, Point>;
  readonly processes: ReadonlyMap<string, Point>;
  readonly wires: readonly Wire[];
  readonly overlays: readonly Overlay[];
  readonly slots: readonly Slot[];
}

/** Words that layout puts on the board; the rest of it are names and addresses. */
export interface LayoutWords {
  readonly userSpace: string;
  readonly kernel: string;
  readonly rootNetns: string;
  readonly router: string;
  readonly client: string;
  readonly hostPods: (count: number) => string;
  /** in the header of a node whose condition Ready is not True */
  readonly notReady: (status: string) => string;
  /** under a flanneld that does not run */
  readonly stopped: string;
  /** without an MTU where there is no room for it */
  readonly segment: (name: string, cidr: string, mtu?: number) => string;
}

export function doorKey(ns: string, dev: string): string {
  return `${ns} ${dev}`;
}
