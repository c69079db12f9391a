import type { Layout } from './layoutTypes.ts';
import { bottom, right } from './geometry.ts';
import { clean, cut, textWidth } from './text.ts';
import css from './topology.module.css';

/** What the packet is in at a gate: `nat:KUBE-SERVICES`. */
export interface GateWords {
  readonly ns: string;
  readonly text: string;
}

const SIZE = 11;
const HEIGHT = 18;
const WIDEST = 190;

/** A small plate under the gates of an open card, while the packet walks through a chain there. */
export function GateNote({
  layout,
  note,
}: {
  readonly layout: Layout;
  readonly note: GateWords | undefined;
}) {
  const node = note && layout.nodes.find(({ ns, open }) => open && ns === note.ns);
  if (!node) return null;
  const text = cut(clean(note.text), WIDEST, SIZE, 'mono');
  const w = textWidth(text, SIZE, 'mono') + 12;
  const x = Math.min(node.gates.x, right(node.root) - w - 4);
  const y = bottom(node.gates) + 4;
  return (
    <g className={css['gateNote']} data-of="gate" aria-hidden="true">
      <rect x={x} y={y} width={w} height={HEIGHT} rx={4} />
      <text x={x + 6} y={y + HEIGHT * 0.72} fontSize={SIZE} className={css['mono']}>
        {text}
      </text>
    </g>
  );
}
