import { Suspense, useEffect, useImperativeHandle, useMemo, useRef, useState, type Ref } from 'react';
import type { Board } from '../engine/protocol.ts';
import type { Beat } from '../trace/timeline.ts';
import { trailOf } from '../trace/trail.ts';
import { isStep, type Recording, type Step } from '../trace/types.ts';
import { hookOf, hooksPassed } from '../trace/walk.ts';
import { IconButton } from './controls/Button.tsx';
import { ClientClock } from './ClientClock.tsx';
import { ErrorBoundary } from './ErrorBoundary.tsx';
import { useT } from './i18n/useT.ts';
import { BackendChoice, Expectations, Legend, PolicyBadge, ServiceCard, Traffic } from './later.ts';
import { LensChoice } from './LensChoice.tsx';
import { useBoard, usePlayback } from './page.ts';
import { ambientPackets } from './traffic.ts';
import { doorKey } from './topology/layoutTypes.ts';
import { litBy } from './topology/lit.ts';
import { toldPackets } from './told.ts';
import type { GateWords } from './topology/GateNote.tsx';
import { Topology, type BoardHandle } from './topology/Topology.tsx';
import { entryOf, type Entry } from './trace/tell.ts';
import { useNarrow } from './useNarrow.ts';
import css from './BoardPane.module.css';

/** What the rest of the page may ask of the picture. */
export type Picture = Pick<BoardHandle, 'fit'>;

/** The cluster and the packets on it, or a sentence that says why there is none. */
export function BoardPane({ ref }: { readonly ref: Ref<Picture> }) {
  const { ui } = useT();
  const board = useBoard((state) => state.board);
  const isStarting = useBoard((state) => state.engine.kind === 'starting');
  return (
    <main className={css['pane']} aria-label={ui.board.label}>
      {board === undefined ? (
        <p className={css['empty']}>{isStarting ? ui.board.starting : ui.board.none}</p>
      ) : (
        <ErrorBoundary>
          <Moving board={board} ref={ref} />
        </ErrorBoundary>
      )}
    </main>
  );
}

const ZOOM = 1.25;

function Moving({ board, ref }: { readonly board: Board; readonly ref: Ref<Picture> }) {
  const { ui } = useT();
  const source = useBoard((state) => state.source);
  const target = useBoard((state) => state.target);
  const pick = useBoard((state) => state.pick);
  const lens = useBoard((state) => state.lens);
  const inspectNs = useBoard((state) => state.inspectNs);
  const openDaemon = useBoard((state) => state.openDaemon);
  const recording = useBoard((state) => state.recording);
  const beats = useBoard((state) => state.beats);
  const beat = useBoard((state) => state.beat);
  const handle = useRef<BoardHandle>(null);
  const hasLegend = useBoard((state) => state.legend);
  const toggleLegend = useBoard((state) => state.toggleLegend);
  const litPods = useBoard((state) => state.litPods);
  const isNarrow = useNarrow();
  const following = useFollowing();
  usePackets(handle, following, recording, beats);
  const lit = useMemo(
    () =>
      new Set([
        ...litBy(stepsAt(beats, beat, recording), recording, board),
        ...hooksPassed(recording, beats, beat).map(({ ns, hook }) => doorKey(ns, hook)),
        ...gateAt(beats[beat], recording),
        // 'pod/shop/web' stands in the namespace 'shop/web'
        ...litPods.map((id) => id.slice(id.indexOf('/') + 1)),
      ]),
    [beats, beat, recording, board, litPods],
  );
  const trail = useMemo(() => trailOf(recording, beats, beat), [recording, beats, beat]);
  const note = useMemo(() => noteOf(entryOf(beats[beat], recording)), [beats, beat, recording]);
  useImperativeHandle(ref, () => ({
    fit: () => {
      following.resume();
      handle.current?.fit();
    },
  }));
  return (
    <Topology
      ref={handle}
      board={board}
      selection={{ source, target }}
      highlighted={lit}
      onPick={pick}
      labels={ui.board.words}
      note={note}
      trail={trail}
      lens={lens}
      onDaemon={openDaemon}
      onInspect={inspectNs}
      onManual={following.yield}
    >
      <div className={css['zoom']}>
        <IconButton icon="plus" label={ui.board.zoomIn} onClick={() => handle.current?.zoomBy(ZOOM)} />
        <IconButton icon="minus" label={ui.board.zoomOut} onClick={() => handle.current?.zoomBy(1 / ZOOM)} />
        <IconButton icon="fit" label={ui.board.fit} onClick={() => handle.current?.fit()} />
        <IconButton icon="key" label={ui.board.legend} aria-expanded={hasLegend} onClick={toggleLegend} />
      </div>
      <Suspense fallback={null}>
        <BackendChoice />
      </Suspense>
      <LensChoice />
      <ClientClock handle={handle} />
      <div className={css['corner']}>
        <Suspense fallback={null}>
          {lens === 'service' ? <ServiceCard /> : null}
          {board.policyController === undefined || isNarrow ? null : <PolicyBadge />}
          {board.expect.length > 0 ? <Expectations /> : null}
          {board.traffic.length > 0 ? <Traffic /> : null}
        </Suspense>
      </div>
      <Hint />
      <Suspense fallback={null}>{hasLegend ? <Legend /> : null}</Suspense>
    </Topology>
  );
}

interface Following {
  readonly isOn: () => boolean;
  readonly resume: () => void;
  readonly yield: () => void;
}

/** The camera follows the packet that is told, from every start of playing until the reader moves the board by hand. */
function useFollowing(): Following {
  const playing = useBoard((state) => state.playing);
  const [following] = useState((): Following => {
    let on = true;
    return {
      isOn: () => on,
      resume: () => {
        on = true;
      },
      yield: () => {
        on = false;
      },
    };
  });
  useEffect(() => {
    if (playing) following.resume();
  }, [playing, following]);
  return following;
}

/** Draws the packets of every frame; React is not asked. */
function usePackets(
  handle: { readonly current: BoardHandle | null },
  following: Following,
  recording: Recording,
  beats: readonly Beat[],
): void {
  const playback = usePlayback();
  const flows = useBoard((state) => state.flows);
  const lens = useBoard((state) => state.lens);
  const { was } = useT().ui.packet;
  useEffect(() => {
    let shown = playback.position();
    const draw = (position: number): void => {
      const told = toldPackets({ recording, beats, lens, was }, position);
      const fades = position !== shown && isMotionUnwelcome();
      shown = position;
      handle.current?.draw([...ambientPackets(flows, playback.ambient()), ...told], fades);
      // at rest the packet of the present beat comes first
      const leader = told.find((packet) => packet.t < 1) ?? told[0];
      if (leader && following.isOn()) handle.current?.follow(leader.to);
    };
    draw(playback.position());
    return playback.subscribe(draw);
  }, [handle, following, playback, recording, beats, flows, lens, was]);
}

/** The present beat and the one before it, so that the wire between two doors is lit too. */
function stepsAt(beats: readonly Beat[], beat: number, recording: Recording): readonly Step[] {
  return [beats[beat - 1], beats[beat]].flatMap((candidate) => {
    const entry = entryOf(candidate, recording);
    return entry !== undefined && isStep(entry) ? [entry] : [];
  });
}

/** The gate at which the present step happens. */
function gateAt(beat: Beat | undefined, recording: Recording): readonly string[] {
  const entry = entryOf(beat, recording);
  const gate = entry && isStep(entry) ? hookOf(recording, entry) : undefined;
  return gate ? [doorKey(gate.ns, gate.hook)] : [];
}

/** The table and chain that the packet is in, for the card of its machine. */
function noteOf(entry: Entry | undefined): GateWords | undefined {
  return entry?.kind === 'chain' ? { ns: entry.ns, text: `${entry.table}:${entry.chain}` } : undefined;
}

/** After the first of two clicks: what the second one does. */
function Hint() {
  const { ui } = useT();
  const source = useBoard((state) => state.source);
  const target = useBoard((state) => state.target);
  if (source === undefined || target !== undefined) return null;
  return <p className={css['hint']}>{ui.board.pickTarget(source)}</p>;
}

function isMotionUnwelcome(): boolean {
  return matchMedia('(prefers-reduced-motion: reduce)').matches;
}
