import type { ReactNode } from 'react';
import type { RaceLane } from '../../store/slices/race.ts';
import { briefOf } from '../../trace/threads.ts';
import type { Lookup, Trip } from '../../trace/trip.ts';
import { useT } from '../i18n/useT.ts';
import { useRaceT, type RaceWords } from '../i18n/useRaceT.ts';
import css from './Race.module.css';

type Runner = Extract<RaceLane, { readonly trip: Trip }>;

/** One measure: its value under each backend; `cost` orders those that can be compared, less is better. */
interface Measure {
  readonly id: keyof RaceWords['rows'];
  readonly show: (lane: Runner) => ReactNode;
  readonly cost?: (lane: Runner) => number | undefined;
}

/** What the packet cost under each backend. */
export function RaceTable({ lanes }: { readonly lanes: readonly RaceLane[] }) {
  const words = useRaceT();
  const t = useT();
  const runners = lanes.filter((lane): lane is Runner => 'trip' in lane);
  const measures = measuresOf(words, t.disposition);
  return (
    <table className={css['table']}>
      <caption>{words.table}</caption>
      <thead>
        <tr>
          <th scope="col">{words.measure}</th>
          {runners.map(({ backend }) => (
            <th key={backend} scope="col">
              <code>{backend}</code>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {measures.map((measure) => (
          <Row key={measure.id} measure={measure} runners={runners} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ measure, runners }: { readonly measure: Measure; readonly runners: readonly Runner[] }) {
  const words = useRaceT();
  const { id, show, cost } = measure;
  const costs = runners.map((lane) => cost?.(lane)).filter((each) => each !== undefined);
  const least = Math.min(...costs);
  // where all are alike nobody wins
  const isRace = costs.some((each) => each !== least);
  const helps: Readonly<Record<string, string>> = words.help;
  return (
    <tr>
      <th scope="row" title={helps[id]}>
        {words.rows[id]}
      </th>
      {runners.map((lane) => {
        const isLeast = isRace && cost?.(lane) === least;
        return (
          <td key={lane.backend} data-least={isLeast}>
            {show(lane)}
            {isLeast ? <span className={css['least']}> ✓ {words.least}</span> : null}
          </td>
        );
      })}
    </tr>
  );
}

function measuresOf(words: RaceWords, dispositions: Readonly<Record<string, string>>): readonly Measure[] {
  const crossings = ({ trip }: Runner): number => trip.crossings.reduce((sum, { count }) => sum + count, 0);
  const taken = ({ trip }: Runner): number | undefined =>
    trip.ttl === undefined ? undefined : trip.sent.ttl - trip.ttl;
  const dead = (value: number | undefined, lane: Runner): number | undefined =>
    lane.trip.arrived ? value : undefined;
  return [
    {
      id: 'added',
      show: ({ trip }) => (trip.wire ? words.addedBytes(trip.wire.added) : '–'),
      cost: (lane) => dead(lane.trip.wire?.added, lane),
    },
    {
      id: 'crossings',
      show: (lane) => {
        const total = crossings(lane);
        if (total === 0) return words.none;
        const where = lane.trip.crossings.map(({ ns, count }) => words.on(count, ns)).join(', ');
        return (
          <>
            {total} <small>{words.each(where)}</small>
          </>
        );
      },
      cost: (lane) => dead(crossings(lane), lane),
    },
    { id: 'copies', show: ({ trip }) => trip.copies, cost: (lane) => dead(lane.trip.copies, lane) },
    {
      id: 'hops',
      show: (lane) => (lane.trip.ttl === undefined ? '–' : words.hops(taken(lane) ?? 0, lane.trip.ttl)),
      cost: taken,
    },
    { id: 'mtu', show: mtuOf, cost: (lane) => dead(-(mtuOf(lane) ?? 0), lane) },
    {
      id: 'ports',
      show: ({ trip: { wire } }) => portsOf(wire?.ports, words),
    },
    { id: 'lookups', show: ({ trip }) => <Lookups lookups={trip.lookups} /> },
    { id: 'steps', show: ({ beats }) => beats.length, cost: (lane) => dead(lane.beats.length, lane) },
    {
      id: 'result',
      show: ({ result }) => (result === undefined ? '–' : (dispositions[result] ?? result)),
    },
  ];
}

function portsOf(
  ports: { readonly sport: number; readonly dport: number } | undefined,
  words: RaceWords,
): string {
  if (ports === undefined) return '–';
  const { sport, dport } = ports;
  return sport === dport ? `${sport} → ${dport}` : `${words.flow(sport)} → ${dport}`;
}

/** The MTU of the pod that sends. */
function mtuOf({ board, trip }: Runner): number | undefined {
  const ns = trip.steps[0]?.ns;
  const pod = board.nodes.flatMap((node) => node.pods).find((each) => each.ns === ns);
  return pod?.devices.find(({ name }) => name === 'eth0')?.mtu;
}

function Lookups({ lookups }: { readonly lookups: readonly Lookup[] }) {
  return (
    <ol className={css['lookups']}>
      {lookups.map(({ seq, in: table, row }) => (
        <li key={seq}>
          <span className={css['of']}>{table === 'process' ? 'flanneld' : table}</span>
          <code>{briefOf(row)}</code>
        </li>
      ))}
    </ol>
  );
}
