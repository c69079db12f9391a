import { useMemo } from 'react';
import type { Board, BoardNode, BoardSegment, BirthStep } from '../../engine/protocol.ts';
import { useT } from '../i18n/useT.ts';
import { useBoard } from '../page.ts';
import { doorKey } from '../topology/layoutTypes.ts';
import { Topology } from '../topology/Topology.tsx';
import css from './Birth.module.css';

interface Props {
  readonly step: BirthStep;
  readonly before: BirthStep | undefined;
  readonly segments: readonly BoardSegment[];
  readonly label: string;
}

/** Stages told by the node of which something is seen in the pod. */
const INSIDE: readonly BirthStep['stage'][] = ['netns', 'docker-pause', 'pause', 'started', 'docker-started'];

const NO_SELECTION = {};
const nothing = (): void => undefined;

/** The node as it stands after a step; what the step made is lit. */
export function NodePicture({ step, before, segments, label }: Props) {
  const { ui } = useT();
  const board = useBoard((state) => state.board);
  const { node, stage } = step;
  // what the runtime says of a program in the pod is seen there
  const ns = INSIDE.includes(stage) ? (node.pods[0]?.ns ?? step.ns) : step.ns;
  const shown = useMemo(
    (): Board | undefined =>
      board && {
        ...board,
        nodes: [node],
        segments,
        clients: [],
        router: undefined,
        traffic: [],
        expect: [],
      },
    [board, node, segments],
  );
  const lit = useMemo(() => new Set([ns, ...changed(before?.node, node)]), [before, node, ns]);
  const labels = useMemo(() => ({ ...ui.board.words, board: label }), [ui.board.words, label]);
  if (shown === undefined) return null;
  return (
    <div className={css['picture']}>
      <Topology
        isFigure
        board={shown}
        selection={NO_SELECTION}
        highlighted={lit}
        onPick={nothing}
        labels={labels}
      />
    </div>
  );
}

/** Doors that are not as they were. */
function changed(before: BoardNode | undefined, now: BoardNode): readonly string[] {
  const all = (node: BoardNode) => [...node.devices, ...node.pods.flatMap(({ devices }) => devices)];
  const was = new Map(
    before && all(before).map((device) => [doorKey(device.ns, device.name), JSON.stringify(device)]),
  );
  if (before === undefined) return [];
  return all(now).flatMap((device) => {
    const key = doorKey(device.ns, device.name);
    return was.get(key) === JSON.stringify(device) ? [] : [key];
  });
}
