import type { Race } from '../../store/slices/race.ts';
import { Button } from '../controls/Button.tsx';
import { Dialog } from '../Dialog.tsx';
import { figureKeys, Transport } from '../figures/Transport.tsx';
import { usePlayhead } from '../figures/usePlayhead.ts';
import { useT } from '../i18n/useT.ts';
import { useRaceT } from '../i18n/useRaceT.ts';
import { useBoard } from '../page.ts';
import { tellBeat } from '../trace/tell.ts';
import { RaceTable } from './RaceTable.tsx';
import { LaneBoard } from './LaneBoard.tsx';
import css from './Race.module.css';

type Run = Extract<Race, { readonly status: 'run' }>;

/** Three boards side by side: the same packet under each of flannel's backends, and what it costs. */
export default function RaceDialog() {
  const words = useRaceT();
  const race = useBoard((state) => state.race);
  const showDialog = useBoard((state) => state.showDialog);
  const isRun = race?.status === 'run';
  return (
    <Dialog
      title={words.title}
      isWide
      onKeyDown={isRun ? figureKeys(race.playback, stepsOf(race)) : undefined}
      onClose={() => {
        showDialog('none');
      }}
    >
      {isRun ? (
        <Lanes race={race} />
      ) : (
        <p role="status" className={css['wait']}>
          {race?.status === 'unreadable' ? words.unreadable : words.running}
        </p>
      )}
    </Dialog>
  );
}

/** The steps of the longest lane. */
function stepsOf({ lanes }: Run): number {
  return Math.max(1, ...lanes.map((lane) => ('beats' in lane ? lane.beats.length : 0)));
}

function Lanes({ race }: { readonly race: Run }) {
  const t = useT();
  const words = useRaceT();
  const openRace = useBoard((state) => state.openRace);
  const { playback, lanes } = race;
  const { beat } = usePlayhead(playback);
  const isLocal = lanes.every((lane) => 'trip' in lane && lane.trip.arrived && lane.trip.wire === undefined);
  const told = lanes
    .flatMap((lane) => {
      const now = 'beats' in lane ? lane.beats[Math.min(beat, lane.beats.length - 1)] : undefined;
      return now && 'recording' in lane ? [`${lane.backend}: ${tellBeat(now, lane.recording, t)}`] : [];
    })
    .join(' ');
  return (
    <div className={css['race']}>
      <p className={css['intro']}>
        {words.intro(race.from, race.to)}
        {isLocal ? <b> {words.same}</b> : null}
      </p>
      <div className={css['lanes']}>
        {lanes.map((lane) => (
          <LaneBoard key={lane.backend} lane={lane} playback={playback} />
        ))}
      </div>
      <div className={css['transport']}>
        <Transport playback={playback} count={stepsOf(race)} text={told}>
          <Button
            onClick={() => {
              void openRace();
            }}
          >
            {words.again}
          </Button>
        </Transport>
      </div>
      <RaceTable lanes={lanes} />
    </div>
  );
}
