/**
 * Threads: which table row supplied which header of a packet. Encapsulation is the sum of lookups made one after the other,
 * so its step also names the earlier rows of the same hop. Decided from what was recorded, never looked up again. Pure.
 */
import { layersOf, type LayerKind } from '../wire/layers.ts';
import type { Frame } from '../wire/frame.ts';
import { stepOf, type Beat } from './timeline.ts';
import { isStep, type FrameIndex, type Recording, type Row, type Seq, type Step } from './types.ts';

export interface Thread {
  /** the step that found the row */
  readonly seq: Seq;
  readonly row: Row;
  /** headers of the present frame, counted from the outermost */
  readonly tiles: readonly number[];
  /** 'header': the row supplied these headers. 'way': it was found by this header, and said where the packet goes next */
  readonly gives: 'header' | 'way';
}

const NONE: readonly Thread[] = [];

/** The threads of beat `index`, those of the outermost headers first. A beat that looks nothing up has none. */
export function threadsOf(recording: Recording, beats: readonly Beat[], index: number): readonly Thread[] {
  const beat = beats[index];
  const step = beat?.kind === 'step' ? stepOf(recording, beat) : undefined;
  if (!step) return NONE;
  const known = threadsByStep.get(step);
  if (known) return known;
  const threads = threadsOfStep(recording, step).toSorted((a, b) => (a.tiles[0] ?? 0) - (b.tiles[0] ?? 0));
  threadsByStep.set(step, threads);
  return threads;
}

/** Asked for in every frame; what happened before a step never changes. */
const threadsByStep = new WeakMap<Step, readonly Thread[]>();

function threadsOfStep(recording: Recording, step: Step): readonly Thread[] {
  const kinds = kindsOf(recording, step.frame);
  if (step.kind === 'nat') return tie(step, kinds.indexOf('ipv4'), 'header');
  if (step.kind === 'conntrack' || step.kind === 'chain') return tie(step, kinds.indexOf('ipv4'), 'way');
  if (step.kind === 'route') return tie(step, kinds.indexOf('ipv4'), 'way');
  if (step.kind === 'process') return tie(step, kinds.indexOf('ipv4'), 'way');
  if (step.kind === 'fdb')
    return step.result === 'learned' ? NONE : tie(step, kinds.indexOf('ethernet'), 'way');
  if (step.kind === 'neigh')
    return step.result === 'resolved' && step.before !== undefined ? tie(step, 0, 'header') : NONE;
  if (step.kind === 'encap') return ofEncap(recording, step, kinds);
  if (step.kind === 'originate') return ofTunnelProgram(recording, step, kinds);
  return NONE;
}

function tie(step: Step, tile: number, gives: Thread['gives']): readonly Thread[] {
  const row = rowOf(step);
  return row === undefined || tile < 0 ? NONE : [{ seq: step.seq, row, tiles: [tile], gives }];
}

function rowOf(step: Step): Row | undefined {
  return 'row' in step ? step.row : undefined;
}

const kindsByFrame = new WeakMap<Frame, readonly LayerKind[]>();

function kindsOf({ frames }: Recording, index: FrameIndex): readonly LayerKind[] {
  const frame = frames[index];
  if (!frame) return [];
  const known = kindsByFrame.get(frame) ?? layersOf(frame).map(({ kind }) => kind);
  kindsByFrame.set(frame, known);
  return known;
}

type Encap = Extract<Step, { kind: 'encap' }>;

/** The shell from the fdb; the Ethernet header inside it from the neighbour table; and the route that named the neighbour. */
function ofEncap(recording: Recording, step: Encap, kinds: readonly LayerKind[]): readonly Thread[] {
  const shell = kinds.indexOf('vxlan') + 1;
  const last = <K extends Step['kind']>(
    kind: K,
    fits: (found: Extract<Step, { kind: K }>) => boolean,
  ): Step | undefined =>
    earlier(recording, step, (s) => s.kind === kind && fits(s as Extract<Step, { kind: K }>));
  const fdb = last('fdb', ({ dev, result }) => dev === step.dev && result === 'remote');
  const neigh = last('neigh', ({ dev, result }) => dev === step.dev && result === 'resolved');
  const route = last('route', ({ dev, result }) => dev === step.dev && result === 'unicast');
  const inner = kinds.indexOf('ethernet', shell);
  return [
    ...(fdb
      ? tie(fdb, 0, 'header').map((t) => ({ ...t, tiles: kinds.slice(0, shell).map((_, i) => i) }))
      : []),
    ...(neigh ? tie(neigh, inner, 'header') : []),
    ...(route ? tie(route, kinds.indexOf('ipv4', shell), 'way') : []),
  ];
}

/** The latest earlier step of the same hop that fits. */
function earlier({ entries }: Recording, step: Step, fits: (step: Step) => boolean): Step | undefined {
  for (let seq = step.seq - 1; seq >= 0; seq--) {
    const entry = entries[seq];
    if (entry && isStep(entry) && entry.hop === step.hop && fits(entry)) return entry;
  }
  return undefined;
}

/** The udp backend: flanneld found the node in its own table, and its socket wrapped the packet. */
function ofTunnelProgram(
  { entries, hops }: Recording,
  step: Step,
  kinds: readonly LayerKind[],
): readonly Thread[] {
  const hop = hops[step.hop];
  if (hop?.cause !== 'process') return NONE;
  for (let seq = step.seq - 1; seq >= 0; seq--) {
    const entry = entries[seq];
    if (!entry || !isStep(entry) || entry.hop !== hop.parent) continue;
    const found = entry.kind === 'process' ? tie(entry, 0, 'header') : NONE;
    return found.map((t) => ({ ...t, tiles: kinds.slice(0, kinds.indexOf('udp') + 1).map((_, i) => i) }));
  }
  return NONE;
}

/** The words of a row that say what was looked up and what was found: `10.244.2.0/24 via 10.244.2.0`. */
export function briefOf({ table, line }: Row): string {
  const words = line.split(' ');
  const after = (word: string): string => {
    const at = words.indexOf(word);
    const value = at < 0 ? undefined : words[at + 1];
    return value === undefined ? '' : ` ${word} ${value}`;
  };
  if (table === 'conntrack') return connectionOf(words);
  if (table === 'rule') return ruleBrief(line);
  const key =
    words[0] === 'local' || words[0] === 'broadcast' ? words.slice(0, 2).join(' ') : (words[0] ?? '');
  if (table === 'neigh') return `${key}${after('lladdr') || after('dev')}`;
  if (table === 'fdb') return `${key}${after('dst') || after('dev')}`;
  // flanneld's own table has its own grammar
  if (table === 'route' && words[1] !== '->') return `${key}${after('via') || after('dev')}`;
  return line;
}

/** A printed connection: one way, and what the answer looks like where it comes in. */
function connectionOf(words: readonly string[]): string {
  const all = (name: string): readonly string[] =>
    words.flatMap((word) => (word.startsWith(`${name}=`) ? [word.slice(name.length + 1)] : []));
  const [src, dst, sport, dport] = [all('src'), all('dst'), all('sport'), all('dport')];
  const end = (address: string | undefined, port: string | undefined): string =>
    `${address ?? ''}${port === undefined ? '' : `:${port}`}`;
  const way = (i: number): string => `${end(src[i], sport[i])} → ${end(dst[i], dport[i])}`;
  return `${way(0)} ⇄ ${way(1)}`;
}

/** A rule without its comment and without the table and chain that it stands in. */
function ruleBrief(line: string): string {
  const text = line.replace(/ -m comment --comment (?:"(?:[^"\\]|\\.)*"|\S+)/, '');
  return /^-t \S+ -A \S+ (.+)$/.exec(text)?.[1] ?? text;
}
