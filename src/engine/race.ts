/**
 * The race: the same text with each of flannel's backends, each a run of its own, and the same packet sent in all of them.
 * It is sent twice and the second is told: the first teaches everybody the MACs, which costs the same everywhere.
 */
import type { Cluster } from '../kube/cluster.ts';
import { createReader } from '../kube/manifest/reader.ts';
import { chooseBackend } from '../kube/manifest/chooseBackend.ts';
import { message } from '../lib/message.ts';
import { STEP_BUDGET } from '../sim/run.ts';
import { encodeColumns } from '../trace/columns.ts';
import { isStep, type Recording } from '../trace/types.ts';
import { boardOf } from './boardOf.ts';
import { injectionOf } from './injection.ts';
import type { Board, Lane, RaceRequest, RaceResult } from './protocol.ts';
import { Run } from './run.ts';

const BACKENDS: readonly Board['backend'][] = ['udp', 'vxlan', 'host-gw'];
/** nobody sees it here: it is another text, at its beginning */
const NOTHING = { entries: 0, hops: 0, frames: 0 };

/** Runs the race. Nothing of the engine's own board changes; a text that makes no board has been refused before. */
export function raceOf({ text, ...request }: RaceRequest): RaceResult {
  const lanes = BACKENDS.flatMap((backend): readonly Lane[] => {
    const chosen = chooseBackend(text, backend);
    const cluster = chosen === undefined ? undefined : createReader().read(chosen).cluster;
    return cluster ? [laneOf(backend, cluster, request)] : [];
  });
  return lanes.length < BACKENDS.length ? { status: 'unreadable' } : { status: 'run', lanes };
}

function laneOf(backend: Board['backend'], cluster: Cluster, request: Omit<RaceRequest, 'text'>): Lane {
  const run = new Run(cluster);
  const injection = injectionOf(run.world.cluster, request);
  if ('id' in injection) return { backend, refusal: injection };
  for (let i = 0; i < 2; i++) {
    if (run.give({ input: 'send', injection }) === 'budget')
      return { backend, refusal: message('send.budget', { steps: STEP_BUDGET }) };
  }
  const { recording } = run;
  const exchange = recording.exchanges.length - 1;
  const board = stageOf(boardOf(run.world), touchedBy(recording, exchange));
  return { backend, board, exchange, recording: encodeColumns(recording, NOTHING) };
}

function touchedBy({ entries, hops }: Recording, exchange: number): ReadonlySet<string> {
  return new Set(
    entries.flatMap((entry) =>
      isStep(entry) && hops[entry.hop]?.exchange === exchange ? [entry.ns as string] : [],
    ),
  );
}

/** What of a board a packet touches: the rest is no part of the comparison. */
function stageOf(board: Board, touched: ReadonlySet<string>): Board {
  const { nodes, router, clients } = board;
  const isThere = ({ ns }: { readonly ns: string }): boolean => touched.has(ns);
  const kept = nodes
    .map((node) => ({ ...node, pods: node.pods.filter(isThere), hostPods: [] }))
    .filter((node) => isThere(node) || node.pods.length > 0);
  const machines = [...kept, ...clients.filter(isThere)];
  const used = new Set(machines.flatMap(({ segments }) => segments));
  return {
    ...board,
    nodes: kept,
    router: router && isThere(router) ? router : undefined,
    clients: clients.filter(isThere),
    segments: board.segments.filter(({ name, ns }) => used.has(name) || touched.has(ns)),
    traffic: [],
    expect: [],
  };
}
