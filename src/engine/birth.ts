/**
 * The birth of a pod again. One that was born on the running board is played again from its recording; one that was there from
 * the start is born once more on a board of its node alone, since setting up is not recorded.
 */
import { createBoard } from '../kube/board.ts';
import type { Cluster, ClusterNode, ClusterPod } from '../kube/cluster.ts';
import { SUBNET_ENV } from '../kube/flannel/subnetEnv.ts';
import { nodeNs, podNs } from '../kube/ids.ts';
import type { Recording } from '../kernel/recorder.ts';
import type { World } from '../sim/world.ts';
import { birthOf, type BirthPart, type BirthStage } from '../trace/birth.ts';
import { isStep } from '../trace/types.ts';
import type { BirthResult, BirthStep } from './birthProtocol.ts';
import { boardOf, nodeWith } from './boardOf.ts';
import type { BoardNode, BoardPod } from './protocol.ts';
import type { Run } from './run.ts';

interface Born {
  readonly node: ClusterNode;
  readonly pod: ClusterPod;
}

/** What was seen at one entry. */
interface Seen {
  readonly node: BoardNode;
  readonly env: string | undefined;
}

/** The birth of the pod `NAMESPACE/NAME`, the last one that the recording has up to `atSeq`. */
export function birth(
  run: Run,
  { pod: id, atSeq }: { readonly pod: string; readonly atSeq: number },
): BirthResult {
  const { cluster } = run.world;
  const pod = cluster.pods.find((each) => podNs(each) === id);
  const node = cluster.nodes.find(({ name }) => name === pod?.node);
  if (!pod || !node || pod.hostNetwork) return { status: 'none' };
  const recorded = { entries: run.recording.entries.slice(0, atSeq) };
  const here = birthOf(recorded, id);
  const replayed = here.length > 0 ? again(run, recorded, here, { node, pod }) : [];
  // what the commands of the Board document did is recorded, but lies before all that can be played again
  const steps = replayed.length > 0 ? replayed : onItsOwn(run.first, id);
  if (steps.length === 0) return { status: 'none' };
  const { segments } = boardOf(run.world);
  return {
    status: 'born',
    node: node.name,
    segments: segments.filter(({ name }) => name === node.segment),
    steps,
  };
}

function look(world: World<Cluster>, { node, pod }: Born): Seen {
  return { node: nodeWith(world, node, pod), env: world.readFile(nodeNs(node.name), SUBNET_ENV) };
}

/** Born on the running board. */
function again(
  run: Run,
  recorded: Pick<Recording, 'entries'>,
  parts: readonly BirthPart[],
  born: Born,
): readonly BirthStep[] {
  const wanted = new Set(parts.map(({ seq }) => seq));
  const seen = new Map<number, Seen>();
  run.replay({ from: parts[0]?.seq ?? 0, to: (parts.at(-1)?.seq ?? 0) + 1 }, (world, seq) => {
    if (wanted.has(seq)) seen.set(seq, look(world, born));
  });
  return told(recorded, parts, seen);
}

/** Born when the board was set up: the node is set up once more, alone. */
function onItsOwn(first: Cluster, id: string): readonly BirthStep[] {
  const pod = first.pods.find((each) => podNs(each) === id);
  const node = first.nodes.find(({ name }) => name === pod?.node);
  if (!pod || !node) return [];
  const alone: Cluster = {
    ...first,
    nodes: [node],
    pods: first.pods.filter((each) => each.node === node.name),
    faults: first.faults.filter(({ on }) => on === node.name),
  };
  const recording = setUp(alone, () => undefined);
  const parts = birthOf(recording, id);
  const wanted = new Set(parts.map(({ seq }) => seq));
  const seen = new Map<number, Seen>();
  setUp(alone, (world, seq) => {
    if (wanted.has(seq)) seen.set(seq, look(world, { node, pod }));
  });
  return told(recording, parts, seen);
}

/** Sets a board up with everything recorded. */
function setUp(cluster: Cluster, hear: (world: World<Cluster>, seq: number) => void): Recording {
  const world = createBoard(cluster, {
    onWorld: (begun) => {
      begun.recordOps = true;
      begun.recorder.onEntry = () => {
        hear(begun, begun.recorder.length - 1);
      };
    },
  });
  return world.recorder.recording();
}

/** Stages from which on a program runs in the pod's namespace. */
const PAUSE: readonly BirthStage[] = ['docker-pause', 'pause'];
const OWN: readonly BirthStage[] = ['started', 'docker-started'];

function told(
  { entries }: Pick<Recording, 'entries'>,
  parts: readonly BirthPart[],
  seen: ReadonlyMap<number, Seen>,
): readonly BirthStep[] {
  let program: 'none' | 'pause' | 'own' = 'none';
  return parts.flatMap(({ seq, stage, callers }): readonly BirthStep[] => {
    const event = entries[seq];
    const at = seen.get(seq);
    if (!event || isStep(event) || !at) return [];
    if (PAUSE.includes(stage)) program = 'pause';
    if (OWN.includes(stage)) program = 'own';
    const { ns, by, text, kind, result, error, detail } = event;
    return [
      {
        ns,
        by: by.by,
        text,
        kind,
        result,
        stage,
        callers,
        ...(error === undefined ? {} : { error }),
        ...(detail === undefined ? {} : { detail }),
        ...(stage === 'delegate' && at.env !== undefined ? { read: { path: SUBNET_ENV, text: at.env } } : {}),
        node: withProgram(at.node, program),
      },
    ];
  });
}

/** The pod's strip says which program is in it (none yet, pause, or its own), and its address once it has one. */
function withProgram(node: BoardNode, program: 'none' | 'pause' | 'own'): BoardNode {
  const named: Partial<BoardPod> =
    program === 'own' ? {} : { name: program === 'pause' ? 'pause' : '', ports: [] };
  // the address is where it is written, not where it will be
  const addressed = ({ devices, ip }: BoardPod): boolean =>
    devices.some(({ addresses }) => addresses.some((address) => address.startsWith(`${ip}/`)));
  return {
    ...node,
    pods: node.pods.map((pod) => ({ ...pod, ...named, ip: addressed(pod) ? pod.ip : '' })),
  };
}
