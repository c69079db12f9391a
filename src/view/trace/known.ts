/** What the board says that bears on why a packet was dropped: who has which range of pods, who is on which link. Pure. */
import type { Board } from '../../engine/protocol.ts';
import type { Known } from '../../trace/remedy.ts';

export function knownOf(board: Board): Known {
  const machines = [...board.nodes, ...(board.router === undefined ? [] : [board.router])];
  return {
    ranges: board.nodes.map(({ podCIDR, ip, ns }) => ({ cidr: podCIDR, ip, ns })),
    links: new Map(
      machines.map(({ ns, devices }) => [
        ns,
        devices.filter(({ kind }) => kind === 'physical').flatMap(({ addresses }) => addresses),
      ]),
    ),
  };
}
