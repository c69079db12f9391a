/** The same packets as SVG elements that D3 transitions move: what the canvas is compared with. */
import { easeLinear, select } from 'd3';
import { must } from '../../lib/assert.ts';
import { envelopeSize } from '../../view/topology/crowd.ts';
import type { Layout } from '../../view/topology/layoutTypes.ts';
import { pathBetween } from '../../view/topology/path.ts';
import type { PaintedPacket } from '../../view/topology/painted.ts';
import { measure, placeOn, type Way } from '../../view/topology/way.ts';

const SHAPES: Readonly<Record<PaintedPacket['kind'], string>> = {
  request: 'M-10 0a10 10 0 1 0 20 0a10 10 0 1 0 -20 0z',
  reply: 'M-6 -7.5h12a7.5 7.5 0 0 1 0 15h-12a7.5 7.5 0 0 1 0 -15z',
  arp: 'M-7.8 -7.8h15.6v15.6h-15.6z',
  error: 'M0 -11.5L11 8.5L-11 8.5z',
  dropped: 'M0 -13L13 0L0 13L-13 0z',
};

interface Moving {
  readonly packet: PaintedPacket;
  readonly way: Way;
}

/** An outline and up to three frames per packet, as on the canvas; answers with how to stop. */
export function startTransitions(
  svg: SVGSVGElement,
  layout: Layout,
  packets: readonly PaintedPacket[],
): () => void {
  const ways = new Map<string, Way>();
  const moving = packets.map((packet): Moving => {
    const key = `${packet.from.ns} ${packet.to.ns}`;
    const way = ways.get(key) ?? measure(pathBetween(layout, packet.from, packet.to));
    ways.set(key, way);
    return { packet, way };
  });
  const group = select(svg).append('g');
  // the size that the canvas gives so many, in pixels on screen
  const window = must(svg.parentElement ?? undefined, 'no window');
  const size = envelopeSize(packets.length, window.clientWidth * window.clientHeight) / 22 / scaleOf(svg);
  const each = group.selectAll('g').data(moving).join('g');
  each
    .append('path')
    .attr('d', ({ packet }) => SHAPES[packet.kind])
    .attr('fill', 'var(--plate)')
    .attr('stroke', ({ packet }) => `var(--packet-${packet.kind})`)
    .attr('stroke-width', 2);
  for (const i of [0, 1, 2]) {
    const half = 6 - i * 2;
    each
      .filter(({ packet }) => packet.tiles[i] !== undefined)
      .append('rect')
      .attr('x', -half)
      .attr('y', -half * 0.8)
      .attr('width', half * 2)
      .attr('height', half * 1.6)
      .attr('fill', ({ packet }) => `var(--layer-${packet.tiles[i] ?? 'data'})`);
  }
  each
    .transition()
    .duration(60_000)
    .ease(easeLinear)
    .attrTween('transform', ({ packet, way }) => (t) => {
      const { x, y } = placeOn(way, (packet.t + t * 20) % 1);
      return `translate(${x},${y}) scale(${size})`;
    });
  return () => {
    each.interrupt();
    group.remove();
  };
}

/** How large the board is shown: one unit in pixels. */
function scaleOf(svg: SVGSVGElement): number {
  return new DOMMatrix(getComputedStyle(svg).transform).a;
}
