/** What the builders of cards, floors and machines add to, until it is a Layout. */
import type { BoardDevice } from '../../engine/protocol.ts';
import type { Point, Rect, Side } from './geometry.ts';
import { doorKey } from './layoutTypes.ts';
import type {
  ChipBox,
  Door,
  FloorBox,
  LayoutWords,
  Level,
  MachineBox,
  NodeBox,
  Overlay,
  Slot,
  Wire,
} from './layoutTypes.ts';
import { clean } from './text.ts';

export interface SlotStyle {
  readonly short?: string;
  readonly anchor?: Slot['anchor'];
  readonly size?: Slot['size'];
  readonly font?: Slot['font'];
  readonly look?: Slot['look'];
  readonly from?: Level;
  readonly to?: Level;
}

export interface Sketch {
  readonly words: LayoutWords;
  /** the daemon that makes the nodes' networks */
  readonly daemon: string;
  /** only looked at, in a small window: cards are no wider than what is on them */
  readonly isFigure: boolean;
  readonly tabs: ReadonlyMap<string, number>;
  readonly floors: FloorBox[];
  readonly nodes: NodeBox[];
  readonly chips: ChipBox[];
  readonly machines: MachineBox[];
  readonly doors: Map<string, Door>;
  readonly stacks: Map<string, Point>;
  readonly processes: Map<string, Point>;
  readonly wires: Wire[];
  readonly overlays: Overlay[];
  readonly slots: Slot[];
  /** adds the door of a device; a hidden one is a place for packets, but not drawn */
  readonly door: (device: BoardDevice, at: Point, side: Side, hidden?: boolean) => Door;
  /** adds a port that is known only from the other end of its cable: switches have no device list */
  readonly port: (
    peer: { readonly ns: string; readonly dev: string },
    at: Point,
    side: Side,
    hidden?: boolean,
  ) => Door;
  /** reserves room for a text, unless it is empty */
  readonly slot: (id: string, text: string, box: Rect, style?: SlotStyle) => void;
}

export function createSketch(
  words: LayoutWords,
  tabs: ReadonlyMap<string, number>,
  { isFigure = false, daemon = 'flanneld' }: Partial<Pick<Sketch, 'isFigure' | 'daemon'>> = {},
): Sketch {
  const doors = new Map<string, Door>();
  const slots: Slot[] = [];
  const add = (door: Door): Door => {
    doors.set(door.key, door);
    return door;
  };
  return {
    words,
    isFigure,
    daemon,
    tabs,
    floors: [],
    nodes: [],
    chips: [],
    machines: [],
    doors,
    stacks: new Map(),
    processes: new Map(),
    wires: [],
    overlays: [],
    slots,
    door: (device, { x, y }, side, hidden = false) => {
      const { ns, name, kind } = device;
      return add({
        key: doorKey(ns, name),
        ns,
        dev: name,
        kind,
        side,
        device,
        x,
        y,
        ...(hidden && { hidden }),
      });
    },
    port: ({ ns, dev }, { x, y }, side, hidden = false) =>
      add({ key: doorKey(ns, dev), ns, dev, kind: 'port', side, x, y, ...(hidden && { hidden }) }),
    slot: (id, text, box, style = {}) => {
      const shown = clean(text);
      if (shown === '') return;
      const { anchor = 'start', size = 12, font = 'mono', look = 'name', from = 2, to = 3, short } = style;
      slots.push({
        id,
        text: shown,
        box,
        anchor,
        size,
        font,
        look,
        from,
        to,
        ...(short !== undefined && { short: clean(short) }),
      });
    },
  };
}

/** The first address of a device without its prefix length. */
export function firstAddress(device: BoardDevice): string {
  return device.addresses[0]?.split('/')[0] ?? '';
}
