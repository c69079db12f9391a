/**
 * The page of `npm run bench:page`: one board, and packets on it in two ways, as the product draws them and as D3 transitions
 * of SVG elements would. Not part of the product; build/benchPage.mjs calls `window.bench`.
 */
import { createRef } from 'react';
import { createRoot } from 'react-dom/client';
import { Engine } from '../../engine/engine.ts';
import type { Board } from '../../engine/protocol.ts';
import { must } from '../../lib/assert.ts';
import { generateDump } from '../../scenario/generate.ts';
import { input, manifest } from '../policyCluster.ts';
import type { Place } from '../../trace/timeline.ts';
import type { FrameIndex, Seq } from '../../trace/types.ts';
import { ui } from '../../view/i18n/en/ui.ts';
import { layoutBoard } from '../../view/topology/layout.ts';
import type { PaintedPacket } from '../../view/topology/painted.ts';
import { Topology, type BoardHandle } from '../../view/topology/Topology.tsx';
import '../../view/theme/tokens.css';
import '../../view/theme/page.css';
import { startTransitions } from './transitions.tsx';

export interface PageBench {
  /** a cluster with policies, as kubectl would print it */
  readonly policies: (pods: number, policies: number) => string;
  /** draws a board; answers with the number of SVG elements */
  readonly open: (nodes: number, pods: number) => Promise<number>;
  /** the median time from frame to frame, in milliseconds, with so many packets moving on the canvas */
  readonly canvas: (packets: number, ms: number) => Promise<number>;
  /** the same with the whole canvas put on the board and nothing on it: what any such canvas costs here */
  readonly blank: (ms: number) => Promise<number>;
  /** the same by D3 transitions */
  readonly transitions: (packets: number, ms: number) => Promise<number>;
  /** what of a frame with so many packets is our JavaScript */
  readonly script: (packets: number, frames: number) => Promise<number>;
}

declare global {
  interface Window {
    bench: PageBench;
  }
}

const root = createRoot(must(document.getElementById('root') ?? undefined, 'no #root'));
const handle = createRef<BoardHandle>();
const nobody: ReadonlySet<string> = new Set();
let board: Board | undefined;

const frame = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve));

async function open(nodes: number, pods: number): Promise<number> {
  const text = generateDump({ nodes, pods, seed: 1, style: 'stream', managedFields: false });
  const opened = new Engine().handle('open', { text, revision: 0 });
  if (opened.status !== 'committed') throw new Error('the board was not opened');
  board = opened.board;
  root.render(
    <Topology
      ref={handle}
      board={board}
      selection={{}}
      highlighted={nobody}
      onPick={() => undefined}
      labels={ui.board.words}
    />,
  );
  for (let i = 0; i < 10; i++) await frame();
  return document.querySelectorAll('svg *').length;
}

const KINDS = ['request', 'reply', 'arp'] as const;
const TILES = {
  request: ['ethernet', 'ipv4', 'udp', 'vxlan', 'ethernet', 'ipv4', 'icmp', 'data'],
  reply: ['ethernet', 'ipv4', 'icmp', 'data'],
  arp: ['ethernet', 'arp'],
} as const;

/** No multiple of it comes near a whole number, so packets of one way stand evenly and apart (0.618 gave five heaps). */
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** Packets between pods of different nodes, spread over their ways. */
function packetsOf(count: number): readonly PaintedPacket[] {
  const pods = must(board, 'open comes first').nodes.flatMap((node) => node.pods);
  const place = (i: number): Place => ({ ns: pods[i % pods.length]?.ns ?? '', at: 'process' });
  return Array.from({ length: count }, (_, i) => {
    const kind = KINDS[i % 3] ?? 'request';
    return {
      frame: 0 as FrameIndex,
      seq: i as Seq,
      from: place(i % 100),
      to: place((i % 100) * 7 + 3),
      t: (i * GOLDEN) % 1,
      kind,
      tiles: TILES[kind],
      size: 84,
      caption: '',
    };
  });
}

/** Milliseconds from frame to frame while `act` is called in each. */
async function intervals(ms: number, act: (now: number) => void): Promise<number> {
  const times: number[] = [];
  let before = await frame();
  const end = before + ms;
  const tick = must(document.getElementById('tick') ?? undefined, 'no #tick');
  while (before < end) {
    act(before);
    // a frame in which nothing changes is none: every way of drawing has this one pixel move as well
    tick.style.transform = `translate(${times.length % 2}px, 0)`;
    await frame();
    const now = performance.now();
    times.push(now - before);
    before = now;
  }
  // the first ones measure and draw sprites; on a busy machine there may be few
  const settled = times.slice(Math.min(5, times.length >> 1)).toSorted((a, b) => a - b);
  return settled[settled.length >> 1] ?? NaN;
}

/** What the owner of the playhead does in a frame. */
function drawAt(packets: readonly PaintedPacket[], now: number): void {
  handle.current?.draw(packets.map((packet) => ({ ...packet, t: (packet.t + now / 3000) % 1 })));
}

window.bench = {
  policies: (pods, policies) => manifest(input(pods, policies)),
  open,
  async canvas(count, ms) {
    const packets = packetsOf(count);
    const median = await intervals(ms, (now) => drawAt(packets, now));
    handle.current?.draw([]);
    return median;
  },
  async blank(ms) {
    const canvases = document.querySelectorAll<HTMLCanvasElement>('svg[role=group] ~ canvas');
    const canvas = must([...canvases].at(-1), 'no canvas');
    const context = must(canvas.getContext('2d') ?? undefined, 'no context');
    const sheet = new ImageData(canvas.width, canvas.height);
    return intervals(ms, () => context.putImageData(sheet, 0, 0));
  },
  async transitions(count, ms) {
    const svg = must(document.querySelector<SVGSVGElement>('svg[role=group]') ?? undefined, 'no board');
    const layout = layoutBoard(must(board, 'open comes first'), ui.board.words);
    const stop = startTransitions(svg, layout, packetsOf(count));
    const median = await intervals(ms, () => undefined);
    stop();
    return median;
  },
  async script(count, frames) {
    const packets = packetsOf(count);
    const times: number[] = [];
    for (let i = 0; i < frames; i++) {
      const now = await frame();
      const from = performance.now();
      drawAt(packets, now);
      times.push(performance.now() - from);
    }
    handle.current?.draw([]);
    return times.toSorted((a, b) => a - b)[Math.floor(frames / 2)] ?? NaN;
  },
};
