/** Colours of the packet layer, read from the tokens: a canvas cannot use custom properties itself. */
import type { LayerKind } from '../../wire/layers.ts';
import type { PacketAt } from '../../trace/timeline.ts';

export type PacketKind = PacketAt['kind'];

export interface Palette {
  readonly layer: Readonly<Record<LayerKind, { readonly fill: string; readonly ink: string }>>;
  readonly kind: Readonly<Record<PacketKind, string>>;
  readonly onDropped: string;
  /** by exchange, over and over; always with a letter */
  readonly flow: readonly string[];
  readonly onFlow: string;
  readonly ink: string;
  readonly plate: string;
  /** a plate that nothing shines through */
  readonly solid: string;
  readonly bad: string;
  readonly edge: string;
  readonly shadow: string;
  readonly font: string;
  readonly mono: string;
}

const LAYERS: readonly LayerKind[] = [
  'ethernet',
  'arp',
  'ipv4',
  'icmp',
  'udp',
  'tcp',
  'vxlan',
  'dns',
  'data',
];
const FLOWS = [1, 2, 3, 4, 5, 6] as const;
const KINDS: readonly PacketKind[] = ['request', 'reply', 'arp', 'error', 'dropped'];

export function readPalette(element: Element): Palette {
  const style = getComputedStyle(element);
  const token = (name: string) => style.getPropertyValue(`--${name}`).trim() || '#808080';
  const each = <K extends string, V>(keys: readonly K[], value: (key: K) => V) =>
    Object.fromEntries(keys.map((key) => [key, value(key)])) as Record<K, V>;
  return {
    layer: each(LAYERS, (kind) => ({ fill: token(`layer-${kind}`), ink: token(`on-layer-${kind}`) })),
    kind: each(KINDS, (kind) => token(`packet-${kind}`)),
    onDropped: token('on-packet-dropped'),
    flow: FLOWS.map((n) => token(`flow-${n}`)),
    onFlow: token('on-flow'),
    ink: token('ink'),
    plate: token('plate'),
    solid: token('surface-raised'),
    bad: token('bad'),
    edge: token('line-strong'),
    shadow: token('shadow'),
    font: token('font'),
    mono: token('font-mono'),
  };
}

/** Calls back when the theme or the presentation mode changes; answers with how to stop. */
export function onThemeChange(changed: () => void): () => void {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, {
    attributes: true,
    attributeFilter: ['data-theme', 'data-present'],
  });
  dark.addEventListener('change', changed);
  return () => {
    observer.disconnect();
    dark.removeEventListener('change', changed);
  };
}
