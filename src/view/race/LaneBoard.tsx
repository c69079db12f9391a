import { useEffect, useMemo, useRef } from 'react';
import type { Playback } from '../../store/playback.ts';
import type { RaceLane } from '../../store/slices/race.ts';
import { stepOf } from '../../trace/timeline.ts';
import { usePlayhead } from '../figures/usePlayhead.ts';
import { say, useT } from '../i18n/useT.ts';
import { useRaceT } from '../i18n/useRaceT.ts';
import { toldPackets } from '../told.ts';
import { litBy } from '../topology/lit.ts';
import { Topology, type BoardHandle } from '../topology/Topology.tsx';
import { nameOf, tellBeat } from '../trace/tell.ts';
import { WireBar } from './WireBar.tsx';
import css from './Race.module.css';

type Runner = Extract<RaceLane, { readonly board: unknown }>;

/** One backend: its part of the board with the packet on it, the present step in words, and the frame on the wire. */
export function LaneBoard({ lane, playback }: { readonly lane: RaceLane; readonly playback: Playback }) {
  const t = useT();
  return (
    <section className={css['lane']} aria-label={lane.backend}>
      <h3 className={css['name']}>
        <code>{lane.backend}</code>
        {'board' in lane ? <Progress lane={lane} playback={playback} /> : null}
      </h3>
      {'board' in lane ? (
        <>
          <Picture lane={lane} playback={playback} />
          <Told lane={lane} playback={playback} />
          <WireBar wire={lane.trip.wire} />
        </>
      ) : (
        <p className={css['refusal']}>{say(t, lane.refusal)}</p>
      )}
    </section>
  );
}

interface Props {
  readonly lane: Runner;
  readonly playback: Playback;
}

/** Under way, arrived or lost, at the present step. */
function Progress({ lane, playback }: Props) {
  const words = useRaceT();
  const { beat } = usePlayhead(playback);
  const { beats, trip } = lane;
  const isOver = beat >= beats.length - 1;
  if (!isOver) return <span className={css['badge']}>{words.under}</span>;
  return trip.arrived ? (
    <span className={css['badge']} data-verdict="ok">
      ✓ {words.arrived(beats.length)}
    </span>
  ) : (
    <span className={css['badge']} data-verdict="bad">
      ◆ {words.lost}
    </span>
  );
}

const NO_SELECTION = {};
const nothing = (): void => undefined;

function Picture({ lane, playback }: Props) {
  const { ui } = useT();
  const words = useRaceT();
  const handle = useRef<BoardHandle>(null);
  const { beat } = usePlayhead(playback);
  const { board, recording, beats, backend } = lane;
  const now = Math.min(beat, beats.length - 1);
  const lit = useMemo(() => {
    const steps = [beats[now - 1], beats[now]].flatMap((each) => stepOf(recording, each) ?? []);
    return new Set(litBy(steps, recording, board));
  }, [beats, now, recording, board]);
  const { was } = ui.packet;
  const names = useMemo(
    () => ({ ...ui.board.words, board: words.picture(backend) }),
    [ui.board.words, words, backend],
  );
  useEffect(() => {
    const story = { recording, beats, lens: 'all' as const, was };
    const draw = (position: number): void =>
      handle.current?.draw(
        // one packet a board: no flows to tell apart
        toldPackets(story, Math.min(position, beats.length - 1)).map(({ flow: _flow, ...packet }) => packet),
      );
    draw(playback.position());
    return playback.subscribe(draw);
  }, [playback, recording, beats, was]);
  return (
    <div className={css['board']}>
      <Topology
        ref={handle}
        isFigure
        board={board}
        selection={NO_SELECTION}
        highlighted={lit}
        onPick={nothing}
        labels={names}
      />
    </div>
  );
}

/** The present step in words. Not spoken by itself, for three voices at once are none: the slider says all three. */
function Told({ lane, playback }: Props) {
  const t = useT();
  const { beat } = usePlayhead(playback);
  const { beats, recording } = lane;
  const now = beats[Math.min(beat, beats.length - 1)];
  const kernel = nameOf(now, recording);
  return (
    <p className={css['told']}>
      {now === undefined ? '' : tellBeat(now, recording, t)}
      {kernel === undefined ? null : <code> {kernel}</code>}
    </p>
  );
}
